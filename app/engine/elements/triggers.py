"""What events wait for and throw, read from the drawing once: plain definitions that hold nothing of a case."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from app.engine.language import BadExpression
from app.engine.sources import NAMES, is_bpmn, local

REFERENCES = {
    "message": ("messageRef", "message", "name"),
    "signal": ("signalRef", "signal", "name"),
    "error": ("errorRef", "error", "errorCode"),
    "escalation": ("escalationRef", "escalation", "escalationCode"),
}
TIMES = ("timeDate", "timeDuration", "timeCycle")
LASTING = frozenset({"message", "signal", "escalation", "conditional", "cycle"})


@dataclass(frozen=True)
class Property:
    """One correlation property of a message: under which keys it counts and how it is read from the payload."""

    name: str
    keys: tuple[str, ...]
    expression: str


@dataclass(frozen=True)
class Trigger:
    """One event definition. `name` is a message's or signal's name, an error's or escalation's code."""

    kind: str = ""
    name: str = ""
    text: str = ""  # a timer's time, a condition
    payload: str = ""
    variable: str = ""
    properties: tuple[Property, ...] = ()
    activity: str = ""  # what a compensation is for; empty: everything in its scope

    @property
    def lasts(self) -> bool:
        """Whether it can happen again while a non-interrupting event goes on waiting for it."""
        return self.kind in LASTING

    def brings(self, payload: object) -> dict[str, object]:
        """The variables that its payload becomes where it is caught. Raises BadExpression for one without a name."""
        if self.variable:
            return {self.variable: payload}
        if isinstance(payload, Mapping):
            return dict(payload)
        raise BadExpression("isi kejadian tidak punya nama variabel")


def trigger_of(event: etree._Element) -> Trigger:
    """The one definition of an event, of a send or receive task (by its messageRef), or of no kind at all."""
    if event.get("messageRef") and local(event) in ("sendTask", "receiveTask"):
        return _named("message", event, event.get("messageRef", ""))
    found = [child for child in event if is_bpmn(child) and local(child).endswith("EventDefinition")]
    return definition(found[0]) if found else Trigger()


def definition(element: etree._Element) -> Trigger:
    """What one event definition says."""
    kind = local(element).removesuffix("EventDefinition")
    if kind in REFERENCES:
        return _named(kind, element, element.get(REFERENCES[kind][0], ""))
    if kind == "timer":
        return _timer(element)
    if kind == "conditional":
        return Trigger(kind, text=_text(element, "./bpmn:condition"))
    return Trigger(kind, activity=element.get("activityRef", ""))


def _timer(element: etree._Element) -> Trigger:
    for tag in TIMES:
        text = _text(element, f"./bpmn:{tag}")
        if text:
            return Trigger("cycle" if tag == "timeCycle" else "timer", text=text)
    return Trigger("timer")


def _named(kind: str, element: etree._Element, reference: str) -> Trigger:
    """A definition that points to a message, signal, error or escalation of the file."""
    _attribute, tag, known_by = REFERENCES[kind]
    root = element.getroottree().getroot()
    found = next(
        (each for each in root.iterfind(f"./bpmn:{tag}", NAMES) if each.get("id") == reference), None
    )
    event = element.getparent() if local(element).endswith("EventDefinition") else None
    places = [each for each in (element, event, found) if each is not None]
    name = "" if found is None else found.get(known_by) or ""
    return Trigger(
        kind,
        name=name or (reference if kind in ("message", "signal") else ""),
        payload=_first(places, "messagePayload", "payloadExpression"),
        variable=_first(places, "messageVariable", "variableName"),
        properties=_properties(root, reference) if kind == "message" else (),
    )


def _properties(root: etree._Element, message: str) -> tuple[Property, ...]:
    """The correlation properties that can be read from this message, with the keys they belong to."""
    keys: dict[str, list[str]] = {}
    for key in root.iterfind(".//bpmn:correlationKey", NAMES):
        for each in key.iterfind("./bpmn:correlationPropertyRef", NAMES):
            keys.setdefault((each.text or "").strip(), []).append(key.get("name") or key.get("id", ""))
    found = []
    for each in root.iterfind("./bpmn:correlationProperty", NAMES):
        for way in each.iterfind("./bpmn:correlationPropertyRetrievalExpression", NAMES):
            if way.get("messageRef") == message:
                text = next(("".join(child.itertext()).strip() for child in way if is_bpmn(child)), "")
                found.append(Property(each.get("id", ""), tuple(keys.get(each.get("id", ""), ())), text))
    return tuple(found)


def _first(places: list[etree._Element], *tags: str) -> str:
    texts = (_text(place, f"./bpmn:extensionElements/spiff:{tag}") for place in places for tag in tags)
    return next((text for text in texts if text), "")


def _text(element: etree._Element, path: str) -> str:
    found = element.find(path, NAMES)
    return "" if found is None else (found.text or "").strip()
