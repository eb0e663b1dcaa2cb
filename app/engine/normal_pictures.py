"""Takes out of a drawing what is drawn for readers only: notes, groups, stores, closed pools, the picture itself."""

from lxml import etree

from app.engine.nodes import CONTAINERS
from app.engine.sources import BPMN, NAMES, local

PICTURES = frozenset(
    [
        "textAnnotation", "group", "category", "property", "dataStore", "dataStoreReference",
        "choreography", "globalChoreographyTask", "conversationNode", "conversation", "subConversation",
        "callConversation", "conversationLink", "conversationAssociation", "participantAssociation",
        "messageFlowAssociation",
    ]
)  # fmt: skip
SCOPES = frozenset({"process", *CONTAINERS})
ENDS = {"dataInputAssociation": "sourceRef", "dataOutputAssociation": "targetRef"}


def clear(root: etree._Element) -> None:
    """Leave what runs and what it refers to: compensation keeps its dotted lines, data objects their readers."""
    for diagram in root.findall("./bpmndi:BPMNDiagram", NAMES):
        root.remove(diagram)
    for element in list(root.iter(f"{{{BPMN}}}*")):
        kind = local(element)
        if kind in PICTURES or (kind in ENDS and not _is_held(element, ENDS[kind])):
            _remove(element)
    for reference in list(root.iter(f"{{{BPMN}}}dataObjectReference")):
        if _sees(reference.getparent(), "dataObject", reference.get("dataObjectRef", "")) is None:
            _remove(reference)
    _tie_handlers(root)
    _close_pools(root)


def _is_held(association: etree._Element, end: str) -> bool:
    """Whether it ends at a data object that its activity can see."""
    names = [(each.text or "").strip() for each in association.iterfind(f"./bpmn:{end}", NAMES)]
    for name in names:
        reference = _sees(association.getparent(), "dataObjectReference", name)
        if reference is None:
            return False
        if _sees(reference.getparent(), "dataObject", reference.get("dataObjectRef", "")) is None:
            return False
    return bool(names)


def _sees(element: etree._Element, tag: str, name: str) -> etree._Element | None:
    """What stands under this name in a scope around the element."""
    for scope in (element, *element.iterancestors()):
        for found in scope.iterfind(f"./bpmn:{tag}", NAMES) if local(scope) in SCOPES else ():
            if found.get("id") == name:
                return found
    return None


def _tie_handlers(root: etree._Element) -> None:
    """A line between a compensation event and its handler leads from the one to the other, beside them."""
    events = {
        event.get("id"): event
        for event in root.iter(f"{{{BPMN}}}boundaryEvent")
        if event.find("./bpmn:compensateEventDefinition", NAMES) is not None
    }
    handlers = {
        each.get("id") for each in root.iter(f"{{{BPMN}}}*") if each.get("isForCompensation") == "true"
    }
    for line in list(root.iter(f"{{{BPMN}}}association")):
        ends = [line.get("sourceRef", ""), line.get("targetRef", "")]
        if ends[0] not in events:
            ends.reverse()
        _remove(line)
        if ends[0] in events and ends[1] in handlers:
            line.set("sourceRef", ends[0])
            line.set("targetRef", ends[1])
            events[ends[0]].getparent().append(line)


def _close_pools(root: etree._Element) -> None:
    """A pool without a process of this file is nobody who could be asked, and what is told to it is not told."""
    drawn = {process.get("id") for process in root.iterfind("./bpmn:process", NAMES)}
    closed = set()
    for pool in list(root.iter(f"{{{BPMN}}}participant")):
        if pool.get("processRef", "").rpartition(":")[2] not in drawn:
            closed.add(pool.get("id"))
            _remove(pool)
    for flow in list(root.iter(f"{{{BPMN}}}messageFlow")):
        if {flow.get("sourceRef"), flow.get("targetRef")} & closed:
            _remove(flow)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
