"""Messages and signals on their way between cases: the worker takes one, finds who waits for it, and hands it over.

A message goes to one case: by its correlation keys to the case that holds the same values; without keys to a case
that opened the sender or was opened by it, else to the only one that listens. Where none listens it opens a case at
the process that begins with it, or waits. A signal becomes a copy for each other case that listens at that moment
and for each process that begins with it. Whoever holds a post's row and a case's has taken the case's first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from app import engine
from app.errors import Conflict
from app.logs import told
from app.storage import cases, db, jobs, transaction
from app.storage import events as rows
from app.storage.cases import Case
from app.storage.events import MESSAGE, SIGNAL, Entrance, Post
from app.storage.work import Incident
from app.usecases import casework, correlation, opening
from app.usecases.advance import advance
from app.usecases.attempts import ATTEMPTS, LEASE, LOST, SYSTEM, CutShort, counted, later, nearly
from app.usecases.diary import note
from app.usecases.parts import now, parts
from app.usecases.settling import sealed_to

MOST_HOPS = 25  # events that may follow from one another without a person, a timer or outside work in between
MOST_TRIED = 5
MOST_FRESH = 100
A_MOMENT = timedelta(seconds=1)
SEVERAL = (
    "Pesan “{name}” ditunggu {count} berkas dan tidak menyebut yang mana. "
    "Beri pesan itu kunci korelasi pada diagramnya."
)
SEVERAL_SERVICES = "Pesan “{name}” membuka lebih dari satu layanan. Beri pesan tiap layanan nama sendiri."
ENDLESS = "“{name}” berputar antarberkas tanpa henti; perjalanannya dihentikan."

log = structlog.get_logger()


class Hopeless(Exception):
    """A post that no further attempt will bring anywhere: a person has to look."""


@dataclass
class Delivery:
    """One post in a worker's hands. `stuck_at` is the case whose incident it becomes if it fails."""

    id: int
    key: str
    kind: str
    name: str
    sealed: bytes
    sender_id: int
    receiver_id: int | None
    entrance_id: int | None
    hops: int
    attempts: int
    stuck_at: int

    @cached_property
    def event(self) -> engine.Event:
        """What was thrown. Raises ProcessFault where somebody changed it on its way."""
        said = parts().sealer.open_json(self.sealed, sealed_to(self.key))
        return engine.Event(self.kind, self.name, said["payload"], said["correlation"])


def bring(key: str) -> datetime | None:
    """Bring this post on its way if it is due; when to look at it again, if it has to be."""
    took = _do(key)
    due = rows.due_again(key)
    return due if took else nearly(due)


def listen(_case: str) -> datetime | None:
    """A case began to wait for messages: when to look again, where another deed holds what it waits for."""
    _wake_waiting()
    return now() + A_MOMENT if rows.fresh_waits(1) else None


def do_next() -> bool:
    """Bring one message or signal on its way; False when nothing is due."""
    _wake_waiting()
    return _do()


def _do(key: str | None = None) -> bool:
    with transaction():
        post = rows.take_post(now(), LEASE, key)
        delivery = _taken(post) if post is not None else None
    if delivery is None:
        return False
    try:
        with counted(jobs.POST, delivery.key, delivery.attempts):
            _refuse_hopeless(delivery)
            _bring(delivery)
    except CutShort:
        raise
    except Exception as fault:
        log.warning("event failed", case_id=delivery.stuck_at, attempt=delivery.attempts, error=str(fault))
        _failed(delivery, str(fault), for_good=isinstance(fault, Hopeless))
    return True


def send_again(post_id: int) -> None:
    """A post that was given up is due again; the caller has opened the transaction."""
    post = rows.lock_post(post_id)
    post.attempts, post.dead_at, post.run_at = 0, None, now()
    jobs.ask(jobs.POST, post.key, at=now())


def _wake_waiting() -> None:
    """A case has begun to wait for messages: those that nobody waited for until now are due again."""
    fresh = rows.fresh_waits(MOST_FRESH)
    if not fresh:
        return
    with transaction():
        rows.wake({name for _wait_id, name in fresh}, now())
    with transaction():
        rows.mark_seen([wait_id for wait_id, _name in fresh])


def _taken(post: Post) -> Delivery:
    return Delivery(
        id=post.id, key=post.key, kind=post.kind, name=post.name, sealed=post.sealed, sender_id=post.sender_id,
        receiver_id=post.receiver_id, entrance_id=post.entrance_id, hops=post.hops, attempts=post.attempts,
        stuck_at=post.receiver_id or post.sender_id,
    )  # fmt: skip


def _refuse_hopeless(delivery: Delivery) -> None:
    if delivery.attempts > ATTEMPTS:  # every attempt ended without a word: it takes its worker down with it
        raise Hopeless(LOST)
    if delivery.hops > MOST_HOPS:
        raise Hopeless(ENDLESS.format(name=delivery.name))


def _bring(delivery: Delivery) -> None:
    if delivery.entrance_id is not None:
        _open(delivery, db.session.get_one(Entrance, delivery.entrance_id))
    elif delivery.receiver_id is not None:
        _hand_over_copy(delivery, delivery.receiver_id)
    elif delivery.kind == SIGNAL:
        _spread(delivery)
    else:
        _route(delivery)


def _route(delivery: Delivery) -> None:
    """Bring a message to the one case it is for; a case that stopped waiting meanwhile is passed over."""
    tried: set[int] = set()
    for _try in range(MOST_TRIED):
        sender = db.session.get_one(Case, delivery.sender_id, populate_existing=True)
        receiver = _receiver(delivery.event, sender, tried)
        if receiver is None:
            entrance = _entrance(delivery.event, sender)
            return _open(delivery, entrance) if entrance is not None else _put_back(delivery, tried)
        try:
            return _hand_over(delivery, receiver)
        except Conflict:
            tried.add(receiver)
    return _put_back(delivery, tried)


