"""Plays a diagram drawn by chance: whatever its plan leaves free in an order of its own choosing."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.engine import Listening, Waiting
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.chance import Drawn
from tests.engine.diagrams.chance_pen import Plan


def played(drawn: Drawn, *, order: object = 0) -> Case:
    """A case of this drawing, played to its end in one of its orders; fails when it does something else."""
    case, player = Case(drawn.file), Player(drawn.plan, random.Random(f"urutan {order}"))
    while not case.standing.finished:
        act = player.next(case)
        assert act is not None, f"nothing more can be done; missing {drawn.passes - Counter(case.passed)}"
        act.on(case)
    agrees(case, drawn)
    return case


def played_twice(drawn: Drawn, *, order: object = 0) -> None:
    """Two cases of this drawing, one with all its history: they stand alike after every move."""
    player = Player(drawn.plan, random.Random(f"urutan {order}"))
    short, whole = Case(drawn.file), Case(drawn.file, compact=False)
    while not short.standing.finished:
        assert _stands(short) == _stands(whole)
        act = player.next(short)
        assert act is not None, f"nothing more can be done; missing {drawn.passes - Counter(short.passed)}"
        act.on(short)
        act.on(whole)
    assert _stands(short) == _stands(whole)
    agrees(whole, drawn)


def agrees(case: Case, drawn: Drawn) -> None:
    """It did what is drawn, no more and no less, and nothing is left of it."""
    passed, thrown = Counter(case.passed), Counter(f"{each.kind}:{each.name}" for each in case.thrown)
    assert passed == drawn.passes, f"missing {drawn.passes - passed}, too much {passed - drawn.passes}"
    assert thrown == +drawn.thrown
    assert (case.steps, case.orders, case.due, case.listening) == ([], [], {}, [])


def _stands(case: Case) -> tuple:
    """Where a case stands without ids; what waits also in its order, because the first of a name gets a message."""
    standing = case.standing
    waiting = [(each.step, dict(each.variables)) for each in standing.waiting]
    heard = [(each.step, each.kind, each.name) for each in standing.listening]
    orders = [(each.step, dict(each.params)) for each in standing.operations]
    return (
        waiting,
        heard,
        orders,
        case.due,
        standing.passed,
        standing.ended,
        standing.thrown,
        standing.finished,
    )


@dataclass(frozen=True)
class Act:
    """One move: `answer` and `perform` name a place in what waits, `tell` and `signal` a name, `forward` minutes."""

    verb: str
    what: object
    answers: tuple = ()

    def on(self, case: Case) -> None:
        if self.verb == "answer":
            case.answer(case.standing.waiting[self.what].id, **dict(self.answers))
        elif self.verb == "forward":
            case.forward(minutes=self.what)
        else:
            getattr(case, self.verb)(self.what)


class Player:
    """Knows a plan and what it has seen of one case."""

    def __init__(self, plan: Plan, dice: random.Random) -> None:
        self.plan, self.dice = plan, dice
        self.done: Counter = Counter()
        self.seen: defaultdict[str, set] = defaultdict(set)
        self.spare = 60  # minutes of the clock that nobody needs, spent at any time

    def next(self, case: Case) -> Act | None:
        """What to do now; None when nothing can be done any more."""
        for each in case.standing.waiting:
            self.seen[each.step].add(each.id)
        if self.spare > 0 and self.dice.random() < 0.1:
            self.spare -= 20
            return Act("forward", 20)
        acts = list(self._acts(case))
        return self.dice.choice(acts) if acts else self._pass_time(case)

    def _acts(self, case: Case) -> Iterator[Act]:
        passed = Counter(case.passed)
        for place, each in enumerate(case.standing.waiting):
            if not self._left(each) and self._may(case, each.step) and self._earned(each.step, passed):
                yield Act("answer", place, tuple(self._answers(each, passed).items()))
        for order in case.standing.operations:
            if order.step not in self.plan.left:
                yield Act("perform", order.step)
        for heard in case.standing.listening:
            if heard.step in self.plan.told and not self._deaf(heard, passed) and self._may(case, heard.step):
                yield Act("tell" if heard.kind == "message" else "signal", heard.name)

    def _left(self, each: Waiting) -> bool:
        some = self.plan.begun.get(each.step)
        return each.step in self.plan.left or (some is not None and each.variables["loopCounter"] > some)

    def _may(self, case: Case, step: str) -> bool:
        """Whether all that is open inside is there to stay."""
        inside, standing = self.plan.gates.get(step, ()), case.standing
        passed = Counter(case.passed)
        return (
            all(self._left(each) for each in standing.waiting if each.step in inside)
            and all(each.step in self.plan.left for each in standing.operations if each.step in inside)
            and all(each.step in self.plan.left for each in standing.timers if each.step in inside)
            and all(self._deaf(each, passed) for each in standing.listening if each.step in inside)
        )

    def _deaf(self, heard: Listening, passed: Counter) -> bool:
        """Whether nothing (more) is to come for it."""
        wanted = [(step, often) for step, (event, often) in self.plan.credit.items() if event == heard.step]
        return heard.step in self.plan.left or any(
            passed[heard.step] >= often * len(self.seen[step]) for step, often in wanted
        )

    def _earned(self, step: str, passed: Counter) -> bool:
        """Whether the event that this person waits for came so often; of a choice, whether it is not done enough."""
        if step in self.plan.choices:
            often = self.plan.choices[step]
            return passed[step] < often[step] * (self._round(often, passed) + 1)
        event, often = self.plan.credit.get(step, ("", 0))
        return passed[event] >= often * (passed[step] + 1)

    def _round(self, often: dict, passed: Counter) -> int:
        return min(passed[name] // times for name, times in often.items())

    def _answers(self, each: Waiting, passed: Counter) -> dict[str, object]:
        if each.step in self.plan.choices:
            often = self.plan.choices[each.step]
            total = sum(often.values())
            last = sum(passed[name] for name in often) + 1 == total * (self._round(often, passed) + 1)
            return {self.plan.ends_choice[each.step]: int(last)}
        return dict(self.plan.answers.get(each.step, lambda _known: {})(each.variables))

    def _pass_time(self, case: Case) -> Act | None:
        """Wait for the next timer that is to ring."""
        due = [timer.due for timer in case.standing.timers if timer.step not in self.plan.left]
        if not due:
            return None
        return Act("forward", max(min(due) - case.now, timedelta()).total_seconds() / 60)
