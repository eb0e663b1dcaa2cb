"""Whether a case can go on with another version of its drawing: everything it holds, set against what is drawn there.

Nothing of a case but its place is looked at. What counts as the same is said in docs/designer.md.
"""

from collections.abc import Iterator, Mapping

from SpiffWorkflow.util.task import TaskState

from app.engine.drawing import Drawing
from app.engine.elements.catching import Boundary, EventStart
from app.engine.elements.scopes import Exit, ScopeSpec
from app.engine.likeness import Pair, element_of, name_of
from app.engine.places import Place, Scope
from app.engine.scopes_compared import Ground, ScopeCompared
from app.engine.verdicts import Obstacle, Verdict


def compare(
    old: Drawing,
    new: Drawing,
    place: Place,
    *,
    mapping: Mapping[str, str],
    changed_forms: frozenset[str] = frozenset(),
) -> Verdict:
    """What stands in the way of cases at this place. `mapping`: element → what it becomes, itself where a change
    is accepted; `changed_forms`: names of form files that say something else in the new version."""
    ground = Ground(old, new, place, dict(mapping), changed_forms)
    open_ones = [each for each in _obstacles(ground) if each.blocks or each.element not in mapping]
    return Verdict(tuple(dict.fromkeys(open_ones)))


def standing_at(drawing: Drawing, place: Place) -> tuple[tuple[str, str], ...]:
    """(id, name) of the steps and events at which cases of this place wait, as people know them."""
    found = {}
    for scope, spec in _scopes(drawing, place):
        for spot in place.spots:
            task = spec.task_specs.get(spot.name) if spot.scope == scope else None
            if task is not None and spot.state in (TaskState.READY, TaskState.WAITING, TaskState.STARTED):
                inner = (*scope, spot.name) in {each.scope for each in place.spots}
                if not inner and not isinstance(task, Exit | Boundary | EventStart) and task.bpmn_id:
                    found[element_of(spot.name)] = name_of(drawing, task)
    return tuple(sorted(found.items()))


def _scopes(drawing: Drawing, place: Place) -> Iterator[tuple[Scope, ScopeSpec]]:
    for scope in sorted({spot.scope for spot in place.spots} | {()}):
        spec = drawing._spec
        for host in scope:
            spec = drawing._subprocess_specs[spec.task_specs[host].spec]
        yield scope, spec


def _pair(ground: Ground, scope: Scope, pairs: dict[Scope, Pair | None]) -> Pair | None:
    """The scope on both versions; None where an activity around it is gone, which is said of that one."""
    if scope not in pairs:
        outer = _pair(ground, scope[:-1], pairs)
        pairs[scope] = outer.inner(scope[-1], ground.old, ground.new) if outer else None
    return pairs[scope]


def _obstacles(ground: Ground) -> Iterator[Obstacle]:
    yield from _promise(ground)
    pairs: dict[Scope, Pair | None] = {(): Pair(ground.old._spec, ground.new._spec, ground.mapping)}
    for scope in sorted({spot.scope for spot in ground.place.spots}):
        pair = _pair(ground, scope, pairs)
        if pair is not None:
            yield from ScopeCompared(ground, scope, pair).obstacles()


def _promise(ground: Ground) -> Iterator[Obstacle]:
    """What the new version promises for the case as a whole."""
    before, after = (each.properties.get("waktu_layanan", "") for each in (ground.old, ground.new))
    if before != after:
        reason = f"Waktu layanan berubah dari “{before or '-'}” menjadi “{after or '-'}”; tanggal janji dihitung ulang."
        yield ground.changed(ground.old.process_id, reason, ground.old.name)
