"""Diagrams drawn by chance run to their end, stored and read back after every move, and do exactly what is drawn."""

import random
from collections import Counter

import pytest

from app.errors import Invalid
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.chance import draw


def _play(seed: int) -> bool:
    """Play one; False when chance drew more than a drawing may hold."""
    drawn, expected = draw(seed)
    try:
        case = Case(drawn)
    except Invalid as refusal:
        assert {problem.rule for problem in refusal.facts["problems"]} == {"terlalu-besar"}
        return False
    dice, done = random.Random(seed), Counter()
    while not case.standing.finished:
        acts = [(case.do, step) for step in case.steps] + [(case.perform, step) for step in case.orders]
        assert acts, f"seed {seed}: nothing waits, but the case is not finished"
        act, step = dice.choice(acts)
        act(step)
        done[step] += 1
        if dice.random() < 0.2:
            case.forward(minutes=20)
    assert done == expected, f"seed {seed}"
    return True


@pytest.mark.parametrize("group", range(10))
def test_two_hundred_random_diagrams_do_what_is_drawn(group):
    assert sum(_play(seed) for seed in range(group * 20, group * 20 + 20)) > 10


@pytest.mark.parametrize("seed", [50058, 50180, 51424])
def test_inclusive_joins_inside_one_loop_do_not_wait_for_each_other(seed):
    assert _play(seed)


@pytest.mark.parametrize("seed", [131, 91447])
def test_what_is_read_back_is_written_the_same(seed):
    assert _play(seed)


@pytest.mark.long
def test_ten_thousand_random_diagrams_do_what_is_drawn():
    first = random.randrange(10**9)
    print("seed", first)
    assert sum(_play(seed) for seed in range(first, first + 10_000)) > 5_000
