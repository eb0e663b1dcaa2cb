"""Hours of a week: breaks, Friday's own hours, other hours from a day on, and how they are written and read."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import hours
from app.domain.calendar import Calendar
from app.errors import Invalid

ZONE = ZoneInfo("Asia/Jakarta")
OFFICE = hours.read_week(
    {**dict.fromkeys(range(4), "07.30-12.00, 13.00-16.00"), 4: "07.30–11.00, 13.00–14.00"}
)
FASTING = hours.read_week({**dict.fromkeys(range(4), "08.00–15.00"), 4: "08.00–11.30"})
CITY = Calendar(
    ZONE,
    frozenset({date(2026, 3, 19), date(2026, 3, 20)}),
    ((date.min, OFFICE), (date(2026, 2, 18), FASTING), (date(2026, 3, 24), OFFICE)),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2026-06-08 11:00", 2, "2026-06-08 14:00"),  # over the midday break
        ("2026-06-08 12:30", 1, "2026-06-08 14:00"),  # begun in the break
        ("2026-06-12 10:30", 1, "2026-06-12 13:30"),  # over Friday's long break
        ("2026-06-12 10:30", 2, "2026-06-15 08:00"),  # and over the weekend
        ("2026-06-08 07:30", 4, "2026-06-08 11:30"),
    ],
)
def test_working_hours_stand_still_in_a_break(start: str, amount: int, expected: str) -> None:
    assert CITY.add_working_hours(at(start), amount) == at(expected)
    assert CITY.working_time_between(at(start), at(expected)) == timedelta(hours=amount)


def test_other_hours_hold_from_their_day_on() -> None:
    assert CITY.add_working_days(at("2026-02-16 09:00"), 1) == at("2026-02-17 16:00")
    assert CITY.add_working_days(at("2026-02-17 09:00"), 1) == at("2026-02-18 15:00")
    assert CITY.add_working_days(at("2026-03-23 09:00"), 1) == at("2026-03-24 16:00")
    assert CITY.add_working_hours(at("2026-02-17 15:30"), 2) == at("2026-02-18 09:30")


def test_counting_days_agrees_over_a_change_to_six_days_a_week() -> None:
    six = {day: OFFICE[0] for day in range(6)}
    city = Calendar(
        ZONE, CITY.days_off, ((date.min, OFFICE), (date(2026, 2, 1), six), (date(2026, 5, 1), OFFICE))
    )
    start = at("2026-01-02 10:00")
    for offset in range(1, 300):
        days = [start.date() + timedelta(days=day) for day in range(1, offset + 1)]
        assert city.working_days_between(start, start + timedelta(days=offset)) == sum(
            map(city.is_working_day, days)
        )


def test_hours_are_written_as_they_are_read() -> None:
    assert hours.say_week(OFFICE) == [
        ("Senin–Kamis", "07.30–12.00, 13.00–16.00"),
        ("Jumat", "07.30–11.00, 13.00–14.00"),
    ]
    assert hours.stored_week(hours.plain_week(OFFICE)) == OFFICE
    assert hours.open_time(OFFICE[0]) == timedelta(hours=7, minutes=30)
    assert hours.say_week({0: OFFICE[0], 2: OFFICE[0]})[0][0] == "Senin", "a day between them is free"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8", "bukan rentang"), ("08.00-25.00", "bukan rentang"), ("delapan–tiga", "bukan rentang"),
        ("08.00–08.00", "jam tutup"), ("15.00–08.00", "jam tutup"), ("08.00–12.00, 11.00–15.00", "tumpang tindih"),
        ("１.00–2.00", "bukan rentang"), ("1.00–2.00, 3.00–4.00, 5.00–6.00, 7.00–8.00", "paling banyak"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_read_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        hours.read_week({0: "08.00–15.00", 4: text})
    assert list(refusal.value.fields) == ["hari.4"]
    assert said in refusal.value.fields["hari.4"] and "Jumat" in refusal.value.fields["hari.4"]


def test_a_week_without_any_work_is_refused() -> None:
    with pytest.raises(Invalid):
        hours.read_week({})


moments = st.integers(0, 364 * 24 * 60).map(
    lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes)
)


@given(moments, st.integers(1, 60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 500)), max_size=3))
def test_what_is_left_of_the_hours_is_kept_over_every_pause(start, amount, waits) -> None:
    """The clock ran exactly as long as the limit when it is due, however often it stood still."""
    pauses, at_ = [], start
    for ran, stood in waits:
        paused = at_ + timedelta(hours=ran)
        pauses.append((paused, paused + timedelta(hours=stood)))
        at_ = pauses[-1][1]
    due = CITY.due(start, f"{amount} jk", pauses=pauses)
    counted, begun = timedelta(), start
    for paused, resumed in pauses:
        if paused > due:
            break
        counted += CITY.working_time_between(begun, paused)
        begun = resumed
    assert counted + CITY.working_time_between(begun, due) == timedelta(hours=amount)


@given(moments, st.integers(1, 30))
def test_a_reminder_comes_when_a_quarter_of_the_time_is_left(start, days) -> None:
    due = CITY.add_working_days(start, days)
    reminder = CITY.reminder(start, due)
    assert start <= reminder <= due
    whole, left = CITY.working_time_between(start, due), CITY.working_time_between(reminder, due)
    assert abs(left * 4 - whole) <= timedelta(seconds=1)


def test_three_quarters_of_the_time_of_scenario_c3() -> None:
    city = Calendar(ZONE, frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    start, due = at("2026-12-21 09:00"), at("2026-12-28 15:00")
    assert city.due(start, "3 hk") == due
    assert city.reminder(start, due) == at("2026-12-28 08:15")  # 20 h 15 min of 27 open hours


def test_what_was_late_before_it_was_returned_stays_late() -> None:
    city = Calendar(ZONE)
    start, due = at("2026-06-08 09:00"), at("2026-06-10 15:00")
    pause = (at("2026-06-11 10:00"), at("2026-06-15 10:00"))
    assert city.due(start, "2 hk", pauses=[pause]) == due
    assert city.usage(start, at("2026-06-12 10:00"), "2 hk", pauses=[pause]).is_over
    assert not city.usage(start, at("2026-06-10 15:00"), "2 hk").is_over
    assert city.usage(start, at("2026-06-10 15:01"), "2 hk").is_over


def test_hours_are_over_with_their_last_minute() -> None:
    city = Calendar(ZONE)
    start = at("2026-06-08 09:00")
    assert not city.usage(start, at("2026-06-08 13:00"), "4 jk").is_over
    assert city.usage(start, at("2026-06-08 13:01"), "4 jk").is_over


def test_midnight_is_no_working_hour_of_the_week() -> None:
    assert hours.read_stretches("0.00–23.59") == ((time(0), time(23, 59)),)
