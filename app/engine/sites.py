"""Every place of a drawing where an expression stands, so that none is forgotten by the linter or at run time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from app.engine import language, timers
from app.engine.elements.markers import names_of
from app.engine.graph import Held, Node, Process
from app.engine.nodes import CONTAINERS
from app.engine.sources import NAMES, is_bpmn, local

EXPRESSION, SCRIPT, TIMER, PAYLOAD = "ungkapan", "skrip", "waktu", "isi"
REFERENCES = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
LOOP = "multiInstanceLoopCharacteristics"
_SCRIPTS = ("spiff:preScript", "spiff:postScript")
_PAYLOADS = ("spiff:messagePayload", "spiff:payloadExpression")
_EXPRESSIONS = (
    "./bpmn:standardLoopCharacteristics/bpmn:loopCondition",
    "./bpmn:multiInstanceLoopCharacteristics/bpmn:loopCardinality",
    "./bpmn:multiInstanceLoopCharacteristics/bpmn:completionCondition",
    "./bpmn:multiInstanceLoopCharacteristics/bpmn:complexBehaviorDefinition/bpmn:condition",
    "./bpmn:completionCondition",
    "./bpmn:activationCondition",
)
_BEHAVIOURS = ("noneBehaviorEventRef", "oneBehaviorEventRef")
_TIMES = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True)
class Site:
    """One text that will be worked out at run time, and where it stands."""

    kind: str
    text: str
    element: str
    name: str

    def names(self) -> frozenset[str]:
        """Variables of the case that the text reads; nothing for a text that cannot be read."""
        try:
            if self.kind == SCRIPT:
                return frozenset().union(*(line.names for _name, line in language.compile_script(self.text)))
            if self.kind == PAYLOAD or (self.kind == TIMER and timers.is_literal(self.text)):
                return frozenset()
            return language.compile_expression(self.text).names
        except language.BadExpression:
            return frozenset()

    def check(self) -> None:
        """Refuse a text that can never work."""
        if self.kind == SCRIPT:
            language.compile_script(self.text)
        elif self.kind == TIMER:
            timers.checked_text(self.text)
        else:
            language.compile_expression(self.text)


def sites(process: Process) -> Iterator[Site]:
    """All of them, in document order; those of the messages and signals that it throws or awaits come last."""
    for flow in process.flows:
        if flow.condition is not None:
            yield Site(EXPRESSION, flow.condition, flow.id, flow.name)
    for node in process.nodes.values():
        yield from _of_node(node)
    yield from _of_shared(_used(process))


def shared_sites(root: etree._Element) -> Iterator[Site]:
    """Those that belong to no process of a file: of its messages, signals, errors, escalations and correlation."""
    yield from _of_shared(child for child in root if is_bpmn(child))


def names(process: Process) -> frozenset[str]:
    """All variables of the case that anything in this process reads."""
    read = {name for site in sites(process) for name in site.names()}
    for node in process.nodes.values():
        read |= names_of(node.element) | {sign.refers for sign in _kept(process, node)}
    return frozenset(name for name in read if language.is_name(name))


def _kept(process: Process, node: Node) -> list[Held]:
    """The data objects into which this element puts a value of the case."""
    targets = [
        (target.text or "").strip() for target in node.find("./bpmn:dataOutputAssociation/bpmn:targetRef")
    ]
    return [process.held[name] for name in targets if name in process.held]


def _of_node(node: Node) -> Iterator[Site]:
    own = "./bpmn:extensionElements/" if node.kind in CONTAINERS else ".//"
    if node.kind == "scriptTask":
        text = "\n".join(element.text or "" for element in node.find("./bpmn:script"))
        yield Site(SCRIPT, text, node.id, node.name)
    for tag in _SCRIPTS:
        yield from _texts(node, node.find(own + tag), SCRIPT)
    for path in _EXPRESSIONS:
        yield from _texts(node, node.find(path), EXPRESSION)
    for tag in _PAYLOADS:
        yield from _texts(node, node.find(own + tag), EXPRESSION)
    if node.kind == "serviceTask":
        for parameter in node.find(".//spiff:parameter"):
            yield Site(EXPRESSION, parameter.get("value", ""), node.id, node.name)
    for definition in node.definitions:
        yield from _of_definition(node, definition)


def _of_definition(node: Node, definition: etree._Element) -> Iterator[Site]:
    """A condition or a time. A payload in a definition that the event only refers to stands nowhere else."""
    yield from _texts(node, _children(definition, "condition"), EXPRESSION)
    for tag in _TIMES:
        yield from _texts(node, _children(definition, tag), TIMER)
    if definition.getparent() is not node.element:
        for tag in _PAYLOADS:
            yield from _texts(node, definition.xpath(f".//{tag}", namespaces=NAMES), EXPRESSION)


def _of_shared(elements: Iterable[etree._Element]) -> Iterator[Site]:
    for element in elements:
        place = (element.get("id", ""), element.get("name", ""))
        if local(element) in REFERENCES:
            for tag in _PAYLOADS:
                for text in element.xpath(f".//{tag}", namespaces=NAMES):
                    yield Site(EXPRESSION, (text.text or "").strip(), *place)
        elif local(element) == "correlationProperty":
            for way in _children(element, "correlationPropertyRetrievalExpression"):
                yield Site(PAYLOAD, next((_all_text(path) for path in way if is_bpmn(path)), ""), *place)


def _used(process: Process) -> Iterator[etree._Element]:
    """The messages, signals, errors and escalations of this process, and how its messages are correlated."""
    wanted = {name for node in process.nodes.values() for name in _references(node)}
    for name, element in process.declared.items():
        if name in wanted or (
            local(element) == "correlationProperty" and not wanted.isdisjoint(_told_by(element))
        ):
            yield element


def _told_by(element: etree._Element) -> list[str]:
    """The messages from which this correlation property is read."""
    return [way.get("messageRef", "") for way in _children(element, "correlationPropertyRetrievalExpression")]


def _references(node: Node) -> Iterator[str]:
    thrown = [name for each in _BEHAVIOURS for name in node.find(f"./bpmn:{LOOP}/@{each}")]
    shared = [node.declared[name] for name in thrown if name in node.declared]
    complex_ones = node.find(f"./bpmn:{LOOP}/bpmn:complexBehaviorDefinition/bpmn:event/*")
    for element in (node.element, *node.definitions, *shared, *complex_ones):
        yield from (element.get(attribute, "") for attribute in REFERENCES.values() if element.get(attribute))


def _texts(node: Node, elements: Iterable[etree._Element], kind: str) -> Iterator[Site]:
    for element in elements:
        yield Site(kind, (element.text or "").strip(), node.id, node.name)


def _children(element: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in element if is_bpmn(child) and local(child) == tag]


def _all_text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()
