"""A message from another system, handed to the one case in its office's reach that waits for it."""

from collections.abc import Mapping
from typing import Any

from app import engine
from app.domain.permissions import Actor, Seat, seat_for
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.storage import cases, events, transaction
from app.storage.cases import Case
from app.storage.events import MESSAGE
from app.usecases import casework, correlation
from app.usecases.advance import advance
from app.usecases.diary import note

MOST_LOOKED_AT = 50
NOBODY = "Tidak ada berkas dalam jangkauan jabatan ini yang menunggu pesan itu."
SEVERAL = "Pesan itu ditunggu beberapa berkas. Sebut nomor berkasnya, atau nilai korelasi yang lebih rinci."
ADDRESS = "Sebut nomor berkas, atau nilai korelasi pesan."


def tell(
    name: str,
    payload: Mapping[str, Any],
    *,
    number: str = "",
    keys: Mapping[str, Mapping[str, Any]] | None = None,
    actor: Actor,
) -> Case:
    """Hand a message to the case of this number, or to the one that waits for these correlation values.

    Raises Invalid, NotFound where no case in reach waits, Conflict where several do or it stopped waiting meanwhile.
    """
    event = engine.Event(MESSAGE, name, dict(payload), dict(keys or {}))
    with transaction():
        case_id, seat = _receiver(event, number, actor)
        case = cases.lock_case(case_id)
        by = actor.selaku(seat)
        note(case, "message received", by=by, person_id=actor.person_id, name=name)
        case.variables = {**case.variables, **casework.understood(case, event)}
        advance(
            case,
            lambda drawing, state, days, moment: engine.deliver(drawing, state, event, moment, calendar=days),
            by=by,
            person_id=actor.person_id,
        )
    return case


def _receiver(event: engine.Event, number: str, actor: Actor) -> tuple[int, Seat]:
    values = correlation.every_hash(event.correlation)
    if not number and not values:
        raise Invalid(fields={"case": ADDRESS})
    named = cases.find_case(number.upper()[:40]) if number else None
    if number and named is None:
        raise NotFound(NOBODY)
    waiting = events.waiting_for(
        event.name, values, case_id=named.id if named else None, limit=MOST_LOOKED_AT
    )
    found = [(case.id, seat) for case in waiting if (seat := _seat(case, actor))]
    if not found:
        raise NotFound(NOBODY)
    if len(found) > 1:
        raise Conflict(SEVERAL)
    return found[0]


def _seat(case: Case, actor: Actor) -> Seat | None:
    try:
        return seat_for(actor, "tell case", casework.case_facts(case))
    except NotAllowed:
        return None
