"""Work to be done outside the transaction that asked for it, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, cast, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.cases import Timer
from app.storage.database import TO_DO, Id, Model, Moment, db, partial_index
from app.storage.jobs import TIMERS, Job


class Outbox(Model):
    """One piece of outside work, written with the change that wants it; safe to do twice."""

    __tablename__ = "outbox"
    __table_args__ = (partial_index("ix_outbox_to_do", "run_at", "id", where=TO_DO),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # the engine's id of the service task
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    step: Mapped[str]
    operation: Mapped[str]
    params: Mapped[dict] = mapped_column(db.JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    dead_at: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str] = mapped_column(default="")


UNFINISHED = Outbox.done_at.is_(None), Outbox.dead_at.is_(None)


class RequestKey(Model):
    """A request that was answered; the same key gets the same answer again."""

    __tablename__ = "request_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scope: Mapped[str]  # the use case
    key: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the answer
    at: Mapped[datetime] = mapped_column(Moment)


class Incident(Model):
    """A case that cannot go on by itself and waits for an administrator."""

    __tablename__ = "incident"
    __table_args__ = (partial_index("ix_incident_unsolved", "at", "id", where="resolved_at IS NULL"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("event_post.id"))
    what: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str] = mapped_column(default="")


# cases whose timers wait for an administrator
STUCK = select(Incident.case_id).where(
    Incident.outbox_id.is_(None), Incident.post_id.is_(None), Incident.resolved_at.is_(None)
)


class Announcement(Model):
    """A public notice of the city."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


def forget_answers(before: datetime) -> None:
    db.session.execute(delete(RequestKey).where(RequestKey.at < before))


def find_answered(scope: str, key: str) -> RequestKey | None:
    return db.session.scalar(select(RequestKey).where(RequestKey.scope == scope, RequestKey.key == key))


def take_work(now: datetime, lease: timedelta, key: str | None = None) -> Outbox | None:
    """The next due piece of work, or this one if it is due, its attempt counted and its row leased, so that two
    workers never share it."""
    query = select(Outbox).where(*UNFINISHED, Outbox.run_at <= now)
    query = query.where(Outbox.key == key) if key else query.order_by(Outbox.run_at, Outbox.id).limit(1)
    row = db.session.scalar(query.with_for_update(skip_locked=True))
    if row is not None:
        row.attempts += 1
        row.run_at = now + lease
    return row


def due_again(key: str) -> datetime | None:
    """When a piece of work is to be looked at again; None where it is done or given up."""
    return db.session.scalar(select(Outbox.run_at).where(Outbox.key == key, *UNFINISHED))


def is_done(key: str) -> bool:
    """Whether a piece of work was done, or is needed no more."""
    query = select(Outbox.id).where(Outbox.key == key, Outbox.done_at.is_not(None))
    return db.session.scalar(query) is not None


def unfinished_of(case_id: int) -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.case_id == case_id, Outbox.done_at.is_(None))))


def open_incidents_of(case_id: int) -> list[Incident]:
    return list(
        db.session.scalars(
            select(Incident).where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
        )
    )


def open_incidents() -> list[Incident]:
    """Every incident that waits for an administrator, oldest first."""
    query = select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.id)
    return list(db.session.scalars(query))


def due_cases(moment: datetime, limit: int) -> list[int]:
    """The cases whose waiting time is over, longest overdue first; not those that wait for an administrator, nor
    those in a worker's hands."""
    held = select(Job.subject).where(Job.kind == TIMERS, Job.attempts > 0, Job.at > moment)
    query = select(Timer.case_id).where(Timer.due_at <= moment, Timer.case_id.not_in(STUCK))
    query = query.where(cast(Timer.case_id, String).not_in(held))
    return list(dict.fromkeys(db.session.scalars(query.order_by(Timer.due_at).limit(limit))))


def first_timer(case_id: int) -> datetime | None:
    """When a case's waiting time is over; None where nothing is waited for but an administrator."""
    query = select(func.min(Timer.due_at)).where(Timer.case_id == case_id, Timer.case_id.not_in(STUCK))
    return db.session.scalar(query)
