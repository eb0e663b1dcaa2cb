"""The database: one session, one place that commits, and the column types both engines share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.errors import Conflict, Refused, Unavailable
from app.storage.unit_of_work import HELD, UNHELD, Joined, ReadingSession, reading_only

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


db = SQLAlchemy(model_class=Model, session_options={"class_": ReadingSession})

Id = BigInteger().with_variant(Integer(), "sqlite")
TO_DO = "done_at IS NULL AND dead_at IS NULL"  # of outside work and posts

AFRESH = {"planned_afresh": True}  # for lists: how much there is of what is asked for decides how it is found

_in_use: ContextVar[ReadingSession | None] = ContextVar("session of a use case", default=None)


def in_use() -> ReadingSession:
    """The session of the use case that is under way, else the request's: `db.session()`, found in fewer steps."""
    return _in_use.get() or db.session()


def reading() -> Connection:
    """A connection beside the session's, to read what is kept; whoever opens it closes it."""
    return reading_only(db.engine).connect()


def partial_index(name: str, *columns: str, where: str, include: Sequence[str] = ()) -> Index:
    """An index of those rows only that lists and workers read; on PostgreSQL it holds what lists show as well."""
    rows = {"postgresql_where": literal_column(where), "sqlite_where": literal_column(where)}
    return Index(name, *columns, postgresql_include=list(include), **rows)


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
def transaction(*, held: bool = True) -> Iterator[None]:
    """The only place that commits. A use case opens it once; it refuses to nest.

    Where it is not `held` it is one statement, and all else only reads (app/storage/unheld.py).
    Raises Conflict where a named constraint says no, Unavailable where the database is busy or gone.
    """
    session = db.session()
    joined: Joined | None = session.info.get("joined")
    if session.info.get("use_case"):
        raise RuntimeError("a use case inside a use case")
    session.info["use_case"] = HELD if held else UNHELD
    known = _in_use.set(session)
    try:
        with _translated_faults(), _alone() if joined is None else _part_of(joined):
            yield
    finally:
        _in_use.reset(known)
        session.info.pop("use_case", None)
        session.info.pop("held", None)
        if "line" in session.info:
            session.info.pop("line").close()


@contextmanager
def joined_transactions(first: Callable[[], None]) -> Iterator[None]:
    """What the use cases of one request write is kept when this ends, or not at all.

    Each is undone by itself where it is refused and the request goes on, as if it had a transaction of its own.
    """
    session = db.session()
    if session.info.keys() & {"joined", "use_case"}:
        raise RuntimeError("joined transactions inside a use case or inside others")
    joined = session.info["joined"] = Joined(first)
    try:
        with _translated_faults():
            yield
            session.commit()
    except BaseException:
        session.info.pop("joined")
        session.rollback()
        for deed in joined.undone:
            deed()
        raise
    session.info.pop("joined")
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


@contextmanager
def _alone() -> Iterator[None]:
    session = in_use()
    session.rollback()
    try:
        if session.info["use_case"] == HELD:
            _open()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def _part_of(joined: Joined) -> Iterator[None]:
    session = in_use()
    if not joined.is_open:
        session.rollback()
        _open()
        with session.begin_nested():
            joined.first()
        joined.is_open = True
    with session.begin_nested():
        yield


def _open() -> None:
    db.session.connection(execution_options={"write": True})


@contextmanager
def _translated_faults() -> Iterator[None]:
    try:
        yield
    except IntegrityError as fault:
        raise _translated(fault) from fault
    except OperationalError as fault:
        raise Unavailable from fault


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


@event.listens_for(db.session, "before_flush")
def _refuse_strays(session: Session, _context: object, _rows: object) -> None:
    """Where there is no transaction, PostgreSQL would keep a change at once."""
    if not session.info.get("use_case"):
        raise RuntimeError("a change outside a transaction")
