"""The steps of a drawing in the order people walk them: what stations, SOP tables and the inbox are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.engine.graph import Flow, Lane, Node, Process

APPLICANT = "pemohon"
KINDS = {"startEvent": "start", "userTask": "user", "serviceTask": "service", "endEvent": "end"}


@dataclass(frozen=True)
class StepOutline:
    """One step as the drawing describes it."""

    id: str
    name: str
    role: str | None
    unit: str | None
    lane: str | None
    properties: Mapping[str, str]
    kind: str
    public_label: str | None = None
    form: str | None = None
    form_ui: str | None = None
    time_limit: str | None = None
    documentation: str = ""


def steps(found: Mapping[str, Process], main: str) -> dict[str, StepOutline]:
    """Start, human, service and end steps by id, in walking order, called processes in their caller's place."""
    return {node.id: _outline(node, lane) for node, lane in _walk_process(found, main, None, ())}


def _outline(node: Node, lane: Lane | None) -> StepOutline:
    settings = node.properties
    return StepOutline(
        id=node.id,
        name=node.name or node.id,
        role=lane.role if lane else None,
        unit=lane.unit if lane else None,
        lane=lane.name if lane else None,
        properties=MappingProxyType(dict(settings)),
        kind=KINDS[node.kind],
        public_label=settings.get("label_publik") or None,
        form=settings.get("formJsonSchemaFilename") or None,
        form_ui=settings.get("formUiSchemaFilename") or None,
        time_limit=settings.get("batas_waktu") or None,
        documentation=node.documentation,
    )


def _walk_process(
    found: Mapping[str, Process], name: str, caller: Lane | None, above: tuple[str, ...]
) -> Iterator[tuple[Node, Lane | None]]:
    process = found.get(name)
    if process is None or name in above:
        return
    for node in in_walking_order(process, process.id):
        lane = node.lane or caller
        if node.kind in KINDS:
            yield node, lane
        if node.kind == "callActivity":
            yield from _walk_process(found, node.element.get("calledElement", ""), lane, (*above, name))


def in_walking_order(process: Process, scope: str) -> list[Node]:
    """Elements from the start on, sub-processes opened in place; what no flow reaches comes last."""
    inside = {node.id: node for node in process.inside(scope)}
    starts = [node.id for node in inside.values() if node.kind == "startEvent"]
    finished: list[str] = []
    seen: set[str] = set()
    for start in reversed([*starts, *(name for name in inside if name not in starts)]):
        if start in starts or not _is_entered(process, inside[start]):
            _visit(process, inside, start, seen, finished)
    for name in inside:
        _visit(process, inside, name, seen, finished)
    order = []
    returns = {name for name in finished if _is_return(process, inside[name])}
    for name in sorted(reversed(finished), key=returns.__contains__):
        order.append(inside[name])
        order.extend(in_walking_order(process, name))
    return order


def _is_entered(process: Process, node: Node) -> bool:
    return bool(process.entering(node.id)) or node.kind == "boundaryEvent"


def _visit(process: Process, inside: Mapping[str, Node], name: str, seen: set[str], finished: list[str]) -> None:
    """Depth first, finishing last to first: the main road before boundary events, returns to the applicant last."""
    if name in seen:
        return
    seen.add(name)
    ways = [(_class(process, flow), -index, flow.target) for index, flow in enumerate(process.leaving(name))]
    ways += [(1, -index, node.id) for index, node in enumerate(process.boundaries(name))]
    for _class_of_way, _index, target in sorted(ways):
        if target in inside:
            _visit(process, inside, target, seen, finished)
    finished.append(name)


def _is_return(process: Process, node: Node) -> bool:
    """Whether this is the applicant's step of correcting, from which the case goes back to where it was."""
    if node.kind != "userTask" or not node.lane or node.lane.role != APPLICANT:
        return False
    seen, todo = set(), [node.id]
    while todo:
        ahead = {flow.target for flow in process.leaving(todo.pop())}
        todo.extend(ahead - seen)
        seen |= ahead
    return node.id in seen


def _class(process: Process, flow: Flow) -> int:
    """2 for a way on which the next human step is the applicant's, 0 for any other."""
    humans, seen, todo = [], set(), [flow.target]
    while todo:
        name = todo.pop()
        node = process.nodes.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.kind == "userTask":
            humans.append(node)
        else:
            todo.extend(following.target for following in process.leaving(name))
    return 2 if humans and all(node.lane and node.lane.role == APPLICANT for node in humans) else 0
