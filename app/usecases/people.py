"""Who an official is today: the offices held and the offices acted for, as the door of permission reads them.

While a mandate (Plh. or Plt.) runs, both see the office's work: its holder reads on, only who acts decides.
"""

from dataclasses import dataclass

from app.domain.permissions import Actor, Seat
from app.storage import people, sessions
from app.storage.people import Mandate, Position
from app.usecases.parts import parts, today

SHOWN_FIRST = "35.74.03.1002.RW05.RT03"  # the demo's chain: RT 03/RW 05, Mangunharjo, Mayangan
MOST_ACCOUNTS = 40
DEMO_PASSWORD = "alur-demo-2026"  # public knowledge: only a demo has accounts that know it


@dataclass(frozen=True)
class Account:
    """A demo account: one office of one person."""

    username: str
    name: str
    role: str
    title: str
    unit: str


def actor_of(person_id: int) -> Actor:
    """Somebody with every office that counts today."""
    return seated(person_id, sessions.get_person(person_id).name)


def seated(person_id: int, name: str) -> Actor:
    """The same, where the name is at hand."""
    day = today()
    held = people.positions_of(person_id, day)
    mandates = people.mandates_of(person_id, [position.id for position in held], day)
    stood_in_for = {mandate.position_id for mandate in mandates if mandate.person_id != person_id}
    own = [_seat(position, absent=position.id in stood_in_for) for position in held]
    acting = [_acting(mandate) for mandate in mandates if mandate.person_id == person_id]
    return Actor(person_id, name, (*own, *acting))


def demo_accounts(text: str) -> list[Account]:
    """The accounts that a demo shows on its sign-in page: one of each role, or those that match a search."""
    if not parts().settings.demo:
        return []
    if text.strip():
        return [
            _account(position) for position in sessions.offices_on(today(), text[:60], limit=MOST_ACCOUNTS)
        ]
    found: dict[str, Account] = {}
    for position in _prominent():
        found.setdefault(position.role_key, _account(position))
    return list(found.values())


def _prominent() -> list[Position]:
    """The offices of one chain first, then whoever else holds a role that this chain lacks."""
    first = people.find_unit(SHOWN_FIRST)
    areas = first.ancestor_ids if first else []
    offices = [*sessions.offices_in(today(), areas), *sessions.offices_above_areas(today())]
    return sorted(offices, key=lambda office: (office.role.rank, office.unit.parent_id not in areas))


def _seat(position: Position, *, absent: bool = False) -> Seat:
    path = tuple(position.unit.ancestor_ids)
    return Seat(position.id, position.role_key, position.unit_id, path, position.title, absent=absent)


def _acting(mandate: Mandate) -> Seat:
    office = mandate.position
    path = tuple(office.unit.ancestor_ids)
    title = f"{mandate.kind} {office.title}"
    return Seat(office.id, office.role_key, office.unit_id, path, title, mandate=mandate.order_number)


def _account(position: Position) -> Account:
    person = position.person
    return Account(person.username, person.name, position.role_key, position.role.name, position.unit.name)
