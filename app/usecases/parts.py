"""The parts an installation is wired from: settings, seals, files and the one clock. create_app makes them once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Protocol

from flask import current_app

from app import engine
from app.config import Settings
from app.domain.calendar import Calendar
from app.domain.hours import stored_week
from app.engine import Standing
from app.gateways.files import FileStore
from app.gateways.sealing import Sealer
from app.storage import database_time, days


def wall_clock() -> datetime:
    return datetime.now(UTC)


class DatabaseClock:
    """The database's time as it was told, carried on by the steady count of this machine."""

    def __init__(self, told: datetime) -> None:
        self._told, self._at = told, monotonic()

    def __call__(self) -> datetime:
        return self._told + self.age

    @property
    def age(self) -> timedelta:
        """How long ago it was told."""
        return timedelta(seconds=monotonic() - self._at)


class Mover(Protocol):
    """Begins a case, and finishes its human steps."""

    start: Callable[..., Standing]
    complete: Callable[..., Standing]


@dataclass
class Parts:
    """What a use case needs of the installation. `clock` is replaced by tests that set the time."""

    settings: Settings
    sealer: Sealer
    files: FileStore
    clock: Callable[[], datetime] = wall_clock
    machine: Callable[[], datetime] = wall_clock  # what this machine's clock says, right or wrong
    published: dict[tuple[int, str | None], object] = field(default_factory=dict)  # read so far
    known_calendar: tuple[int | None, Calendar] | None = None  # as it was read last, and which change it has
    # role and home unit, or code of a unit → the unit that acts
    offices: dict[tuple[str, int | str], int] = field(default_factory=dict)
    engine: Mover = engine  # what moves cases; only the bench sets another beside it


def parts() -> Parts:
    return current_app._get_current_object().extensions["alur"]


def entrance() -> Callable[[], AbstractContextManager]:
    """How another thread comes into this portal."""
    return current_app._get_current_object().app_context


def now() -> datetime:
    """This moment in the city's zone, from the one clock."""
    here = parts()
    return here.clock().astimezone(here.settings.zone)


def keep_time(*, at_least_every: timedelta = timedelta()) -> None:
    """Go by the database's clock, where it has one of its own: no machine that is fast or slow fires a timer wrongly.

    A clock that tests have set stays.
    """
    here = parts()
    told_before = isinstance(here.clock, DatabaseClock)
    if told_before and here.clock.age < at_least_every:
        return
    if told_before or here.clock is here.machine:
        told = database_time()
        here.clock = DatabaseClock(told) if told else here.machine


def today() -> date:
    return now().date()


def calendar() -> Calendar:
    """The city's working calendar as it stands, read again after every change of it."""
    return calendar_as_of(days.stamp())


def calendar_as_of(stamp: int | None) -> Calendar:
    """The same, where its latest change is known already."""
    known = parts().known_calendar
    if known is None or known[0] != stamp:
        known = parts().known_calendar = (stamp, read_calendar())
    return known[1]


def read_calendar() -> Calendar:
    """The same from its rows, also where the change that is under way is not yet kept."""
    weeks = tuple((week.since, stored_week(week.hours)) for week in days.working_weeks())
    held = {"weeks": weeks} if weeks else {}
    return Calendar(zone=parts().settings.zone, days_off=frozenset(days.days_off()), **held)
