"""What people write into forms reaches timers, counts, lists and messages as a value, and does no harm there.

(ASVS 5.0: 1.3.2, 2.2.1, 15.2.2)
"""

from contextlib import suppress
from datetime import timedelta

import pytest

from app import engine
from app.errors import Conflict, Invalid, ProcessFault
from tests.effort import soon
from tests.engine.diagrams.activities import again, many, rule, send
from tests.engine.diagrams.build import (
    boundary,
    document,
    end,
    process,
    script,
    service,
    start,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.case import CALENDAR, MONDAY, Case
from tests.engine.diagrams.dmn import decision, dmn, table
from tests.engine.diagrams.events import catch, message, on_condition, on_message, start_on

DEEP: object = "x"
for _level in range(15):
    DEEP = [DEEP]
WIDE = [[number] for number in range(900)]
VALUES = [
    "R/PT0S", "R0/PT1H", "R1000000000/PT1H", "R3/PT0S", "R3/-PT1H", "R3/P99999999999M", "R-1/P1D", "R3/P1D/P1D",
    "P99999999999M", "P" + "9" * 5_000 + "D", "PT99999999S", "P0D", "-P1D", "P1.5D", "P1Y2M3W4DT5H6M7S" * 50, "PT",
    "P", "9999-12-31", "0001-01-01", "2026-13-45", "2026-06-08T09:00:00+99:99", "24:00", "2026-06-08T09:00:00.9999999",
    "__import__('os').system('id')", "{{ 7*7 }}", "${x}", "x" * 10_000, "\u202e\u200b", "null", "", " ",
    0, 1, -1, 3, 101, 10**6, 10**15, -(10**15), 2**53, 0.5, 1e308, -0.0, True, False, None,
    [], [None] * 101, list(range(1_000)), WIDE, DEEP, [[]] * 100, {}, {"a": {"b": [1]}}, {"langkah": "x"},
    {"loopCounter": 10**6}, {"numberOfInstances": 0}, "\u0663", "\uff11", "1e5", "0x10", "3",
]  # fmt: skip
KEYS = [
    {"typename": "Task"}, {"v": {"typename": "x"}}, {"v": [{"typename": 1}]}, {"v": {"__class__": "x"}},
    {"v": {"__reduce__": 1}}, {"v": "\0"}, {"v": "\ud800"}, {"v": {"\0": 1}}, {"v": {1: 1}}, {"v": float("nan")},
    {"v": float("inf")}, {"v": 10**400}, {"v": b"x"}, {"v": object()},
]  # fmt: skip
RULES = table(["v"], ["hasil"], [["> 5", '"ya"'], ["-", '"tidak"']], "FIRST")


def reaching(*nodes: str, flows: str = "a>selesai", roots: tuple[str, ...] = ()) -> bytes:
    """A person fills in `v`, then comes `a`."""
    return document(
        *roots, process("isian", [start(), user("isi"), *nodes, end()], f"mulai>isi isi>a {flows}")
    )


def edged(definition: str, *, interrupting: bool = True) -> bytes:
    return reaching(user("a"), boundary("b", "a", definition, interrupting), flows="a>selesai b>selesai")


PLACES = {
    "date": reaching(catch("a", timer("timeDate", "v"))),
    "duration": reaching(catch("a", timer("timeDuration", "v"))),
    "cycle": edged(timer("timeCycle", "v"), interrupting=False),
    "edge": edged(timer("timeDuration", "v")),
    "working days": reaching(catch("a", timer("timeDate", "hari_kerja(v)"))),
    "working hours": reaching(catch("a", timer("timeDate", "jam_kerja(v)"))),
    "cardinality": reaching(user("a", many("v"))),
    "cardinality one by one": reaching(script("a", "z = 1", many("v", one_by_one=True))),
    "collection": reaching(user("a", many(over="v", item="satu"))),
    "gathered collection": reaching(
        script("a", "z = satu", many(over="v", item="satu", kept="semua", each="z"))
    ),
    "until": reaching(script("a", "z = 1", many("3", until="v"))),
    "loop": reaching(script("a", "z = 1", again("v", 100))),
    "growing loop": reaching(script("a", "v = [v, v]", again("1 == 1", 100))),
    "growing text": reaching(script("a", "v = v + v", again("1 == 1", 100))),
    "condition": reaching(xor("a", "baku"), flows="a>selesai:baku\na>isi[v == 7]"),
    "conditional event": reaching(catch("a", on_condition("v"))),
    "arithmetic": reaching(script("a", "z = v * v + v / v - v // v % v")),
    "comparison": reaching(script("a", "z = v == [v, v] or v in [v] or len([v, v]) > v")),
    "round": reaching(script("a", "z = round(v, v)")),
    "parameter": reaching(service("a", "status.publik", {"p": "v", "q": "[v, v, v]"})),
    "message": reaching(send("a", "M"), roots=(message("M", payload='{"v": v, "w": [v, v]}'),)),
    "whole message": reaching(send("a", "M"), roots=(message("M", payload="v"),)),
    "decision": reaching(rule("a", "k")),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_a_value_from_a_form_does_no_harm(place, value):
    """The case stops with a fault, or goes on within all bounds: never late, never large."""
    case = Case(PLACES[place], *([dmn(decision("k", RULES))] if place == "decision" else []))
    with soon(2.1), suppress(ProcessFault, Invalid):
        case.do("isi", v=value)
        for _time in range(3):
            case.forward(days=4)
    assert len(case.standing.state) < 300_000
    assert len(case.standing.waiting) <= 100
    assert all(due - MONDAY < timedelta(days=3_700) for due in case.due.values())


@pytest.mark.parametrize("held", KEYS)
def test_what_could_not_be_read_back_enters_by_no_door(held):
    """Not by a form, not by a message, not with the event that opens a case, not as the result of outside work."""
    drawn = reaching(
        service("a", "status.publik", result="v"), catch("b", on_message("M")), start_on("buka", on_message("M")),
        script("c", "z = v"), flows="a>b b>c c>selesai buka>a", roots=(message("M", variable="v"),),
    )  # fmt: skip
    case = Case(drawn)
    with pytest.raises(Invalid):
        case.do("isi", **held)
    case.do("isi")
    with pytest.raises(Invalid):
        case.perform("a", **held)
    case.perform("a")
    with pytest.raises(Invalid):
        case.tell("M", **held)
    with pytest.raises(Invalid):
        Case(drawn, event=engine.Event("message", "M", held))
    with pytest.raises(Invalid):
        Case(drawn, **held)
    assert case.tell("M").standing.finished


@pytest.mark.parametrize("payload", [5, "x", [1], None, True])
def test_a_message_without_a_name_for_what_it_holds_stops_its_case_only(payload):
    drawn = reaching(
        catch("a", on_message("M")), start_on("buka", on_message("M")), user("lihat"),
        flows="a>selesai buka>lihat lihat>selesai", roots=(message("M"),),
    )  # fmt: skip
    event = engine.Event("message", "M", payload)
    case = Case(drawn).do("isi")
    for receive in (lambda: case.deliver(event), lambda: Case(drawn, event=event)):
        try:
            receive()
        except (ProcessFault, Invalid, Conflict):
            continue
        assert payload is None


@pytest.mark.parametrize(
    "correlation", [{"K": {"P": DEEP}}, {"K": {"P": WIDE}}, {"K" * 10_000: {"P": 1}}, {"K": {}}]
)
def test_a_strange_correlation_does_no_harm(correlation):
    drawn = reaching(catch("a", on_message("M")), roots=(message("M"),))
    case = Case(drawn).do("isi")
    with soon(2.1), suppress(ProcessFault, Invalid, Conflict):
        case.tell("M", correlation)
    assert len(case.standing.state) < 300_000


def test_a_clock_outside_all_calendars_is_no_reason_to_hang():
    case = Case(PLACES["working days"])
    with pytest.raises((ProcessFault, Invalid)):
        engine.complete(
            case.drawing, case.standing.state, case.id_of("isi"), {"v": 1000},
            MONDAY.replace(year=9999, month=12, day=30), calendar=CALENDAR,
        )  # fmt: skip
