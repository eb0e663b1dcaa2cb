"""What events only abbreviate: links, shared definitions, several definitions in one, tasks that open a case."""

import copy

from lxml import etree

from app.engine.normal_sheet import Sheet, definitions_of, held, retag
from app.engine.sources import BPMN, local

ENDS_ALL = ("errorEventDefinition", "cancelEventDefinition", "terminateEventDefinition")
SEVERAL = ("startEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent", "endEvent")


def copy_definitions(root: etree._Element) -> None:
    """A definition that stands beside the processes is copied into every event that refers to it."""
    shared = {each.get("id"): each for each in definitions_of(root)}
    for reference in list(root.iter(f"{{{BPMN}}}eventDefinitionRef")):
        found = shared.get((reference.text or "").strip())
        if found is not None:
            reference.getparent().replace(reference, copy.deepcopy(found))


def join_links(sheet: Sheet) -> None:
    """A thrown link leads to the caught one of the same name; both go on as events of no kind."""
    ends = [(node, each) for node in sheet.nodes.values() for each in held(node, "linkEventDefinition")]
    caught = {each.get("name", ""): node for node, each in ends if local(node) == "intermediateCatchEvent"}
    for node, each in ends:
        target = caught.get(each.get("name", ""))
        if local(node) == "intermediateThrowEvent" and target is not None:
            sheet.connect(node.get("id", ""), target.get("id", ""))
            node.remove(each)
    for node, each in ends:
        if local(node) == "intermediateCatchEvent" and sheet.entering(node.get("id", "")):
            node.remove(each)
            retag(node, "intermediateThrowEvent")


def part_definitions(sheet: Sheet) -> None:
    """An event with several definitions: several events with one each, and one of no kind under its id."""
    for node in sheet.of_kind(*SEVERAL):
        definitions = definitions_of(node)
        if len(definitions) < 2 or node.get("parallelMultiple") == "true":
            continue
        if local(node) in ("intermediateThrowEvent", "endEvent"):
            _throw_in_turn(sheet, node, definitions)
        else:
            _any_of(sheet, node, definitions)


def _throw_in_turn(sheet: Sheet, node: etree._Element, definitions: list[etree._Element]) -> None:
    """One throw after the other; what ends everything comes last, under the id of the whole."""
    name = node.get("id", "")
    final = [each for each in definitions if local(each) in ENDS_ALL]
    for each in final[1:]:
        node.remove(each)
    first = [each for each in definitions if each not in final]
    if not final:
        first.pop()
    for number, definition in enumerate(first, start=1):
        single = _single(sheet, node, definition, number, "intermediateThrowEvent")
        sheet.lead_all(name, single)
        sheet.connect(single, name)


def _any_of(sheet: Sheet, node: etree._Element, definitions: list[etree._Element]) -> None:
    """Whichever happens first leads to the event of no kind from which the ways go on."""
    name, kind = node.get("id", ""), local(node)
    before = sheet.entering(name)
    singles = [_single(sheet, node, each, number, kind) for number, each in enumerate(definitions, start=1)]
    if kind == "intermediateCatchEvent":
        _wait_for_any(sheet, name, before, singles)
    for single in singles:
        sheet.connect(single, name)
    retag(node, "intermediateThrowEvent")
    for attribute in ("attachedToRef", "cancelActivity", "isInterrupting"):
        node.attrib.pop(attribute, None)


def _wait_for_any(sheet: Sheet, name: str, before: list[etree._Element], singles: list[str]) -> None:
    waits = [flow.get("sourceRef", "") for flow in before]
    if not waits or any(local(sheet.nodes[each]) != "eventBasedGateway" for each in waits):
        sheet.add("eventBasedGateway", f"{name}.wait")
        sheet.lead_all(name, f"{name}.wait")
        waits, before = [f"{name}.wait"], []
    for flow in before:
        sheet.lead(flow, target=singles[0])
    for wait in waits:
        for single in singles[1:] if before else singles:
            sheet.connect(wait, single)


def _single(sheet: Sheet, node: etree._Element, definition: etree._Element, number: int, kind: str) -> str:
    """An event like this one with one of its definitions."""
    name = f"{node.get('id')}.event{number}"
    kept = {
        key: node.get(key) for key in ("name", "attachedToRef", "cancelActivity") if node.get(key) is not None
    }
    single = sheet.add(kind, name, **kept)
    for each in held(node, "extensionElements", "dataInputAssociation"):
        single.append(copy.deepcopy(each))
    single.append(definition)
    return name


def begin_with_messages(sheet: Sheet) -> None:
    """What opens a case by being received: a start event for the message, and the element itself passed after it."""
    for gateway in sheet.of_kind("eventBasedGateway"):
        if _opens(sheet, gateway) and gateway.get("eventGatewayType") != "Parallel":
            targets = [flow.get("targetRef", "") for flow in sheet.leaving(gateway.get("id", ""))]
            sheet.remove(gateway.get("id", ""))
            for target in targets:
                _begin(sheet, sheet.nodes[target])
    for task in sheet.of_kind("receiveTask"):
        if _opens(sheet, task):
            _begin(sheet, task)


def _opens(sheet: Sheet, node: etree._Element) -> bool:
    return node.get("instantiate") == "true" and not sheet.entering(node.get("id", ""))


def _begin(sheet: Sheet, node: etree._Element) -> None:
    name = node.get("id", "")
    begun = sheet.add("startEvent", f"{name}.start", name=node.get("name", ""))
    if local(node) == "receiveTask":
        definition = etree.SubElement(begun, f"{{{BPMN}}}messageEventDefinition")
        definition.set("messageRef", node.attrib.pop("messageRef", ""))
        for each in held(node, "extensionElements"):
            definition.append(copy.deepcopy(each))
    for each in definitions_of(node):
        begun.append(each)
    node.attrib.pop("instantiate", None)
    retag(node, "intermediateThrowEvent")
    sheet.connect(f"{name}.start", name)
