"""Many timers due at once, four workers, and kills all the while: every one fires once, none is lost."""

import time

import pytest
from sqlalchemy import func, select

from app.storage import db
from app.storage.cases import Diary, Task, Timer
from tests import factories
from tests.faults import invariants
from tests.faults.siege import Siege, by_the_wall
from tests.faults.stage import Stage
from tests.faults.test_random_kills import seed

DUE = 2.0  # seconds after a case began
SHORT, LONG = (120, 20), (10_000, 200)  # timers, kills


def given(stage: Stage, many: int) -> None:
    """So many cases whose timers are due in two seconds, or already."""
    by_the_wall(stage)
    with stage.inside():
        for index in range(many):
            factories.apply("sebentar", index=index)


def firings() -> list[int]:
    """How often the timer of each case fired."""
    fired = select(func.count()).where(Diary.kind == "timer fired").group_by(Diary.case_id)
    return list(db.session.scalars(fired))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("many", "kills"), [SHORT, pytest.param(*LONG, marks=pytest.mark.long)])
def test_every_timer_fires_once_whoever_is_killed(stage: Stage, many: int, kills: int):
    chosen = seed()
    given(stage, many)

    with Siege(stage, webs=0, workers=4, visitors=0) as siege:
        siege.kill(kills, chosen, pause=0.1)
        time.sleep(DUE)  # now the last is due too, and the siege ends when nothing is left to do

    with stage.inside():
        assert invariants.unfinished() == [], f"ALUR_SEED={chosen}"
        assert firings() == [1] * (many + 1), "the one of the warm-up too"
        assert db.session.query(Timer).count() == 0
        opened = select(func.count()).where(Task.step == "ganti", Task.status == "open")
        assert db.session.scalar(opened) == many + 1
        assert invariants.broken() == []
