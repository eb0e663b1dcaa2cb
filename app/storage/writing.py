"""Writes all that a step of a case changed at once: on PostgreSQL in one statement, because each costs a message.

It writes what the session's own flush would write, for the kinds of row that a step writes and does not read again, and
what was put down beside the session (app/storage/sheet.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Dialect
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.exc import StaleDataError

from app.storage import jobs
from app.storage.cases import Answers, Case, Diary, Message, Pause, Task, Timer
from app.storage.database import Model, in_use
from app.storage.days import Reminder
from app.storage.events import Post, Wait
from app.storage.line import Line
from app.storage.reach import Reach
from app.storage.sheet import NOTHING, Said, taken
from app.storage.unit_of_work import HELD, KEPT, MustHold, ReadingSession, after_flush
from app.storage.work import Incident, Outbox, RequestKey

ROWS = frozenset(
    [Answers, Diary, Incident, Message, Outbox, Pause, Post, Reach, Reminder, RequestKey, Task, Timer, Wait]
)


class Write(NamedTuple):
    """A statement and its values, in the order of its places."""

    sql: str
    values: list[object]


class Field(NamedTuple):
    """A column: the attribute it stands in, what it holds where nothing was said, and how the driver wants it."""

    name: str
    column: str
    default: Callable[[], object]
    bind: Callable[[Any], object] | None  # None: as it is
    is_key: bool


def write_out() -> None:
    """Send all that was put down and all that the session holds.

    New rows then belong to nobody; changed ones are read again when they are used. Raises StaleDataError where a case
    was changed by somebody who did not hold it. What a deed sends that does not hold it is kept, or MustHold raised.
    """
    session = in_use()
    new, changed, gone = list(session.new), list(session.dirty), list(session.deleted)
    if not _is_ours(new, changed, gone):
        session.flush()
        return
    connection = session.reader()
    sheet = taken(session)
    changed.sort(key=_is_case)
    writes = [
        *_deletions([*map(_said, gone), *sheet.gone], connection.dialect),
        *_insertions([*map(_said, new), *sheet.new], connection.dialect),
        *(_update(row, connection.dialect) for row in changed if instance_state(row).committed_state),
    ]
    checked = any(map(_is_case, changed))
    if session.info["use_case"] == HELD:
        _send(connection, writes, checked=checked)
    else:
        _keep(session, connection, writes, checked=checked)
    for row in (*new, *gone):
        session.expunge(row)
    if session.info["use_case"] == KEPT:
        session.expire_all()
    else:
        for row in changed:
            session.expire(row)


def _write_sheet(session: Session) -> None:
    sheet = taken(session)
    if sheet is NOTHING:
        return
    connection = session.connection()
    writes = [*_deletions(sheet.gone, connection.dialect), *_insertions(sheet.new, connection.dialect)]
    _send(connection, writes, checked=False)


after_flush.append(_write_sheet)


def _is_ours(new: Iterable[Model], changed: Sequence[Model], gone: Iterable[Model]) -> bool:
    """Whether none of it needs the session's own care: other kinds of row, bonds between rows, several cases."""
    if not ROWS.issuperset(map(type, (*new, *gone))) or not (ROWS | {Case}).issuperset(map(type, changed)):
        return False
    bound = any(
        not state.committed_state.keys().isdisjoint(state.mapper.relationships.keys())
        for state in map(instance_state, changed)
    )
    return not bound and sum(map(_is_case, changed)) <= 1


def _is_case(row: Model) -> bool:
    return isinstance(row, Case)


def _said(row: Model) -> Said:
    return type(row), vars(row)


def _place_of(new: Said) -> int:
    """What others point to comes first; always in one order, so that the database knows the statement again."""
    return _places()[new[0].__tablename__]


@cache
def _places() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(Model.metadata.sorted_tables)}


def _send(connection: Connection, writes: list[Write], *, checked: bool) -> None:
    """The last write is the case's own, if it has one: of the revision that was seen, or of nothing."""
    if not writes:
        return
    if connection.dialect.name == "postgresql":
        statement = _in_one(tuple(write.sql for write in writes))
        writes = [Write(statement, [value for write in writes for value in write.values])]
    for write in writes:
        done = connection.exec_driver_sql(write.sql, tuple(write.values))
    if checked and done.rowcount != 1:
        raise StaleDataError("a case was changed by somebody who did not hold it")


def _keep(
    session: ReadingSession, connection: Connection | Line, writes: list[Write], *, checked: bool
) -> None:
    """Everything in one statement, a transaction to itself; nothing where the case has moved since it was read.

    Raises MustHold then, where a constraint says no, and where no case moves.
    """
    if not checked:
        raise MustHold
    *others, case = writes
    if wishes := jobs.taken(session):
        others.append(Write(*wishes))
    statement = _if_still_there(case.sql, tuple([write.sql for write in others]), wakes=wishes is not None)
    try:
        connection.exec_driver_sql(
            statement, tuple([value for write in (case, *others) for value in write.values])
        )
    except (IntegrityError, DataError) as fault:
        raise MustHold from fault
    session.info["use_case"] = KEPT


