"""kill -9 at moments nobody foresees, of web processes and workers under load: all that was told is there, once."""

import os
import random

import pytest

from tests.faults import wrong
from tests.faults.siege import Siege
from tests.faults.stage import Stage

PAUSE = 0.03  # seconds between two kills, on average
CALM = 0.06  # the same where a few kills have to meet something


def seed() -> int:
    """Printed with every failure; ALUR_SEED repeats it."""
    return int(os.environ.get("ALUR_SEED") or random.SystemRandom().randrange(10**6))


@pytest.mark.parametrize("kills", [300, pytest.param(1000, marks=pytest.mark.long)])
def test_random_kills_lose_and_double_nothing(stage: Stage, kills: int):
    chosen = seed()
    with Siege(stage) as siege:
        siege.kill(kills, chosen, pause=PAUSE)

    print(f"seed {chosen}: {kills} kills, {len(siege.told)} cases, {dict(siege.met)}")
    assert siege.verdict() == [], f"ALUR_SEED={chosen}"
    assert len(siege.told) > kills / 30


def test_random_kills_would_find_steps_kept_bit_by_bit(stage: Stage):
    with Siege(stage, install=lambda kind: wrong.bit_by_bit(print)) as siege:
        siege.kill(80, seed(), pause=CALM)

    assert siege.verdict() != []
