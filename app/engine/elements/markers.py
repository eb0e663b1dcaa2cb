"""What the repeat marker of an activity says, read once from the drawing: how often, over what, and into what."""

from dataclasses import dataclass, field

from lxml import etree

from app.engine.elements.triggers import Trigger, definition
from app.engine.sources import NAMES, is_bpmn, local

MOST_INSTANCES = 100
COUNTER = "loopCounter"
LAST_STEP = "langkah"  # which step was decided last is the case's to know, not an instance's
NUMBERS = (
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)
_MANY = "./bpmn:multiInstanceLoopCharacteristics"
_TIES = (
    ("dataInputAssociation", "targetRef", "sourceRef"),
    ("dataOutputAssociation", "sourceRef", "targetRef"),
)
_ITEMS = ("dataInput", "dataOutput", "inputDataItem", "outputDataItem")


@dataclass(frozen=True)
class LoopMarker:
    """A standard loop: again as long as the condition holds, at most so many times."""

    maximum: int | None
    condition: str | None
    test_before: bool

    @property
    def names(self) -> frozenset[str]:
        """Variables that belong to the instances alone."""
        return frozenset({COUNTER})

    @property
    def gathers(self) -> frozenset[str]:
        """Variables that the marker itself writes, beside what its instances do."""
        return frozenset()


@dataclass(frozen=True)
class Announcement:
    """An event that a completed instance throws: each, only the first, or those for which a condition holds."""

    trigger: Trigger
    first_only: bool = False
    condition: str | None = None


@dataclass(frozen=True)
class ManyMarker:
    """A multi-instance marker. Names are names of variables, whatever the drawing refers to."""

    sequential: bool
    cardinality: str | None
    collection: str | None
    item: str | None
    output: str | None
    output_item: str | None
    condition: str | None
    announcements: tuple[Announcement, ...] = field(default=())

    @property
    def collects(self) -> bool:
        """Whether the instances leave items in an output collection, and no other variables."""
        return bool(self.output and self.output_item)

    @property
    def names(self) -> frozenset[str]:
        """Variables that belong to the instances alone."""
        own = {COUNTER, self.item, self.output_item if self.collects else None}
        return frozenset(name for name in own if name)

    @property
    def gathers(self) -> frozenset[str]:
        """Variables that the marker itself writes, beside what its instances do."""
        return frozenset({self.output} if self.collects else ())


def loop_of(activity: etree._Element) -> LoopMarker:
    """The standard loop that is drawn on this activity."""
    drawn = activity.find("./bpmn:standardLoopCharacteristics", NAMES)
    maximum = drawn.get("loopMaximum")
    return LoopMarker(
        maximum=int(maximum) if maximum else None,
        condition=_text(drawn, "./bpmn:loopCondition"),
        test_before=drawn.get("testBefore") in ("true", "1"),
    )


def many_of(activity: etree._Element) -> ManyMarker:
    """The multi-instance marker that is drawn on this activity."""
    drawn = activity.find(_MANY, NAMES)
    return ManyMarker(
        sequential=drawn.get("isSequential") in ("true", "1"),
        cardinality=_text(drawn, "./bpmn:loopCardinality"),
        collection=_referred(activity, _text(drawn, "./bpmn:loopDataInputRef")),
        item=_item(drawn, "inputDataItem"),
        output=_referred(activity, _text(drawn, "./bpmn:loopDataOutputRef")),
        output_item=_item(drawn, "outputDataItem"),
        condition=_text(drawn, "./bpmn:completionCondition"),
        announcements=tuple(_announcements(drawn)),
    )


def names_of(activity: etree._Element) -> frozenset[str]:
    """Variables that a multi-instance marker reads or fills by name: its collections and their items."""
    if activity.find(_MANY, NAMES) is None:
        return frozenset()
    marker = many_of(activity)
    found = (marker.collection, marker.item, marker.output, marker.output_item)
    return frozenset(name for name in found if name)


def _announcements(drawn: etree._Element) -> list[Announcement]:
    behavior = drawn.get("behavior", "All")
    if behavior in ("None", "One"):
        event = _by_id(drawn, drawn.get(f"{behavior.lower()}BehaviorEventRef"))
        first_only = behavior == "One"
        return [] if event is None else [Announcement(definition(event), first_only=first_only)]
    if behavior == "Complex":
        return [_complex(each) for each in drawn.iterfind("./bpmn:complexBehaviorDefinition", NAMES)]
    return []


def _complex(drawn: etree._Element) -> Announcement:
    events = [each for each in drawn.iter() if is_bpmn(each) and local(each).endswith("EventDefinition")]
    trigger = definition(events[0]) if events else Trigger()
    return Announcement(trigger, condition=_text(drawn, "./bpmn:condition"))


def _item(drawn: etree._Element, tag: str) -> str | None:
    item = drawn.find(f"./bpmn:{tag}", NAMES)
    return None if item is None else item.get("name") or item.get("id")


def _referred(activity: etree._Element, reference: str | None) -> str | None:
    """The variable behind a reference: a data object, the name of an input, output or item, or itself."""
    element = _by_id(activity, _associated(activity, reference))
    if element is None:
        return reference
    if local(element) == "dataObjectReference":
        return element.get("dataObjectRef")
    return element.get("name") or reference if local(element) in _ITEMS else reference


def _associated(activity: etree._Element, reference: str | None) -> str | None:
    """What an association of the activity ties to this input or output; without one, the reference itself."""
    for tag, here, there in _TIES:
        for tie in activity.iterfind(f"./bpmn:{tag}", NAMES):
            if reference and _text(tie, f"./bpmn:{here}") == reference:
                return _text(tie, f"./bpmn:{there}") or reference
    return reference


def _by_id(anywhere: etree._Element, reference: str | None) -> etree._Element | None:
    """The element of the file with this id; a reference may carry a prefix."""
    if not reference:
        return None
    root = anywhere.getroottree().getroot()
    found = root.xpath("//*[@id=$whole or @id=$bare]", whole=reference, bare=reference.rpartition(":")[2])
    return next((each for each in found if is_bpmn(each)), None)


def _text(element: etree._Element, path: str) -> str | None:
    found = element.find(path, NAMES)
    text = "" if found is None else (found.text or "").strip()
    return text or None
