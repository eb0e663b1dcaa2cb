"""Keys of other systems: made once, shown once, revoked at once; and the office a system acts for.

A system acts for an office, not as a person. It sits where the office's present holder sits, alone in that office,
under the rules that hold for people: an office that is vacant does nothing, and while a mandate (Plh. or Plt.) runs the
office reads on but who acts for it decides. The diary names office and system; the holder answers for what it did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.domain import forms, keys
from app.domain.permissions import NO_CASE, Actor, seat_for
from app.errors import Conflict, Invalid, NotAllowed, NotFound, SignInFirst
from app.storage import db, people, sessions, transaction
from app.storage import keys as rows
from app.storage.keys import ApiClient, ClientOffice
from app.storage.people import Position
from app.usecases import doors
from app.usecases.parts import now, parts, today
from app.usecases.people import actor_of

SHELL = "Operator (baris perintah)"
LONGEST_NAME = 60
MOST_OFFICES = 50
MOST_SHOWN = 20
USED_EVERY = timedelta(minutes=5)  # how exactly the last use of a key is kept
DOOR = "kunci antarmuka"

log = structlog.get_logger()


class KeyNeeded(SignInFirst):
    text = "Sertakan kunci yang berlaku pada header Authorization: Bearer <kunci>."


@dataclass(frozen=True)
class KeyLine:
    """One key as the list shows it."""

    client: ApiClient
    offices: Sequence[str]


def create(
    name: str, scopes: Collection[str], positions: Collection[int], *, actor: Actor | None
) -> tuple[ApiClient, str]:
    """Make a key; it is told now and never again. An actor of None is the shell.

    Raises NotAllowed, Invalid, Conflict.
    """
    by = _by(actor, "change key")
    name = _checked(name, scopes, positions)
    secret = keys.new_key()
    with transaction():
        client = ApiClient(
            name=name,
            key_hash=_hash(secret),
            scopes=[scope for scope in keys.SCOPES if scope in scopes],
            created_at=now(),
            created_by=by,
            created_by_id=actor.person_id if actor else None,
            offices=[ClientOffice(position_id=each) for each in sorted(set(positions))],
        )
        db.session.add(client)
    log.info("key created", client=client.id, scopes=client.scopes, positions=sorted(set(positions)))
    return client, secret


def revoke(client_id: int, *, actor: Actor | None) -> ApiClient:
    """From the next request on the key opens nothing. Raises NotAllowed, NotFound; a second time changes nothing."""
    by = _by(actor, "change key")
    with transaction():
        client = rows.lock_client(client_id)
        if client is None:
            raise NotFound("Kunci itu tidak ada.")
        if client.revoked_at is None:
            client.revoked_at, client.revoked_by = now(), by
    log.info("key revoked", client=client_id)
    return client


def list_keys(actor: Actor | None) -> list[KeyLine]:
    """Every key there was, those still open first. Raises NotAllowed."""
    _by(actor, "look at key")
    return [KeyLine(client, [each.position.title for each in client.offices]) for client in rows.clients()]


def find_offices(text: str, actor: Actor) -> list[Position]:
    """Offices held today that match the words, to choose from. Raises NotAllowed."""
    _by(actor, "look at key")
    return sessions.offices_on(today(), forms.plain(text)[:60], limit=MOST_SHOWN) if text.strip() else []


def offices_named(positions: Collection[int], actor: Actor) -> list[Position]:
    """Those of these positions that somebody holds today. Raises NotAllowed."""
    _by(actor, "look at key")
    return rows.held_positions(list(positions)[:MOST_OFFICES], today())


def office_at(role_key: str, unit_code: str) -> int:
    """The position that holds an office today, for the shell. Raises NotFound."""
    unit = people.find_unit(unit_code)
    found = people.holder(role_key, unit.id, today()) if unit else None
    if found is None:
        raise NotFound(f"Jabatan {role_key} di unit {unit_code} tidak ada atau kosong.")
    return found.id


def client_of(secret: str, *, address: str = "") -> ApiClient:
    """Whose key this is. Wrong ones are counted against the address they come from. Raises KeyNeeded, TooMany."""
    right = len(secret) <= keys.LONGEST and keys.looks_right(secret)
    client = rows.find_client(_hash(secret)) if right else None
    if client is None:
        _count_wrong(address)
        raise KeyNeeded("Kunci itu tidak dikenal atau sudah dicabut.")
    if client.used_at is None or now() - client.used_at > USED_EVERY:
        _keep_use(client.id)
    return client


def actor_for(client: ApiClient, position: str) -> Actor:
    """Who acts when a system acts for one of its offices. Raises NotAllowed, Conflict where the office is vacant."""
    is_number = position.isascii() and position.isdigit() and len(position) <= 17
    office = rows.granted_office(client.id, int(position)) if is_number else None
    if office is None:
        raise NotAllowed(
            "Kunci ini tidak diberi jabatan itu. Sebut nomor jabatannya pada header Alur-Position."
        )
    holder = people.holder(office.role_key, office.unit_id, today())
    if holder is None:
        raise Conflict(f"Jabatan {office.title} sedang kosong, jadi tidak ada yang dapat bertindak untuknya.")
    person = actor_of(holder.person_id)
    seats = tuple(seat for seat in person.seats if seat.position_id == holder.id and not seat.mandate)
    return Actor(person.person_id, person.name, seats, via=client.name, deeds=keys.deeds_of(client.scopes))


def _checked(name: str, scopes: Collection[str], positions: Collection[int]) -> str:
    name, problems = forms.plain(name), {}
    if not 3 <= len(name) <= LONGEST_NAME:
        problems["nama"] = f"Isi nama sistem, 3 sampai {LONGEST_NAME} karakter."
    if not scopes or not set(scopes) <= keys.SCOPES.keys():
        problems["lingkup"] = "Pilih sedikitnya satu lingkup dari daftar."
    known = {each.id for each in rows.held_positions(list(positions), today())} if positions else set()
    if len(set(positions)) > MOST_OFFICES or set(positions) - known:
        problems["jabatan"] = f"Pilih jabatan yang sedang terisi, paling banyak {MOST_OFFICES}."
    elif not positions and keys.deeds_of(scopes):
        problems["jabatan"] = "Lingkup yang dipilih bekerja untuk jabatan. Pilih sedikitnya satu jabatan."
    if problems:
        raise Invalid(fields=problems)
    return name


def _by(actor: Actor | None, deed: str) -> str:
    return SHELL if actor is None else actor.selaku(seat_for(actor, deed, NO_CASE))


def _count_wrong(address: str) -> None:
    tried = doors.address_keys(DOOR, address)
    doors.refuse_if_tried(tried)
    with transaction():
        doors.count(tried)


def _keep_use(client_id: int) -> None:
    with transaction():
        rows.lock_client(client_id).used_at = now()


def _hash(secret: str) -> str:
    return parts().sealer.code_hash(f"key:{secret}")
