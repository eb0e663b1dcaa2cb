"""A case in hand: its row held, then everything that a step needs of it read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import ScalarSelect, Select, String, bindparam, cast, func, inspect, select
from sqlalchemy.orm import contains_eager, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.errors import NotFound
from app.storage.cases import Case, Diary, Task, Timer
from app.storage.database import Model, db
from app.storage.days import CalendarChange
from app.storage.events import Wait
from app.storage.reach import Conflicted, Reach
from app.storage.work import Outbox

# a statement of its own: what one statement reads besides a row it had to wait for is older than that row
LOCK = 'SELECT id FROM "case" WHERE id = (SELECT case_id FROM task WHERE id = %s) FOR UPDATE'
NO_TASK = "Tugas itu tidak ditemukan. Kembali ke kotak tugas."


Row = TypeVar("Row", bound=Model)


@dataclass
class Held:
    """What stands around a case whose row is held; `last_line` counts on with every line of its diary."""

    last_line: int
    calendar: int | None  # which change of the city's calendar was the last
    tasks: Mapping[str, str]  # open task → role
    timers: Mapping[str, datetime]
    orders: Mapping[str, bool]  # outside work it ever asked for → whether it is done
    is_listening: bool
    reach: frozenset[tuple[int, str]]
    conflicted: frozenset[int]


def hold_task(task_id: str) -> Task:
    """The task, its case and what stands around it, read afresh after the case's row is held. Raises NotFound."""
    session = db.session()
    on_sqlite = (
        session.get_bind().dialect.name == "sqlite"
    )  # which holds the whole file from the first word on
    if not on_sqlite:
        session.connection().exec_driver_sql(LOCK, (task_id,))
    row = session.execute(_everything(on_sqlite), {"task": task_id}).one_or_none()
    if row is None:
        raise NotFound(NO_TASK)
    task, *around = row
    _known()[task.case_id] = _held(around)
    return task


def held(case: Case) -> Held:
    """What stands around a case whose row is held: as it was read with its task, else read now."""
    known = _known()
    if case.id not in known:
        on_sqlite = db.session.get_bind().dialect.name == "sqlite"
        known[case.id] = _held(db.session.execute(_around(on_sqlite), {"case": case.id}).one())
    return known[case.id]


def seen(case: Case) -> Held | None:
    """What stands around a case, if it was read in this transaction and the case has not moved since."""
    return _known().get(case.id)


def forget(case: Case) -> None:
    """The case has moved: what was read of it no longer holds."""
    _known().pop(case.id, None)


def next_line(case: Case) -> int:
    """The number of the next line of a case's diary."""
    around = seen(case)
    if around is None:
        return (db.session.scalar(_LAST_LINE, {"case": case.id}) or 0) + 1
    around.last_line += 1
    return around.last_line


def known(model: type[Row], key: object) -> Row:
    """A row that is known to be there, without reading it: to be changed or deleted."""
    session = db.session()
    row = session.identity_map.get(identity_key(model, key))
    if row is None:
        (column,) = inspect(model).primary_key
        row = model(**{column.key: key})
        make_transient_to_detached(row)
        session.add(row)
    return row


def _known() -> dict[int, Held]:
    return db.session().info.setdefault("held", {})


def _held(row: Any) -> Held:
    seq, stamp, *listed, is_listening = row
    tasks, timers, orders, reach, conflicted = (orjson.loads(each or "[]") for each in listed)
    return Held(
        last_line=seq or 0,
        calendar=stamp,
        tasks=dict(tasks),
        timers={name: _moment(due) for name, due in timers},
        orders={key: bool(done) for key, done in orders},
        is_listening=bool(is_listening),
        reach=frozenset(map(tuple, reach)),
        conflicted=frozenset(person for (person,) in conflicted),
    )


def _moment(text: str) -> datetime:
    """A moment as either database writes it into a list."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_LAST_LINE = select(func.max(Diary.seq)).where(Diary.case_id == bindparam("case"))


@cache
def _everything(on_sqlite: bool) -> Select:
    query = select(Task, *_columns(Case.id, on_sqlite)).join(Task.case).where(Task.id == bindparam("task"))
    query = query.options(contains_eager(Task.case).undefer(Case.state))
    return query.execution_options(populate_existing=True)


@cache
def _around(on_sqlite: bool) -> Select:
    return select(*_columns(bindparam("case"), on_sqlite))


def _columns(case_id: Any, on_sqlite: bool) -> list[ScalarSelect]:
    """One value for everything that `Held` keeps, in its order but for the last."""

    def listed(model: type, *columns: Any, where: Any = True) -> ScalarSelect:
        row = func.json_array(*columns) if on_sqlite else func.json_build_array(*columns)
        rows = func.json_group_array(func.json(row)) if on_sqlite else cast(func.json_agg(row), String)
        return select(rows).where(model.case_id == case_id, where).correlate(Case).scalar_subquery()

    def one(column: Any, *where: Any) -> ScalarSelect:
        return select(column).where(*where).correlate(Case).scalar_subquery()

    return [
        one(func.max(Diary.seq), Diary.case_id == case_id),
        one(func.max(CalendarChange.id)),
        listed(Task, Task.id, Task.role_key, where=Task.status == "open"),
        listed(Timer, Timer.id, Timer.due_at),
        listed(Outbox, Outbox.key, Outbox.done_at.is_not(None)),
        listed(Reach, Reach.unit_id, Reach.role_key),
        listed(Conflicted, Conflicted.person_id),
        one(func.count(Wait.id), Wait.case_id == case_id),
    ]
