"""How patient the worker is: how long work may lie in one worker's hands, how often it is tried, and when again."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from app.errors import Unavailable
from app.storage import DatabaseFault, is_away, jobs_due, transaction
from app.usecases.parts import now

LEASE = timedelta(seconds=60)  # how long a worker may be silent before another takes its work over
HELD = timedelta(seconds=10)  # the same for what needs the database alone: the case's row keeps others away
LAG = timedelta(milliseconds=200)  # how far a worker's idea of the time may be behind the database's
ATTEMPTS = 5
LOST = "Pekerja berhenti di tengah pekerjaan ini, berulang kali."
SYSTEM = "Sistem"

_owed: set[tuple[str, str, int]] = set()  # attempts that the database cut short: kind, subject, number


class CutShort(Unavailable):
    """The database went away in the middle of an attempt. It is not counted: the work was not at fault."""


@contextmanager
def counted(kind: str, subject: str | int, attempts: int) -> Iterator[None]:
    """An attempt that was counted before; it is given back where the database cuts it short. Raises CutShort."""
    try:
        yield
    except Exception as fault:
        if not is_away(fault):
            raise
        _owed.add((kind, str(subject), attempts))
        with suppress(Unavailable, DatabaseFault):
            give_back()
        raise CutShort from fault


def give_back() -> None:
    """What was cut short is counted no more, and is due at once: now, or as soon as the database answers again."""
    for owed in tuple(_owed):
        kind, subject, attempts = owed
        with transaction():
            jobs_due.uncount(kind, subject, attempts, at=now())
        _owed.discard(owed)


def later(times: int, *, most: timedelta = timedelta(days=1)) -> datetime:
    """When to try again what was tried so often: two seconds, four, eight, …"""
    return now() + min(timedelta(seconds=2 ** min(times, 30)), most)


def nearly(due: datetime | None) -> datetime | None:
    """That moment, where a wake-up came a trifle too early for it; for what is further off there is another one."""
    return due if due is not None and due <= now() + LAG else None
