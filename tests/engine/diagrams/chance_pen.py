"""The pen of drawings made by chance: it names, draws and joins elements, and notes what a run of them will do."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

YES, NO = "1 == 1", "1 == 2"
NEVER = "P3000D"
Answers = Callable[[Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True)
class Tale:
    """What a run through something drawn does: what completes, what is thrown to the outside, what could be undone
    afterwards, and how many days its timers may take."""

    passes: Counter = field(default_factory=Counter)
    thrown: Counter = field(default_factory=Counter)
    owed: Counter = field(default_factory=Counter)
    days: int = 0

    def __add__(self, other: "Tale") -> "Tale":
        return Tale(
            self.passes + other.passes,
            self.thrown + other.thrown,
            self.owed + other.owed,
            self.days + other.days,
        )

    def plus(self, *names: str) -> "Tale":
        return self + Tale(Counter(names))

    def times(self, often: int) -> "Tale":
        return Tale(
            *(_many(each, often) for each in (self.passes, self.thrown, self.owed)), self.days * often
        )

    def undone(self) -> "Tale":
        """All that could be undone is undone."""
        return Tale(self.passes + self.owed, self.thrown, Counter(), self.days)

    def settled(self) -> "Tale":
        """Nothing of it can be undone from outside."""
        return replace(self, owed=Counter())


def tale(*names: str, days: int = 0) -> Tale:
    return Tale(Counter(names), days=days)


def _many(counted: Counter, often: int) -> Counter:
    return Counter({name: number * often for name, number in counted.items() if often})


@dataclass
class Plan:
    """What the player of a drawing has to know: everything may be done as soon as it is open, except as said here."""

    left: set[str] = field(default_factory=set)  # nobody ever does, performs, sends or reaches these
    begun: dict[str, int] = field(default_factory=dict)  # only so many instances of this one are ever done
    answers: dict[str, Answers] = field(default_factory=dict)
    # not before all that is open in there is left
    gates: dict[str, frozenset[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # events that come from outside
    # step: the event that comes so often before it
    credit: dict[str, tuple[str, int]] = field(default_factory=dict)
    # ad-hoc step: how often each one of them is done
    choices: dict[str, Mapping[str, int]] = field(default_factory=dict)
    # ad-hoc step: the variable that says it was enough
    ends_choice: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A whole drawing while it is drawn, with the blocks to choose from; those of `dead_ends` stay open for ever."""

    dice: random.Random
    simple: Sequence
    nested: Sequence
    dead_ends: Sequence
    plan: Plan = field(default_factory=Plan)
    names: list[str] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)


@dataclass
class Pen:
    """Draws in one scope.

    `alone`: this scope never runs twice at the same time. `once`: the way here is walked once in its scope.
    `undoes`: what is done here may be undone later. `began`: how many names there were before its scope.
    """

    page: Page
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    alone: bool = True
    once: bool = True
    undoes: bool = True
    began: int = 0

    @property
    def dice(self) -> random.Random:
        return self.page.dice

    @property
    def plan(self) -> Plan:
        return self.page.plan

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def name(self, kind: str) -> str:
        self.page.names.append(f"{kind}{len(self.page.names) + 1}")
        return self.page.names[-1]

    def mark(self) -> int:
        return len(self.page.names)

    def since(self, mark: int) -> frozenset[str]:
        """All that was named since then."""
        return frozenset(self.page.names[mark:])

    def root(self, name: str, drawn: str) -> str:
        self.page.roots[name] = drawn
        return name

    def put(self, drawn: str, name: str, *before: str) -> str:
        """Draw an element behind these."""
        self.nodes.append(drawn)
        for source in before:
            self.link(source, name)
        return name

    def link(self, source: str, target: str, condition: str = "", name: str = "") -> None:
        way = f"{source}>{target}" + (f":{name}" if name else "")
        self.flows.append(f"{way}[{condition}]" if condition else way)

    def inner(self, *, side_by_side: bool = False) -> "Pen":
        """A pen for a scope inside this one."""
        return Pen(self.page, alone=self.alone and not side_by_side, undoes=self.undoes, began=self.mark())

    def beside(self) -> "Pen":
        """The same scope, for what may run beside itself and ends when it likes."""
        return replace(self, alone=False, once=False, undoes=False)

    def late(self) -> "Pen":
        """The same scope, for what may still run when everything else in it has gone on."""
        return replace(self, undoes=False)

    def again(self) -> "Pen":
        """The same scope, for what is walked several times."""
        return replace(self, once=False)

    def block(self, before: str, depth: int) -> tuple[str, Tale]:
        """Something behind `before`; gives its last element and what it does."""
        kinds = self.page.nested if depth > 0 and self.maybe(0.75) else self.page.simple
        return self.dice.choice(kinds)(self, before, depth)

    def dead_end(self, before: str, depth: int) -> tuple[str, Tale]:
        """The same, of something that stays open until it is taken away."""
        return self.dice.choice(self.page.dead_ends)(self, before, depth)
