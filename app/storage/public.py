"""What the citizens' pages read and keep: drafts, uploads on their way, guarded doors, the city's figures."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, func, or_, select
from sqlalchemy.orm import joinedload

from app.storage.cases import Attachment, Case, Message, Pause
from app.storage.database import db, explain_constraint
from app.storage.drafts import Draft
from app.storage.letters import Letter
from app.storage.people import Attempt, Unit
from app.storage.work import Announcement

explain_constraint(
    "uq_request_key_scope_key",
    "request_key.scope, request_key.key",
    text="Permohonan ini baru saja terkirim. Buka kembali halaman tanda terima.",
)

AREA_LEVELS = ("kecamatan", "kelurahan", "rw", "rt")


@dataclass(frozen=True)
class Figures:
    """What the city shows of itself: counts since a day."""

    finished: int
    on_time: int
    rated: int
    content: int


def find_draft(token_hash: str) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.token_hash == token_hash))


def lock_draft(token_hash: str) -> Draft | None:
    """The draft with its row held: of two sends, one waits for the other."""
    query = select(Draft).where(Draft.token_hash == token_hash).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def uploads_of(draft_id: int) -> dict[str, Attachment]:
    """The files a draft holds, oldest first."""
    query = select(Attachment).where(Attachment.draft_id == draft_id).order_by(Attachment.at, Attachment.id)
    return {row.id: row for row in db.session.scalars(query)}


def old_drafts(before: datetime, limit: int) -> list[Draft]:
    """Drafts nobody has touched for long."""
    return list(
        db.session.scalars(select(Draft).where(Draft.updated_at < before).order_by(Draft.id).limit(limit))
    )


def find_attachment(case_id: int, attachment_id: str) -> Attachment | None:
    """A file of this very case."""
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == case_id)
    return db.session.scalar(query)


def tries(keys: Collection[str], since: datetime) -> dict[str, int]:
    """How often each guarded door was tried in vain since then."""
    query = (
        select(Attempt.key, func.count())
        .where(Attempt.key.in_(keys), Attempt.at > since)
        .group_by(Attempt.key)
    )
    return {**dict.fromkeys(keys, 0), **dict(db.session.execute(query).all())}


def count_try(keys: Collection[str], at: datetime, *, forget_before: datetime) -> None:
    """Remember one try in vain; older ones of these doors are forgotten."""
    db.session.execute(delete(Attempt).where(Attempt.key.in_(keys), Attempt.at < forget_before))
    db.session.add_all(Attempt(key=key, at=at) for key in keys)


def area_names(parent: str) -> list[tuple[str, str, str]]:
    """(code, level, name) of every area inside one, nearest first."""
    query = select(Unit.code, Unit.level, Unit.name).where(
        Unit.code.startswith(f"{parent}.", autoescape=True)
    )
    rows = db.session.execute(query.where(Unit.level.in_(AREA_LEVELS)).order_by(Unit.code))
    return [(code, level, name) for code, level, name in rows]


def wide_areas() -> list[tuple[str, str, str]]:
    """(code, level, name) of every kecamatan and kelurahan of the city."""
    query = (
        select(Unit.code, Unit.level, Unit.name).where(Unit.level.in_(AREA_LEVELS[:2])).order_by(Unit.code)
    )
    return [(code, level, name) for code, level, name in db.session.execute(query)]


def units_coded(codes: Iterable[str]) -> list[Unit]:
    """The units with these codes, from the largest down."""
    return list(
        db.session.scalars(select(Unit).where(Unit.code.in_(list(codes))).order_by(func.length(Unit.code)))
    )


def area_exists(code: str, level: str) -> bool:
    return db.session.scalar(select(Unit.id).where(Unit.code == code, Unit.level == level)) is not None


def spans(service_code: str, limit: int) -> list[tuple[int, datetime, datetime]]:
    """(case, opened, closed) of the latest cases of a service that ended well."""
    query = (
        select(Case.id, Case.opened_at, Case.closed_at)
        .where(
            Case.service_code == service_code,
            Case.outcome.in_(("terbit", "selesai")),
            Case.closed_at.is_not(None),
        )
        .order_by(Case.id.desc())
        .limit(limit)
    )
    return [(number, opened, closed) for number, opened, closed in db.session.execute(query)]


def pauses_in(case_ids: Sequence[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """The pauses of many cases at once."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    query = (
        select(Pause.case_id, Pause.since, Pause.until)
        .where(Pause.case_id.in_(case_ids))
        .order_by(Pause.since)
    )
    for case_id, since, until in db.session.execute(query):
        found.setdefault(case_id, []).append((since, until))
    return found


def most_wanted(since: datetime, limit: int) -> list[str]:
    """Codes of the services asked for most often since a day."""
    query = select(Case.service_code).where(Case.opened_at >= since).group_by(Case.service_code)
    return list(db.session.scalars(query.order_by(func.count().desc(), Case.service_code).limit(limit)))


def figures(since: datetime) -> Figures:
    """Finished, on time, rated and content, in one statement."""
    in_time = or_(Case.due_at.is_(None), Case.closed_at <= Case.due_at)
    query = select(
        func.count(),
        func.sum(case((in_time, 1), else_=0)),
        func.count(Case.rating),
        func.sum(case((Case.rating >= 3, 1), else_=0)),
    ).where(and_(Case.opened_at >= since, Case.closed_at.is_not(None), Case.outcome != "dibatalkan"))
    finished, on_time, rated, content = db.session.execute(query).one()
    return Figures(finished or 0, on_time or 0, rated or 0, content or 0)


def announcements(at: datetime, limit: int = 5) -> list[Announcement]:
    """The public notices that hold now, newest first."""
    shown = Announcement.published_at <= at, or_(Announcement.until.is_(None), Announcement.until > at)
    query = select(Announcement).where(*shown).order_by(Announcement.published_at.desc()).limit(limit)
    return list(db.session.scalars(query))


def correspondence(case_id: int) -> list[Message]:
    """Everything said to and by the applicant of a case, oldest first."""
    query = select(Message).where(Message.case_id == case_id).order_by(Message.id)
    return list(db.session.scalars(query))


def letters_numbered(number: str) -> list[Letter]:
    """The signed letters that carry this number."""
    query = select(Letter).where(Letter.number == number, Letter.signed_at.is_not(None)).order_by(Letter.id)
    return list(db.session.scalars(query.options(joinedload(Letter.unit)).limit(2)))


def letter_signed_as(sha256: str) -> Letter | None:
    """The letter whose signed file has exactly these bytes."""
    query = select(Letter).where(Letter.signed_sha256 == sha256, Letter.signed_at.is_not(None))
    return db.session.scalar(query.options(joinedload(Letter.unit)).limit(1))


def find_letter(token: str) -> Letter | None:
    """A signed letter by its QR's token, with its unit."""
    query = select(Letter).where(Letter.token == token, Letter.signed_at.is_not(None))
    return db.session.scalar(query.options(joinedload(Letter.unit)))
