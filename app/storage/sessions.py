"""Named queries of the door: signed-in sessions, counted tries, and the demo's list of accounts."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import contains_eager

from app.storage.database import db
from app.storage.people import Attempt, Person, Position, Role, SignedIn, Unit


def find_person(username: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.username == username))


def get_person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def find_session(token_hash: str) -> tuple[SignedIn, Person] | None:
    """A session that was not revoked, with its person, who may still sign in."""
    query = (
        select(SignedIn, Person)
        .join(Person, Person.id == SignedIn.person_id)
        .where(SignedIn.token_hash == token_hash, SignedIn.revoked_at.is_(None), Person.active)
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def sessions_of(person_id: int, *, seen_since: datetime, begun_since: datetime) -> list[SignedIn]:
    """The sessions of a person that still open the door, newest first."""
    query = (
        select(SignedIn)
        .where(SignedIn.person_id == person_id, SignedIn.revoked_at.is_(None))
        .where(SignedIn.seen_at >= seen_since, SignedIn.created_at >= begun_since)
        .order_by(SignedIn.seen_at.desc())
    )
    return list(db.session.scalars(query))


def forget_attempts(keys: Collection[str]) -> None:
    """Tries at these doors no longer count."""
    db.session.execute(delete(Attempt).where(Attempt.key.in_(keys)))


def offices_on(day: date, text: str, *, limit: int) -> list[Position]:
    """Offices held on a day whose person, role or unit matches every word of the text."""
    query = _offices(day).order_by(Role.rank, Role.key, Unit.code, Position.id).limit(limit)
    for word in text.split():
        columns = (Person.name, Person.username, Role.name, Unit.name)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return list(db.session.scalars(query))


def offices_in(day: date, unit_ids: list[int]) -> list[Position]:
    """Offices held on a day in these units."""
    return list(
        db.session.scalars(_offices(day).where(Unit.id.in_(unit_ids)).order_by(Role.rank, Position.id))
    )


def offices_above_areas(day: date) -> list[Position]:
    """Offices held on a day in agencies, vertical offices and the city itself."""
    beside = Unit.level.in_(("instansi", "vertikal", "kota"))
    return list(db.session.scalars(_offices(day).where(beside).order_by(Role.rank, Unit.code, Position.id)))


def _offices(day: date) -> Select:
    """Offices held on a day; person, role and unit are loaded."""
    return (
        select(Position)
        .join(Position.person)
        .join(Position.role)
        .join(Position.unit)
        .where(Person.active, Position.since <= day, or_(Position.until.is_(None), Position.until >= day))
        .options(
            contains_eager(Position.person), contains_eager(Position.role), contains_eager(Position.unit)
        )
    )


def unrevoked(person_id: int) -> list[SignedIn]:
    """Every session of a person that nobody has ended, however long ago it was used."""
    query = select(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked_at.is_(None))
    return list(db.session.scalars(query))
