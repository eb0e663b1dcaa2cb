"""Many timers due at once, four workers, and kills all the while: every one fires once, none is lost."""

import os
import signal
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.storage import db
from app.storage.cases import Diary, Task, Timer
from tests import factories
from tests.faults import invariants, wrong
from tests.faults.siege import PATIENCE, Siege, by_the_wall
from tests.faults.stage import Stage
from tests.faults.test_random_kills import seed
from tests.faults.wrong import Wrong

DUE = 2.0  # seconds after a case began
PAUSE = 0.1  # seconds between two kills, on average
FEW, SHORT, LONG = (40, 12), (120, 20), (10_000, 200)  # timers, kills at any moment
DEATHS = 2  # of the four workers, at the very moment that is wrong


def given(stage: Stage, many: int) -> None:
    """So many cases whose timers are due in two seconds, or already."""
    by_the_wall(stage)
    with stage.inside():
        for index in range(many):
            factories.apply("sebentar", index=index)


def wait_for_the_first(stage: Stage) -> None:
    """The workers have begun: from now on a kill meets work."""
    end = time.monotonic() + PATIENCE
    with stage.inside():
        while not firings():
            assert time.monotonic() < end, "nobody began"
            db.session.remove()
            time.sleep(0.02)


def firings() -> list[int]:
    """How often the timer of each case fired."""
    fired = select(func.count()).where(Diary.kind == "timer fired").group_by(Diary.case_id)
    return list(db.session.scalars(fired))


def deaths() -> Callable[[int], None]:
    """A moment at which so many processes are killed, whichever come to it first."""
    left, given_out = os.pipe()
    os.write(given_out, bytes(DEATHS))
    os.close(given_out)

    def comes(_case_id: int) -> None:
        if os.read(left, 1):
            os.kill(os.getpid(), signal.SIGKILL)

    return comes


def fire(
    stage: Stage, many: int, kills: int, chosen: int, be_wrong: Callable[[], None] = lambda: None
) -> None:
    """Four workers fire so many timers while so many of them are killed; all must have fired, each once."""
    given(stage, many)

    with Siege(stage, webs=0, workers=4, visitors=0, install=lambda _kind: be_wrong()) as siege:
        until = time.monotonic() + DUE
        wait_for_the_first(stage)
        siege.kill(kills, chosen, pause=PAUSE)
        time.sleep(max(until - time.monotonic(), 0))  # the siege ends when nothing is left that is due

    with stage.inside():
        assert invariants.unfinished() == [], f"ALUR_SEED={chosen}"
        assert firings() == [1] * (many + 1), "the one of the warm-up too"
        assert db.session.query(Timer).count() == 0
        opened = select(func.count()).where(Task.step == "ganti", Task.status == "open")
        assert db.session.scalar(opened) == many + 1
        assert invariants.broken() == []


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("many", "kills"), [SHORT, pytest.param(*LONG, marks=pytest.mark.long)])
def test_every_timer_fires_once_whoever_is_killed(stage: Stage, many: int, kills: int):
    fire(stage, many, kills, seed())


@pytest.mark.parametrize("mistake", [wrong.rung_before, wrong.struck_off_before])
def test_timers_that_are_doubled_or_lost_would_be_found(stage: Stage, mistake: Wrong):
    moment = deaths()
    with pytest.raises(AssertionError, match="the one of the warm-up too"):
        fire(stage, *FEW, seed(), lambda: mistake(moment))
