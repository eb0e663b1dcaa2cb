"""Accounts of officials: a person, the first password, and the office they hold."""

import secrets

from app.errors import Invalid
from app.storage import db, people, transaction
from app.storage.people import Person, Position, Role
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
