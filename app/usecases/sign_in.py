"""Signing in and out: passwords, revocable sessions, and a brake on guessing that locks nobody else out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.domain.passwords import LONGEST, check_password
from app.domain.permissions import Actor
from app.errors import Invalid, NotFound
from app.storage import db, sessions, transaction
from app.storage.people import Person, SignedIn
from app.storage.sessions import Visit
from app.usecases import doors
from app.usecases.doors import Door
from app.usecases.parts import now, parts
from app.usecases.people import seated

IDLE = timedelta(hours=2)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)  # how exactly the last use of a session is kept
MINUTES = 15  # tries are counted over so long
TRIES = 8  # for one account from one address
TRIES_FROM_ADDRESS = 60  # from one address for all accounts: an office behind one address is not an attacker

WRONG = "Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecil, lalu coba lagi."

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # argon2id as OWASP asks at least


@dataclass(frozen=True)
class Known:
    """Whom a session token belongs to, with the offices that count today."""

    actor: Actor
    must_change_password: bool


@dataclass(frozen=True)
class Session:
    """One of the reader's own open sessions."""

    key: str
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


def hash_password(password: str) -> str:
    """What is stored of a password: argon2id."""
    return _hasher.hash(password)


def sign_in(username: str, password: str, *, address: str, device: str = "") -> str:
    """Let a person in and give the new session's token. Raises Invalid, or TooMany after too many tries.

    The try is counted before the password is looked at; a right password clears the account's count.
    """
    username = username.strip().lower()[:80]
    account = doors.address_keys(f"masuk {username}", address, most=TRIES, minutes=MINUTES)
    place = doors.address_keys("masuk", address, most=TRIES_FROM_ADDRESS, minutes=MINUTES)
    _count_try(account, also=place)
    person = sessions.find_person(username)
    if not _is_password(person, password):
        with transaction():
            doors.count(place)
        raise Invalid(WRONG)
    with transaction():
        person = sessions.get_person(person.id)
        if _hasher.check_needs_rehash(person.password_hash):
            person.password_hash = hash_password(password)
        sessions.forget_attempts([door.key for door in account])
        return _open_session(person, device)


def recognise(token: str) -> Known | None:
    """Whose token this is, while its session is neither revoked, idle for too long nor too old."""
    token_hash = _hash_token(token)
    moment = now()
    visit = sessions.find_visit(token_hash, moment.date())
    if visit is None or not _is_alive(visit, moment):
        return None
    if moment - visit.seen_at > SEEN_EVERY:
        _keep_seen(token_hash)
    actor = seated(visit.person_id, visit.name, visit.offices)
    return Known(actor, visit.must_change_password)


def sign_out(token: str) -> None:
    """End the session of this token; ending it again is no mistake."""
    with transaction():
        found = sessions.find_session(_hash_token(token))
        if found is not None:
            found.revoked_at = now()


def open_sessions(person_id: int, token: str) -> list[Session]:
    """The reader's own sessions, newest first."""
    here = _hash_token(token)
    return [
        Session(row.token_hash[:16], row.device, row.created_at, row.seen_at, row.token_hash == here)
        for row in _all_open(person_id)
    ]


def revoke(person_id: int, key: str) -> None:
    """End one of the reader's own sessions. Raises NotFound."""
    with transaction():
        for row in _all_open(person_id):
            if row.token_hash[:16] == key:
                row.revoked_at = now()
                return
        raise NotFound("Sesi itu sudah berakhir.")


def end_sessions(person_id: int) -> None:
    """End every session of a person, inside the caller's transaction."""
    for row in sessions.unrevoked(person_id):
        row.revoked_at = now()


def change_password(person_id: int, old: str, new: str, *, token: str) -> None:
    """Replace a password and end the person's other sessions. Raises Invalid with what to mend, TooMany."""
    own = doors.address_keys("ganti sandi", str(person_id), most=TRIES, minutes=MINUTES)
    _count_try(own)
    with transaction():
        person = sessions.get_person(person_id)
        if not _is_password(person, old):
            raise Invalid(fields={"sandi_lama": "Kata sandi lama salah."})
        if old == new:
            raise Invalid(fields={"sandi_baru": "Kata sandi baru sama dengan yang lama. Pilih yang lain."})
        person.password_hash = hash_password(check_password(new, username=person.username, name=person.name))
        person.must_change_password = False
        sessions.forget_attempts([door.key for door in own])
        for row in _all_open(person_id):
            if row.token_hash != _hash_token(token):
                row.revoked_at = now()


def _count_try(account: Sequence[Door], *, also: Sequence[Door] = ()) -> None:
    """Refuse where there were too many tries, else count this one before it is made."""
    doors.refuse_if_tried([*account, *also])
    with transaction():
        doors.count(account)


@cache
def _nobodys_hash() -> str:
    """What is checked for unknown users, so that they take as long as known ones."""
    return _hasher.hash(secrets.token_hex(16))


def _is_password(person: Person | None, password: str) -> bool:
    """Whether it is this person's password; takes as long for somebody nobody knows."""
    known = person is not None and person.active
    stored = person.password_hash if known else _nobodys_hash()
    try:
        return _hasher.verify(stored, password[: LONGEST + 1]) and known
    except (VerifyMismatchError, InvalidHashError):
        return False


def _open_session(person: Person, device: str) -> str:
    token = secrets.token_urlsafe(32)
    moment = now()
    row = SignedIn(
        token_hash=_hash_token(token),
        person_id=person.id,
        created_at=moment,
        seen_at=moment,
        device=device[:80],
    )
    db.session.add(row)
    return token


def _keep_seen(token_hash: str) -> None:
    with transaction():
        found = sessions.find_session(token_hash)
        if found is not None:
            found.seen_at = now()


def _is_alive(session: Visit, moment: datetime) -> bool:
    return moment - session.seen_at <= IDLE and moment - session.created_at <= LONGEST_SESSION


def _all_open(person_id: int) -> list[SignedIn]:
    return sessions.sessions_of(person_id, seen_since=now() - IDLE, begun_since=now() - LONGEST_SESSION)


def _hash_token(token: str) -> str:
    return parts().sealer.code_hash(f"session {token[:100]}")
