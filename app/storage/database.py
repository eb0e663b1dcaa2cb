"""The database: one session, one place that commits, and the column types both engines share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, Integer, MetaData, event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.errors import Conflict, Refused, Unavailable

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Every mapped class of the portal; constraints get names that both databases keep."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Model)

Id = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator):
    """A point in time, stored in UTC and always read back timezone-aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


CONFLICTS: dict[str, str] = {}  # constraint name (PostgreSQL) or "table.column" (SQLite) → sentence


def explain_constraint(*names: str, text: str) -> None:
    """Give a database constraint the sentence that people read when it stops them."""
    CONFLICTS.update(dict.fromkeys(names, text))


@contextmanager
def transaction() -> Iterator[None]:
    """The only place that commits. A use case opens it once; it refuses to nest.

    Raises Conflict where a named constraint says no, Unavailable where the database is busy or gone.
    """
    session = db.session()
    if session.info.get("use_case"):
        raise RuntimeError("a use case inside a use case")
    session.rollback()
    session.info["use_case"] = True
    try:
        session.connection(execution_options={"write": True})
        yield
        session.commit()
    except IntegrityError as fault:
        session.rollback()
        raise _translated(fault) from fault
    except OperationalError as fault:
        session.rollback()
        raise Unavailable from fault
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("use_case", None)


def database_time() -> datetime | None:
    """This moment by the database's clock; None where it has none but the machine's own."""
    if db.engine.dialect.name == "sqlite":
        return None
    moment = db.session.scalar(select(func.clock_timestamp()))
    db.session.rollback()
    return moment


def _translated(fault: IntegrityError) -> Refused:
    name = getattr(getattr(fault.orig, "diag", None), "constraint_name", None)
    message = str(fault.orig)
    for known, text in CONFLICTS.items():
        if known == name or (name is None and message.endswith(known)):
            return Conflict(text)
    raise fault


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


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: object) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
