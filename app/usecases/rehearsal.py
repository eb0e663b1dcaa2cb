"""Rehearsing a move: what would become of every running case of a service on another version, and why.

Cases that stand at one place of one version are judged once, so the rehearsal of many thousands takes seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app import engine
from app.domain.permissions import NO_CASE, Actor, seat_for
from app.engine import IMPOSSIBLE, SAFE, UNDECIDED, Drawing, Obstacle, Place, Verdict
from app.errors import Invalid, NotFound, ProcessFault
from app.storage import processes
from app.storage import versions as rows
from app.storage.processes import ProcessVersion, Service
from app.storage.versions import Running
from app.usecases import casework
from app.usecases.casework import Published
from app.usecases.parts import calendar, now

NO_SERVICE = "Layanan itu tidak ada."
NO_VERSION = "Versi {number} dari layanan ini tidak ada."
NO_POOL = "Proses {process} tidak ada lagi di versi baru."
UNREADABLE = "Keadaan berkas tidak dapat dibaca: {fault}"
UNKNOWN = "Elemen “{element}” tidak ada di versi mana pun yang masih berjalan."
UNKNOWN_TARGET = "Elemen “{element}” tidak ada di versi tujuan."
UNASKED = "Diagram baru membaca isian {names}, yang tidak pernah ditanyakan pada berkas ini."

Kin = tuple[int, str | None, Place | str]  # cases that are judged alike; a text where a state cannot be read


@dataclass(frozen=True)
class Rehearsed:
    """One case of a rehearsal. The number is empty where the reader may not know it."""

    case_id: int
    number: str


@dataclass(frozen=True)
class Group:
    """Cases that stand alike, and what would become of them."""

    kind: str  # safe | undecided | impossible
    version_id: int
    version: int  # its number
    stands: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    cases: list[Rehearsed] = field(default_factory=list)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(each.reason for each in self.obstacles)


@dataclass(frozen=True)
class Line:
    """One case with where it stands and why."""

    number: str
    version: int
    stands: str
    reason: str


@dataclass(frozen=True)
class Rehearsal:
    """What a move of all running cases to one version would do."""

    service: Service
    target: ProcessVersion
    groups: tuple[Group, ...]
    mapping: Mapping[str, str]

    @property
    def safe(self) -> list[Line]:
        return self.lines(SAFE)

    @property
    def undecided(self) -> list[Line]:
        return self.lines(UNDECIDED)

    @property
    def impossible(self) -> list[Line]:
        return self.lines(IMPOSSIBLE)

    def of(self, kind: str) -> list[Group]:
        """The groups of one kind, the largest first."""
        return sorted(
            (group for group in self.groups if group.kind == kind), key=lambda each: -len(each.cases)
        )

    def count(self, kind: str) -> int:
        return sum(len(group.cases) for group in self.of(kind))

    def lines(self, kind: str) -> list[Line]:
        """Every case of one kind."""
        return [
            Line(case.number, group.version, ", ".join(group.stands), " ".join(group.reasons))
            for group in self.of(kind)
            for case in group.cases
        ]

    @property
    def questions(self) -> list[tuple[Obstacle, tuple[str, ...], int]]:
        """What is to be decided: an element, all reasons that name it, and how many cases wait for the decision."""
        found: dict[str, tuple[Obstacle, list[str], int]] = {}
        for group in self.of(UNDECIDED):
            for each in group.obstacles:
                first, reasons, count = found.get(each.element, (each, [], 0))
                best = each if len(each.choices) > len(first.choices) else first
                new = each.reason not in reasons
                found[each.element] = (
                    best,
                    [*reasons, each.reason] if new else reasons,
                    count + len(group.cases),
                )
        return [(each, tuple(reasons), count) for each, reasons, count in found.values()]


def rehearse(
    code: str, to_number: int, *, mapping: Mapping[str, str] | None = None, actor: Actor | None = None
) -> Rehearsal:
    """Judge every running case of a service that is not on this version yet; nothing is changed.

    `mapping` says what was decided: element → what it becomes, itself where its change is accepted. Without an
    actor it is an operator's shell. Raises NotFound, NotAllowed, Invalid.
    """
    if actor is not None:
        seat_for(actor, "look at version", NO_CASE)
    service, target = found_version(code, to_number)
    decided = dict(mapping or {})
    judge = Judge(target, decided)
    groups: dict[Kin, Group] = {}
    hidden = rows.conflicting(actor.person_id) if actor is not None else frozenset()
    for case in rows.running_elsewhere(target):
        kin = kin_of(case)
        if kin not in groups:
            groups[kin] = judge.group(kin, case.state)
        secret = actor is not None and (case.confidential or case.id in hidden)
        groups[kin].cases.append(Rehearsed(case.id, "" if secret else case.number))
    _refuse_unknown(decided, judge)
    return Rehearsal(service, target, tuple(groups.values()), decided)


def found_version(code: str, number: int) -> tuple[Service, ProcessVersion]:
    """A service, offered or not, and one of its versions. Raises NotFound."""
    service = rows.find_service(code)
    if service is None:
        raise NotFound(NO_SERVICE)
    version = rows.find_version(code, number)
    if version is None:
        raise NotFound(NO_VERSION.format(number=number))
    return service, version


def kin_of(case: Running) -> Kin:
    """What decides, together with the target, what becomes of a case."""
    try:
        return case.version_id, case.process_id, engine.place_of(case.state)
    except ProcessFault as fault:
        return case.version_id, case.process_id, str(fault)


class Judge:
    """Judges cases against one version; what it has read and judged it keeps."""

    def __init__(self, target: ProcessVersion, mapping: Mapping[str, str]) -> None:
        self.target, self.mapping = target, mapping
        self.verdicts: dict[Kin, Verdict] = {}
        self.numbers: dict[int, int] = {}
        self.drawings: dict[tuple[int, str | None], Drawing] = {}

    def verdict(self, kin: Kin, state: bytes) -> Verdict:
        """What becomes of cases of this kin; a safe one is tried on the first of them."""
        if kin not in self.verdicts:
            self.verdicts[kin] = self._verdict(kin, state)
        return self.verdicts[kin]

    def group(self, kin: Kin, state: bytes) -> Group:
        version_id, process_id, place = kin
        verdict = self.verdict(kin, state)
        stands: tuple[str, ...] = ()
        if isinstance(place, Place):
            stands = tuple(
                name for _id, name in engine.standing_at(self.drawing(version_id, process_id), place)
            )
        return Group(verdict.kind, version_id, self.number(version_id), stands, verdict.obstacles)

    def number(self, version_id: int) -> int:
        if version_id not in self.numbers:
            self.numbers[version_id] = processes.get_version(version_id).number
        return self.numbers[version_id]

    def drawing(self, version_id: int, process_id: str | None) -> Drawing:
        known = self.drawings
        if (version_id, process_id) not in known:
            known[version_id, process_id] = casework.drawing_of(version_id, process_id)
        return known[version_id, process_id]

    def _verdict(self, kin: Kin, state: bytes) -> Verdict:
        version_id, process_id, place = kin
        if not isinstance(place, Place):
            return _blocked("", UNREADABLE.format(fault=place))
        try:
            old, new = self.drawing(version_id, process_id), self.drawing(self.target.id, process_id)
        except (KeyError, Invalid):
            return _blocked(process_id or "", NO_POOL.format(process=process_id))
        before, after = (casework.published(each, process_id) for each in (version_id, self.target.id))
        changed = changed_forms(before, after)
        verdict = engine.compare(old, new, place, mapping=self.mapping, changed_forms=changed)
        verdict = Verdict((*verdict.obstacles, *self._unasked(before, after)))
        return verdict if verdict.obstacles else self._tried(old, new, state)

    def _unasked(self, before: Published, after: Published) -> Iterator[Obstacle]:
        """Fields of the application that only the new version has, and that its drawing reads."""
        asked, asks = (
            set(form.names) if (form := each.applicant_form()) else set() for each in (before, after)
        )
        names = sorted((asks - asked) & after.drawing.variables)
        start = next((step for step in before.drawing.steps.values() if step.kind == "start"), None)
        if names and start is not None and start.id not in self.mapping:
            reason = UNASKED.format(names=", ".join(f"“{name}”" for name in names))
            yield Obstacle(start.id, start.name, reason, ((start.id, start.name),))

    def _tried(self, old: Drawing, new: Drawing, state: bytes) -> Verdict:
        try:
            engine.move_over(old, new, state, now(), mapping=self.mapping, calendar=calendar())
        except ProcessFault as fault:
            return _blocked("", str(fault))
        return Verdict()


def changed_forms(before: Published, after: Published) -> frozenset[str]:
    """Names of form files that say something else, or are there no more."""
    folder = f"forms/{before.service}/"
    return frozenset(
        path.removeprefix(folder)
        for path, content in before.files.items()
        if path.startswith(folder) and after.files.get(path) != content
    )


def _blocked(element: str, reason: str) -> Verdict:
    return Verdict((Obstacle(element, element, reason, blocks=True),))


def _refuse_unknown(mapping: Mapping[str, str], judge: Judge) -> None:
    """A slip of the pen must not pass for a decision."""
    old = [drawing for key, drawing in judge.drawings.items() if key[0] != judge.target.id]
    if not old:
        return
    known = set().union(*(elements_of(drawing) for drawing in old))
    processes = {key[1] for key in judge.drawings}
    drawn = set().union(*(elements_of(judge.drawing(judge.target.id, each)) for each in processes))
    for element, becomes in mapping.items():
        if element not in known:
            raise Invalid(UNKNOWN.format(element=element))
        if becomes not in drawn and becomes != element:
            raise Invalid(UNKNOWN_TARGET.format(element=becomes))


def elements_of(drawing: Drawing) -> set[str]:
    """What a decision may name."""
    return {drawing.process_id, *(each.id for each in drawing.elements), *drawing.steps}
