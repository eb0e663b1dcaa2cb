"""Portals that are wrong on purpose: every fault test has to fail against one of them, or it proves nothing.

Each is installed in a child and lasts as long as it does.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from app.errors import Unavailable
from app.gateways.files import FileStore
from app.storage import cases, db, jobs, transaction, work, writing
from app.storage.cases import Case, Timer
from app.storage.unit_of_work import KEPT
from app.storage.work import Outbox, RequestKey
from app.usecases import casework, inbox, leftovers, operations, reminders, settling
from app.usecases import clock as worker
from app.usecases import letters as issuing
from app.usecases.letters import Order
from app.web import errors as pages
from tests.faults.points import WRITES

Wrong = Callable[[Callable[[Any], None]], None]


def nothing(_say: Callable) -> None:
    """The portal as it is."""


def bit_by_bit(_say: Callable) -> None:
    """Every piece of a deed is kept as soon as it is written, instead of all of it at once."""

    def keep(connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if WRITES.match(statement):
            connection.dialect.do_commit(connection.connection)

    def send(connection: Any, writes: Any, **_checked: Any) -> None:
        for write in writes:
            connection.exec_driver_sql(write.sql, tuple(write.values))

    def keep_all(session: Any, connection: Any, writes: Any, **_checked: Any) -> None:
        send(connection, writes)
        session.info["use_case"] = KEPT

    writing._send, writing._keep = send, keep_all
    event.listen(Engine, "after_cursor_execute", keep)


def answered_first(say: Callable) -> None:
    """The doer is told that it is done before it is kept."""
    real, keep = DefaultDialect.do_commit, writing._keep

    def tells(dialect: DefaultDialect, connection: Any) -> None:
        say(302)
        real(dialect, connection)

    def tells_at_once(*what: Any, **how: Any) -> None:
        say(302)
        keep(*what, **how)

    DefaultDialect.do_commit, writing._keep = tells, tells_at_once


def keys_forgotten(_say: Callable) -> None:
    """What was answered is known to the process that answered, and to no other."""
    mine: set[str] = set()
    find, remember = work.find_answered, db.session.add

    def adds(row: Any) -> None:
        remember(row)
        if isinstance(row, RequestKey):
            mine.add(row.key)

    db.session.add = adds
    work.find_answered = lambda scope, key: find(scope, key) if key in mine else None


def files_afterwards(_say: Callable) -> None:
    """A file is stored only once the record that names it is kept."""
    stored, kept = FileStore._write, DefaultDialect.do_commit
    late: list[tuple] = []
    FileStore._write = lambda *what: late.append(what)

    def keeps(dialect: DefaultDialect, connection: Any) -> None:
        kept(dialect, connection)
        while late:
            stored(*late.pop())

    DefaultDialect.do_commit = keeps


def room_taken_for_granted(_say: Callable) -> None:
    """A file that finds no room is taken for stored."""
    stored = FileStore._write

    def hopes(*what: Any) -> None:
        with suppress(OSError):
            stored(*what)

    FileStore._write = hopes


def full_disk_unknown(_say: Callable) -> None:
    """A full disk is a fault like any other to the pages."""
    pages.FULL = frozenset()


def steps_taken_for_granted(_say: Callable) -> None:
    """An official is told that a step is done though the database refused it."""
    take = inbox.complete_task

    def hopes(task_id: str, *typed: Any, **others: Any) -> Any:
        try:
            return take(task_id, *typed, **others)
        except Unavailable:
            return inbox._finished(cases.get_task(task_id))

    inbox.complete_task = hopes


def swept_at_once(_say: Callable) -> None:
    """A file that no record names is thrown away however young it is."""
    leftovers.OLD = leftovers.KEPT = timedelta()


def numbers_anew(_say: Callable) -> None:
    """Each attempt at a letter takes a number of its own."""
    real = issuing.register.letter_of_operation

    def forgets(operation_id: str) -> Any:
        letter = real(operation_id)
        if letter is not None:
            letter.operation_id = f"{operation_id} before"
            issuing.db.session.flush()
        return None

    issuing.register.letter_of_operation = forgets


def done_inside(_say: Callable) -> None:
    """What a step asks of the world outside is done within its transaction."""
    real = settling._write_outbox

    def does(case: Case, standing: Any, *others: Any) -> None:
        real(case, standing, *others)
        for wanted in standing.operations:
            operations.NAMES[wanted.name].outside(Order(wanted.id, case.id, dict(wanted.params)))

    settling._write_outbox = does


def counted_afterwards(_say: Callable) -> None:
    """An attempt is counted, and the work out of others' reach, only when it has ended."""
    real = work.take_work

    def takes(now: Any, lease: Any, *key: Any) -> Any:
        row = real(now, lease, *key)
        if row is not None:
            row.attempts, row.run_at = row.attempts - 1, now
        return row

    work.take_work = takes


