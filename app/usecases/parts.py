"""The parts an installation is wired from: settings, seals, files and the one clock. create_app makes them once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask import current_app

from app.config import Settings
from app.domain.calendar import Calendar
from app.domain.hours import stored_week
from app.gateways.files import FileStore
from app.gateways.sealing import Sealer
from app.storage import days


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Parts:
    """What a use case needs of the installation. `clock` is replaced by tests that set the time."""

    settings: Settings
    sealer: Sealer
    files: FileStore
    clock: Callable[[], datetime] = wall_clock
    published: dict[tuple[int, str | None], object] = field(default_factory=dict)  # read so far
    known_calendar: tuple[int | None, Calendar] | None = None  # as it was read last, and which change it has


def parts() -> Parts:
    return current_app.extensions["alur"]


def now() -> datetime:
    """This moment in the city's zone, from the one clock."""
    return parts().clock().astimezone(parts().settings.zone)


def today() -> date:
    return now().date()


def calendar() -> Calendar:
    """The city's working calendar as it stands, read again after every change of it."""
    stamp = days.stamp()
    known = parts().known_calendar
    if known is None or known[0] != stamp:
        known = parts().known_calendar = (stamp, read_calendar())
    return known[1]


def read_calendar() -> Calendar:
    """The same from its rows, also where the change that is under way is not yet kept."""
    weeks = tuple((week.since, stored_week(week.hours)) for week in days.working_weeks())
    held = {"weeks": weeks} if weeks else {}
    return Calendar(zone=parts().settings.zone, days_off=frozenset(days.days_off()), **held)
