"""One running process of a case, set against what is drawn of it in another version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from app.engine import onward
from app.engine.drawing import Drawing
from app.engine.elements.catching import Boundary, Catch, EventStart
from app.engine.elements.gateways import TokenJoin
from app.engine.elements.scopes import BoundarySplit, EventGateway, Exit
from app.engine.likeness import Pair, changes, element_of, is_armed, name_of, rules_of, same_kind, words_of
from app.engine.onward import Tokens
from app.engine.outline import StepOutline
from app.engine.places import Place, Scope, Spot
from app.engine.verdicts import Obstacle

INSTANCE = " [child]"


@dataclass(frozen=True)
class Ground:
    """One place on two versions, and what was decided so far."""

    old: Drawing
    new: Drawing
    place: Place
    mapping: Mapping[str, str]
    changed_forms: frozenset[str]

    def changed(self, element: str, reason: str, name: str = "") -> Obstacle:
        """A change that the administrator may accept."""
        becomes = self.mapping.get(element, element)
        return Obstacle(element, name or element, reason, ((becomes, name or becomes),))


class ScopeCompared:
    """One running process of the place."""

    def __init__(self, whole: Ground, scope: Scope, pair: Pair) -> None:
        self.whole, self.scope, self.pair = whole, scope, pair
        self.spots = sorted((s for s in whole.place.spots if s.scope == scope), key=lambda spot: spot.name)

    def obstacles(self) -> Iterator[Obstacle]:
        for spot in self.spots:
            yield from self._spot(spot)
        yield from self._scope_itself()
        yield from self._undoing()
        yield from self._onward()

    def _spot(self, spot: Spot) -> Iterator[Obstacle]:
        old = self.pair.old.task_specs[spot.name]
        under = self.pair.old.task_specs.get(spot.under)
        if isinstance(old, Exit):
            return
        if isinstance(old, TokenJoin) and spot.under and spot.state == TaskState.WAITING:
            yield from self._arrived(spot, old)
        if is_armed(old, under):
            yield from self._armed(old, under)
            return
        found = self.pair.find(spot.name)
        if found is None:
            if not spot.name.endswith(INSTANCE):  # of an instance the repeated activity speaks
                yield self._gone(old)
            return
        yield from self._changes(old, found)
        yield from self._edge(old, found)

    def _armed(self, old: Catch, under: TaskSpec) -> Iterator[Obstacle]:
        """An event beside something: it is the matter of what it is beside."""
        owner = self._owner(old, under)
        if isinstance(under, EventGateway):
            gateway = self.pair.find(under.name)
            if gateway is None:
                yield self._gone(under)
                return
            yield from (
                self._on(owner, f"Kejadian {words_of(self.pair.new.task_specs[name])} ditambahkan di sana.")
                for name in sorted(set(gateway._outputs) & self.pair.fresh)
            )
        found = self.pair.find(old.name)
        if found is None:
            yield self._on(owner, f"Kejadian {words_of(old)} tidak ada lagi dan berhenti ditunggu.")
        else:
            yield from (self._on(owner, reason) for reason in changes(self.pair, old, found))

    def _owner(self, old: Catch, under: TaskSpec) -> TaskSpec | None:
        if isinstance(under, BoundarySplit):
            return self.pair.old.task_specs[under.main]
        return under if isinstance(under, EventGateway) else None

    def _on(self, owner: TaskSpec | None, reason: str) -> Obstacle:
        element = element_of(owner.name) if owner is not None else self.pair.old.name
        name = name_of(self.whole.old, owner) if owner is not None else self.pair.old.description or ""
        return self.whole.changed(element, reason, name)

    def _arrived(self, spot: Spot, join: TokenJoin) -> Iterator[Obstacle]:
        """A token that waits at a join came over one of its flows."""
        found = self.pair.find(join.name)
        if (
            found is not None
            and spot.under in join._inputs
            and self.pair.name(spot.under) not in found._inputs
        ):
            source = self.pair.old.task_specs[spot.under]
            choices = [self.pair.new.task_specs[name] for name in found._inputs]
            yield self._missing(
                source,
                choices,
                f"Gerbang {words_of(found)} tidak lagi menerima alur dari {words_of(source)}.",
            )
        for scope, name, source in self.whole.place.used:
            if (scope, name) != (self.scope, join.name) or found is None:
                continue
            if self.pair.name(source) not in found._inputs:
                reason = f"Gerbang {words_of(found)} sudah memakai alur dari “{source}”, yang kini tidak ada."
                yield Obstacle(element_of(join.name), name_of(self.whole.old, join), reason, blocks=True)

    def _gone(self, old: TaskSpec) -> Obstacle:
        like = [spec for spec in self.pair.new.task_specs.values() if same_kind(old, spec)]
        reason = f"{words_of(old)} tidak ada lagi di versi baru, atau berubah jenis."
        return self._missing(old, [spec for spec in like if not spec.name.endswith(INSTANCE)], reason)

    def _missing(self, old: TaskSpec, like: list[TaskSpec], reason: str) -> Obstacle:
        """What has no counterpart; a counterpart that was named but does not fit does not help."""
        element = element_of(old.name)
        choices = {element_of(spec.name): name_of(self.whole.new, spec) for spec in like}
        if element in self.whole.mapping:
            chosen = self.whole.mapping[element]
            reason, choices = f"{reason} “{chosen}” bukan elemen sejenis di tempat yang sama.", {}
        elif not choices:
            reason = f"{reason} Tidak ada elemen sejenis yang dapat menggantikannya di sana."
        found = tuple(sorted(choices.items()))
        return Obstacle(element, name_of(self.whole.old, old), reason, found, blocks=not found)

    def _changes(self, old: TaskSpec, found: TaskSpec) -> Iterator[Obstacle]:
        for reason in (*changes(self.pair, old, found), *self._duty(old, found)):
            yield self._on(old, reason)

    def _duty(self, old: TaskSpec, found: TaskSpec) -> Iterator[str]:
        """Who does a step, with which form, and in which time."""
        before = self.whole.old.steps.get(element_of(old.name))
        after = self.whole.new.steps.get(element_of(found.name))
        if before is None or after is None or before.kind != "user":
            return
        where = words_of(found)
        if (before.role, before.unit) != (after.role, after.unit):
            yield f"Langkah {where} berpindah dari “{_office(before)}” ke “{_office(after)}”."
        if (before.form, before.form_ui) != (after.form, after.form_ui) or (
            {after.form, after.form_ui} & self.whole.changed_forms
        ):
            yield f"Formulir langkah {where} berubah."
        if before.time_limit != after.time_limit:
            yield (
                f"Batas waktu langkah {where} berubah dari “{before.time_limit or '-'}” menjadi "
                f"“{after.time_limit or '-'}”, dihitung sejak langkah itu dimulai."
            )

    def _edge(self, old: TaskSpec, found: TaskSpec) -> Iterator[Obstacle]:
        """Events that the new version adds on the edge."""
        split = self.pair.new.task_specs.get(f"{found.name}.BoundaryEventSplit")
        for name in sorted(set(split._outputs) & self.pair.fresh) if split is not None else ():
            event = self.pair.new.task_specs[name]
            if isinstance(event, Boundary):
                yield self._on(
                    old,
                    f"Kejadian {words_of(event)} ditambahkan di tepi langkah itu; waktunya dihitung sejak pemindahan.",
                )

    def _scope_itself(self) -> Iterator[Obstacle]:
        if rules_of(self.pair.old) != rules_of(self.pair.new):
            yield self._on(None, "Syarat selesai atau urutan langkah pilihan berubah.")
        for name in sorted(self.pair.fresh & set(self.pair.new.start._outputs)):
            event = self.pair.new.task_specs[name]
            if isinstance(event, EventStart):
                yield self._on(None, f"Kejadian {words_of(event)} kini ditunggu selama proses ini berjalan.")

    def _undoing(self) -> Iterator[Obstacle]:
        """Handlers of what was done: they must still be there while anything can ask for them."""
        for scope, handler, _within in sorted(self.whole.place.undoing):
            if scope != self.scope or not _asks(self.whole.new):
                continue
            if self.pair.find(handler) is None:
                old = self.pair.old.task_specs[handler]
                like = [self.pair.new.task_specs[name] for name in sorted(self.pair.new.undoing)]
                reason = f"Langkah pembatalan {words_of(old)} tidak ada lagi di versi baru."
                yield self._missing(old, [spec for spec in like if same_kind(old, spec)], reason)

    def _onward(self) -> Iterator[Obstacle]:
        """Steps that would be missed, joins that would wait for ever, tokens that would follow one another."""
        before = self._tokens
        if not self._is_all_there(before):
            return
        after = before.renamed(self.pair.new, self.pair.name)
        for name, step in onward.missed(after, self.pair.fresh):
            where = self._back(name)
            reason = f"Langkah baru {words_of(step)} ada sebelum {words_of(where)} dan akan terlewati."
            yield self._on(where, reason)
        starved = {self.pair.name(name) for name in onward.starving(before)}
        for join, source in onward.starving(after).items():
            if join not in starved:
                spec, way = self.pair.new.task_specs[join], self.pair.new.task_specs[source]
                reason = f"Gerbang {words_of(spec)} akan menunggu alur dari {words_of(way)} yang tidak pernah datang."
                yield Obstacle(element_of(join), name_of(self.whole.new, spec), reason, blocks=True)
        known = {frozenset(map(self.pair.name, both)) for both in onward.apart(before)}
        together = len(after.standing) < len(before.standing)
        for both in sorted(map(sorted, onward.apart(after) - known)) + (
            [sorted(after.standing)] if together else []
        ):
            first, last = (self.pair.new.task_specs[each] for each in (both[0], both[-1]))
            reason = f"{words_of(first)} dan {words_of(last)} tidak lagi berjalan berdampingan di versi baru."
            yield Obstacle(element_of(first.name), name_of(self.whole.new, first), reason, blocks=True)

    def _is_all_there(self, tokens: Tokens) -> bool:
        """Whether every token has a place; what has none is said already."""
        joins = [(self.pair.find(join), self.pair.name(source)) for join, source in tokens.parked]
        return all(self.pair.find(name) for name in tokens.standing) and all(
            join is not None and source in join._inputs for join, source in joins
        )

    @cached_property
    def _tokens(self) -> Tokens:
        """Where the tokens of this scope are, what only waits beside them left out."""
        specs, standing, parked = self.pair.old.task_specs, set(), set()
        for spot in self.spots:
            spec, under = specs[spot.name], specs.get(spot.under)
            if isinstance(spec, TokenJoin) and spot.under:
                parked.add((spot.name, spot.under))
            elif isinstance(under, EventGateway):
                standing.add(spot.under)
            elif not (isinstance(spec, Exit) or is_armed(spec, under) or spot.triggered):
                standing.add(spot.name)
        return Tokens(self.pair.old, frozenset(standing), frozenset(parked))

    def _back(self, name: str) -> TaskSpec:
        return next(
            self.pair.old.task_specs[old] for old in self._tokens.standing if self.pair.name(old) == name
        )


def _asks(drawing: Drawing) -> bool:
    return any(spec.asks for spec in (drawing._spec, *drawing._subprocess_specs.values()))


def _office(step: StepOutline) -> str:
    return f"{step.role or '-'} ({step.unit})" if step.unit else step.role or "-"
