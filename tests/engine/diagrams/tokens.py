"""The token game of the standard, played on a list of flows without the engine: what must run, to compare with.

A drawing is drawn by chance, with rounds and without any structure. People's steps may ask for two tokens and
give two, or choose their way; gateways join and split at once.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.engine.diagrams.activities import complex_gateway
from tests.engine.diagrams.build import bpmn, end, inclusive, par, start, user, xor

START, FINISH = "mulai", "selesai"
PEOPLE = frozenset({"user", "choice", "two"})
MOST = 25


class Flow(NamedTuple):
    source: str
    target: str


@dataclass
class Maze:
    """What stands in the drawing, the flows, and which conditional flows are open."""

    kinds: dict[str, str]
    flows: list[Flow]
    is_open: dict[Flow, bool] = field(default_factory=dict)

    def leaving(self, name: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == name]

    def entering(self, name: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == name]

    def reached(self, name: str, gate: str) -> set[Flow]:
        """The flows into this gateway that a token at `name` can come over, not having passed the gateway."""
        seen, todo, found = {name}, [name], set()
        while todo:
            for flow in self.leaving(todo.pop()):
                if flow.target == gate:
                    found.add(flow)
                elif flow.target not in seen:
                    seen.add(flow.target)
                    todo.append(flow.target)
        return found


def lay(seed: object, kinds: list[str], size: int) -> Maze:
    """Elements of these kinds in a row: ways lead on, those of choices also back, but to no parallel gateway."""
    dice = random.Random(f"{seed}")
    names = [f"n{number}" for number in range(size)]
    maze = Maze({name: dice.choice(kinds) for name in names}, [])
    for place, name in enumerate(names):
        ahead = [*names[place + 1 :], FINISH][:4]
        ways = {
            dice.choice(ahead) for _way in range(1 if maze.kinds[name] == "choice" else dice.randint(1, 3))
        }
        if maze.kinds[name] == "choice":
            ways.add(dice.choice([back for back in names[: place + 1] if maze.kinds[back] != "par"]))
        maze.flows += [Flow(name, way) for way in sorted(ways)]
    entered = {flow.target for flow in maze.flows if names.index(flow.source) < _place(names, flow.target)}
    maze.flows += [Flow(START, name) for name in names if name not in entered]
    for name in names:
        flows = maze.leaving(name)
        maze.is_open |= {flow: dice.random() < 0.6 for flow in flows}
        maze.is_open[flows[0]] = maze.is_open[flows[0]] or not any(maze.is_open[flow] for flow in flows)
    return maze


def _place(names: list[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def draw(maze: Maze) -> bytes:
    """The maze as a drawing. A choice is a step with an exclusive gateway behind it."""
    twice = {"startQuantity": "2", "completionQuantity": "2"}
    kinds = {
        "user": user, "choice": user, "two": lambda name: user(name, attributes=twice), "par": par, "inc": inclusive,
        "xor": xor, "complex": lambda name: complex_gateway(name, "activationCount >= 2"),
    }  # fmt: skip
    nodes = [start(), end(), *(kinds[kind](name) for name, kind in maze.kinds.items())]
    choices = [name for name, kind in maze.kinds.items() if kind == "choice"]
    nodes += [xor(f"g_{name}") for name in choices]
    lines = [f"{name}>g_{name}" for name in choices] + [_line(maze, flow) for flow in maze.flows]
    return bpmn("labirin", nodes, "\n".join(lines))


def _line(maze: Maze, flow: Flow) -> str:
    kind, ways = maze.kinds.get(flow.source, ""), maze.leaving(flow.source)
    if kind == "choice":
        return f"g_{flow.source}>{flow.target}[pilih % {len(ways)} == {ways.index(flow)}]"
    if kind in ("inc", "xor"):
        return f"{flow.source}>{flow.target}[1 == {1 if maze.is_open[flow] else 2}]"
    if kind == "complex":
        return f"{flow.source}>{flow.target}[{'' if maze.is_open[flow] else 'not '}waitingForStart]"
    return f"{flow.source}>{flow.target}"


class Game:
    """One run. An `eager` gateway acts before other tokens move; where the outcome depends on it, both are right."""

    def __init__(self, maze: Maze, *, eager: bool) -> None:
        self.maze, self.eager = maze, eager
        self.tokens: Counter[Flow] = Counter(maze.leaving(START))
        self.people: Counter[str] = Counter()
        self.used: dict[str, set[Flow]] = {}  # of complex gateways that wait for their reset
        self._run()

    @property
    def steps(self) -> list[str]:
        return sorted(self.people.elements())

    @property
    def stands(self) -> tuple:
        return self.steps, +self.tokens

    def do(self, name: str, choice: int) -> None:
        """A person is done."""
        self.people[name] -= 1
        ways = self.maze.leaving(name)
        kind = self.maze.kinds[name]
        self._give([ways[choice % len(ways)]] if kind == "choice" else ways * (2 if kind == "two" else 1))
        self._run()

    def _run(self) -> None:
        first, then = (self._meet, self._pass) if self.eager else (self._pass, self._meet)
        while first() or then():
            if self.people.total() > MOST or self.tokens.total() > MOST:
                return

    def _pass(self) -> bool:
        """Whatever needs no waiting for others goes on."""
        for flow in list(+self.tokens):
            kind = self.maze.kinds.get(flow.target, "")
            ways = self.maze.leaving(flow.target)
            entering = self.maze.entering(flow.target)
            if kind == "two" and sum(self.tokens[each] for each in entering) >= 2:
                self.tokens -= Counter(list((self._at(flow.target)).elements())[:2])
            elif kind == "par" and all(self.tokens[each] for each in entering):
                self.tokens -= Counter(entering)
            elif kind in ("two", "par", "inc", "complex"):
                continue
            else:
                self.tokens[flow] -= 1
            if kind in PEOPLE:
                self.people[flow.target] += 1
            else:
                self._give(
                    [way for way in ways if kind == "par" or self.maze.is_open[way]][
                        : 1 if kind == "xor" else None
                    ]
                )
            return True
        return False

    def _at(self, name: str) -> Counter[Flow]:
        return Counter({flow: self.tokens[flow] for flow in self.maze.entering(name)})

    def _meet(self) -> bool:
        """A gateway that looks at all tokens acts."""
        able = [
            name for name, kind in self.maze.kinds.items() if kind in ("inc", "complex") and self._may(name)
        ]
        if not able:
            return False
        name = able[0 if self.eager else -1]
        present, ways = set(+self._at(name)), self.maze.leaving(name)
        used = self.used.pop(name, set())
        self.tokens -= Counter(present - used)
        starting = self.maze.kinds[name] == "inc" or not used
        if self.maze.kinds[name] == "complex" and starting:
            self.used[name] = present
        self._give([way for way in ways if self.maze.is_open[way] == starting])
        return True

    def _may(self, name: str) -> bool:
        present, used = set(+self._at(name)), self.used.get(name, set())
        if self.maze.kinds[name] == "complex" and not used:
            return self._at(name).total() >= 2
        return bool(present | used) and not self._expects(name, present | used)

    def _expects(self, gate: str, had: set[Flow]) -> bool:
        empty = set(self.maze.entering(gate)) - had
        places = {flow.target for flow in +self.tokens} | set(+self.people)
        ways = [self.maze.reached(place, gate) for place in places - {gate}]
        return any(way & empty and not way & had for way in ways)

    def _give(self, flows: list[Flow]) -> None:
        self.tokens.update(flows)
