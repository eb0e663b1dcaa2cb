"""The administrator's calendar as it reads: a year of days off by month, the hours, and what was changed lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain import hours, words
from app.domain.calendar import Calendar
from app.domain.permissions import NO_CASE, Actor, Seat, seat_for
from app.storage import days, db
from app.storage.days import CalendarChange, CalendarDay, WorkingWeek
from app.usecases.parts import calendar, today

KINDS = {
    "libur_nasional": "Libur nasional",
    "cuti_bersama": "Cuti bersama",
    "libur_daerah": "Libur daerah",
}
LATEST = 10


@dataclass(frozen=True)
class Month:
    """The days off of one month, and how many days the city works in it."""

    name: str
    days: Sequence[CalendarDay]
    working_days: int


@dataclass(frozen=True)
class Hours:
    """Working hours from a day on."""

    since: date
    lines: Sequence[tuple[str, str]]  # ("Senin–Kamis", "08.00–15.00")
    is_current: bool
    is_coming: bool
    is_first: bool


@dataclass(frozen=True)
class Year:
    """A year of the calendar as the administrator reads it."""

    year: int
    years: Sequence[int]
    months: Sequence[Month]
    hours: Sequence[Hours]
    changes: Sequence[CalendarChange]
    estimates: int
    is_empty: bool


def read_year(year: int, actor: Actor) -> Year:
    """One year: days off by month, hours, the latest changes. Raises NotAllowed."""
    seat_for(actor, "look at calendar", NO_CASE)
    found, city = days.days_of(year), calendar()
    off = [row for row in found if row.is_off]
    return Year(
        year=year,
        years=sorted({*days.years(), year, today().year, today().year + 1}),
        months=[_month(city, year, month, found) for month in range(1, 13)],
        hours=[_hours(row, city) for row in days.working_weeks()],
        changes=days.latest_changes(LATEST),
        estimates=sum(row.is_estimate for row in off),
        is_empty=not off,
    )


def find_day(day: date, actor: Actor) -> CalendarDay | None:
    """What is known of one day, if anything. Raises NotAllowed."""
    seat_for(actor, "look at calendar", NO_CASE)
    return db.session.get(CalendarDay, day)


def typed_week(since: str, actor: Actor) -> dict[int, str]:
    """The hours that begin on this day, or else those that hold today, as they are typed. Raises NotAllowed."""
    seat_for(actor, "look at calendar", NO_CASE)
    weeks = {begins.isoformat(): week for begins, week in calendar().weeks}
    week = weeks.get(since, calendar().week_of(today()))
    return {day: hours.say_stretches(stretches) for day, stretches in week.items()}


def keeper(actor: Actor) -> Seat:
    """The office in which somebody may change the calendar. Raises NotAllowed."""
    return seat_for(actor, "change calendar", NO_CASE)


def _month(city: Calendar, year: int, month: int, found: Sequence[CalendarDay]) -> Month:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    span = range((following - first).days)
    working = sum(city.is_working_day(first + timedelta(days=offset)) for offset in span)
    return Month(words.MONTHS[month - 1], [row for row in found if row.day.month == month], working)


def _hours(row: WorkingWeek, city: Calendar) -> Hours:
    week = hours.stored_week(row.hours)
    current = next((since for since, _week in reversed(city.weeks) if since <= today()), city.weeks[0][0])
    return Hours(
        row.since, hours.say_week(week),
        is_current=row.since == current, is_coming=row.since > today(), is_first=row.since == city.weeks[0][0],
    )  # fmt: skip
