"""How patient the worker is: how long work may lie in one worker's hands, how often it is tried, and when again."""

from datetime import datetime, timedelta

from app.usecases.parts import now

LEASE = timedelta(seconds=60)  # how long a worker may be silent before another takes its work over
HELD = timedelta(
    seconds=10
)  # the same for what needs the database alone, where the case's row keeps others away
LAG = timedelta(milliseconds=200)  # how far a worker's idea of the time may be behind the database's
ATTEMPTS = 5
LOST = "Pekerja berhenti di tengah pekerjaan ini, berulang kali."
SYSTEM = "Sistem"


def later(times: int, *, most: timedelta = timedelta(days=1)) -> datetime:
    """When to try again what was tried so often: two seconds, four, eight, …"""
    return now() + min(timedelta(seconds=2 ** min(times, 30)), most)


def nearly(due: datetime | None) -> datetime | None:
    """That moment, where a wake-up came a trifle too early for it; for what is further off there is another one."""
    return due if due is not None and due <= now() + LAG else None
