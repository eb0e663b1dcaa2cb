"""Another version of a drawing: the same in other bytes, under other ids, with more steps, with reminders on tasks."""

import re

from lxml import etree

from app.engine.sources import BPMN, local
from tests.engine.diagrams.build import boundary, document, end, timer

NEW_STEP, REMINDER = "langkah_baru", "ingat_{}"
_WHOLE = f"{{{BPMN}}}process[@id='acak']"
_TAGS = ("userTask", "serviceTask", "scriptTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway")


def copied(file: bytes) -> bytes:
    """The same drawing, published again."""
    return file.replace(b"</bpmn:definitions>", b"<!-- terbit ulang --></bpmn:definitions>")


def renamed(file: bytes, ending: str = "_x") -> tuple[bytes, dict[str, str]]:
    """The drawing with another id for every task and gateway, and which is which."""
    root = etree.fromstring(file)
    named = {
        element.get("id"): element.get("id") + ending
        for tag in _TAGS
        for element in root.iter(f"{{{BPMN}}}{tag}")
    }
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if value in named and key in ("id", "sourceRef", "targetRef", "attachedToRef", "activityRef"):
                element.set(key, named[value])
        if element.tag in (f"{{{BPMN}}}flowNodeRef",) and element.text in named:
            element.text = named[element.text]
    return etree.tostring(root), named


def lengthened(file: bytes) -> bytes:
    """The drawing with one more human step before every plain end of the whole."""
    root = etree.fromstring(file)
    process, last = root.find(_WHOLE), plain_ends(file)
    flows = [each for each in process.iterfind(f"{{{BPMN}}}sequenceFlow") if each.get("targetRef") in last]
    for number, flow in enumerate(flows):
        name = f"{NEW_STEP}{number}"
        etree.SubElement(process, f"{{{BPMN}}}userTask", id=name, name="Baru")
        attributes = {"id": f"{name}_ke", "sourceRef": name, "targetRef": flow.get("targetRef")}
        etree.SubElement(process, f"{{{BPMN}}}sequenceFlow", attributes)
        flow.set("targetRef", name)
    return etree.tostring(root)


def plain_ends(file: bytes) -> list[str]:
    """The ends of the whole that throw nothing."""
    ends = etree.fromstring(file).iterfind(f"{_WHOLE}/{{{BPMN}}}endEvent")
    return [node.get("id") for node in ends if not any(local(each).endswith("Definition") for each in node)]


def reminded(file: bytes) -> bytes:
    """The drawing with a reminder, years away, on the edge of every task that people do."""
    root = etree.fromstring(file)
    for task in list(root.iter(f"{{{BPMN}}}userTask")):
        holder, name = task.getparent(), task.get("id")
        if local(holder) == "adHocSubProcess" or task.get("isForCompensation"):
            continue
        event = REMINDER.format(name)
        drawn = document(boundary(event, name, timer("timeDuration", "P3000D"), False), end(f"{event}_sudah"))
        holder.extend(etree.fromstring(drawn))
        flow = {"id": f"{event}_ke", "sourceRef": event, "targetRef": f"{event}_sudah"}
        etree.SubElement(holder, f"{{{BPMN}}}sequenceFlow", flow)
    return etree.tostring(root)


def original(name: str) -> str:
    """The id an element had before it was renamed."""
    return re.sub(r"_x\Z", "", name)
