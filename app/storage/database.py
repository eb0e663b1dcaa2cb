"""The database: one session, one place that commits, and the column types both engines share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, Index, Integer, MetaData, event, func, literal_column, select
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
TO_DO = "done_at IS NULL AND dead_at IS NULL"  # of outside work and posts


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of those rows only that lists and workers read."""
    return Index(name, *columns, postgresql_where=literal_column(where), sqlite_where=literal_column(where))


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


@dataclass
class Joined:
    """Use cases of one request that are kept together; `first` is what they write before anything else."""

    first: Callable[[], None]
    is_open: bool = False
    is_broken: bool = False
    kept: list[Callable[[], None]] = field(default_factory=list)
    undone: list[Callable[[], None]] = field(default_factory=list)


@contextmanager
def transaction() -> Iterator[None]:
    """The only place that commits. A use case opens it once; it refuses to nest.

    Raises Conflict where a named constraint says no, Unavailable where the database is busy or gone.
    """
    session = db.session()
    joined: Joined | None = session.info.get("joined")
    if session.info.get("use_case"):
        raise RuntimeError("a use case inside a use case")
    session.info["use_case"] = True
    try:
        _begin(joined)
        yield
        session.commit() if joined is None else session.flush()
    except IntegrityError as fault:
        _undo(joined)
        raise _translated(fault) from fault
    except OperationalError as fault:
        _undo(joined)
        raise Unavailable from fault
    except BaseException:
        _undo(joined)
        raise
    finally:
        session.info.pop("use_case", None)
        session.info.pop("held", None)


@contextmanager
def joined_transactions(first: Callable[[], None]) -> Iterator[None]:
    """What the use cases of one request write is kept when this ends, or not at all.

    Raises Conflict also where one of them was refused and the others went on.
    """
    session = db.session()
    if session.info.keys() & {"joined", "use_case"}:
        raise RuntimeError("joined transactions inside a use case or inside others")
    joined = Joined(first)
    session.info["joined"] = joined
    try:
        yield
        if joined.is_broken:
            raise Conflict
        session.info.pop("joined")
        session.commit()
    except BaseException as fault:
        session.info.pop("joined", None)
        session.rollback()
        for deed in joined.undone:
            deed()
        if isinstance(fault, OperationalError):
            raise Unavailable from fault
        raise
    for deed in joined.kept:
        deed()


def when_kept(deed: Callable[[], None]) -> None:
    """Do this (outside the database) once what was written is kept: at once, or when joined use cases end."""
    joined: Joined | None = db.session().info.get("joined")
    deed() if joined is None else joined.kept.append(deed)


def when_undone(deed: Callable[[], None]) -> None:
    """Do this (outside the database) if joined use cases come to nothing."""
    joined: Joined | None = db.session().info.get("joined")
    if joined is not None:
        joined.undone.append(deed)


def _begin(joined: Joined | None) -> None:
    session = db.session()
    if joined is not None and joined.is_open:
        return
    session.rollback()
    session.connection(execution_options={"write": True})
    if joined is not None:
        joined.is_open = True
        joined.first()


def _undo(joined: Joined | None) -> None:
    db.session.rollback()
    if joined is not None:
        joined.is_open, joined.is_broken = False, True


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
