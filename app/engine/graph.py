"""The drawing as we see it: processes, their elements, flows and lanes, before SpiffWorkflow does anything with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from app.engine.lanes import Lane, lanes_of, properties
from app.engine.nodes import CONTAINERS, GLOBAL_TASKS, HELD_KINDS, NODE_KINDS, Flow, Held, Node, link_name
from app.engine.sources import NAMES, is_bpmn, local

__all__ = ["Flow", "Held", "Lane", "Node", "Process", "called", "processes", "reachable"]


@dataclass(frozen=True)
class Process:
    """One process of a file, its sub-processes' elements included (each says its `scope`).

    A global task is a process too: one step without start and end.
    """

    id: str
    name: str
    path: str
    properties: Mapping[str, str]
    documentation: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    lanes: tuple[Lane, ...]
    held: Mapping[str, Held]
    element: etree._Element = field(repr=False, compare=False)
    declared: Mapping[str, etree._Element] = field(repr=False, compare=False)

    @property
    def is_global_task(self) -> bool:
        return local(self.element) in GLOBAL_TASKS

    def leaving(self, node_id: str) -> list[Flow]:
        return self._leaving.get(node_id, [])

    def entering(self, node_id: str) -> list[Flow]:
        return self._entering.get(node_id, [])

    def boundaries(self, node_id: str) -> list[Node]:
        return self._boundaries.get(node_id, [])

    def inside(self, scope: str) -> list[Node]:
        return self._inside.get(scope, [])

    def ways_on(self, node_id: str) -> list[str]:
        """Where a token goes from here: along the flows, or from a link to the link of the same name."""
        return [*(flow.target for flow in self.leaving(node_id)), *self._links.get(node_id, ())]

    def ways_here(self, node_id: str) -> list[str]:
        """From where a token comes here along flows and links."""
        links = [source for source, targets in self._links.items() if node_id in targets]
        return [*(flow.source for flow in self.entering(node_id)), *links]

    def scopes(self, scope: str) -> Iterator[str]:
        """This scope and those around it, the process last."""
        while scope in self.nodes:
            yield scope
            scope = self.nodes[scope].scope
        yield scope

    @cached_property
    def _leaving(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, lambda flow: flow.source)

    @cached_property
    def _entering(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, lambda flow: flow.target)

    @cached_property
    def _inside(self) -> dict[str, list[Node]]:
        return _grouped(self.nodes.values(), lambda node: node.scope)

    @cached_property
    def _boundaries(self) -> dict[str, list[Node]]:
        events = [node for node in self.nodes.values() if node.kind == "boundaryEvent"]
        return _grouped(events, lambda node: node.attached_to or "")

    @cached_property
    def _links(self) -> dict[str, list[str]]:
        kinds = ("intermediateThrowEvent", "intermediateCatchEvent")
        named = {kind: _grouped(_linked(self, kind), lambda pair: pair[0]) for kind in kinds}
        return {
            node.id: [target.id for _name, target in named[kinds[1]].get(name, [])]
            for name, pairs in named[kinds[0]].items()
            for _name, node in pairs
        }


def _linked(process: Process, kind: str) -> list[tuple[tuple[str, str], Node]]:
    ends = [node for node in process.nodes.values() if node.kind == kind and link_name(node)]
    return [((node.scope, link_name(node)), node) for node in ends]


def _grouped(items: Iterable, key: Callable) -> dict:
    groups: dict[object, list] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def processes(roots: Mapping[str, etree._Element]) -> dict[str, Process]:
    """All processes of these files by id; of two with one id the first stays (the linter names the second)."""
    found: dict[str, Process] = {}
    for path, root in roots.items():
        declared = {child.get("id", ""): child for child in reversed(root) if is_bpmn(child)}
        drawn = [child for child in root if is_bpmn(child) and local(child) == "process"]
        drawn += [child for child in root if is_bpmn(child) and local(child) in GLOBAL_TASKS]
        for element in drawn:
            found.setdefault(element.get("id", ""), _process(path, element, declared))
    return found


def called(process: Process) -> set[str]:
    """Ids of the processes that this one calls."""
    return {
        node.element.get("calledElement", "")
        for node in process.nodes.values()
        if node.kind == "callActivity"
    }


def reachable(found: Mapping[str, Process], start: str) -> list[Process]:
    """This process and all that it calls, directly or not, as far as they are among the given files."""
    order, todo = [], [start]
    while todo:
        name = todo.pop(0)
        if name in found and found[name] not in order:
            order.append(found[name])
            todo.extend(sorted(called(found[name])))
    return order


def documentation(element: etree._Element) -> str:
    return "\n".join(
        (item.text or "").strip() for item in element.xpath("./bpmn:documentation", namespaces=NAMES)
    )


def _process(path: str, element: etree._Element, declared: Mapping[str, etree._Element]) -> Process:
    lanes, standing = lanes_of(element)
    parts = _Parts(declared, standing)
    if local(element) in GLOBAL_TASKS:
        parts.add_node(element, element.get("id", ""), None)
    else:
        parts.add_inside(element, None)
    return Process(
        id=element.get("id", ""), name=element.get("name", ""), path=path, properties=properties(element),
        documentation=documentation(element), nodes=parts.nodes, flows=tuple(parts.flows), lanes=lanes,
        held=parts.held, element=element, declared=declared,
    )  # fmt: skip


class _Parts:
    """What stands in a process, collected scope by scope."""

    def __init__(self, declared: Mapping[str, etree._Element], standing: Mapping[str, Lane]) -> None:
        self.declared, self.standing = declared, standing
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.held: dict[str, Held] = {}

    def add_inside(self, container: etree._Element, lane: Lane | None) -> None:
        scope = container.get("id", "")
        inner = []
        for child in container:
            kind = local(child) if is_bpmn(child) else ""
            if kind in NODE_KINDS:
                own = self.standing.get(child.get("id", ""), lane)
                self.add_node(child, scope, own)
                inner += [(child, own)] if kind in CONTAINERS else []
            elif kind == "sequenceFlow":
                self.flows.append(_flow(child, scope))
            elif kind in HELD_KINDS:
                held = _held(child, scope)
                self.held.setdefault(held.id, held)
        for child, own in inner:
            self.add_inside(child, own)

    def add_node(self, element: etree._Element, scope: str, lane: Lane | None) -> None:
        kind = local(element)
        node = Node(
            id=element.get("id", ""), kind=GLOBAL_TASKS.get(kind, kind),
            name=" ".join(element.get("name", "").split()), scope=scope, lane=lane, properties=properties(element),
            documentation=documentation(element), element=element, declared=self.declared,
        )  # fmt: skip
        self.nodes.setdefault(node.id, node)


def _flow(element: etree._Element, scope: str) -> Flow:
    conditions = element.xpath("./bpmn:conditionExpression", namespaces=NAMES)
    return Flow(
        id=element.get("id", ""), name=element.get("name", ""), source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""), scope=scope,
        condition=((conditions[0].text or "").strip() if conditions else "") or None,
    )  # fmt: skip


def _held(element: etree._Element, scope: str) -> Held:
    refers = element.get("dataObjectRef") or element.get("dataStoreRef") or ""
    return Held(element.get("id", ""), local(element), element.get("name", ""), scope, refers)
