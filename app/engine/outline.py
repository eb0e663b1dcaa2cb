"""The steps of a drawing in the order people walk them: what stations, SOP tables and the inbox are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.engine.graph import Lane, Node, Process

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
    operation: str | None = None  # service steps: what the worker is asked to do
    params: Mapping[str, str] = field(default_factory=dict)  # its parameters that are plain texts


def steps(found: Mapping[str, Process], main: str) -> dict[str, StepOutline]:
    """Start, human, service and end steps by id, in walking order, called processes in their caller's place.

    A step that is done several times at once stands here once. Messages, rules and scripts are nobody's steps.
    """
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
        operation=next((each.get("id") for each in node.find(".//spiff:serviceTaskOperator")), None),
        params=MappingProxyType(_plain_params(node)),
    )


def _plain_params(node: Node) -> dict[str, str]:
    """Parameters written as a quoted text, by name; the others are known only at run time."""
    given = {each.get("id", ""): each.get("value", "").strip() for each in node.find(".//spiff:parameter")}
    return {name: text[1:-1] for name, text in given.items() if len(text) > 1 and text[0] == text[-1] == '"'}


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
    """Elements from the start on, sub-processes opened in place; the applicant's corrections come last."""
    inside = {node.id: node for node in process.inside(scope)}
    returns = {name for name, node in inside.items() if _is_return(process, node)}
    starts = sorted(
        (node for node in inside.values() if node.kind == "startEvent"), key=lambda node: len(node.events)
    )
    begins = [*(node.id for node in starts), *(name for name, node in inside.items() if node.opens_case)]
    seen = set(returns)
    walked = _walk(process, inside, [*begins, *(name for name in inside if name not in returns)], seen)
    walked += [name for name in inside if name in returns]
    order = []
    for name in walked:
        order.append(inside[name])
        if name != scope:  # a global task has the id of its process
            order.extend(in_walking_order(process, name))
    return order


def _walk(process: Process, inside: Mapping[str, Node], names: list[str], seen: set[str]) -> list[str]:
    """From each of these names, in turn, what was not seen before, each element after those that lead to it."""
    walked: list[str] = []
    for name in names:
        finished: list[str] = []
        _visit(process, inside, name, seen, finished)
        walked += reversed(finished)
    return walked


def _visit(
    process: Process, inside: Mapping[str, Node], name: str, seen: set[str], finished: list[str]
) -> None:
    """Depth first. What is visited last comes first: boundary events follow their task at once."""
    if name in seen or name not in inside:
        return
    seen.add(name)
    for target in reversed(process.ways_on(name)):
        _visit(process, inside, target, seen, finished)
    for node in reversed(process.boundaries(name)):
        _visit(process, inside, node.id, seen, finished)
    finished.append(name)


def _is_return(process: Process, node: Node) -> bool:
    """Whether this is the applicant's step of correcting, from which the case goes back to where it was."""
    if node.kind != "userTask" or not node.lane or node.lane.role != APPLICANT:
        return False
    seen, todo = set(), [node.id]
    while todo:
        ahead = set(process.ways_on(todo.pop()))
        todo.extend(ahead - seen)
        seen |= ahead
    return node.id in seen
