"""Who an official is today: the offices held and the offices acted for, as the door of permission reads them.

While a mandate (Plh. or Plt.) runs, both see the office's work: its holder reads on, only who acts decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.permissions import Actor, Seat
from app.storage import people, sessions
from app.storage.people import Position, ids_of, office_title
from app.storage.sessions import Office
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
    return seated(person_id, sessions.get_person(person_id).name, sessions.offices_of(person_id, today()))


def seated(person_id: int, name: str, offices: Iterable[Office]) -> Actor:
    """The same, where all of it is at hand."""
    return Actor(person_id, name, tuple(map(_seat, offices)))


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


def _seat(office: Office) -> Seat:
    title = office_title(office.role_name, office.unit_name)
    return Seat(
        position_id=office.position_id,
        role=office.role_key,
        unit_id=office.unit_id,
        unit_path=ids_of(office.path),
        title=f"{office.kind} {title}" if office.kind else title,
        mandate=office.order_number,
        absent=office.absent,
    )


def _account(position: Position) -> Account:
    person = position.person
    return Account(person.username, person.name, position.role_key, position.role.name, position.unit.name)
