"""The one door for permission: may this person do this deed to this very thing, and in which office?"""

from dataclasses import dataclass, field

from app.errors import NotAllowed

ADMINISTRATOR = "admin_sistem"  # the role that keeps the system going


@dataclass(frozen=True)
class Seat:
    """An office a person may act in today: held, or acted for under a mandate (Plh./Plt.)."""

    position_id: int
    role: str
    unit_id: int
    unit_path: tuple[int, ...]
    title: str  # "Lurah Mangunharjo", "Plh. Lurah Jati"
    mandate: str = ""  # order number where the office is acted for
    absent: bool = False  # somebody acts for the holder today: he reads on, but does not decide


@dataclass(frozen=True)
class Actor:
    """Somebody signed in, with every office that counts today. Nobody signed in has no seats.

    Where another system acts for an office, `person_id` is its holder, who answers for it; `via` names the system,
    and `deeds` are those its key allows.
    """

    person_id: int
    name: str
    seats: tuple[Seat, ...] = ()
    via: str = ""
    deeds: frozenset[str] | None = None  # None: whatever the offices may do

    @property
    def positions(self) -> tuple[str, ...]:
        """The titles of every office, as the desk shows them."""
        return tuple(seat.title for seat in self.seats)

    def holds(self, role: str) -> bool:
        return any(seat.role == role for seat in self.seats)

    def selaku(self, seat: Seat) -> str:
        """How the diary names who did it; a system is never given a person's name."""
        return f"{seat.title} melalui {self.via}" if self.via else f"{self.name} selaku {seat.title}"


@dataclass(frozen=True)
class CaseFacts:
    """What decides who may see a case: where it has come to, whether it is secret, who is in conflict."""

    confidential: bool
    reach: frozenset[tuple[int, str]]  # (unit id, role key, or "" for every role of the unit)
    conflicted: frozenset[int] = field(default_factory=frozenset)  # person ids


NO_CASE = CaseFacts(confidential=False, reach=frozenset())  # for deeds that touch no case


@dataclass(frozen=True)
class TaskFacts:
    """What decides who may do a task: the office it waits for, and who has taken it."""

    case: CaseFacts
    role: str
    unit_id: int | None
    taken_by: int | None = None


def seat_for(actor: Actor, deed: str, thing: CaseFacts | TaskFacts) -> Seat:
    """The office in which `actor` may do `deed` to `thing`; raises NotAllowed.

    Deeds: "open case", "tell case", "open task", "take task", "complete task", "sign letter", "look at incident",
    "mend case", and for the whole city, where the thing is NO_CASE, "look at …" and "change …": calendar, key, version.
    """
    case = thing.case if isinstance(thing, TaskFacts) else thing
    if actor.person_id in case.conflicted or (actor.deeds is not None and deed not in actor.deeds):
        raise NotAllowed
    finder = _DEEDS[deed]
    for seat in actor.seats:
        if finder(seat, actor, thing):
            return seat
    raise NotAllowed


def may(actor: Actor, deed: str, thing: CaseFacts | TaskFacts) -> bool:
    """seat_for as a yes or no, for showing or hiding a button."""
    try:
        return bool(seat_for(actor, deed, thing))
    except NotAllowed:
        return False


def _sees_case(seat: Seat, actor: Actor, case: CaseFacts) -> bool:
    if (seat.unit_id, seat.role) in case.reach:
        return True
    return not case.confidential and (seat.unit_id, "") in case.reach


def _tells_case(seat: Seat, actor: Actor, case: CaseFacts) -> bool:
    return _sees_case(seat, actor, case) and not seat.absent


def _is_addressed(seat: Seat, actor: Actor, task: TaskFacts) -> bool:
    return (seat.role, seat.unit_id) == (task.role, task.unit_id)


def _may_act(seat: Seat, actor: Actor, task: TaskFacts) -> bool:
    return _is_addressed(seat, actor, task) and not seat.absent and task.taken_by in (None, actor.person_id)


def _keeps_system(seat: Seat, actor: Actor, case: CaseFacts) -> bool:
    return seat.role == ADMINISTRATOR


def _may_mend(seat: Seat, actor: Actor, case: CaseFacts) -> bool:
    return seat.role == ADMINISTRATOR and not seat.absent


_DEEDS = {
    "open case": _sees_case,
    "tell case": _tells_case,
    "open task": _is_addressed,
    "take task": _may_act,
    "complete task": _may_act,
    "sign letter": _may_act,
    "look at incident": _keeps_system,
    "mend case": _may_mend,
    "look at calendar": _keeps_system,
    "change calendar": _may_mend,
    "look at key": _keeps_system,
    "change key": _may_mend,
    "look at version": _keeps_system,
    "change version": _may_mend,
}
