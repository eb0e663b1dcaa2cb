"""PostgreSQL's driver itself, for statements of our own that are a transaction each.

SQLAlchemy's connection, transaction and result are two thirds of what a short question costs, and bring nothing to rows
that are read and let go, or written and not read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import Error
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


class Answer(NamedTuple):
    """What came back: `first` gives its first row, or None."""

    first: Callable[[], Any]
    rowcount: int


class Line:
    """A connection of an engine's pool, without a transaction; whoever opens it closes it.

    To a statement of our own it is what SQLAlchemy's connection is, faults included.
    """

    def __init__(self, engine: Engine, *, prepare: bool | None = None) -> None:
        """`prepare` says that it is worth it from the first time. Raises DBAPIError where no database answers."""
        self.dialect, self._prepare = engine.dialect, prepare
        try:
            self._lent = engine.raw_connection()
            self._driver: Any = self._lent.driver_connection
            self._driver.autocommit = True
        except Error as fault:
            raise self._worded("", fault) from fault

    def exec_driver_sql(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> Answer:
        """Say this to the database. Raises what SQLAlchemy raises, DBAPIError."""
        try:
            said = self._driver.execute(sql, values, prepare=self._prepare)
        except Error as fault:
            raise self._worded(sql, fault) from fault
        return Answer(said.fetchone, said.rowcount)

    def close(self) -> None:
        """Give the connection back, unless it is broken or in the middle of something."""
        if self._driver.pgconn.transaction_status != TransactionStatus.IDLE:
            self._lent.invalidate()
            return
        self._driver.autocommit = False
        self._lent.close()

    def _worded(self, sql: str, fault: Error) -> BaseException:
        return DBAPIError.instance(sql, None, fault, Error, hide_parameters=True, dialect=self.dialect)
