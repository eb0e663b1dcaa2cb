"""A worker stands still while its work becomes needless, and then goes on: nobody is reminded of what is done, and no
letter leaves a case that is over.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.usecases import track
from tests.faults import wrong
from tests.faults.attack import Attack
from tests.faults.deeds import DEEDS, REASON, Deed
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong

EVERY = pytest.param(True, marks=pytest.mark.long)  # every word to the database, not only what is kept


@dataclass(frozen=True)
class Race:
    """What the worker is about to do, what makes it needless, and what each leaves in the diary."""

    deed: Deed
    other: Callable[[Stage, int], None]
    done: str
    needless: str


def _agreed_in_one_branch(stage: Stage) -> int:
    case_id = stage.send("cabang")
    stage.decide(case_id)
    assert stage.steps(case_id) == ["awasi"], "so the applicant may still take it back"
    return case_id


def _send_back(stage: Stage, case_id: int) -> None:
    stage.decide(case_id, "kembalikan", alasan=REASON, perbaikan=["bukti"])


def _nothing_asked(_stage: Stage, _thing: Any, _told: Any) -> None:
    """What must be true is asked after the race."""


RACES = {
    "reminder": Race(DEEDS["reminder"], _send_back, "notice sent", "task completed"),
    "letter": Race(
        replace(DEEDS["letter"], prepare=_agreed_in_one_branch, check=_nothing_asked),
        lambda _stage, case_id: track.withdraw(case_id),
        "letter signed",
        "application withdrawn",
    ),
}


def run(race: Race, attack: Attack) -> tuple[int, int]:
    """Every point of the worker's; how often the worker was first, and how often the other."""
    points, came = attack.count(), [0, 0]
    for fatal, name in enumerate(points, start=1):
        case_id = attack.forestall(fatal, lambda thing: race.other(attack.stage, thing))
        kinds = attack.stage.kinds(case_id)
        said = f"stopped at point {fatal}, {name}: {kinds}"
        assert kinds.count(race.needless) == 1 and kinds.count(race.done) <= 1, said
        late = race.done in kinds and kinds.index(race.done) > kinds.index(race.needless)
        assert not late, said
        came[race.done not in kinds] += 1
    attack.ask()
    return came[0], came[1]


@pytest.mark.parametrize("every", [False, EVERY])
@pytest.mark.parametrize("name", RACES)
def test_what_became_needless_is_not_done(each_stage: Stage, name: str, every: bool):
    first, second = run(RACES[name], Attack(each_stage, RACES[name].deed, every=every))
    assert first and second, "each was faster somewhere"


@pytest.mark.parametrize(
    ("name", "mistake", "found"),
    [
        ("reminder", wrong.reminded_blindly, "stopped at point"),
        ("letter", wrong.kept_blindly, "stopped at point"),
        ("letter", wrong.numbered_blindly, "its order is another matter"),
    ],
)
def test_what_is_done_needlessly_would_be_found(stage: Stage, name: str, mistake: Wrong, found: str):
    with pytest.raises(AssertionError, match=found):
        run(RACES[name], Attack(stage, RACES[name].deed, wrong=mistake))