@lru_cache(maxsize=1000)
def _if_still_there(case: str, others: tuple[str, ...], *, wakes: bool) -> str:
    """One statement that does all of these, each seeing the database as it was before, or fails: a division by zero
    undoes it. The case comes first, so that of two such statements the second waits before it has done anything."""
    parts = f"moved AS ({case} RETURNING 1)", *(f"w{place} AS ({each})" for place, each in enumerate(others))
    # a wake-up is what a function does, and one whose answer nobody reads is not called
    woken = f", (SELECT count(*) FROM w{len(others) - 1})" if wakes else ""
    return f"WITH {', '.join(parts)} SELECT 1 / (SELECT count(*) FROM moved){woken}"


@lru_cache(maxsize=1000)
def _in_one(statements: tuple[str, ...]) -> str:
    """One statement that does all of these, each seeing the database as it was before."""
    *others, last = statements
    if not others:
        return last
    return "WITH " + ", ".join(f"w{place} AS ({each})" for place, each in enumerate(others)) + f" {last}"


def _insertions(put: Iterable[Said], dialect: Dialect) -> list[Write]:
    return [_insertion(model, said, dialect) for model, said in sorted(put, key=_place_of)]


def _insertion(model: type[Model], said: Mapping[str, object], dialect: Dialect) -> Write:
    sql, fields = _insert_sql(model, dialect, tuple(said))
    return Write(sql, [
        value if value is None or bind is None else bind(value)
        for name, _column, default, bind, _is_key in fields
        for value in (said[name] if name in said else default(),)
    ])  # fmt: skip


def _update(row: Model, dialect: Dialect) -> Write:
    """What was set since it was read; of a case also its next revision."""
    state, fields = instance_state(row), _fields(type(row), dialect)
    said, version = vars(row), state.mapper.version_id_col
    changed = {name: said[name] for name in state.committed_state}
    if version is not None:
        changed[version.name] = said[version.name] + 1
    values = [_bound(field, changed) for field in fields if field.name in changed]
    keys = [_bound(field, said) for field in fields if field.is_key]
    if version is not None:
        keys.append(said[version.name])
    return Write(_update_sql(type(row), dialect, frozenset(changed)), [*values, *keys])


def _deletions(gone: Iterable[Said], dialect: Dialect) -> list[Write]:
    return [
        Write(_delete_sql(model, dialect), [_bound(f, said) for f in _fields(model, dialect) if f.is_key])
        for model, said in gone
    ]


def _bound(field: Field, said: Mapping[str, object]) -> object:
    value = said[field.name]
    return value if field.bind is None else field.bind(value)


@lru_cache(maxsize=1000)
def _insert_sql(model: type[Model], dialect: Dialect, said: tuple[str, ...]) -> tuple[str, list[Field]]:
    """The statement, and the columns it gives values: what is said, and what has a default of its own."""
    fields = [each for each in _fields(model, dialect) if each.name in said or each.default is not _nothing]
    columns, places = ", ".join(each.column for each in fields), ", ".join([_place(dialect)] * len(fields))
    return f"INSERT INTO {_table(model, dialect)} ({columns}) VALUES ({places})", fields


@lru_cache(maxsize=1000)
def _update_sql(model: type[Model], dialect: Dialect, changed: frozenset[str]) -> str:
    fields, version = _fields(model, dialect), model.__mapper__.version_id_col
    place = _place(dialect)
    terms = ", ".join(f"{field.column} = {place}" for field in fields if field.name in changed)
    seen = f" AND {version.name} = {place}" if version is not None else ""
    return f"UPDATE {_table(model, dialect)} SET {terms} WHERE {_is_it(model, dialect)}{seen}"


@lru_cache
def _delete_sql(model: type[Model], dialect: Dialect) -> str:
    return f"DELETE FROM {_table(model, dialect)} WHERE {_is_it(model, dialect)}"


def _is_it(model: type[Model], dialect: Dialect) -> str:
    keys = [field.column for field in _fields(model, dialect) if field.is_key]
    return " AND ".join(f"{key} = {_place(dialect)}" for key in keys)


def _place(dialect: Dialect) -> str:
    return "%s" if dialect.name == "postgresql" else "?"


def _table(model: type[Model], dialect: Dialect) -> str:
    return dialect.identifier_preparer.format_table(model.__table__)


@lru_cache
def _fields(model: type[Model], dialect: Dialect) -> tuple[Field, ...]:
    mapper = model.__mapper__
    return tuple(
        _field(mapper.get_property_by_column(column).key, column, dialect) for column in model.__table__.c
    )


def _field(name: str, column: Column, dialect: Dialect) -> Field:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return Field(
        name=name,
        column=dialect.identifier_preparer.format_column(column),
        default=_default(column),
        bind=process,
        is_key=column.primary_key,
    )


def _default(column: Column) -> Callable[[], object]:
    if column.default is None:
        return _nothing
    given = column.default.arg
    return (lambda: given(None)) if callable(given) else (lambda: given)


def _nothing() -> None:
    return None
