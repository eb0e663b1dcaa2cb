"""kill -9 at every point of every deed: what was told stays, what was not is repeated, and nothing happens twice."""

from pathlib import Path

import pytest

from app.usecases import operations
from tests.faults import wrong
from tests.faults.attack import Attack
from tests.faults.deeds import DEEDS, Deed, asking
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong


@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_a_commit_loses_and_doubles_nothing(each_stage: Stage, name: str):
    attack = Attack(each_stage, DEEDS[name])
    points = attack.count()
    assert {"before commit", "after commit"} <= set(points)

    attack.kill_everywhere(points)


@pytest.mark.long
@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_any_word_to_the_database_loses_and_doubles_nothing(each_stage: Stage, name: str):
    attack = Attack(each_stage, DEEDS[name], every=True)
    attack.kill_everywhere(attack.count())


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("upload", wrong.answered_first),
        ("send", wrong.keys_forgotten),
        ("send", wrong.bit_by_bit),
        ("complete", wrong.keys_forgotten),
        ("complete", wrong.answered_first),
        ("complete", wrong.bit_by_bit),
        ("correct", wrong.bit_by_bit),
        ("retry", wrong.bit_by_bit),
        ("skip", wrong.bit_by_bit),
        ("calendar", wrong.answered_first),
        ("timer", wrong.bit_by_bit),
        ("letter", wrong.numbers_anew),
        pytest.param("letter", wrong.files_afterwards, marks=pytest.mark.long),
        ("message", wrong.bit_by_bit),
        ("reminder", wrong.bit_by_bit),
        ("notice", wrong.bit_by_bit),
    ],
)
def test_a_kill_would_find_the_mistake(stage: Stage, name: str, mistake: Wrong):
    attack = Attack(stage, DEEDS[name], wrong=mistake)
    points = attack.count()

    with pytest.raises(AssertionError, match="killed at point"):
        attack.kill_everywhere(points)


@pytest.fixture
def asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deed:
    monkeypatch.setattr(operations, "NAMES", dict(operations.NAMES))
    return asking(tmp_path / "world")


def test_a_kill_lets_a_step_ask_the_world_once(stage: Stage, asks: Deed):
    attack = Attack(stage, asks)
    attack.kill_everywhere(attack.count())


def test_a_kill_would_find_what_is_done_outside_within_a_step(stage: Stage, asks: Deed):
    attack = Attack(stage, asks, wrong=wrong.done_inside)
    points = attack.count()

    with pytest.raises(AssertionError, match="killed at point"):
        attack.kill_everywhere(points)
