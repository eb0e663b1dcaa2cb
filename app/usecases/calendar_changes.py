"""Changes of the city's calendar: what it was before, and the counting anew of every running case afterwards.

A first batch of cases moves with the change itself, in its transaction; the worker does the others, batch by batch.
A case is counted under its lock, so that no step of it is lost; cases that were being sent while the calendar changed
are looked at once more a little later.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import structlog

from app.domain.calendar import Calendar
from app.domain.hours import stored_week
from app.engine import Drawing, deadlines
from app.storage import DatabaseFault, cases, days, db, jobs, transaction
from app.storage.cases import Case
from app.storage.days import CalendarChange
from app.usecases import casework
from app.usecases.attempts import ATTEMPTS, LEASE, counted
from app.usecases.casework import APPLICANT
from app.usecases.diary import note
from app.usecases.parts import now, parts, read_calendar

AT_ONCE = 100  # cases that are counted anew with the change itself
BATCH = 50  # cases a worker counts in one transaction
BATCHES = "batches"  # what attempts at a batch are counted under
MEANWHILE = timedelta(minutes=2)  # longer than a request may take

log = structlog.get_logger()


def snapshot() -> dict:
    """The calendar as its rows say now, to be kept with the change that follows."""
    weeks = {row.since.isoformat(): row.hours for row in days.working_weeks()}
    return {"days": [day.isoformat() for day in days.days_off()], "weeks": weeks}


def record(
    before: Mapping, *, by: str, what: str, reason: str, person_id: int | None = None
) -> CalendarChange:
    """Keep a change that has just been written, inside its transaction, and begin to count running cases anew."""
    change = CalendarChange(
        at=now(), person_id=person_id, by=by, what=what, reason=reason, before=dict(before), moved=0, cursor=0
    )
    db.session.add(change)
    db.session.flush()
    _count_on(change, AT_ONCE)
    jobs.ask(jobs.RECOUNT, change.id, at=now())
    return change


def count(_change: str) -> datetime | None:
    """Count the next batch of cases anew; when to look again, where there was one."""
    return days.counting_is_due(MEANWHILE) if do_next() else None


def do_next() -> bool:
    """Count the next batch of cases anew; False when nothing is due."""
    db.session.rollback()
    due = days.counting_is_due(MEANWHILE)
    if due is None or due > now():
        return False
    with transaction():
        attempts = jobs.begin(jobs.RECOUNT, BATCHES, now=now(), until=now() + LEASE)
    if attempts is not None:
        with counted(jobs.RECOUNT, BATCHES, attempts), transaction():
            jobs.end(jobs.RECOUNT, BATCHES)
            change = days.take_change(now(), MEANWHILE)
            if change is not None:
                _take_on(change, kills=attempts > ATTEMPTS)
    return attempts is not None


def _take_on(change: CalendarChange, *, kills: bool) -> None:
    """A batch that takes its worker down with it, time after time, is passed over."""
    if kills:
        log.error("cases not counted anew", change=change.id, after=change.cursor)
    if change.looked_at is None:
        return _count_on(change, BATCH, count=_pass_over if kills else _count)
    late = days.opened_between(change.at - MEANWHILE, change.looked_at + MEANWHILE)
    (_pass_over if kills else _count)(change, late)
    change.done_at = now()
    return None


def calendar_of(plain: Mapping) -> Calendar:
    """The calendar that was kept so."""
    weeks = tuple((date.fromisoformat(since), stored_week(hours)) for since, hours in plain["weeks"].items())
    held = {"weeks": tuple(sorted(weeks, key=lambda week: week[0]))} if weeks else {}
    off = frozenset(date.fromisoformat(day) for day in plain["days"])
    return Calendar(zone=parts().settings.zone, days_off=off, **held)


def _count_on(change: CalendarChange, limit: int, *, count: Callable | None = None) -> None:
    found = days.open_cases_after(change.cursor, limit)
    (count or _count)(change, found)
    change.cursor = max(found, default=change.cursor)
    if len(found) < limit:
        change.looked_at = now()


def _pass_over(_change: CalendarChange, _case_ids: list[int]) -> None:
    """Their deadlines stay; the next move of each will say what is wrong with it."""


def _count(change: CalendarChange, case_ids: list[int]) -> None:
    following = days.next_change(change.id)
    before, current = calendar_of(change.before), read_calendar()
    after = calendar_of(following.before) if following else current
    for case_id in case_ids:
        change.moved += _moved(case_id, change, (before, after), current)
    db.session.flush()


def _moved(case_id: int, change: CalendarChange, timed: tuple[Calendar, Calendar], current: Calendar) -> bool:
    """Whether a case moved. One that cannot be read keeps its deadlines; its next move will say so."""
    case = cases.lock_case(case_id)
    try:
        with db.session.begin_nested():
            return case.is_open and _move(case, change, timed, current)
    except DatabaseFault:
        raise
    except Exception as fault:
        log.error("case not counted anew", case_id=case_id, error=type(fault).__name__)
        return False


def _move(case: Case, change: CalendarChange, timed: tuple[Calendar, Calendar], current: Calendar) -> bool:
    """One case by the new calendar: its promise, its tasks, its timers; whether anything moved."""
    drawing = casework.drawing_of(case.version_id, case.process_id)
    promised_before = case.due_at
    timers = _move_timers(case, drawing, *timed)
    due = _promise(case, drawing.properties.get("waktu_layanan"), current)
    if due is not None:
        case.due_at = due
    tasks = _move_tasks(case, drawing, current)
    moved = case.due_at != promised_before or bool(tasks) or bool(timers)
    if moved:
        facts = {"what": change.what, "tasks": tasks, "timers": timers}
        if case.due_at != promised_before:
            facts |= {"was": _said(promised_before), "is": _said(case.due_at)}
        note(case, "deadline changed", by=change.by, person_id=change.person_id, **facts)
    return moved


def _promise(case: Case, promised: str | None, calendar: Calendar) -> datetime | None:
    """The new moment; None where nothing is promised, or the clock stands still and is set when it goes on."""
    if not promised or case.due_at is None:
        return None
    pauses = cases.pauses_of(case.id)
    return calendar.due(case.opened_at, promised, pauses=pauses)


def _move_tasks(case: Case, drawing: Drawing, calendar: Calendar) -> int:
    moved, reminders = 0, days.reminders_of(case.id)
    for task in cases.open_tasks_of(case.id):
        limit = drawing.steps[task.step].time_limit if task.step in drawing.steps else None
        if task.due_at is None or limit is None or task.role_key == APPLICANT:
            continue
        due = calendar.due(task.created_at, limit)
        if due != task.due_at:
            task.due_at, moved = due, moved + 1
        if task.id in reminders:
            reminders[task.id].at = calendar.reminder(task.created_at, due)
            jobs.ask(jobs.REMINDER, task.id, at=reminders[task.id].at)
    return moved


def _move_timers(case: Case, drawing: Drawing, before: Calendar, after: Calendar) -> int:
    rows = {timer.id: timer for timer in cases.timers_of(case.id)}
    if not rows:
        return 0
    state, moved = deadlines.recount(drawing, case.state, before=before, after=after)
    if moved:
        case.state = state
    for name, due in moved.items():
        rows[name].due_at = due
        jobs.ask(jobs.TIMERS, case.id, at=due)
    return len(moved)


def _said(moment: datetime | None) -> str:
    return moment.astimezone(parts().settings.zone).isoformat(timespec="minutes") if moment else ""
