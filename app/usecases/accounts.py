"""Accounts of officials: a person, the first password, and the office they hold."""

import secrets
from datetime import date

from app.errors import Invalid, NotFound
from app.storage import db, people, sessions, transaction
from app.storage.people import Mandate, Person, Position, Role
from app.usecases import sign_in
from app.usecases.parts import today

FIRST_PASSWORD_BYTES = 12


def add(username: str, name: str, *, role_key: str, unit_code: str, nip: str = "") -> str:
    """Create an account with one position; returns the first password. Raises Invalid naming what is unknown."""
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    with transaction():
        role, unit = db.session.get(Role, role_key), people.find_unit(unit_code)
        if role is None or unit is None or role.level != unit.level:
            raise Invalid(f"Peran {role_key} dan unit {unit_code} tidak cocok. Periksa keduanya.")
        person = Person(
            username=username,
            name=name,
            nip=nip,
            password_hash=sign_in.hash_password(password),
            must_change_password=True,
        )
        person.positions.append(Position(role_key=role_key, unit_id=unit.id, since=today()))
        db.session.add(person)
    return password


def reset(username: str) -> str:
    """Replace a forgotten password by a new first one and end every session; returns it. Raises NotFound."""
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    with transaction():
        person = _named(username)
        person.password_hash, person.must_change_password = sign_in.hash_password(password), True
        sign_in.end_sessions(person.id)
    return password


def close(username: str) -> None:
    """Close an account: its sessions and offices end today; open tasks stay with the office. Raises NotFound."""
    with transaction():
        person = _named(username)
        person.active = False
        for position in person.positions:
            position.until = min(position.until or today(), today())
        sign_in.end_sessions(person.id)


def act_for(
    username: str, *, kind: str, role_key: str, unit_code: str, order: str, since: date, until: date
) -> None:
    """Let somebody act (Plh. or Plt.) for an office, by an order, for some days. Raises Invalid, NotFound."""
    with transaction():
        person, unit = _named(username), people.find_unit(unit_code)
        office = people.holder(role_key, unit.id, since) if unit else None
        if office is None or until < since:
            raise Invalid(
                f"Jabatan {role_key} di unit {unit_code} kosong pada {since}, atau tanggalnya terbalik."
            )
        if people.has_mandate(office.id, since, until):
            raise Invalid("Jabatan itu sudah mempunyai Plh. atau Plt. pada sebagian hari tersebut.")
        db.session.add(
            Mandate(
                position_id=office.id,
                person_id=person.id,
                kind=kind,
                order_number=order,
                since=since,
                until=until,
            )
        )


def _named(username: str) -> Person:
    person = sessions.find_person(username)
    if person is None:
        raise NotFound(f"Tidak ada akun {username}.")
    return person
