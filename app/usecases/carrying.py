"""Carrying one running case over to another version, and putting it back: its state, and every row that hangs on it.

Every function here works inside the caller's transaction, with the case's row held.
"""

import hashlib

from app import engine
from app.domain.calendar import Calendar
from app.engine import SAFE, Drawing, Standing, deadlines
from app.errors import Conflict
from app.storage import cases, db, events, holding, reach, work
from app.storage import rows as around
from app.storage.cases import Case, Task
from app.storage.days import Reminder
from app.storage.versions import Batch, Carried, Running
from app.usecases import casework, reminders, routing
from app.usecases.diary import note
from app.usecases.opening import OWN_NUMBER
from app.usecases.parts import calendar, now
from app.usecases.rehearsal import Judge, kin_of
from app.usecases.settling import service_due, settle

OVER = "Berkas sudah selesai."
MOVED_ALREADY = "Berkas sudah dipindahkan dengan cara lain."
WENT_ON = "Berkas sudah berjalan sejak dipindahkan."
CHANGED = "Batas waktu, tugas, atau kabar yang ditunggu berkas ini sudah berubah sejak dipindahkan."
RAN = "Di versi baru berkas langsung berjalan ke langkah berikutnya saat dipindahkan."


def carry(case: Case, row: Carried, batch: Batch, judge: Judge) -> None:
    """Move the case, if it still can; what it was is kept in its row. Raises Conflict with the reason."""
    if not case.is_open:
        raise Conflict(OVER)
    if case.version_id != row.from_version_id:
        raise Conflict(MOVED_ALREADY)
    seen = Running(case.id, case.number, case.version_id, case.process_id, case.confidential, case.state)
    verdict = judge.verdict(kin_of(seen), case.state)
    if verdict.kind != SAFE:
        raise Conflict(" ".join(each.reason for each in verdict.obstacles))
    before, row.state = around.rows_of(case.id), case.state
    old, standing = _move(case, batch)
    _realign(case, old, standing)
    settle(case, standing, by=batch.by, person_id=batch.person_id)
    note(
        case, "case migrated", by=batch.by, person_id=batch.person_id, batch=batch.id,
        was=judge.number(row.from_version_id), now=judge.target.number, reason=batch.reason,
    )  # fmt: skip
    db.session.flush()
    row.note = RAN if standing.passed else ""
    row.changes = around.changes(before, around.rows_of(case.id))
    row.state_hash = _hash(standing.state)


def put_back(case: Case, row: Carried, batch: Batch, judge: Judge) -> None:
    """Bring the case back to exactly what it was. Raises Conflict where it is no longer what the move made of it."""
    if row.note:
        raise Conflict(row.note)
    if case.version_id != batch.version_id or _hash(case.state) != row.state_hash:
        raise Conflict(WENT_ON)
    if not around.is_untouched(row.changes, around.rows_of(case.id)):
        raise Conflict(CHANGED)
    around.undo(row.changes)
    db.session.expire_all()
    case.state = row.state
    note(
        case, "migration reverted", by=batch.reverted_by, person_id=batch.reverted_by_id, batch=batch.id,
        was=judge.target.number, now=judge.number(row.from_version_id), reason=batch.revert_reason,
    )  # fmt: skip
    db.session.flush()


def _move(case: Case, batch: Batch) -> tuple[Drawing, Standing]:
    old = casework.drawing_of(case.version_id, case.process_id)
    new = casework.drawing_of(batch.version_id, case.process_id)
    brought = _brought(case, old, new)
    standing = engine.move_over(
        old, new, case.state, now(), mapping=batch.mapping, calendar=calendar(), variables=brought
    )
    case.version_id = batch.version_id
    case.variables = {**brought, **case.variables}
    promises_otherwise = old.properties.get("waktu_layanan") != new.properties.get("waktu_layanan")
    if promises_otherwise and not holding.held(case).stands_still:  # else it is set when the clock goes on
        case.due_at = service_due(case)
    return old, standing


def _brought(case: Case, old: Drawing, new: Drawing) -> dict[str, object]:
    """What was answered before and only the new version reads."""
    wanted = new.variables - old.variables
    if not wanted:
        return {}
    found: dict[str, object] = {OWN_NUMBER: case.number}
    for row in cases.all_answers(case.id):
        found |= casework.open_answers(row)
    return {name: found[name] for name in wanted & found.keys()}


def _realign(case: Case, old: Drawing, standing: Standing) -> None:
    """Tasks, timers, waits and orders that stay get the names, offices and time limits of the new version."""
    new = casework.drawing_of(case.version_id, case.process_id)
    steps = {each.id: each for each in standing.waiting}
    for task in cases.open_tasks_of(case.id):
        if task.id in steps:
            _realign_task(case, task, steps[task.id], (old, new))
    places = {each.id: each.step for each in (*standing.timers, *standing.listening, *standing.operations)}
    for timer in cases.timers_of(case.id):
        timer.step = places.get(timer.id, timer.step)
    for wait in events.waits_of(case.id):
        wait.step = places.get(wait.listener, wait.step)
    for order in work.unfinished_of(case.id):
        order.step = places.get(order.key, order.step)
    db.session.flush()
    holding.forget(case)


def _realign_task(case: Case, task: Task, waiting: engine.Waiting, versions: tuple[Drawing, Drawing]) -> None:
    old, new = versions
    was, step = old.steps[task.step], new.steps[waiting.step]
    reminded = deadlines.reminds(old, task.step)
    task.step, task.name = step.id, step.name
    if (was.role, was.unit) != (step.role, step.unit):
        unit = routing.unit_for(step, case.home_unit, waiting.variables)
        task.role_key, task.unit_id, task.taken_by_id = step.role, unit.id if unit else None, None
        if unit is not None:
            reach.come_to(case, unit.id, step.role)
    if was.time_limit != step.time_limit or reminded != deadlines.reminds(new, step.id):
        _set_limit(task, new, step, calendar())


def _set_limit(task: Task, drawing: Drawing, step: engine.StepOutline, days: Calendar) -> None:
    """The time of the new version, counted from when the task was begun, and its reminder."""
    task.due_at = days.due(task.created_at, step.time_limit) if step.time_limit else None
    reminder = db.session.get(Reminder, task.id)
    if reminder is not None:
        db.session.delete(reminder)
        db.session.flush()
    if task.reminded_at is None:
        reminders.plan(
            task.id,
            task.case_id,
            step,
            begun=task.created_at,
            due=task.due_at,
            drawing=drawing,
            calendar=days,
        )


def _hash(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()
