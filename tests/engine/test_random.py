"""Diagrams drawn by chance run to their end, stored and read back after every move, and do exactly what is drawn."""

import random
from collections.abc import Callable

import pytest

from tests.engine.diagrams.chance import draw
from tests.engine.diagrams.chance_player import played, played_twice


def _each(seeds: range, play: Callable, **how: int) -> None:
    for seed in seeds:
        try:
            play(draw(seed, **how), order=seed)
        except Exception as mishap:
            mishap.add_note(f"seed {seed} {how or ''}")
            raise


@pytest.mark.parametrize("group", range(20))
def test_two_thousand_random_diagrams_do_what_is_drawn(group):
    _each(range(group * 100, group * 100 + 90), played)
    _each(range(group * 10, group * 10 + 10), played, depth=3, most=200)


@pytest.mark.parametrize("group", range(10))
def test_a_case_without_its_history_stands_where_the_whole_one_does(group):
    _each(range(group * 20, group * 20 + 20), played_twice)


@pytest.mark.parametrize("seed", range(20))
def test_one_diagram_does_the_same_in_every_order(seed):
    drawn = draw(f"orders {seed}")
    for order in range(5):
        played(drawn, order=order)


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_ten_thousand_random_diagrams_do_what_is_drawn():
    first = random.randrange(10**9)
    print("seed", first)
    _each(range(first, first + 7_000), played)
    _each(range(first, first + 3_000), played, depth=4, most=300)


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_two_thousand_random_cases_without_their_history_stand_where_the_whole_ones_do():
    first = random.randrange(10**9)
    print("seed", first)
    _each(range(first, first + 2_000), played_twice, depth=3, most=200)
