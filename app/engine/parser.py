"""SpiffWorkflow's parser with our elements in place of its own: every spec first, then the ways between them."""

from collections.abc import Mapping

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from app.engine import normal
from app.engine.decisions import Decision
from app.engine.elements.adhoc import AdHocSpec
from app.engine.elements.catching import EventStart, Occurrence
from app.engine.elements.scopes import ScopeSpec
from app.engine.elements.throwing import Pass
from app.engine.elements.triggers import trigger_of
from app.engine.elements.variables import SharedValue
from app.engine.reading import READERS, Reading
from app.engine.sources import BPMN, NAMES, SPIFF, local


class ProcessReading(ProcessParser):
    """Reads one process or sub-process."""

    def _parse(self) -> None:
        kind = AdHocSpec if local(self.node) == "adHocSubProcess" else ScopeSpec
        self.spec = kind(name=self.bpmn_id, description=self.get_name(), filename=self.filename)
        self.spec.is_handler = self.node.get("triggeredByEvent") == "true"
        self.handlers: list[etree._Element] = []
        self.armed: list[etree._Element] = []
        for each in self.xpath("./bpmn:dataObject"):
            self.spec.data_objects[each.get("id")] = SharedValue(each.get("id"), each.get("name"))
        armed = self.xpath("./bpmn:subProcess[@triggeredByEvent='true']")
        readings = [self.reading(node) for node in self.node if node.tag in READERS and node not in armed]
        for reading in readings:
            reading.make()
        for reading in readings:
            reading.guard()
        for reading in readings:
            reading.connect()
        if kind is AdHocSpec:
            self.spec.read(self.node)
        for node in armed:
            self._arm(node)

    def reading(self, node: etree._Element) -> Reading:
        """The reader of one element."""
        reader, spec_class = READERS[node.tag]
        return reader(self, spec_class, node, self.nsmap, lane=self.lane)

    def begin(self, spec: Pass, node: etree._Element) -> None:
        """A start event: a way into this scope."""
        self.spec.start.connect(spec)
        trigger = trigger_of(node)
        if trigger.kind in ("message", "signal") and not self.spec.is_handler:
            self.spec.entrances[spec.name] = trigger
        else:
            self.spec.start.plain = spec.name

    def adopt(self, node: etree._Element) -> None:
        """A handler of a scope inside or around this one, which may have to run here."""
        if node in self.handlers:
            return
        self.handlers.append(node)
        self.spec.undoing.add(node.get("id"))
        if node.get("id") not in self.spec.task_specs:
            self.reading(node).make()
        self.spec.task_specs[node.get("id")]._inputs = [self.spec.start.name]
        for each in self.armed:
            self.inner(each).adopt(node)

    def inner(self, node: etree._Element) -> "ProcessReading":
        """The scope that an element of this one holds."""
        readings = self.parser.process_parsers
        if node.get("id") not in readings:
            self.parser.create_parser(
                node, filename=self.filename, lane=self.lane or self.get_lane_name(node.get("id"))
            )
            readings[node.get("id")].parent = self
        return readings[node.get("id")]

    def _arm(self, node: etree._Element) -> None:
        """An event sub-process: its start waits in this scope, its body runs when it happens."""
        body = self.reading(node)
        body.make()
        for handler in list(self.handlers):
            self.inner(node).adopt(handler)
        self.armed.append(node)
        self.spec.asks |= self.inner(node).spec.asks
        body.task.connect(self.spec.end)
        body.task.is_handler = True
        start = node.find("./bpmn:startEvent", NAMES)
        trigger = trigger_of(start)
        interrupts = start.get("isInterrupting", "true") != "false" or trigger.kind == "error"
        lane = self.get_lane_name(start.get("id"))
        armed = EventStart(self.spec, f"{node.get('id')}.Catch", trigger, interrupts=interrupts, lane=lane)
        armed.step, armed.bpmn_id = start.get("id"), None  # it is passed inside
        self.spec.start.connect(armed)
        if interrupts or not trigger.lasts:
            armed.connect(body.task)
        else:
            once = Occurrence(self.spec, f"{node.get('id')}.Occurrence", trigger, lane=lane)
            once.bpmn_id, once._inputs, once.is_handler = None, [self.spec.start.name], True
            armed.occurrence = once.name
            once.connect(body.task)


class AlurParser(SpiffBpmnParser):
    """What a drawing becomes when it runs."""

    PROCESS_PARSER_CLASS = ProcessReading

    def __init__(self, decisions: Mapping[str, Decision]) -> None:
        super().__init__()
        self.decisions = decisions

    def add_bpmn_xml(self, bpmn: etree._Element, filename: str | None = None) -> None:
        self._add_diagram_indexes(bpmn)
        self._add_processes(bpmn, filename)


def specs(
    roots: Mapping[str, etree._Element], process_id: str, decisions: Mapping[str, Decision]
) -> tuple[object, dict[str, object]]:
    """The runnable process and all processes inside and below it."""
    parser = AlurParser(decisions)
    prepared = {path: _prepared(root) for path, root in roots.items()}
    for path, root in prepared.items():
        parser.add_bpmn_xml(root, filename=path)
    spec, subs = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
    spec.watches = any(_watches(root) for root in prepared.values())
    return spec, subs


def _watches(root: etree._Element) -> bool:
    """Whether something in the drawing looks at what other branches write: only then is it kept."""
    kinds = ("conditionalEventDefinition", "adHocSubProcess", "subProcess[@triggeredByEvent='true']")
    scopes = "self::bpmn:subProcess or self::bpmn:transaction or self::bpmn:callActivity"
    attached = f"//bpmn:*[{scopes}][@id = //bpmn:boundaryEvent/@attachedToRef]"
    return any(
        root.xpath(path, namespaces=NAMES) for path in (*(f"//bpmn:{kind}" for kind in kinds), attached)
    )


def _prepared(root: etree._Element) -> etree._Element:
    """A copy in the kernel's notation, every process executable, every parameter typed."""
    root = normal.normalised(root)
    for process in root.iter(f"{{{BPMN}}}process"):
        process.set("isExecutable", "true")
    for parameter in root.iter(f"{{{SPIFF}}}parameter"):
        parameter.set("type", parameter.get("type") or "any")
    return root
