"""Rows that a statement of our own has read, made known to the session as if it had read them itself.

A statement that reads much at once gives it as one JSON text: what a driver and the session do for every column costs
more than reading the text.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    Select,
    func,
)
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.storage.database import Model, Moment, in_use
from app.storage.line import Line
from app.storage.unit_of_work import ReadingSession

Row = TypeVar("Row", bound=Model)


class Field(NamedTuple):
    """A column that a text can hold: the attribute it stands in, and how its value is read from the text."""

    name: str
    column: Column
    read: Callable[[Any], object] | None


class Worded(NamedTuple):
    """A statement in a driver's own words: values it says itself, and where the driver counts places, their order."""

    sql: str
    values: Mapping[str, object]
    places: Sequence[str] | None


def ask(connection: Connection | Line, question: Callable[[Dialect], Select], **values: object) -> Any:
    """The first row of a statement, sent past the session and taken as the driver gives it; None where there is none.

    `question` is a function of a module: what it builds is kept for good.
    """
    worded = word(question, connection.dialect)
    said = {**worded.values, **values}
    given = said if worded.places is None else tuple(said[name] for name in worded.places)
    return connection.exec_driver_sql(worded.sql, given).first()


def array(dialect: Dialect, *values: Any) -> ColumnElement:
    """These values as one JSON array."""
    return func.json_array(*values) if dialect.name == "sqlite" else func.json_build_array(*values)


def rows(dialect: Dialect, array: ColumnElement) -> ColumnElement:
    """The arrays of all rows as one; where there are no rows, an empty one or nothing."""
    return func.json_group_array(func.json(array)) if dialect.name == "sqlite" else func.json_agg(array)


def as_json(dialect: Dialect, value: ColumnElement) -> ColumnElement:
    """SQLite must be told that what it kept or chose is no mere text."""
    return func.json(value) if dialect.name == "sqlite" else value


def whole(dialect: Dialect, model: type[Model]) -> ColumnElement:
    """A row as one array, but for its bytes: `take_in` reads it."""
    return array(dialect, *(_told(dialect, field.column) for field in _fields(model)))


def take_in(model: type[Row], values: Sequence[Any], **more: object) -> Row:
    """The session's own object for a row that was read just now; it stands there as it was read."""
    said = {
        field.name: value if field.read is None or value is None else field.read(value)
        for field, value in zip(_fields(model), values, strict=True)
    } | more
    (key,) = model.__mapper__.primary_key
    session = in_use()
    known = _at_hand(session, model, said[key.key])
    if known is None:
        return _new_at_hand(session, model, said)
    for name, value in said.items():
        set_committed_value(known, name, value)
    return known


def known(model: type[Row], key: object) -> Row:
    """A row that is known to be there, without reading it: to be changed or deleted."""
    (column,) = model.__mapper__.primary_key
    session = in_use()
    return _at_hand(session, model, key) or _new_at_hand(session, model, {column.key: key})


def moment(text: str) -> datetime:
    """A moment as either database writes it into a text."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


@cache
def word(question: Callable[[Dialect], Select], dialect: Dialect) -> Worded:
    """The statement as the driver takes it; built once for each kind of database."""
    compiled = question(dialect).compile(dialect=dialect)
    return Worded(str(compiled), compiled.params, compiled.positiontup)


def _at_hand(session: ReadingSession, model: type[Row], key: object) -> Row | None:
    return session.identity_map.get(model.__mapper__.identity_key_from_primary_key((key,)))


def _new_at_hand(session: ReadingSession, model: type[Row], said: dict[str, object]) -> Row:
    """Whatever is not said is read when it is asked for."""
    made = model()
    vars(made).update(said)
    make_transient_to_detached(made)
    session.attach(made)
    return made


@cache
def _fields(model: type[Model]) -> tuple[Field, ...]:
    named = model.__mapper__.get_property_by_column
    return tuple(
        Field(named(column).key, column, _reader(column))
        for column in model.__table__.c
        if not isinstance(column.type, LargeBinary)
    )


def _reader(column: Column) -> Callable[[Any], object] | None:
    if isinstance(column.type, Moment):
        return moment
    return bool if isinstance(column.type, Boolean) else None


def _told(dialect: Dialect, column: Column) -> ColumnElement:
    is_json = isinstance(column.type.dialect_impl(dialect), JSON)
    return as_json(dialect, column) if is_json else column
