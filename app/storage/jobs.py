"""The port of work in the background: a wake-up is asked for inside the transaction that writes what needs work later.

A wake-up says no more than "look at this subject of this kind at that time". What is to be done, how often it was
tried and when it is due again stand in the rows it is about, so that a doubled, late or lost one does no harm; a sweep
asks again for what is due and has none (app/storage/jobs_due.py). On SQLite wake-ups are rows of our own, on
PostgreSQL jobs of Procrastinate, deferred on the connection of the same transaction.
"""

from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import bindparam, delete, event, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.database import Model, Moment, db, in_use

TIMERS, ORDER, POST, LISTENER, REMINDER, RECOUNT, CARRY = KINDS = (
    "timers",  # of a case, by its id
    "order",  # outside work, by its key
    "post",  # a message or signal, by its key
    "listener",  # a case that began to wait for messages, by its id
    "reminder",  # of a task, by its id
    "recount",  # of running cases after a change of the calendar, by its id
    "carry",  # cases of a batch to another version or back, by its id
)
Asked = dict[tuple[str, str], tuple[datetime, str]]  # kind and subject → when, and with which lock

QUEUE, TASK = "alur", "look"
AHEAD = timedelta(seconds=60)  # what is due later is left to a sweep, so that few wake-ups lie in the queue
SILENT = timedelta(seconds=6)  # a worker without a heartbeat for so long is dead, or as good as dead
MOST_WRONG = timedelta(hours=3)  # no machine's clock is further off the database's


class Job(Model):
    """Work that is waited for (SQLite), or has been begun and has not ended (both)."""

    __tablename__ = "job"

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)  # when it is looked at, or looked at again
    attempts: Mapped[int] = mapped_column(default=0)


DEFER = f"""
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('{QUEUE}', '{TASK}', 0, CASE WHEN at <= clock_timestamp() THEN nullif(lock, '') END, NULL,
                   jsonb_build_object('kind', kind, 'subject', subject),
                   CASE WHEN at > clock_timestamp() THEN at END)::procrastinate_job_to_defer_v1
        FROM jsonb_to_recordset(CAST(:wishes AS jsonb))
             AS wish(kind text, subject text, at timestamptz, lock text)
        WHERE at <= clock_timestamp() + CAST(:ahead AS interval)"""
_DEFER = text(f"{DEFER}))")
_DRIVERS_DEFER = f"{DEFER}))".replace(":wishes", "%s").replace(":ahead", "%s")
_AGAIN = text(
    f"""
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW('{QUEUE}', '{TASK}', 0, NULL, NULL,
            jsonb_build_object('kind', CAST(:kind AS text), 'subject', CAST(:subject AS text)),
            clock_timestamp() + CAST(:wait AS interval))::procrastinate_job_to_defer_v1])
    """
)
_BEGIN = text(
    """
    INSERT INTO job AS had (kind, subject, at, attempts) VALUES (:kind, :subject, :until, 1)
    ON CONFLICT (kind, subject) DO UPDATE SET attempts = had.attempts + 1, at = excluded.at
    WHERE had.attempts = 0 OR had.at <= :now
    RETURNING attempts
    """
).bindparams(bindparam("until", type_=Moment()), bindparam("now", type_=Moment()))


def ask(kind: str, subject: str | int, *, at: datetime, lock: str = "") -> None:
    """Have the subject looked at, then or soon after; written with the transaction, in one statement for all of it.

    Of wake-ups with the same lock that are due at once, two workers never hold one each.
    """
    session = in_use()
    if not session.info.get("use_case"):
        raise RuntimeError("a wake-up outside a transaction")
    asked = session.info.setdefault("asked", {})
    known = asked.get((kind, str(subject)))
    if known is None or at < known[0]:
        asked[kind, str(subject)] = at, lock


def begin(kind: str, subject: str | int, *, now: datetime, until: datetime) -> int | None:
    """Count one more attempt before it is made: its number; None while another worker holds it."""
    values = {"kind": kind, "subject": str(subject), "now": now, "until": until}
    return db.session.scalar(_BEGIN, values)


def end(kind: str, subject: str | int) -> None:
    """What was begun is done with, or given up: its attempts count no more."""
    db.session.execute(delete(Job).where(Job.kind == kind, Job.subject == str(subject)))


def ask_again(kind: str, subject: str, *, wait: timedelta) -> None:
    """Have the subject looked at once more after this time by the database's clock, inside the caller's transaction.

    For PostgreSQL; the embedded engine keeps its row. What is further off is left to a sweep.
    """
    if wait <= AHEAD:
        db.session.execute(_AGAIN, {"kind": kind, "subject": subject, "wait": wait})


def taken(session: Session) -> tuple[str, tuple[object, ...]] | None:
    """What was asked for, as a statement for PostgreSQL's driver and its values: whoever takes it writes it."""
    wishes = _wishes(session.info.pop("asked", {}))
    return (_DRIVERS_DEFER, (wishes, AHEAD)) if wishes else None


def on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


@event.listens_for(db.session, "before_commit")
def _write(session: Session) -> None:
    """Not earlier, so that one transaction costs one statement at most."""
    asked = session.info.pop("asked", None)
    if asked and on_sqlite(session):
        _insert(session, asked)
    elif asked:
        _defer(session, asked)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("asked", None)


def _insert(session: Session, asked: Asked) -> None:
    rows = [
        {"kind": kind, "subject": subject, "at": at, "attempts": 0}
        for (kind, subject), (at, _lock) in asked.items()
    ]
    wish = insert(Job).values(rows)
    sooner = {"at": db.func.min(Job.at, wish.excluded.at)}
    session.execute(wish.on_conflict_do_update(index_elements=["kind", "subject"], set_=sooner))


def _defer(session: Session, asked: Asked) -> None:
    if wishes := _wishes(asked):
        session.execute(_DEFER, {"wishes": wishes, "ahead": AHEAD})


def _wishes(asked: Asked) -> str:
    """What PostgreSQL is given of it; empty where all of it is far off."""
    far = datetime.now(UTC) + MOST_WRONG
    wishes = [
        {"kind": kind, "subject": subject, "at": at, "lock": lock}
        for (kind, subject), (at, lock) in asked.items()
        if at <= far
    ]
    return orjson.dumps(wishes).decode() if wishes else ""
