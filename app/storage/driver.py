"""What the drivers of both databases are told: how connections begin, which are tried, what is kept prepared."""

from time import monotonic
from typing import Any

from psycopg import OperationalError as OperationalFault
from psycopg import _queries
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, Pool

RESTED = 1.0  # seconds
PREPARED_AFTER = 5  # times that a statement came over the same connection, as the driver has it

# Up to so many values, the driver reads the text of a statement once and remembers it. It has 50; what a step writes at
# once has some sixty, and to read that text anew every time costs more than to write two rows.
_queries.MAX_CACHED_STATEMENT_PARAMS = 200


@event.listens_for(Pool, "checkin")
def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


@event.listens_for(Pool, "checkout")
def _try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection to PostgreSQL that has rested may be dead: it is tried first, one in use is not.

    Without a transaction, whose undoing would make the driver forget what it has prepared.
    """
    if (
        type(connection).__module__.split(".")[0] != "psycopg"
        or monotonic() - record.info.get("used", 0) < RESTED
    ):
        return
    try:
        usual, connection.autocommit = connection.autocommit, True
        connection.execute("SELECT 1")
        connection.autocommit = usual
    except OperationalFault as fault:
        raise InvalidatePoolError from fault


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _record: object) -> None:
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = (
        None  # we say BEGIN ourselves, so that a writer locks from its first statement
    )
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=20000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "before_cursor_execute")
def _plan(
    connection: object, cursor: object, _statement: str, _values: object, context: object, _many: bool
) -> None:
    """A statement with AFRESH is planned for the very values it comes with, not once for all that may come."""
    if connection.dialect.name == "postgresql":
        afresh = context is not None and context.execution_options.get("planned_afresh")
        cursor.connection.prepare_threshold = None if afresh else PREPARED_AFTER


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: object) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
