"""Reminders at three quarters of a task's time, where its drawing draws none: a notice in the office's inbox."""

from datetime import datetime, timedelta

import structlog

from app.domain.calendar import Calendar
from app.domain.words import moment as in_words
from app.engine import Drawing, StepOutline, deadlines
from app.errors import Unavailable
from app.storage import DatabaseFault, cases, days, db, jobs, transaction
from app.storage.days import Reminder
from app.storage.sheet import put
from app.usecases import casework
from app.usecases.attempts import ATTEMPTS, HELD, SYSTEM, counted, nearly
from app.usecases.casework import APPLICANT
from app.usecases.diary import note
from app.usecases.parts import now, parts

PUT_OFF = timedelta(hours=1)
REMINDED = "Pengingat: tiga perempat waktu untuk “{step}” sudah terpakai. Batas waktunya {due}."

log = structlog.get_logger()


def plan(
    task_id: str, case_id: int, step: StepOutline, *,
    begun: datetime, due: datetime | None, drawing: Drawing, calendar: Calendar,
) -> None:  # fmt: skip
    """Have the office of a new task reminded, inside the move that opens it."""
    if due is None or step.role == APPLICANT or deadlines.reminds(drawing, step.id):
        return
    at = calendar.reminder(begun, due)
    put(Reminder, task_id=task_id, case_id=case_id, at=at)
    jobs.ask(jobs.REMINDER, task_id, at=at)


def send_due(limit: int = 50) -> int:
    """Remind of every task whose reminder is due; returns how many reminders were dealt with."""
    db.session.rollback()
    found = days.due_reminders(now(), limit)
    for task_id, case_id in found:
        _try(task_id, case_id)
    return len(found)


def remind(task_id: str) -> datetime | None:
    """Remind of this task if that is due; when to look again, where that is about to be."""
    db.session.rollback()
    reminder = db.session.get(Reminder, task_id)
    if reminder is None or reminder.at > now():
        return nearly(reminder.at) if reminder else None
    _try(task_id, reminder.case_id)
    return None


def _try(task_id: str, case_id: int) -> None:
    """One that cannot be sent stops no other and is tried again later; one that kills its worker is given up."""
    with transaction():
        attempts = jobs.begin(jobs.REMINDER, task_id, now=now(), until=now() + HELD)
    if attempts is None:
        return
    try:
        with counted(jobs.REMINDER, task_id, attempts):
            _send(task_id, case_id, now()) if attempts <= ATTEMPTS else _drop(task_id, case_id)
    except (Unavailable, DatabaseFault):
        raise
    except Exception as fault:
        log.error("reminder failed", case_id=case_id, error=type(fault).__name__)
        _put_off(task_id, case_id)


def _drop(task_id: str, case_id: int) -> None:
    log.error("reminder given up", case_id=case_id)
    with transaction():
        jobs.end(jobs.REMINDER, task_id)
        db.session.delete(db.session.get_one(Reminder, task_id, with_for_update=True))


def _put_off(task_id: str, case_id: int) -> None:
    with transaction():
        jobs.end(jobs.REMINDER, task_id)
        reminder = days.reminders_of(case_id).get(task_id)
        if reminder is not None:
            reminder.at = now() + PUT_OFF


def _send(task_id: str, case_id: int, moment: datetime) -> None:
    with transaction():
        case = cases.lock_case(case_id)
        jobs.end(jobs.REMINDER, task_id)
        task, reminder = days.reminded_task(task_id), days.reminders_of(case_id).get(task_id)
        if reminder is None or reminder.at > moment:
            return  # somebody else sent it, or the calendar moved it
        db.session.delete(reminder)
        if task is None or task.status != "open":
            return
        task.reminded_at = moment
        due = in_words(task.due_at.astimezone(parts().settings.zone))
        text = REMINDED.format(step=task.name, due=due)
        casework.tell(case, task.role_key, text, unit_id=task.unit_id)
        note(case, "notice sent", by=SYSTEM, reader=task.role_key)
