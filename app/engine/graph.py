"""The drawing as we see it: processes, their elements, flows and lanes, before SpiffWorkflow does anything with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from lxml import etree

from app.engine.sources import NAMES, is_bpmn, local

NODE_KINDS = frozenset(
    [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    ]
)
T = TypeVar("T")
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True)
class Lane:
    """Who acts: the role, and whose (a unit code, a variable's name, or None for the home unit's ancestor)."""

    id: str
    name: str
    role: str
    unit: str | None
    has_role: bool


@dataclass(frozen=True)
class Node:
    """One element that a token can stand on."""

    id: str
    kind: str
    name: str
    scope: str
    lane: Lane | None
    properties: Mapping[str, str]
    documentation: str
    element: etree._Element = field(repr=False, compare=False)

    @property
    def events(self) -> list[str]:
        """Kinds of its event definitions: `timer`, `message`, … (none for a plain event)."""
        return [
            local(child).removesuffix("EventDefinition")
            for child in self.element
            if is_bpmn(child) and local(child).endswith("EventDefinition")
        ]

    @property
    def attached_to(self) -> str | None:
        return self.element.get("attachedToRef")

    @property
    def is_interrupting(self) -> bool:
        return self.element.get("cancelActivity", "true") != "false"

    def find(self, path: str) -> list:
        return self.element.xpath(path, namespaces=NAMES)


@dataclass(frozen=True)
class Flow:
    """An arrow from one element to the next, with its condition if it has one."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    scope: str


@dataclass(frozen=True)
class Process:
    """One process of a file, its sub-processes' elements included (each says its `scope`)."""

    id: str
    name: str
    path: str
    properties: Mapping[str, str]
    documentation: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    lanes: tuple[Lane, ...]
    element: etree._Element = field(repr=False, compare=False)

    def leaving(self, node_id: str) -> list[Flow]:
        return self._leaving.get(node_id, [])

    def entering(self, node_id: str) -> list[Flow]:
        return self._entering.get(node_id, [])

    def boundaries(self, node_id: str) -> list[Node]:
        return self._boundaries.get(node_id, [])

    def inside(self, scope: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.scope == scope]

    @cached_property
    def _leaving(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, lambda flow: flow.source)

    @cached_property
    def _entering(self) -> dict[str, list[Flow]]:
        return _grouped(self.flows, lambda flow: flow.target)

    @cached_property
    def _boundaries(self) -> dict[str, list[Node]]:
        events = [node for node in self.nodes.values() if node.kind == "boundaryEvent"]
        return _grouped(events, lambda node: node.attached_to or "")


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def processes(roots: Mapping[str, etree._Element]) -> dict[str, Process]:
    """All processes of these files by id; of two with one id the first stays (the linter names the second)."""
    found: dict[str, Process] = {}
    for path, root in roots.items():
        for element in root.xpath("./bpmn:process", namespaces=NAMES):
            process = _process(path, element)
            found.setdefault(process.id, process)
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


def properties(element: etree._Element) -> dict[str, str]:
    """Our settings of an element: `spiffworkflow:properties`."""
    path = "./bpmn:extensionElements/spiff:properties/spiff:property"
    return {
        item.get("name", ""): item.get("value", "").strip() for item in element.xpath(path, namespaces=NAMES)
    }


def documentation(element: etree._Element) -> str:
    return "\n".join(
        (item.text or "").strip() for item in element.xpath("./bpmn:documentation", namespaces=NAMES)
    )


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _process(path: str, element: etree._Element) -> Process:
    lanes, standing = _lanes(element)
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for container, lane in _containers(element, None, standing):
        scope = container.get("id", "")
        for child in container:
            if not is_bpmn(child):
                continue
            if local(child) in NODE_KINDS:
                node = _node(child, scope, standing.get(child.get("id", ""), lane))
                nodes.setdefault(node.id, node)
            elif local(child) == "sequenceFlow":
                flows.append(_flow(child, scope))
    return Process(
        id=element.get("id", ""), name=element.get("name", ""), path=path, properties=properties(element),
        documentation=documentation(element), nodes=nodes, flows=tuple(flows), lanes=lanes, element=element,
    )  # fmt: skip


def _containers(
    element: etree._Element, lane: Lane | None, standing: Mapping[str, Lane]
) -> Iterator[tuple[etree._Element, Lane | None]]:
    yield element, lane
    for child in element:
        if is_bpmn(child) and local(child) in CONTAINERS:
            yield from _containers(child, standing.get(child.get("id", ""), lane), standing)


def _node(element: etree._Element, scope: str, lane: Lane | None) -> Node:
    return Node(
        id=element.get("id", ""), kind=local(element), name=" ".join(element.get("name", "").split()), scope=scope,
        lane=lane, properties=properties(element), documentation=documentation(element), element=element,
    )  # fmt: skip


def _flow(element: etree._Element, scope: str) -> Flow:
    conditions = element.xpath("./bpmn:conditionExpression", namespaces=NAMES)
    return Flow(
        id=element.get("id", ""), name=element.get("name", ""), source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""), scope=scope,
        condition=(conditions[0].text or "").strip() if conditions else None,
    )  # fmt: skip


def _lanes(process: etree._Element) -> tuple[tuple[Lane, ...], dict[str, Lane]]:
    """All lanes, and the lane of each element: of nested lanes the innermost."""
    lanes: list[Lane] = []
    standing: dict[str, Lane] = {}
    for element in process.xpath("./bpmn:laneSet//bpmn:lane", namespaces=NAMES):
        lane = _lane(element)
        lanes.append(lane)
        for ref in element.xpath("./bpmn:flowNodeRef", namespaces=NAMES):
            standing[(ref.text or "").strip()] = lane
    return tuple(lanes), standing


def _lane(element: etree._Element) -> Lane:
    settings = properties(element)
    name = " ".join(element.get("name", "").split())
    role = settings.get("role") or slug(name)
    unit = settings.get("unit") or None
    return Lane(element.get("id", ""), name, role, unit, has_role=bool(settings.get("role")))
