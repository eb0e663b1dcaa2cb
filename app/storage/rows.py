"""Whole rows around a case as plain values: what a deed changed in them, to be undone column by column."""

import base64
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, String, Table, delete, insert, select, update
from sqlalchemy.types import TypeEngine

from app.storage.cases import Case, Pause, Task, Timer
from app.storage.database import Moment, db
from app.storage.days import Reminder
from app.storage.events import Wait
from app.storage.reach import Reach
from app.storage.work import Outbox

Rows = dict[str, dict[str, dict[str, Any]]]  # table → key → column → value
Change = list  # [table, key, before, after]: only columns that differ; None for no row

BESIDE = ("state", "revision", "diary_head")  # of a case: kept elsewhere, or counted on whatever happens
TIED = {
    "role_key": ("taken_by_id",),
    "unit_id": ("taken_by_id",),
}  # whoever took a task took it for its office
_TABLES: dict[str, Table] = {
    model.__tablename__: model.__table__
    for model in (Case, Task, Timer, Reminder, Wait, Pause, Outbox, Reach)
}


def rows_of(case_id: int) -> Rows:
    """The case's row and all rows around it that a move changes."""
    found: Rows = {}
    for name, table in _TABLES.items():
        columns = [column for column in table.c if name != "case" or column.name not in BESIDE]
        owner = table.c.id if name == "case" else table.c.case_id
        for row in db.session.execute(select(*columns).where(owner == case_id)).mappings():
            plain = {key: _plain(value) for key, value in row.items()}
            found.setdefault(name, {})[_key(table, plain)] = plain
    return found


def changes(before: Rows, after: Rows) -> list[Change]:
    """What became of every row that is not as it was."""
    found = []
    for name in _TABLES:
        old, new = before.get(name, {}), after.get(name, {})
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                found.append([name, key, *_difference(old.get(key), new.get(key))])
    return found


def is_untouched(changed: list[Change], now: Rows) -> bool:
    """Whether everything that was changed still is as the change left it."""
    return all(_fits(now.get(name, {}).get(key), after) for name, key, _before, after in changed)


def undo(changed: list[Change]) -> None:
    """Put everything back as it was before, in the caller's transaction. Mapped objects must be read again."""
    for name, key, before, after in _in_order(changed):
        table = _TABLES[name]
        here = _where(table, key)
        if before is None:
            db.session.execute(delete(table).where(*here))
        elif after is None:
            db.session.execute(insert(table).values(_typed(table, before)))
        else:
            db.session.execute(update(table).where(*here).values(_typed(table, before)))


def _in_order(changed: list[Change]) -> Iterator[Change]:
    """What others point to comes back first and goes last."""
    order = list(_TABLES)
    gone = [each for each in changed if each[2] is None]
    yield from sorted(
        (each for each in changed if each[2] is not None), key=lambda each: order.index(each[0])
    )
    yield from sorted(gone, key=lambda each: -order.index(each[0]))


def _difference(old: Mapping | None, new: Mapping | None) -> tuple[dict | None, dict | None]:
    if old is None or new is None:
        return (dict(old) if old else None, dict(new) if new else None)
    differing = {name for name in old if old[name] != new[name]}
    tied = {other for name in differing for other in TIED.get(name, ()) if other in old}
    names = sorted(differing | tied)
    return {name: old[name] for name in names}, {name: new[name] for name in names}


def _fits(row: Mapping | None, wanted: Mapping | None) -> bool:
    if wanted is None or row is None:
        return row is wanted
    return all(row[name] == value for name, value in wanted.items())


def _key(table: Table, row: Mapping) -> str:
    return "|".join(str(row[column.name]) for column in table.primary_key)


def _where(table: Table, key: str) -> list:
    parts = key.split("|")
    return [
        column == (part if isinstance(column.type, String) else int(part))
        for column, part in zip(table.primary_key, parts, strict=True)
    ]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


def _typed(table: Table, row: Mapping) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: TypeEngine, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value
