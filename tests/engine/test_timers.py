"""Reminders, hand-overs and waits happen when the given clock says so, once."""

from datetime import datetime, timedelta, timezone

import pytest

from app import engine
from app.engine import timers
from app.engine.language import BadExpression
from app.errors import Conflict, ProcessFault
from tests.engine.diagrams.build import boundary, bpmn, end, node, service, start, timer, user, xor
from tests.engine.diagrams.case import CALENDAR, MONDAY, ZONE, Case

ESCALATION = bpmn(
    "eskalasi",
    [
        start(), user("kasi"), boundary("ingat", "kasi", timer("timeDate", "hari_kerja(2)"), interrupting=False),
        service("kabari", "pemberitahuan.kirim", {"kepada": '"kasi"'}), end("sudah_diingatkan"),
        boundary("naik", "kasi", timer("timeDate", "hari_kerja(3)")), user("sekcam"), xor("g"), end(hasil="terbit"),
    ],
    """mulai>kasi ingat>kabari kabari>sudah_diingatkan naik>sekcam kasi>g sekcam>g
    g>selesai[keputusan == "setuju"]
    g>kasi[keputusan == "kembalikan"]""",
)  # fmt: skip


def test_a_reminder_leaves_the_task_open_and_a_hand_over_takes_it_away():
    case = Case(ESCALATION)
    assert case.due == {
        "ingat": datetime(2026, 6, 10, 15, 0, tzinfo=ZONE),
        "naik": datetime(2026, 6, 11, 15, 0, tzinfo=ZONE),
    }
    first = case.id_of("kasi")
    case.forward(days=2, hours=6)
    assert case.steps == ["kasi"]
    assert case.orders == ["kabari"]
    assert list(case.due) == ["naik"]
    case.perform("kabari")
    assert case.id_of("kasi") == first
    case.forward(days=1)
    assert case.steps == ["sekcam"]
    assert case.due == {}
    with pytest.raises(Conflict):
        engine.complete(case.drawing, case.standing.state, first, {}, case.now, calendar=CALENDAR)
    case.do("sekcam", keputusan="setuju")
    assert case.standing.finished
    assert case.ended == ["sudah_diingatkan", "selesai"]


def test_a_task_done_in_time_takes_its_timers_with_it():
    case = Case(ESCALATION).do("kasi", keputusan="setuju")
    assert case.standing.finished
    assert not case.standing.timers
    assert not case.forward(days=30).standing.operations


def test_a_return_starts_both_timers_afresh():
    case = Case(ESCALATION).forward(days=1).do("kasi", keputusan="kembalikan")
    assert case.due["ingat"] == datetime(2026, 6, 11, 15, 0, tzinfo=ZONE)
    assert case.due["naik"] == datetime(2026, 6, 12, 11, 30, tzinfo=ZONE)


def test_both_fire_when_the_worker_comes_late_and_the_reminder_does_not_hold_the_hand_over():
    case = Case(ESCALATION).forward(days=20)
    assert case.steps == ["sekcam"]
    assert case.orders == ["kabari"]


def test_the_machine_clock_plays_no_part():
    far = datetime(2041, 1, 7, 9, 0, tzinfo=ZONE)
    case = Case(ESCALATION, now=far)
    assert case.due["ingat"] > far
    assert case.forward(hours=1).steps == ["kasi"]
    past = Case(ESCALATION, now=datetime(2019, 1, 7, 9, 0, tzinfo=ZONE))
    assert past.orders == []


def test_a_timer_fires_at_its_moment_not_before():
    case = Case(ESCALATION)
    case.now = case.due["ingat"] - timedelta(seconds=1)
    assert case.forward().orders == []
    assert case.forward(seconds=1).orders == ["kabari"]


def test_a_repeating_reminder_fires_as_often_as_it_says():
    case = Case(
        bpmn(
            "ulang",
            [
                start(), user("a"), boundary("tiap", "a", timer("timeCycle", "R3/P1D"), interrupting=False),
                service("kabari", "pemberitahuan.kirim"), end("sudah"), end(),
            ],
            "mulai>a tiap>kabari kabari>sudah a>selesai",
        )
    )  # fmt: skip
    for _day in range(3):
        assert case.due["tiap"] == case.now + timedelta(days=1)
        assert case.forward(days=1).orders == ["kabari"]
        case.perform("kabari")
    assert case.due == {}
    size = len(case.standing.state)
    assert case.forward(days=9).orders == []
    assert len(case.standing.state) <= size + 10
    assert case.do("a").standing.finished


def test_missed_repetitions_are_all_made_up_for():
    case = Case(
        bpmn(
            "ulang2",
            [
                start(),
                user("a"),
                boundary("tiap", "a", timer("timeCycle", '"R3/P1D"'), False),
                end("sudah"),
                end(),
            ],
            "mulai>a tiap>sudah a>selesai",
        )
    )
    assert case.forward(days=10).ended == ["sudah"] * 3


def test_a_wait_in_the_flow_ends_at_its_time():
    case = Case(
        bpmn(
            "menunggu",
            [start(), node("intermediateCatchEvent", "jeda", timer("timeDuration", "P1M")), user("a"), end()],
            "mulai>jeda jeda>a a>selesai",
        )
    )
    assert case.due == {"jeda": datetime(2026, 7, 8, 9, 0, tzinfo=ZONE)}
    assert case.forward(days=29).steps == []
    assert case.forward(days=1).steps == ["a"]


def test_a_moment_from_a_form_may_set_the_time_within_bounds():
    drawn = bpmn(
        "tanggal",
        [start(), node("intermediateCatchEvent", "jeda", timer("timeDate", "acara")), user("a"), end()],
        "mulai>jeda jeda>a a>selesai",
    )
    assert Case(drawn, acara="2026-06-20").due == {"jeda": datetime(2026, 6, 20, tzinfo=ZONE)}
    for hostile in ("P99999999999M", "9999-12-31T00:00:00+00:00", 7, None, "x" * 5000, "R/PT0S"):
        with pytest.raises(ProcessFault):
            Case(drawn, acara=hostile)


@pytest.mark.parametrize(
    "text", ["P", "PT", "P1", "1D", "P-1D", "P99999Y", "P1.5D", "PT99999999S9", "P1D1D", ""]
)
def test_broken_durations_are_refused(text):
    with pytest.raises(BadExpression):
        timers.duration(text, MONDAY)


@pytest.mark.parametrize(
    "text", ["R/PT1H", "R0/P1D", "R101/P1D", "R3/PT0S", "R3/PT59S", "R3", "P1D", "R3/x", None]
)
def test_unbounded_or_empty_repetitions_are_refused(text):
    with pytest.raises(BadExpression):
        timers.cycle(text, MONDAY)


def test_durations_follow_the_calendar():
    now = datetime(2026, 1, 31, 8, 0, tzinfo=timezone(timedelta(hours=9)))
    assert now + timers.duration("P1M", now) == datetime(2026, 2, 28, 8, 0, tzinfo=now.tzinfo)
    assert timers.duration("P1DT2H30M", now) == timedelta(days=1, hours=2, minutes=30)
    assert timers.duration("P2W", now) == timedelta(weeks=2)
