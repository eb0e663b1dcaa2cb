"""Tells a database that is away from one that refuses: who works for it does not count what was cut short."""

from sqlite3 import SQLITE_ERROR

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.errors import Unavailable

# classes of SQLSTATE: no line, out of turn, held by somebody else, going down
ABSENT = ("08", "40", "55", "57")


def is_away(fault: BaseException | None) -> bool:
    """Whether the database was not there, or was kept by somebody else, where it did not refuse what it was told."""
    if isinstance(fault, Unavailable):
        fault = fault.__cause__
    if not isinstance(fault, OperationalError):
        return isinstance(fault, NoConnection)
    state = getattr(fault.orig, "sqlstate", None)
    if state is None:  # SQLite's word for a statement that it cannot follow; PostgreSQL said nothing at all
        return getattr(fault.orig, "sqlite_errorcode", None) != SQLITE_ERROR
    return state.startswith(ABSENT)
