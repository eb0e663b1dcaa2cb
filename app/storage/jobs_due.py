"""The safety net of work in the background: what is due by its own rows, and wake-ups for what has none.

An upgraded database, one restored from a backup, one whose worker died at the wrong moment: nothing has to be asked for
again by hand.
"""

from datetime import datetime, timedelta

import orjson
from psycopg import Connection
from sqlalchemy import Select, event, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from app.storage import events, work
from app.storage.cases import Timer
from app.storage.database import db
from app.storage.days import CalendarChange, Reminder
from app.storage.events import Post, Wait
from app.storage.jobs import (
    CARRY,
    DEFER,
    LISTENER,
    ORDER,
    POST,
    QUEUE,
    RECOUNT,
    REMINDER,
    SILENT,
    TIMERS,
    Job,
    on_sqlite,
)
from app.storage.versions import UNENDED, Batch
from app.storage.work import Outbox

MOST = 2000  # of one kind in one go

LIMITS = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s'"

Due = tuple[str, str, datetime]

_ABSENT = text(
    f"""{DEFER} AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS job
        WHERE job.status = 'todo' AND job.queue_name = '{QUEUE}'
          AND job.args->>'kind' = kind AND job.args->>'subject' = subject)))"""
)
_PUT_BACK = text(
    f"""
    WITH held AS MATERIALIZED (
        SELECT job.id, job.args->>'kind' AS kind, job.args->>'subject' AS subject, job.attempts + 1 AS times
        FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND job.queue_name = '{QUEUE}'
          AND (worker.id IS NULL OR worker.last_heartbeat < clock_timestamp() - CAST(:silent AS interval)
               OR (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'started')
                  < clock_timestamp() - CAST(:longest AS interval))
        FOR UPDATE OF job SKIP LOCKED)
    SELECT kind, subject, times, procrastinate_retry_job_v2(
        id, clock_timestamp() + make_interval(secs => least(2 ^ times, 60)), NULL, NULL, NULL)
    FROM held
    """
)


def limit_waits() -> None:
    """A worker waits for nobody's row for long, and one that is frozen inside a transaction loses what it holds.

    For connections that are yet to be made.
    """
    if not on_sqlite(db.session()) and not event.contains(db.engine, "connect", _limit):
        event.listen(db.engine, "connect", _limit)


def _limit(connection: Connection, _record: object) -> None:
    connection.execute(LIMITS)
    connection.commit()


def due(until: datetime) -> list[Due]:
    """(kind, subject, moment) of what is due until then by its own rows, a part of each kind at a time."""
    found = []
    for kind, query, moment in _queries(until):
        rows = db.session.execute(query.order_by(moment).limit(MOST))
        found += [(kind, str(subject), at) for subject, at in rows]
    return found


def ask_for(wanted: list[Due]) -> None:
    """Wake-ups for those that have none, inside the caller's transaction; of several sweeps at once one does it."""
    if on_sqlite(db.session()):
        rows = [dict(zip(("kind", "subject", "at"), each, strict=True), attempts=0) for each in wanted]
        if rows:
            db.session.execute(insert(Job).on_conflict_do_nothing(), rows)
        return
    alone = select(func.pg_try_advisory_xact_lock(func.hashtext("alur sweep")))
    if wanted and db.session.scalar(alone):
        wishes = [dict(zip(("kind", "subject", "at"), each, strict=True), lock="") for each in wanted]
        db.session.execute(_ABSENT, {"wishes": orjson.dumps(wishes).decode(), "ahead": timedelta(days=1)})


def put_back(*, longest: timedelta) -> list[tuple[str, str, int]]:
    """Wake-ups in the hands of workers that are silent or hold them for too long are free again, a little later.

    Gives (kind, subject, how often it was put back).
    """
    if on_sqlite(db.session()):
        return []
    rows = db.session.execute(_PUT_BACK, {"silent": SILENT, "longest": longest})
    return [(kind, subject, times) for kind, subject, times, _done in rows]


def let_go(kind: str, subject: str, *, at: datetime) -> None:
    """What a dead worker held is due at this moment, not only when its lease runs out."""
    lease = {ORDER: (Outbox.run_at, Outbox.key), POST: (Post.run_at, Post.key)}.get(kind)
    if lease is None:
        held = db.session.get(Job, (kind, subject), with_for_update=True)
        if held is not None:
            held.at = min(held.at, at)
        return
    run_at, key = lease
    row = db.session.scalar(select(run_at.class_).where(key == subject).with_for_update(skip_locked=True))
    if row is not None and row.attempts:
        row.run_at = min(row.run_at, at)


def uncount(kind: str, subject: str, attempts: int, *, at: datetime) -> None:
    """The attempt of this number was none, and the next is due at this moment; nothing where that one was begun."""
    column, moment, name = {
        ORDER: (Outbox.attempts, Outbox.run_at, Outbox.key),
        POST: (Post.attempts, Post.run_at, Post.key),
    }.get(kind, (Job.attempts, Job.at, Job.subject))
    same = [name == subject, column == attempts]
    same += [Job.kind == kind] if column is Job.attempts else []
    change = update(column.class_).where(*same).values({column: attempts - 1, moment: at})
    db.session.execute(change.execution_options(synchronize_session=False))


def _queries(until: datetime) -> list[tuple[str, Select, object]]:
    timers = select(Timer.case_id, func.min(Timer.due_at)).group_by(Timer.case_id)
    change = CalendarChange.at
    return [
        (
            TIMERS,
            timers.where(Timer.due_at <= until, Timer.case_id.not_in(work.STUCK)),
            func.min(Timer.due_at),
        ),
        (
            ORDER,
            select(Outbox.key, Outbox.run_at).where(*work.UNFINISHED, Outbox.run_at <= until),
            Outbox.run_at,
        ),
        (POST, select(Post.key, Post.run_at).where(*events.UNFINISHED, Post.run_at <= until), Post.run_at),
        (LISTENER, select(Wait.case_id, Wait.since).where(Wait.fresh), Wait.since),
        (REMINDER, select(Reminder.task_id, Reminder.at).where(Reminder.at <= until), Reminder.at),
        (CARRY, select(Batch.id, Batch.at).where(Batch.phase.in_(UNENDED)), Batch.at),
        (RECOUNT, select(CalendarChange.id, change).where(CalendarChange.done_at.is_(None)), change),
    ]
