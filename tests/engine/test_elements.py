"""Every element runs as the standard says: alone, in rounds, in sub-processes and calls, and beside another branch."""

from collections import Counter

import pytest
from lxml import etree

from app import engine
from app.engine.sources import NAMES
from app.errors import Conflict
from tests.engine.diagrams import trace
from tests.engine.diagrams.case import Case
from tests.engine.elements import ROWS, pools
from tests.engine.elements.row import WRAPPINGS, Row, play, unfit

TOGETHER = [
    pytest.param(row, wrapping, id=f"{row.name}-{wrapping}")
    for row in ROWS
    for wrapping in WRAPPINGS
    if not unfit(row, wrapping)
]
NOT_ABOUT_RUNNING = {"tanpa-lajur", "tanpa-formulir", "lajur-tanpa-role"}


@pytest.mark.parametrize(("row", "wrapping"), TOGETHER)
def test_it_runs_as_the_standard_says(row: Row, wrapping: str) -> None:
    wrapped = WRAPPINGS[wrapping](row)
    case = play(row, wrapped)
    assert not trace.misfit(wrapped.trace, case.passed)
    assert case.standing.finished
    assert (case.steps, case.orders, case.due, case.listening) == ([], [], {}, [])
    rounds = len(wrapped.rounds)
    assert Counter(f"{event.kind}:{event.name}" for event in case.thrown) == Counter([*row.throws] * rounds)
    assert Counter(case.ended) == Counter(
        name for name in case.passed if name in _ends(wrapped.drawn, *row.files)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_checker_lets_it_pass(row: Row) -> None:
    files = {f"{n}.{'dmn' if b'/DMN/' in held[:1000] else 'bpmn'}": held for n, held in enumerate(row.files)}
    found = engine.check({"layanan.bpmn": row.drawn(), **files})
    assert not [problem.sentence for problem in found if problem.rule not in NOT_ABOUT_RUNNING]


def test_rows_have_names_of_their_own_and_say_why_they_stand_alone() -> None:
    assert not [name for name, times in Counter(row.name for row in ROWS).items() if times > 1]
    alone = [row for row in ROWS if sum(not unfit(row, wrapping) for wrapping in WRAPPINGS) == 1]
    assert not [row.name for row in alone if not row.unfit]
    assert len(ROWS) >= 90


def test_two_pools_talk_until_both_are_done() -> None:
    file = pools.two_pools()
    applicant = Case(file, main="warga")
    office = Case(file, main="kantor", event=applicant.thrown[0])
    assert (applicant.listening, office.steps) == (["message:Jawaban"], ["periksa"])
    office.do("periksa")
    applicant.deliver(office.thrown[0])
    assert (applicant.standing.finished, office.standing.finished) == (True, True)
    assert office.passed == ["datang", "periksa", "jawab"]


def test_a_message_of_another_correlation_is_not_for_this_case() -> None:
    key = pools.correlation_key("K", "P")
    applicant = Case(pools.two_pools(key, tuple(pools.RELATED)), main="warga")
    assert applicant.thrown[0].correlation == {"K": {"P": 7}}
    with pytest.raises(Conflict):
        applicant.tell("Jawaban", {"K": {"P": 8}}, nomor=8, hasil="terbit")
    assert applicant.tell("Jawaban", {"K": {"P": 7}}, nomor=7, hasil="terbit").standing.finished


def test_the_entrances_of_a_process_are_known_beforehand() -> None:
    row = next(row for row in ROWS if row.name == "start-several")
    found = engine.read({"a.bpmn": row.drawn()}, "a.bpmn").entrances
    assert [(way.step, way.kind, way.name) for way in found] == [("datang", "message", "Laporan")]


def test_an_event_that_no_start_waits_for_opens_nothing() -> None:
    row = next(row for row in ROWS if row.name == "start-message")
    with pytest.raises(Conflict):
        Case(row.drawn(), event=engine.Event("message", "Lain"))


@pytest.mark.parametrize(
    ("text", "executed", "fits"),
    [
        ("a b c", "a b c", True),
        ("a b c", "a c b", False),
        ("a b c", "a b", False),
        ("a {b; c d} e", "a c b d e", True),
        ("a {b; c d} e", "a d b c e", False),
        ("a {b x; c x} e", "a c x b x e", True),
        ("a b? c", "a c", True),
        ("a {b; c} {d; e?}", "a c b d", True),
        ("a", "a a", False),
    ],
)
def test_a_trace_says_which_orders_are_free(text: str, executed: str, fits: bool) -> None:
    assert (trace.misfit(text, executed.split()) == "") is fits


def _ends(*drawn: bytes) -> set[str]:
    return {
        each.get("id")
        for file in drawn
        for each in etree.fromstring(file).iterfind(".//bpmn:endEvent", NAMES)
    }
