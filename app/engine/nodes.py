"""The elements of a drawing one by one: what stands on the sheet, and what is written in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from app.engine.lanes import Lane
from app.engine.sources import NAMES, is_bpmn, local

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    ]
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = frozenset({*TASKS, *CONTAINERS, "callActivity"})
GATEWAYS = frozenset(
    ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
)
EVENTS = frozenset(
    ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"]
)
NODE_KINDS = frozenset({*ACTIVITIES, *GATEWAYS, *EVENTS})
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
HELD_KINDS = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


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
    declared: Mapping[str, etree._Element] = field(repr=False, compare=False)

    @property
    def events(self) -> list[str]:
        """Kinds of its event definitions: `timer`, `message`, … (none for a plain event)."""
        return [local(definition).removesuffix("EventDefinition") for definition in self.definitions]

    @cached_property
    def definitions(self) -> list[etree._Element]:
        """Its event definitions, those that it shares with other events of the file among them."""
        found = []
        for child in self.element:
            if is_bpmn(child) and local(child).endswith("EventDefinition"):
                found.append(child)
            elif is_bpmn(child) and local(child) == "eventDefinitionRef":
                shared = self.declared.get((child.text or "").strip())
                if shared is not None and local(shared).endswith("EventDefinition"):
                    found.append(shared)
        return found

    @property
    def attached_to(self) -> str | None:
        return self.element.get("attachedToRef")

    @property
    def is_interrupting(self) -> bool:
        """Whether a boundary event, or the start of an event sub-process, stops what it is attached to."""
        name = "isInterrupting" if self.kind == "startEvent" else "cancelActivity"
        return self.element.get(name, "true") != "false"

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES

    @property
    def is_event_subprocess(self) -> bool:
        return self.element.get("triggeredByEvent") == "true"

    @property
    def is_handler(self) -> bool:
        """Whether it is done only to take back another activity."""
        return self.element.get("isForCompensation") == "true"

    @property
    def opens_case(self) -> bool:
        """Whether it is a receive task or event gateway with which a case begins."""
        return self.element.get("instantiate") == "true"

    @property
    def loops(self) -> list[etree._Element]:
        """Its markers: what repeats it or multiplies it."""
        return [child for child in self.element if is_bpmn(child) and local(child) in LOOPS]

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
class Held:
    """A data object, or the sign that stands for one or for a data store."""

    id: str
    kind: str
    name: str
    scope: str
    refers: str


def link_name(node: Node) -> str:
    """The name that binds the two ends of a link, empty for what is no link."""
    names = (each.get("name", "") for each in node.definitions if local(each) == "linkEventDefinition")
    return next(names, "")
