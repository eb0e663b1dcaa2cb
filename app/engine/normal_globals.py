"""Global tasks: steps that several drawings call, rewritten as the small processes that they stand for."""

from lxml import etree

from app.engine.nodes import GLOBAL_TASKS
from app.engine.sources import BPMN, is_bpmn, local

NOT_INSIDE = frozenset({"supportedInterfaceRef", "ioBinding"})


def unfold(root: etree._Element) -> None:
    """Put a process of the same id in the place of every global task; the task in it keeps the id too."""
    for task in [child for child in root if is_bpmn(child) and local(child) in GLOBAL_TASKS]:
        _unfold(root, task)


def _unfold(root: etree._Element, task: etree._Element) -> None:
    name = task.get("id", "")
    process = etree.Element(f"{{{BPMN}}}process", id=name, name=task.get("name", ""))
    root.replace(task, process)
    etree.SubElement(process, f"{{{BPMN}}}startEvent", id=f"{name}.start")
    task.tag = f"{{{BPMN}}}{GLOBAL_TASKS[local(task)]}"
    for child in [each for each in task if is_bpmn(each) and local(each) in NOT_INSIDE]:
        task.remove(child)
    process.append(task)
    etree.SubElement(process, f"{{{BPMN}}}endEvent", id=f"{name}.end")
    for source, target in ((f"{name}.start", name), (name, f"{name}.end")):
        flow = etree.SubElement(process, f"{{{BPMN}}}sequenceFlow", id=f"{source}.to.{target}")
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
