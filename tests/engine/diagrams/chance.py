"""Draws block-structured diagrams by chance, and says beforehand which steps a run must execute, and how often."""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    end,
    inclusive,
    par,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)

YES, NO = "1 == 1", "1 == 2"


@dataclass
class Chance:
    """One scope being drawn: its elements, its flows, and what a run through it does."""

    dice: random.Random
    count: list[int]
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count[0] += 1
        return f"{kind}{self.count[0]}"

    def add(self, node: str, name: str) -> str:
        self.nodes.append(node)
        return name

    def link(self, source: str, target: str, condition: str = "") -> None:
        self.flows.append(f"{source}>{target}[{condition}]" if condition else f"{source}>{target}")

    def block(self, before: str, depth: int) -> tuple[str, Counter]:
        """Something after `before`; gives its last element and what it executes."""
        simple = (self.person, self.order, self.line)
        kinds = (
            simple
            if depth == 0
            else (*simple, self.row, self.choice, self.together, self.some, self.again, self.inner)
        )
        return self.dice.choice(kinds)(before, depth)

    def person(self, before: str, _depth: int) -> tuple[str, Counter]:
        name = self.add(user(made := self.name("u")), made)
        if self.dice.random() < 0.3:
            reminder, over = self.name("ingat"), self.name("sudah")
            self.add(boundary(reminder, name, timer("timeDuration", "PT30M"), interrupting=False), reminder)
            self.add(end(over), over)
            self.link(reminder, over)
        self.link(before, name)
        return name, Counter([name])

    def order(self, before: str, _depth: int) -> tuple[str, Counter]:
        name = self.name("o")
        self.add(service(name, "status.publik", {"n": "1 + 1"}), name)
        self.link(before, name)
        return name, Counter([name])

    def line(self, before: str, _depth: int) -> tuple[str, Counter]:
        name = self.name("s")
        self.add(script(name, f"v_{name} = 1"), name)
        self.link(before, name)
        return name, Counter()

    def row(self, before: str, depth: int) -> tuple[str, Counter]:
        done: Counter = Counter()
        for _part in range(self.dice.randint(2, 3)):
            before, more = self.block(before, depth - 1)
            done += more
        return before, done

    def choice(self, before: str, depth: int) -> tuple[str, Counter]:
        return self._branches(before, depth, xor, [self.dice.randrange(3)])

    def together(self, before: str, depth: int) -> tuple[str, Counter]:
        return self._branches(before, depth, par, [0, 1, 2])

    def some(self, before: str, depth: int) -> tuple[str, Counter]:
        return self._branches(before, depth, inclusive, self.dice.sample(range(3), self.dice.randint(1, 3)))

    def again(self, before: str, depth: int) -> tuple[str, Counter]:
        """The same block several times over, counted by a variable of its own."""
        times, number = self.dice.randint(2, 3), self.name("n")
        zero, one, enter, leave = (self.name(kind) for kind in ("nol", "satu", "masuk", "keluar"))
        self.add(script(zero, f"{number} = 0"), zero)
        self.add(xor(enter), enter)
        self.link(before, zero)
        self.link(zero, enter)
        last, done = self.block(enter, depth - 1)
        self.add(script(one, f"{number} = {number} + 1"), one)
        self.add(xor(leave), leave)
        self.link(last, one)
        self.link(one, leave)
        self.link(leave, enter, f"{number} < {times}")
        after = self.add(script(made := self.name("s"), "selesai_ulang = 1"), made)
        self.link(leave, after, f"{number} >= {times}")
        return after, Counter({name: often * times for name, often in done.items()})

    def inner(self, before: str, depth: int) -> tuple[str, Counter]:
        scope = Chance(self.dice, self.count)
        first, final, name = self.name("m"), self.name("e"), self.name("sub")
        last, done = scope.block(first, depth - 1)
        scope.link(last, final)
        self.add(sub(name, [start(first), *scope.nodes, end(final)], "\n".join(scope.flows)), name)
        self.link(before, name)
        return name, done

    def _branches(self, before: str, depth: int, gateway: object, taken: list[int]) -> tuple[str, Counter]:
        split, join = self.name("g"), self.name("j")
        self.add(gateway(split), split)
        self.add(gateway(join), join)
        self.link(before, split)
        done: Counter = Counter()
        for branch in range(3):
            door = self.add(script(made := self.name("s"), "pintu = 1"), made)
            self.link(split, door, "" if gateway is par else YES if branch in taken else NO)
            last, more = self.block(door, depth - 1)
            self.link(last, join)
            done += more if branch in taken else Counter()
        return join, done


def draw(seed: object, depth: int = 3) -> tuple[bytes, Counter]:
    """A diagram and what running it must execute."""
    chance = Chance(random.Random(seed), [0])
    last, done = chance.block("mulai", depth)
    chance.link(last, "selesai")
    return bpmn("acak", [start(), *chance.nodes, end()], "\n".join(chance.flows)), done
