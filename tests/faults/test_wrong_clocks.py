"""A machine's clock is two hours wrong, a worker's or a web process's: what is due fires then, and not before."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.storage import cases, db
from app.storage.cases import Timer
from app.usecases import clock, workers
from tests import factories
from tests.faults import invariants, lives
from tests.faults.deeds import DEEDS
from tests.faults.siege import by_the_wall
from tests.faults.stage import Stage

FAST, SLOW = 7200, -7200  # seconds
MANY = 24
LATEST = timedelta(seconds=15)  # by which a timer must have fired; a second or two is usual
CLOSE = timedelta(minutes=1)


class _LikeTheRealOne(type):
    """Only its `now` is wrong: what it reads and combines are moments of the usual kind, at any hour of the day."""

    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, datetime)

    def __call__(cls, *args: Any, **named: Any) -> datetime:
        return type.__call__(datetime, *args, **named)


def set_wrong(seconds: float) -> None:
    """From now on this process believes that it is so much later."""

    class Wrong(datetime, metaclass=_LikeTheRealOne):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=seconds)

    right = time.time
    time.time = lambda: right() + seconds
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Wrong


@contextmanager
def working(stage: Stage, seconds: float, *, careless: bool = False) -> Iterator[None]:
    """A worker on a machine whose clock is wrong; a careless one does what is due by it."""

    def lived(_say: lives.Say) -> None:
        set_wrong(seconds)
        with stage.app.app_context():
            if not careless:
                workers.run(lambda: False, pause=0.05)
            while careless:
                clock.settle()
                time.sleep(0.05)

    life = lives.begin(stage.app, lived)
    try:
        yield
    finally:
        life.kill()


def fired_at(stage: Stage) -> dict[str, tuple[datetime, datetime]]:
    """Timer → when it was due and when it was first seen to have fired, by the true time; the latest possible where
    it was not.
    """
    seen: dict[str, tuple[datetime, datetime]] = {}
    with stage.inside():
        due = dict(db.session.execute(select(Timer.id, Timer.due_at)).all())
        while len(seen) < len(due) and datetime.now(UTC) < max(due.values()) + LATEST:
            db.session.rollback()
            waiting = set(db.session.scalars(select(Timer.id)))
            moment = datetime.now(UTC)
            seen |= {each: (due[each], moment) for each in due.keys() - waiting - seen.keys()}
            time.sleep(0.05)
    return {each: seen.get(each, (moment, datetime.max.replace(tzinfo=UTC))) for each, moment in due.items()}


def watched(stage: Stage, seconds: float, *, careless: bool = False) -> tuple[int, int]:
    """How many timers fired early, and how many too late, while such a worker worked."""
    by_the_wall(stage)
    with stage.inside():
        for index in range(MANY):
            factories.apply("sebentar", index=index)
    with working(stage, seconds, careless=careless):
        moments = fired_at(stage).values()
    assert len(moments) == MANY
    return sum(at < due for due, at in moments), sum(at > due + LATEST for due, at in moments)


@pytest.mark.parametrize("seconds", [FAST, SLOW])
def test_timers_fire_when_they_are_due_whatever_the_workers_machine_believes(stage: Stage, seconds: float):
    assert watched(stage, seconds) == (0, 0)

    with stage.inside():
        assert invariants.broken() == []


def test_a_fast_worker_that_goes_by_its_machine_would_be_found(stage: Stage):
    early, _late = watched(stage, FAST, careless=True)
    assert early


@pytest.mark.long
def test_a_slow_worker_that_goes_by_its_machine_would_be_found(stage: Stage):
    _early, late = watched(stage, SLOW, careless=True)
    assert late == MANY


@pytest.mark.parametrize("seconds", [FAST, SLOW])
def test_what_a_web_process_opens_has_the_true_time(stage: Stage, seconds: float):
    """Unless it asks the database, its cases are two hours late or their timers fire at once."""
    by_the_wall(stage)
    thing = DEEDS["send"].prepare(stage)

    def lived(_say: lives.Say) -> str:
        set_wrong(seconds)
        number, _code = DEEDS["send"].act(stage, thing)
        return number

    number = lives.live(stage.app, lived).answer
    with stage.inside():
        case = cases.find_case(number)
        assert abs(case.opened_at - datetime.now(UTC)) < CLOSE
        (task,) = cases.open_tasks_of(case.id)
        assert abs(task.created_at - datetime.now(UTC)) < CLOSE
