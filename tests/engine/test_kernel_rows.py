"""Every row of the table of elements again: with its whole history, for many rounds, and in many threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import engine
from app.engine import codec
from tests.engine.diagrams.case import Case
from tests.engine.elements import ROWS
from tests.engine.elements.row import WRAPPINGS, Row, Wrapped, alone, in_a_round, shortest, unfit

LOOPED = [row for row in ROWS if not unfit(row, "round")]
TOGETHER = [
    pytest.param(
        row,
        wrapping,
        id=f"{row.name}-{wrapping}",
        marks=[] if wrapping == shortest(row) else pytest.mark.long,
    )
    for row in ROWS
    for wrapping in WRAPPINGS
    if not unfit(row, wrapping)
]


def _moves(row: Row, wrapped: Wrapped) -> list:
    return [move for after in wrapped.rounds for move in (*row.play, *after)]


def _case(row: Row, wrapped: Wrapped, *, compact: bool = True) -> Case:
    event = engine.Event(*row.opens) if row.opens else None
    return Case(wrapped.drawn, *row.files, event=event, compact=compact)


@pytest.mark.parametrize(("row", "wrapping"), TOGETHER)
def test_a_case_stands_the_same_with_its_whole_history(row: Row, wrapping: str) -> None:
    wrapped = WRAPPINGS[wrapping](row)
    short, whole = _case(row, wrapped), _case(row, wrapped, compact=False)
    for move in _moves(row, wrapped):
        move(short)
        move(whole)
        assert short.picture() == whole.picture()
        assert short.listening == whole.listening
    assert short.passed == whole.passed
    assert short.thrown == whole.thrown


@pytest.mark.parametrize("row", LOOPED, ids=lambda row: row.name)
def test_rounds_do_not_make_the_state_grow(row: Row) -> None:
    wrapped = in_a_round(row)
    more, _enough = wrapped.rounds
    case, sizes = _case(row, wrapped), []
    for _round in range(12):
        for move in (*row.play, *more):
            move(case)
        sizes.append(_size(case))
    assert max(sizes[6:]) <= max(sizes[1:6]) + 40


def _size(case: Case) -> int:
    """The length of the state, as if it were not compressed."""
    move = case._move()
    return len(codec.dump(move.workflow, compress=False))


def _run(row: Row) -> list:
    """What a whole run shows, move after move."""
    wrapped = alone(row)
    case = _case(row, wrapped)
    seen = [case.picture()]
    for move in _moves(row, wrapped):
        move(case)
        seen.append(case.picture())
    return [seen, case.passed, case.thrown]


@pytest.mark.parametrize("rows", [ROWS[::6], pytest.param(ROWS, marks=pytest.mark.long)], ids=["some", "all"])
def test_eight_threads_run_rows_on_the_same_drawings_as_one_does(rows: list[Row]) -> None:
    expected = [_run(row) for row in rows]
    kept = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            many = [pool.submit(_run, row) for _time in range(3) for row in rows]
            found = [each.result() for each in many]
    finally:
        sys.setswitchinterval(kept)
    assert found == expected * 3
