"""Named queries of the door: signed-in sessions, counted tries, and the demo's list of accounts."""

from collections.abc import Collection
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

import orjson
from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    delete,
    false,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager

from app.storage import loading
from app.storage.database import db
from app.storage.glance import glance
from app.storage.people import Attempt, Mandate, Person, Position, Role, SignedIn, Unit


class Office(NamedTuple):
    """An office that counts for somebody: held, or acted for under a mandate (`kind` and `order_number` say which)."""

    position_id: int
    role_key: str
    unit_id: int
    path: str  # of the unit
    role_name: str
    unit_name: str
    kind: str
    order_number: str
    absent: bool  # somebody acts for its holder


class Visit(NamedTuple):
    """Who comes with a session."""

    person_id: int
    name: str
    must_change_password: bool
    created_at: datetime
    seen_at: datetime
    offices: tuple[Office, ...]


def find_person(username: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.username == username))


def get_person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def find_session(token_hash: str) -> SignedIn | None:
    """A session that was not revoked."""
    query = select(SignedIn).where(SignedIn.token_hash == token_hash, SignedIn.revoked_at.is_(None))
    return db.session.scalar(query)


def offices_of(person_id: int, day: date) -> tuple[Office, ...]:
    """The offices that count for a person on a day: those held first, then those acted for."""
    row = loading.ask(db.session().connection(), _of_person, person=person_id, day=day.isoformat())
    return _in_turn(orjson.loads(row[0] or "[]"))


def find_visit(token_hash: str, day: date) -> Visit | None:
    """Who comes with a session and which offices count for them that day, in one question; None where it was revoked
    or its person may no longer sign in."""
    row = glance(_of_session, token=token_hash, day=day.isoformat())
    if row is None:
        return None
    person_id, name, must_change, created_at, seen_at, offices = orjson.loads(row[0])
    created_at, seen_at = loading.moment(created_at), loading.moment(seen_at)
    return Visit(person_id, name, bool(must_change), created_at, seen_at, _in_turn(offices or []))


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


def _in_turn(listed: list) -> tuple[Office, ...]:
    """Offices as the database lists them, in their order."""
    listed.sort(key=itemgetter(slice(0, 2)))
    return tuple(Office(*said, absent=bool(absent)) for _acting, _turn, *said, absent in listed)


def _of_person(dialect: Dialect) -> Select:
    return select(cast(_offices_of(dialect, bindparam("person")), String))


def _of_session(dialect: Dialect) -> Select:
    whose = select(SignedIn.person_id).where(SignedIn.token_hash == bindparam("token")).scalar_subquery()
    known = (Person.id, Person.name, Person.must_change_password, SignedIn.created_at, SignedIn.seen_at)
    offices = loading.as_json(dialect, _offices_of(dialect, whose))
    return (
        select(cast(loading.array(dialect, *known, offices), String))
        .select_from(SignedIn)
        .join(Person, Person.id == SignedIn.person_id)
        .where(SignedIn.token_hash == bindparam("token"), SignedIn.revoked_at.is_(None), Person.active)
    )


def _offices_of(dialect: Dialect, person: ColumnElement[int]) -> ColumnElement:
    """The offices of a person as one array: what puts them in order, then what `Office` holds."""
    day, none = bindparam("day"), literal("", String)
    runs = and_(Mandate.since <= day, Mandate.until >= day)
    others = select(Mandate.id).where(Mandate.position_id == Position.id, Mandate.person_id != person, runs)
    lasts = or_(Position.until.is_(None), Position.until >= day)
    office = (Position.id, Position.role_key, Position.unit_id, Unit.path, Role.name, Unit.name)
    held = select(
        loading.array(dialect, 0, Position.id, *office, none, none, others.exists()).label("office")
    ).where(Position.person_id == person, Position.since <= day, lasts)
    acted = (
        select(loading.array(dialect, 1, Mandate.id, *office, Mandate.kind, Mandate.order_number, false()))
        .join_from(Mandate, Mandate.position)
        .where(Mandate.person_id == person, runs)
    )
    both = union_all(*(each.join(Position.role).join(Position.unit) for each in (held, acted))).subquery()
    return select(loading.rows(dialect, both.c.office)).scalar_subquery()