def never_counted(_say: Callable) -> None:
    """Every attempt is the first."""
    real = jobs.begin

    def begins(*subject: Any, **times: Any) -> int | None:
        return min(real(*subject, **times) or 0, 1) or None

    jobs.begin = begins


def told_apart(_say: Callable) -> None:
    """What a worker has done outside is told in one transaction, and the case moves on in another."""

    def careless(row_id: int, case_id: int, key: str, name: str, params: dict, _attempts: int) -> None:
        finish = operations.perform(name, Order(key, case_id, params))
        with transaction():
            finish(cases.lock_case(case_id))
        with transaction():
            case = cases.lock_case(case_id)
            row = db.session.get_one(Outbox, row_id, populate_existing=True)
            if row.done_at is None:
                row.done_at = worker.now()
                worker._finish(case, key, lambda _case: {})

    worker._do = careless


def reminded_blindly(_say: Callable) -> None:
    """A reminder that was due is sent, whatever became of its task meanwhile."""

    def sends(task_id: str, case_id: int, _moment: Any) -> None:
        with transaction():
            case, task = cases.lock_case(case_id), cases.get_task(task_id)
            for reminder in reminders.days.reminders_of(case_id).values():
                db.session.delete(reminder)
            casework.tell(case, task.role_key, "Pengingat", unit_id=task.unit_id)
            reminders.note(case, "notice sent", by=worker.SYSTEM, reader=task.role_key)

    reminders._send = sends


def kept_blindly(say: Callable) -> None:
    """What was done outside is kept, whether the case still waits for it or not."""
    numbered_blindly(say)

    def careless(row_id: int, case_id: int, key: str, name: str, params: dict, _attempts: int) -> None:
        finish = operations.perform(name, Order(key, case_id, params))
        with transaction():
            case = cases.lock_case(case_id)
            row = db.session.get_one(Outbox, row_id, populate_existing=True)
            if row.done_at is None:
                row.done_at = worker.now()
                worker._finish(case, key, finish)
            else:
                finish(case)

    worker._do = careless


def numbered_blindly(_say: Callable) -> None:
    """A letter takes its number, whether its case still waits for it or not."""
    issuing._refuse_needless = lambda _order: None


def rung_before(say: Callable) -> None:
    """That a timer fired is told in one transaction, and its case moves on in another; it is said when in between."""
    tell, wake = worker.note, worker._wake

    def tells_first(case_id: int, attempts: int) -> bool:
        with transaction():
            case = cases.lock_case(case_id)
            if due := _due(case_id):
                tell(case, "timer fired", by=worker.SYSTEM, steps=[timer.step for timer in due])
        say(case_id)
        return wake(case_id, attempts)

    worker._wake, worker.note = tells_first, lambda *_said, **_facts: None


def struck_off_before(say: Callable) -> None:
    """A timer is struck off in one transaction, and its case moves on in another; it is said when in between."""

    def strikes_first(case_id: int, _attempts: int) -> bool:
        with transaction():
            cases.lock_case(case_id)
            struck = [db.session.delete(timer) for timer in _due(case_id)]
        say(case_id)
        with transaction():
            case = cases.lock_case(case_id)
            worker.jobs.end(worker.jobs.TIMERS, case_id)
            if struck:
                worker.note(case, "timer fired", by=worker.SYSTEM)
                worker.advance(case, _fire, by=worker.SYSTEM)
        return bool(struck)

    worker._wake = strikes_first


def _due(case_id: int) -> list[Timer]:
    return [timer for timer in cases.timers_of(case_id) if timer.due_at <= worker.now()]


def _fire(drawing: Any, state: bytes, days: Any, moment: Any) -> Any:
    return worker.engine.fire_timers(drawing, state, moment, calendar=days)