def _receiver(event: engine.Event, sender: Case, tried: Collection[int]) -> int | None:
    """The case a message is for, if one waits. Raises Hopeless where nothing tells which of several."""
    values = correlation.every_hash(event.correlation)
    if values:
        found = _untried(rows.bound_receivers(event.name, values, sender), tried)
        found = found or _untried(rows.unbound_receivers(event.name, values.keys(), sender), tried)
        return found[0] if found else None
    found = _untried(rows.related_receivers(event.name, sender), tried)
    found = found or _untried(rows.unrelated_receivers(event.name, sender), tried)
    if len(found) > 1:
        raise Hopeless(SEVERAL.format(name=event.name, count=len(found)))
    return found[0] if found else None


def _untried(found: list[int], tried: Collection[int]) -> list[int]:
    return [each for each in found if each not in tried]


def _entrance(event: engine.Event, sender: Case) -> Entrance | None:
    """The process that begins with a message: another pool of the sender's drawing, else another service's own."""
    own = sender.process_id or sender.service_code
    beside = [
        each for each in rows.entrances_of(sender.version_id, MESSAGE, event.name) if each.process_id != own
    ]
    if beside:
        return beside[0]
    abroad = rows.current_entrances(MESSAGE, event.name, but=sender.service_code)
    found = [each for each in abroad if each.is_main]
    if len(found) > 1:
        raise Hopeless(SEVERAL_SERVICES.format(name=event.name))
    return found[0] if found else None


def _hand_over(delivery: Delivery, case_id: int) -> None:
    """The case takes the event and moves on. Raises Conflict where nothing in it waits any more."""
    event, delivery.stuck_at = delivery.event, case_id
    with transaction():
        case = cases.lock_case(case_id)
        post = rows.lock_post(delivery.id)
        if post.done_at is not None:
            return
        note(case, f"{event.kind} received", by=SYSTEM, name=event.name)
        case.variables = {**case.variables, **casework.understood(case, event)}
        advance(
            case,
            lambda drawing, state, days, moment: engine.deliver(drawing, state, event, moment, calendar=days),
            by=SYSTEM,
            hops=delivery.hops + 1,
        )
        post.arrive(now(), case_id)


def _hand_over_copy(delivery: Delivery, case_id: int) -> None:
    """One receiver of a signal; where it no longer waits, the signal has passed it by."""
    try:
        _hand_over(delivery, case_id)
    except Conflict:
        with transaction():
            rows.lock_post(delivery.id).arrive(now())


def _open(delivery: Delivery, entrance: Entrance) -> None:
    """A case begins with the event."""
    entrance_id, delivery.stuck_at = entrance.id, delivery.sender_id
    with transaction():
        sender = cases.lock_case(delivery.sender_id)
        post = rows.lock_post(delivery.id)
        if post.done_at is not None:
            return
        entrance = db.session.get_one(Entrance, entrance_id)
        opened = opening.open_by_event(sender, entrance, delivery.event, hops=delivery.hops + 1)
        post.entrance_id = entrance_id
        post.arrive(now(), opened.id)


def _spread(delivery: Delivery) -> None:
    """One copy of a signal for each case that listens now, and for each process that begins with it."""
    with transaction():
        post = rows.lock_post(delivery.id)
        if post.done_at is not None:
            return
        sender = db.session.get_one(Case, delivery.sender_id)
        for case_id in rows.signal_receivers(post.name, sender):
            db.session.add(_copy(post, delivery.event, f"case {case_id}", receiver_id=case_id))
        for entrance in _signal_entrances(post.name, sender):
            db.session.add(_copy(post, delivery.event, f"entrance {entrance.id}", entrance_id=entrance.id))
        post.arrive(now())


def _signal_entrances(name: str, sender: Case) -> Iterator[Entrance]:
    """Of its own service as the sender knows it, of the others as they are offered now."""
    yield from rows.entrances_of(sender.version_id, SIGNAL, name)
    yield from rows.current_entrances(SIGNAL, name, but=sender.service_code)


def _copy(post: Post, event: engine.Event, place: str, **address: int) -> Post:
    key = f"{post.key} {place}"
    said = {"payload": event.payload, "correlation": event.correlation}
    jobs.ask(jobs.POST, key, at=now())
    return Post(
        key=key, kind=post.kind, name=post.name, sealed=parts().sealer.seal_json(said, sealed_to(key)),
        sender_id=post.sender_id, hops=post.hops, at=post.at, run_at=now(), **address,
    )  # fmt: skip


def _put_back(delivery: Delivery, tried: Collection[int]) -> None:
    """Nobody waits for the message: it waits, less and less impatiently, until a case does."""
    with transaction():
        post = rows.lock_post(delivery.id)
        if post.done_at is not None:
            return
        sender = db.session.get_one(Case, delivery.sender_id)
        came = _receiver(delivery.event, sender, tried)  # while it was being looked for, its row not yet held
        post.attempts, post.looks = 0, post.looks + 1
        post.run_at = now() if came else later(post.looks)


def _failed(delivery: Delivery, reason: str, *, for_good: bool) -> None:
    with transaction():
        case = cases.lock_case(delivery.stuck_at)
        post = rows.lock_post(delivery.id)
        if post.done_at or post.dead_at:
            return  # another worker took it over in the meantime
        post.fault = told(reason)[:500]
        post.run_at = later(delivery.attempts)
        if for_good or delivery.attempts >= ATTEMPTS:
            post.dead_at = now()
            db.session.add(Incident(case_id=case.id, post_id=post.id, what=post.fault, at=now()))
            note(case, "incident opened", by=SYSTEM, name=post.name)
