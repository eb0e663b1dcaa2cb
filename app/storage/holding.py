"""A case in hand: its row held, then everything that a step needs of it read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Dialect, Select, String, bindparam, cast, func, literal_column, select

from app.errors import NotFound
from app.storage import loading
from app.storage.cases import Case, Diary, Pause, Task, Timer
from app.storage.database import db, in_use
from app.storage.days import CalendarChange
from app.storage.events import Wait
from app.storage.reach import Conflicted, Reach
from app.storage.unit_of_work import HELD
from app.storage.work import Outbox

# a statement of its own: what one statement reads besides a row it had to wait for is older than that row
LOCK = 'SELECT id FROM "case" WHERE id = (SELECT case_id FROM task WHERE id = %s) FOR UPDATE'
NO_TASK = "Tugas itu tidak ditemukan. Kembali ke kotak tugas."


@dataclass
class Held:
    """What stands around a case whose row is held; `last_line` counts on with every line of its diary."""

    last_line: int
    calendar: int | None  # which change of the city's calendar was the last
    tasks: Mapping[str, str]  # open task → role
    timers: Mapping[str, datetime]
    orders: Mapping[str, bool]  # outside work it ever asked for → whether it is done
    is_listening: bool
    pauses: Mapping[int, tuple[datetime, datetime | None]]  # when it stood still, in that order
    reach: frozenset[tuple[int, str]]
    conflicted: frozenset[int]

    @property
    def stands_still(self) -> bool:
        """Whether its clock does not run now."""
        return any(until is None for _since, until in self.pauses.values())


def hold_task(task_id: str) -> Task:
    """The task, its case and what stands around it, read afresh after the case's row is held, or at once where the
    deed does without. Raises NotFound."""
    session = in_use()
    connection = session.reader()
    if session.info["use_case"] == HELD and connection.dialect.name != "sqlite":  # which holds the whole file
        connection.exec_driver_sql(LOCK, (task_id,))
    row = loading.ask(connection, _everything, task=task_id)
    if row is None:
        raise NotFound(NO_TASK)
    state, text = row
    of_case, of_task, *around = orjson.loads(text)
    case = loading.take_in(Case, of_case, state=state)
    _known()[case.id] = _held(around)
    return loading.take_in(Task, of_task, case=case)


def held(case: Case) -> Held:
    """What stands around a case whose row is held: as it was read with its task, else read now."""
    known = _known()
    if case.id not in known:
        session = in_use()
        text = session.scalar(_around(session.get_bind().dialect), {"case": case.id})
        known[case.id] = _held(orjson.loads(text))
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


def _known() -> dict[int, Held]:
    return in_use().info.setdefault("held", {})


def _held(row: list) -> Held:
    seq, stamp, tasks, timers, orders, pauses, reach, conflicted, waits = row
    return Held(
        last_line=seq or 0,
        calendar=stamp,
        tasks=dict(tasks or ()),
        timers={name: loading.moment(due) for name, due in timers or ()},
        orders={key: bool(done) for key, done in orders or ()},
        pauses=_pauses(pauses or ()),
        is_listening=bool(waits),
        reach=frozenset(map(tuple, reach or ())),
        conflicted=frozenset(person for (person,) in conflicted or ()),
    )


def _pauses(listed: list) -> dict[int, tuple[datetime, datetime | None]]:
    read = ((key, loading.moment(since), until and loading.moment(until)) for key, since, until in listed)
    return {key: (since, until) for key, since, until in sorted(read, key=itemgetter(1))}


_LAST_LINE = select(func.max(Diary.seq)).where(Diary.case_id == bindparam("case"))


def _everything(dialect: Dialect) -> Select:
    """Asks for the state of a task's case, and for case, task and what `_held` reads as one text."""
    whole = loading.whole(dialect, Case), loading.whole(dialect, Task)
    text = loading.array(dialect, *whole, *_columns(dialect, Case.id))
    query = select(Case.state, cast(text, String)).join_from(Task, Case, Task.case_id == Case.id)
    return query.where(Task.id == bindparam("task"))


@cache
def _around(dialect: Dialect) -> Select:
    return select(cast(loading.array(dialect, *_columns(dialect, bindparam("case"))), String))


def _columns(dialect: Dialect, case_id: Any) -> list[ColumnElement]:
    """One value for each that `_held` takes."""

    def one(column: Any, *where: Any) -> ColumnElement:
        return select(column).where(*where).correlate(Case).scalar_subquery()

    def listed(model: type, *columns: Any, where: Any = True) -> ColumnElement:
        rows = loading.rows(dialect, loading.array(dialect, *columns))
        return loading.as_json(dialect, one(rows, model.case_id == case_id, where))

    return [
        one(func.max(Diary.seq), Diary.case_id == case_id),
        one(func.max(CalendarChange.id)),
        listed(Task, Task.id, Task.role_key, where=Task.status == literal_column("'open'")),
        listed(Timer, Timer.id, Timer.due_at),
        listed(Outbox, Outbox.key, Outbox.done_at.is_not(None)),
        listed(Pause, Pause.id, Pause.since, Pause.until),
        listed(Reach, Reach.unit_id, Reach.role_key),
        listed(Conflicted, Conflicted.person_id),
        one(func.count(Wait.id), Wait.case_id == case_id),
    ]
