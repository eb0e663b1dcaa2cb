"""Named queries of the administrator's list: cases that cannot go on by themselves, and what each waits for."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from app.storage.cases import Case
from app.storage.database import db
from app.storage.events import Post
from app.storage.inbox_counts import MOST_COUNTED
from app.storage.keyset import Key, beyond, order_by
from app.storage.reach import Reader, in_reach, no_conflict
from app.storage.work import Incident, Outbox


@dataclass(frozen=True)
class Found:
    """An incident, its case and the work it is about; a timer's incident has neither order nor post."""

    incident: Incident
    case: Case
    order: Outbox | None
    post: Post | None
    reachable: bool  # whether the reader's offices may open the case


def waiting(reader: Reader, *, after: Key | None, limit: int) -> list[Found]:
    """Open incidents of cases the reader has no interest in, newest first."""
    query = _found(reader).where(Incident.resolved_at.is_(None))
    if after is not None:
        query = query.where(beyond(Incident.at, Incident.id, after, descending=True))
    query = query.order_by(*order_by(Incident.at, Incident.id, descending=True)).limit(limit)
    return [_read(row) for row in db.session.execute(query)]


def count_waiting(reader: Reader) -> int:
    """How many of them there are, none beyond MOST_COUNTED + 1."""
    query = select(Incident.id).join(Case, Case.id == Incident.case_id)
    some = query.where(Incident.resolved_at.is_(None), no_conflict(reader)).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def find(reader: Reader, incident_id: int) -> Found | None:
    """One incident, open or not."""
    row = db.session.execute(_found(reader).where(Incident.id == incident_id)).one_or_none()
    return _read(row) if row else None


def earlier_than(incident: Incident) -> list[Incident]:
    """The incidents the same work led to before, oldest first."""
    query = select(Incident).where(Incident.case_id == incident.case_id, Incident.id < incident.id)
    return list(db.session.scalars(query.where(_same_work(incident)).order_by(Incident.id)))


def _same_work(incident: Incident) -> ColumnElement[bool]:
    return and_(
        Incident.outbox_id.is_not_distinct_from(incident.outbox_id),
        Incident.post_id.is_not_distinct_from(incident.post_id),
    )


def _found(reader: Reader) -> Select:
    return (
        select(Incident, Case, Outbox, Post, in_reach(reader))
        .join(Case, Case.id == Incident.case_id)
        .outerjoin(Outbox, Outbox.id == Incident.outbox_id)
        .outerjoin(Post, Post.id == Incident.post_id)
        .where(no_conflict(reader))
        .options(joinedload(Case.service))
    )


def _read(row: tuple) -> Found:
    incident, case, order, post, reachable = row
    return Found(incident, case, order, post, bool(reachable))
