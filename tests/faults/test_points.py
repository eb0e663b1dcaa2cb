"""kill -9 at every point of every deed: what was told stays, what was not is repeated, and nothing happens twice."""

from typing import Any

import pytest

from tests.faults import invariants, lives
from tests.faults.deeds import DEEDS, Deed
from tests.faults.lives import Ending, Say
from tests.faults.points import Points
from tests.faults.stage import Stage

ON_POSTGRES, ON_SQLITE = "attacked_postgres_url", "attacked_sqlite_url"
ON_EACH = [ON_POSTGRES, pytest.param(ON_SQLITE, marks=pytest.mark.long)]


def life(stage: Stage, deed: Deed, thing: Any, fatal: int = 0, *, every: bool = False) -> Ending:
    """The deed in a process of its own, which is killed at one of its points, or at none."""

    def lived(_say: Say) -> tuple[list[str], Any]:
        points = Points(fatal, every=every).install()
        told = deed.act(stage, thing)
        return points.passed, told

    return lives.live(stage.app, lived)


def interrupted(stage: Stage, deed: Deed, fatal: int, *, every: bool) -> None:
    """Prepared, killed, repeated, checked."""
    thing = deed.prepare(stage)
    killed = life(stage, deed, thing, fatal, every=every)
    assert killed.was_killed, killed.answer
    if deed.by_worker:
        stage.wait()
    _passed, told = life(stage, deed, thing).answer
    deed.check(stage, thing, told)


def kill_everywhere(stage: Stage, deed: Deed, *, every: bool = False) -> list[str]:
    """One life for each point; gives the points."""
    warm = deed.prepare(stage)
    deed.check(stage, warm, deed.act(stage, warm))
    thing = deed.prepare(stage)
    passed, told = life(stage, deed, thing, every=every).answer
    deed.check(stage, thing, told)
    for fatal, name in enumerate(passed, start=1):
        try:
            interrupted(stage, deed, fatal, every=every)
        except AssertionError as fault:
            raise AssertionError(f"killed at point {fatal}, {name}: {fault}") from fault
    with stage.inside():
        assert invariants.broken() == []
    return passed


@pytest.mark.parametrize("each_stage", ON_EACH, indirect=True)
@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_a_commit_loses_and_doubles_nothing(each_stage: Stage, name: str):
    passed = kill_everywhere(each_stage, DEEDS[name])

    assert {"before commit", "after commit"} <= set(passed)


@pytest.mark.long
@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_any_word_to_the_database_loses_and_doubles_nothing(each_stage: Stage, name: str):
    kill_everywhere(each_stage, DEEDS[name], every=True)
