"""The parts an installation is wired from: settings, seals, files and the one clock. create_app makes them once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask import current_app

from app.config import Settings
from app.domain.calendar import Calendar
from app.gateways.files import FileStore
from app.gateways.sealing import Sealer
from app.storage import work


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


def parts() -> Parts:
    return current_app.extensions["alur"]


def now() -> datetime:
    """This moment in the city's zone, from the one clock."""
    return parts().clock().astimezone(parts().settings.zone)


def today() -> date:
    return now().date()


def calendar() -> Calendar:
    """The city's working calendar as it stands."""
    return Calendar(zone=parts().settings.zone, days_off=work.days_off())
