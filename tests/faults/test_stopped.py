"""A worker stands still for longer than its lease and then goes on: another did its work, and nothing is doubled."""

import pytest

from tests.faults import wrong
from tests.faults.attack import Attack
from tests.faults.deeds import DEEDS
from tests.faults.stage import Stage

LONG = [pytest.param(name, marks=pytest.mark.long) for name in ("letter", "reminder")]


@pytest.mark.parametrize("name", ["timer", "message", "notice", *LONG])
def test_a_worker_that_was_overtaken_doubles_nothing(stage: Stage, name: str):
    attack = Attack(stage, DEEDS[name])

    attack.overtake_everywhere(attack.count())


def test_what_an_overtaken_worker_doubles_would_be_found(stage: Stage):
    attack = Attack(stage, DEEDS["notice"], wrong=wrong.told_apart)
    points = attack.count()

    with pytest.raises(AssertionError, match="stopped at point"):
        attack.overtake_everywhere(points)
