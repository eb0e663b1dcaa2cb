"""What of a drawing a token can come by: its elements and flows by id and name, for whoever follows cases over it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.graph import Node, Process
from app.engine.nodes import ACTIVITIES, GATEWAYS

ACTIVITY, GATEWAY, EVENT = "activity", "gateway", "event"


@dataclass(frozen=True)
class Element:
    """Something drawn that a move can complete."""

    id: str
    name: str
    kind: str  # activity, gateway or event


@dataclass(frozen=True)
class Way:
    """A flow that a token can walk, with the names of what it joins."""

    id: str
    name: str
    source: str
    target: str


def elements(used: Iterable[Process], specs: Iterable[object]) -> tuple[Element, ...]:
    """The elements of these processes that their specs run, as they are drawn."""
    run = {task.bpmn_id for spec in specs for task in spec.task_specs.values() if task.bpmn_id}
    nodes = [node for process in used for node in process.nodes.values()]
    return tuple(Element(n.id, named(n), _kind(n)) for n in nodes if n.id in run and not _only_names(n))


def ways(used: Iterable[Process], specs: Iterable[object]) -> tuple[Way, ...]:
    """The flows of these processes that their specs lead tokens over, as they are drawn."""
    led = {flow for spec in specs for leaving in spec.ways.values() for flow in leaving.values()}
    return tuple(
        Way(flow.id, flow.name, named(process.nodes[flow.source]), named(process.nodes[flow.target]))
        for process in used
        for flow in process.flows
        if flow.id in led
    )


def named(node: Node) -> str:
    return node.name or node.id


def _kind(node: Node) -> str:
    if node.kind in ACTIVITIES:
        return ACTIVITY
    return GATEWAY if node.kind in GATEWAYS else EVENT


def _only_names(node: Node) -> bool:
    """Whether it only says which handler undoes an activity: no token ever stands there."""
    return node.kind == "boundaryEvent" and node.events == ["compensate"]
