"""Cases of diagrams drawn by chance are carried over to another version in the middle of it and go on as that one."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.engine.diagrams import redrawing
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.chance import Drawn, draw
from tests.engine.diagrams.chance_player import Player, agrees
from tests.engine.diagrams.movable import held, moved, verdict


def _each(seeds: range, play: Callable[[Drawn, int], None]) -> None:
    for seed in seeds:
        try:
            play(draw(seed), seed)
        except Exception as mishap:
            mishap.add_note(f"seed {seed}")
            raise


def _play(drawn: Drawn, seed: int, between: Callable[[Case, int], None]) -> Case:
    """A case played to its end; `between` gets it after every move that did not end it."""
    case, player, moves = Case(drawn.file), Player(drawn.plan, random.Random(f"urutan {seed}")), 0
    while not case.standing.finished:
        between(case, moves)
        act = player.next(case)
        assert act is not None, f"nothing more can be done; missing {drawn.passes}, {case.passed}"
        act.on(case)
        moves += 1
    return case


def _to_a_copy_and_back(drawn: Drawn, seed: int) -> None:
    def between(case: Case, moves: int) -> None:
        before, file = case.standing, redrawing.copied(drawn.file) if moves % 2 == 0 else drawn.file
        assert verdict(case, file).kind == "safe"
        moved(case, file)
        assert case.standing.state == before.state
        assert held(case.standing) == held(before)

    agrees(_play(drawn, seed, between), drawn)


def _to_a_longer_one(drawn: Drawn, seed: int) -> None:
    """It ends as a fresh case of the longer drawing, but for branches that had come to their end before."""
    at, longer = random.Random(seed).randrange(6), redrawing.lengthened(drawn.file)
    over: list[str] = []

    def between(case: Case, moves: int) -> None:
        if moves == at:
            over.extend(step for step in case.passed if step in redrawing.plain_ends(drawn.file))
            moved(case, longer)

    case = _play(drawn, seed, between)
    fresh = _play(Drawn(longer, drawn.passes, drawn.thrown, drawn.plan), seed, lambda *_: None)
    if case.drawing is fresh.drawing:
        missing = Counter(fresh.passed) - Counter(case.passed)
        assert all(step.startswith(redrawing.NEW_STEP) for step in missing)
        assert len(case.passed) + len(over) == len(fresh.passed)


def _to_one_with_reminders_and_back(drawn: Drawn, seed: int) -> None:
    with_reminders = redrawing.reminded(drawn.file)

    def between(case: Case, moves: int) -> None:
        before, file = case.standing, with_reminders if moves % 2 == 0 else drawn.file
        everything = {each.element: each.element for each in verdict(case, file).obstacles}
        assert verdict(case, file, **everything).kind == "safe"
        moved(case, file, mapping=everything)
        assert case.standing.waiting == before.waiting
        own = [each for each in before.timers if not each.step.startswith("ingat_")]
        assert [each for each in case.standing.timers if not each.step.startswith("ingat_")] == own

    case = _play(drawn, seed, between)
    case.passed = [step for step in case.passed if not step.startswith("ingat_")]
    agrees(case, drawn)


def _under_other_ids(drawn: Drawn, seed: int) -> None:
    file, named = redrawing.renamed(drawn.file)
    back = {new: old for old, new in named.items()}

    def between(case: Case, moves: int) -> None:
        before = case.standing
        assert verdict(case, file, **named).kind == "safe"
        moved(case, file, mapping=named)
        assert [each.id for each in case.standing.waiting] == [each.id for each in before.waiting]
        assert [redrawing.original(each.step) for each in case.standing.timers] == [
            t.step for t in before.timers
        ]
        assert verdict(case, drawn.file, **back).kind == "safe"
        moved(case, drawn.file, mapping=back)
        assert held(case.standing) == held(before)

    agrees(_play(drawn, seed, between), drawn)


WAYS = [_to_a_copy_and_back, _to_a_longer_one, _to_one_with_reminders_and_back, _under_other_ids]


@pytest.mark.parametrize("play", WAYS)
def test_cases_by_chance_go_on_as_the_version_they_were_moved_to(play):
    _each(range(40), play)


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("play", WAYS)
def test_a_thousand_cases_by_chance_go_on_as_the_version_they_were_moved_to(play):
    first = random.randrange(10**9)
    print("seed", first)
    _each(range(first, first + 1000), play)
