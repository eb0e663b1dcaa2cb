"""The embedded engine of work in the background: wake-ups are rows of our own, looked at one after the other."""

from datetime import datetime

from sqlalchemy import delete, select, update

from app.storage.database import db
from app.storage.jobs import Job


def next_job(now: datetime) -> tuple[str, str, datetime] | None:
    """(kind, subject, since when) of the wake-up that has been due for longest."""
    query = select(Job.kind, Job.subject, Job.at).where(Job.at <= now).order_by(Job.at, Job.kind, Job.subject)
    row = db.session.execute(query.limit(1)).one_or_none()
    return tuple(row) if row else None


def looked(kind: str, subject: str, since: datetime, *, again: datetime | None) -> None:
    """It was looked at, and is looked at again then, or not; one that was asked for meanwhile stays as it is."""
    same = Job.kind == kind, Job.subject == subject, Job.at == since
    db.session.execute(update(Job).where(*same).values(at=again) if again else delete(Job).where(*same))
