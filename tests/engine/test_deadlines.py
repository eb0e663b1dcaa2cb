"""Timers that hang on the calendar follow it when it changes; all others stay; and drawn reminders are known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app import engine
from app.engine import codec, deadlines
from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.engine.diagrams.case import CALENDAR, MONDAY, Case

TUESDAY_OFF = replace(CALENDAR, days_off=frozenset({date(2026, 6, 9)}))


def waiting(*timers: tuple[str, str], **variables: object) -> Case:
    """A task with timers on its edge, none of which interrupts."""
    edges = [build.boundary(name, "kerja", build.timer(_tag(text), text), False) for name, text in timers]
    ends = [build.end(f"akhir_{name}") for name, _text in timers]
    ways = " ".join(f"{name}>akhir_{name}" for name, _text in timers)
    nodes = [build.start(), build.user("kerja"), build.end(), *edges, *ends]
    return Case(build.bpmn("uji", nodes, f"mulai>kerja kerja>selesai {ways}"), **variables)


def _tag(text: str) -> str:
    return "timeDuration" if text.startswith("P") else "timeDate"


def recounted(case: Case) -> dict[str, str]:
    state, moved = deadlines.recount(case.drawing, case.standing.state, before=CALENDAR, after=TUESDAY_OFF)
    fired = engine.fire_timers(case.drawing, state, MONDAY, calendar=TUESDAY_OFF)
    found = {timer.id: timer for timer in fired.timers}
    assert {name: found[name].due for name in moved} == moved
    return {timer.step: f"{timer.due:%d %H.%M}" for timer in fired.timers}


def test_working_days_and_hours_move_with_a_new_day_off() -> None:
    case = waiting(("hari", "hari_kerja(2)"), ("jam", "jam_kerja(8)"))
    assert {step: f"{due:%d %H.%M}" for step, due in case.due.items()} == {
        "hari": "10 15.00",
        "jam": "09 10.00",
    }

    assert recounted(case) == {"hari": "11 15.00", "jam": "10 10.00"}


def test_dates_durations_and_cycles_do_not_move() -> None:
    case = waiting(("lama", "P3D"), ("tanggal", "2026-06-10T08:00:00+07:00"))
    before = case.standing.state

    assert deadlines.recount(case.drawing, before, before=CALENDAR, after=TUESDAY_OFF) == (before, {})


def test_a_timer_is_counted_from_the_moment_it_began_not_from_now() -> None:
    case = waiting(("jam", "jam_kerja(8)"))
    case.forward(hours=5)

    assert recounted(case) == {"jam": "10 10.00"}


def test_a_state_from_before_moments_were_kept_is_counted_by_the_machines_clock() -> None:
    case = waiting(("jam", "jam_kerja(8)"))
    tree = codec.unpack(case.standing.state)
    for row in tree["top"]["tasks"]:
        if row[7].pop("since", None):
            row[5] = MONDAY.timestamp() + 1
    state, moved = deadlines.recount(case.drawing, codec.pack(tree), before=CALENDAR, after=TUESDAY_OFF)

    (due,) = moved.values()
    assert abs(due - MONDAY.replace(day=10, hour=10)) <= timedelta(seconds=5)


def test_what_the_calendar_of_before_does_not_explain_stays() -> None:
    case = waiting(("hari", "hari_kerja(2)"))
    other = replace(CALENDAR, days_off=frozenset({date(2026, 6, 10)}))

    assert deadlines.recount(case.drawing, case.standing.state, before=other, after=CALENDAR)[1] == {}


REMINDER = build.timer("timeDate", "hari_kerja(1)")


@pytest.mark.parametrize(
    ("edge", "reminds"),
    [
        (build.boundary("tepi", "kerja", REMINDER, False), True),
        (build.boundary("tepi", "kerja", REMINDER), False),
        (build.boundary("tepi", "kerja", drawn.on_signal("s_x"), False), False),
    ],
)
def test_a_drawn_reminder_is_a_timer_that_does_not_interrupt(edge: str, reminds: bool) -> None:
    nodes = [build.start(), build.user("kerja"), build.user("lain"), build.end(), edge, build.end("akhir")]
    flows = "mulai>kerja kerja>lain lain>selesai tepi>akhir"
    drawing = build.document(drawn.signal("s_x", "X"), build.process("uji", nodes, flows))
    case = Case(drawing)
    assert deadlines.reminds(case.drawing, "kerja") is reminds
    assert not deadlines.reminds(case.drawing, "lain")
