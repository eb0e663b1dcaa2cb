"""Working days and hours of Kota Probolinggo, with the vectors of the domain study."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import Calendar, Limit

ZONE = ZoneInfo("Asia/Jakarta")
SEED = Path(__file__).parents[2] / "app" / "seed" / "3574" / "holidays.csv"


def _days_off() -> frozenset[date]:
    with SEED.open(encoding="utf-8") as file:
        return frozenset(date.fromisoformat(row["tanggal"]) for row in csv.DictReader(file))


CITY = Calendar(ZONE, _days_off())


def always(week) -> Calendar:
    """A city with these hours and no day off."""
    return Calendar(ZONE, frozenset(), ((date.min, week),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-16 09:00", 3, date(2026, 3, 26)),
        ("2026-03-16 09:00", 5, date(2026, 3, 30)),
        ("2026-05-12 09:00", 5, date(2026, 5, 21)),
        ("2026-12-22 09:00", 3, date(2026, 12, 29)),
        ("2026-12-15 09:00", 14, date(2027, 1, 8)),
        ("2026-12-21 09:00", 3, date(2026, 12, 28)),
        ("2026-11-27 09:00", 3, date(2026, 12, 2)),
        ("2026-11-27 09:00", 14, date(2026, 12, 17)),
    ],
)
def test_the_vectors_hold_and_counting_back_agrees(start, days, expected):
    due = CITY.add_working_days(at(start), days)
    assert due.date() == expected
    assert due.time() == (time(11, 30) if expected.weekday() == 4 else time(15))
    assert CITY.working_days_between(at(start), due) == days


def test_the_start_day_does_not_count_even_before_opening_or_on_a_day_off():
    assert CITY.add_working_days(at("2026-06-08 00:01"), 1) == at("2026-06-09 15:00")
    assert CITY.add_working_days(at("2026-06-07 10:00"), 1) == at("2026-06-08 15:00")
    assert CITY.add_working_days(at("2026-06-08 10:00"), 0) == at("2026-06-08 15:00")
    assert CITY.add_working_days(at("2026-06-07 10:00"), 0) == at("2026-06-08 15:00")


def test_days_are_the_citys_not_the_servers():
    late_in_london = datetime.fromisoformat("2026-06-08T18:30:00+00:00")
    assert CITY.add_working_days(late_in_london, 1) == at("2026-06-10 15:00")


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-06-08 09:00", 4, "2026-06-08 13:00"),
        ("2026-06-08 13:00", 4, "2026-06-09 10:00"),
        ("2026-06-08 06:00", 7, "2026-06-08 15:00"),
        ("2026-06-11 14:00", 4, "2026-06-11 15:00+3"),
        ("2026-06-12 11:00", 1, "2026-06-15 08:30"),
        ("2026-06-13 10:00", 2, "2026-06-15 10:00"),
        ("2026-06-08 20:00", 0, "2026-06-09 08:00"),
    ],
)
def test_working_hours_run_only_while_the_counter_is_open(start, hours, expected):
    expected = "2026-06-12 11:00" if expected.endswith("+3") else expected
    assert CITY.add_working_hours(at(start), hours) == at(expected)


def test_hours_are_the_citys_own_choice():
    long_friday = always({day: ((time(7, 30), time(16)),) for day in range(5)})
    assert long_friday.add_working_days(at("2026-06-11 09:00"), 1) == at("2026-06-12 16:00")
    six_days = always({day: ((time(8), time(14)),) for day in range(6)})
    assert six_days.add_working_days(at("2026-06-12 09:00"), 1) == at("2026-06-13 14:00")


def test_counting_in_one_stroke_agrees_with_counting_day_by_day():
    start = at("2026-01-02 10:00")
    for offset in range(0, 730, 7):
        end = start + timedelta(days=offset)
        by_hand = sum(
            CITY.is_working_day((start + timedelta(days=day)).date()) for day in range(1, offset + 1)
        )
        assert CITY.working_days_between(start, end) == by_hand
        assert CITY.working_days_between(end, start) == 0


def test_the_clock_stands_still_while_the_applicant_has_the_ball():
    start, paused, resumed = at("2026-05-29 09:00"), at("2026-06-02 10:00"), at("2026-06-09 08:30")
    pauses = [(paused, resumed)]
    now = at("2026-06-11 10:00")
    assert CITY.usage(start, now, "5 hk", pauses=pauses).used == 3
    assert CITY.due(start, "5 hk", pauses=pauses) == CITY.add_working_days(resumed, 4)
    assert (
        CITY.explain(start, now, "5 hk", pauses=pauses)
        == "terpakai 3 dari 5 hari kerja; berhenti 2–9 Juni menunggu pemohon"
    )


def test_an_open_pause_has_no_due_moment():
    start, paused = at("2026-06-02 09:00"), at("2026-06-04 10:00")
    assert CITY.due(start, "3 hk", pauses=[(paused, None)]) is None
    line = CITY.explain(start, at("2026-06-30 10:00"), "3 hk", pauses=[(paused, None)])
    assert line == "terpakai 2 dari 3 hari kerja; berhenti sejak 4 Juni menunggu pemohon"


def test_several_pauses_are_told_in_order():
    pauses = [
        (at("2026-12-30 09:00"), at("2027-01-04 09:00")),
        (at("2026-11-30 09:00"), at("2026-12-02 09:00")),
        (at("2026-12-07 09:00"), at("2026-12-07 12:00")),
    ]
    line = CITY.explain(at("2026-11-25 09:00"), at("2027-01-06 09:00"), "30 hk", pauses=pauses)
    assert line.endswith(
        "berhenti 30 November–2 Desember, 7 Desember dan 30 Desember 2026–4 Januari 2027 menunggu pemohon"
    )


def test_a_pause_within_one_day_changes_nothing_in_days_but_counts_in_hours():
    start = at("2026-06-08 09:00")
    pause = (at("2026-06-08 10:00"), at("2026-06-08 12:00"))
    assert CITY.due(start, "2 hk", pauses=[pause]) == CITY.due(start, "2 hk")
    assert CITY.due(start, "3 jk", pauses=[pause]) == at("2026-06-08 14:00")
    assert CITY.usage(start, at("2026-06-08 13:30"), "3 jk", pauses=[pause]).used == 2


def test_a_pause_before_or_after_the_stretch_does_not_count():
    start, end = at("2026-06-08 09:00"), at("2026-06-10 09:00")
    outside = [(at("2026-06-01 09:00"), at("2026-06-02 09:00")), (at("2026-06-11 09:00"), None)]
    assert CITY.usage(start, end, "3 hk", pauses=outside).pauses == ()
    assert CITY.explain(start, end, "3 hk", pauses=outside) == "terpakai 2 dari 3 hari kerja"


def test_usage_says_when_the_limit_is_over():
    start = at("2026-06-08 09:00")
    assert not CITY.usage(start, at("2026-06-10 09:00"), "2 hk").is_over
    assert CITY.usage(start, at("2026-06-11 09:00"), "2 hk").is_over


@pytest.mark.parametrize(
    "text", ["", "3", "hk", "0 hk", "-1 hk", "3 hari", "1001 hk", "9999 jk", "３ hk", "3 hk; x"]
)
def test_a_limit_that_cannot_be_read_is_refused_in_words(text):
    with pytest.raises(ValueError, match="Batas waktu"):
        Limit.read(text)


def test_limits_read_as_people_write_them():
    assert (Limit.read(" 3 HK ").amount, Limit.read("4jk").words) == (3, "4 jam kerja")


def test_absurd_amounts_and_naive_moments_are_refused():
    for wrong in (-1, 1001):
        with pytest.raises(ValueError):
            CITY.add_working_days(at("2026-06-08 09:00"), wrong)
    with pytest.raises(ValueError):
        CITY.add_working_hours(at("2026-06-08 09:00"), 5001)
    with pytest.raises(ValueError):
        CITY.add_working_days(at("2026-06-08 09:00").replace(tzinfo=None), 1)
    with pytest.raises(ValueError):
        always({}).next_working_day(date(2026, 6, 8))
