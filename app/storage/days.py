"""The city's calendar as rows: days off, the hours of its weeks, what changed them, and reminders of tasks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.storage.cases import Case, Pause, Task
from app.storage.database import Id, Model, Moment, db
from app.storage.people import Unit


class CalendarDay(Model):
    """A day off, or one of the seed that the city works on after all."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]  # libur_nasional | cuti_bersama | libur_daerah
    name: Mapped[str]
    # hangs on the moon; the decree may say another day
    is_estimate: Mapped[bool] = mapped_column(default=False)
    is_off: Mapped[bool] = mapped_column(default=True)
    is_edited: Mapped[bool] = mapped_column(default=False)  # by an administrator: the seed leaves it alone


class WorkingWeek(Model):
    """The working hours from a day on, until the next row."""

    __tablename__ = "working_week"

    since: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[dict] = mapped_column(db.JSON)  # weekday number → "08.00–12.00, 13.00–15.00"
    is_edited: Mapped[bool] = mapped_column(default=False)


class CalendarChange(Model):
    """One change of the calendar: who, why, what it was before, and how far running cases were counted anew."""

    __tablename__ = "calendar_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]
    what: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict] = mapped_column(db.JSON)  # the whole calendar before: {"days": […], "weeks": {…}}
    moved: Mapped[int] = mapped_column(default=0)  # cases with another deadline
    cursor: Mapped[int] = mapped_column(Id, default=0)  # the last case that was looked at
    looked_at: Mapped[datetime | None] = mapped_column(Moment)  # all cases of that moment were looked at
    done_at: Mapped[datetime | None] = mapped_column(Moment)  # and those that were being sent meanwhile


class Reminder(Model):
    """When an office is reminded of an open task, where the drawing draws no reminder of its own."""

    __tablename__ = "reminder"

    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    task: Mapped[Task] = relationship()


@dataclass(frozen=True)
class Running:
    """An open case or task with a deadline, as far as counting it anew needs to know."""

    case_id: int
    version_id: int
    process_id: str | None
    step: str  # empty for the case itself
    since: datetime
    due_at: datetime


def stamp() -> int | None:
    """What changes with every change of the calendar."""
    return db.session.scalar(select(func.max(CalendarChange.id)))


def days_off() -> list[date]:
    return list(
        db.session.scalars(select(CalendarDay.day).where(CalendarDay.is_off).order_by(CalendarDay.day))
    )


def working_weeks() -> list[WorkingWeek]:
    """The hours in force and to come, oldest first."""
    return list(db.session.scalars(select(WorkingWeek).order_by(WorkingWeek.since)))


def days_of(year: int) -> list[CalendarDay]:
    """Days off of a year, and days that were struck out, in order."""
    query = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return list(db.session.scalars(query.order_by(CalendarDay.day)))


def years() -> list[int]:
    """The years that have days off, oldest first."""
    return sorted({day.year for day in days_off()})


def lock_calendar() -> None:
    """Of two who change the calendar at once, one waits for the other."""
    db.session.execute(select(Unit.id).where(Unit.parent_id.is_(None)).with_for_update(key_share=True))


def latest_changes(limit: int) -> list[CalendarChange]:
    return list(db.session.scalars(select(CalendarChange).order_by(CalendarChange.id.desc()).limit(limit)))


def next_change(change_id: int) -> CalendarChange | None:
    """The change that came after this one."""
    query = select(CalendarChange).where(CalendarChange.id > change_id).order_by(CalendarChange.id)
    return db.session.scalar(query.limit(1))


def counting_is_due(settled: timedelta) -> datetime | None:
    """When the next batch of cases is to be counted anew; None where every change is done with."""
    query = select(CalendarChange.at, CalendarChange.looked_at).where(CalendarChange.done_at.is_(None))
    found = [at if looked_at is None else at + settled for at, looked_at in db.session.execute(query)]
    return min(found, default=None)


def take_change(now: datetime, settled: timedelta) -> CalendarChange | None:
    """The oldest change after which cases are still to be counted anew, held so that two workers never share it."""
    query = select(CalendarChange).where(*_unfinished(now, settled))
    return db.session.scalar(query.order_by(CalendarChange.id).limit(1).with_for_update(skip_locked=True))


def open_cases_after(case_id: int, limit: int) -> list[int]:
    """Ids of open cases, in order, beginning after this one."""
    query = select(Case.id).where(Case.closed_at.is_(None), Case.id > case_id)
    return list(db.session.scalars(query.order_by(Case.id).limit(limit)))


def opened_between(first: datetime, last: datetime) -> list[int]:
    """Ids of open cases that were opened in this time."""
    query = select(Case.id).where(Case.closed_at.is_(None), Case.opened_at.between(first, last))
    return list(db.session.scalars(query.order_by(Case.id)))


def running_cases(limit: int) -> list[Running]:
    """Open cases with a deadline that runs."""
    query = select(Case.id, Case.version_id, Case.process_id, Case.opened_at, Case.due_at)
    query = query.where(Case.closed_at.is_(None), Case.due_at.is_not(None)).order_by(Case.id).limit(limit)
    return [Running(row[0], row[1], row[2], "", row[3], row[4]) for row in db.session.execute(query)]


def running_tasks(limit: int) -> list[Running]:
    """Open tasks with a deadline."""
    query = select(Case.id, Case.version_id, Case.process_id, Task.step, Task.created_at, Task.due_at)
    query = query.join(Task.case).where(Task.status == "open", Task.due_at.is_not(None))
    return [Running(*row) for row in db.session.execute(query.order_by(Case.id, Task.id).limit(limit))]


def pauses_of_open_cases() -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Case id → the times its clock stood still."""
    query = select(Pause.case_id, Pause.since, Pause.until).join(Case, Case.id == Pause.case_id)
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for case_id, since, until in db.session.execute(query.where(Case.closed_at.is_(None))):
        found.setdefault(case_id, []).append((since, until))
    return found


def due_reminders(moment: datetime, limit: int) -> list[tuple[str, int]]:
    """(task id, case id) of the reminders that are due, oldest first."""
    query = select(Reminder.task_id, Reminder.case_id).where(Reminder.at <= moment)
    return [
        tuple(row) for row in db.session.execute(query.order_by(Reminder.at, Reminder.task_id).limit(limit))
    ]


def reminders_of(case_id: int) -> dict[str, Reminder]:
    """Task id → its reminder."""
    rows = db.session.scalars(select(Reminder).where(Reminder.case_id == case_id))
    return {row.task_id: row for row in rows}


def reminded_task(task_id: str) -> Task | None:
    """The task of a reminder, read afresh, its unit loaded."""
    query = select(Task).where(Task.id == task_id).options(joinedload(Task.unit))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _unfinished(now: datetime, settled: timedelta) -> tuple[ColumnElement[bool], ...]:
    ripe = or_(CalendarChange.looked_at.is_(None), CalendarChange.at <= now - settled)
    return CalendarChange.done_at.is_(None), ripe
