"""What the drivers of both databases are told: how connections begin, which are tried, what is kept prepared."""

from time import monotonic
from typing import Any

from psycopg import OperationalError as OperationalFault
from psycopg import _queries
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGExecutionContext_psycopg
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

RESTED = 1.0  # seconds
PREPARED_AFTER = 5  # times that a statement came over the same connection, as the driver has it

# Up to so many values, the driver reads the text of a statement once and remembers it. It has 50; what a step writes at
# once has some sixty, and to read that text anew every time costs more than to write two rows.
_queries.MAX_CACHED_STATEMENT_PARAMS = 200


def prepare(engine: Engine) -> None:
    """Tell an engine that was just made. Nothing listens to single statements: that costs each of them more calls than
    its own."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _try_rested)
        engine.dialect.execution_ctx_cls = _Planned


class _Planned(PGExecutionContext_psycopg):
    """A statement with AFRESH is planned for the very values it comes with, not once for all that may come."""

    def pre_exec(self) -> None:
        if "planned_afresh" in self.execution_options:
            self.cursor.connection.prepare_threshold = None

    def post_exec(self) -> None:
        if "planned_afresh" in self.execution_options:
            self.cursor.connection.prepare_threshold = PREPARED_AFTER


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


def _try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection to PostgreSQL that has rested may be dead: it is tried first, one in use is not.

    Without a transaction, whose undoing would make the driver forget what it has prepared.
    """
    if monotonic() - record.info.get("used", 0) < RESTED:
        return
    try:
        usual, connection.autocommit = connection.autocommit, True
        connection.execute("SELECT 1")
        connection.autocommit = usual
    except OperationalFault as fault:
        raise InvalidatePoolError from fault


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = (
        None  # we say BEGIN ourselves, so that a writer locks from its first statement
    )
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=20000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
