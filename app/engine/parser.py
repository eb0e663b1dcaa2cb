"""SpiffWorkflow's parser with our gateways, timers and operations in place of its own."""

import copy
from collections.abc import Mapping

from lxml import etree
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.event_parsers import (
    SpiffBoundaryEventParser,
    SpiffIntermediateCatchEventParser,
)
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser

from app.engine.elements.gateways import RoundInclusiveGateway, RoundParallelGateway
from app.engine.elements.operations import OperationTask
from app.engine.sources import BPMN, NAMES, SPIFF, local
from app.engine.timers import DueDate, Repeating

# Data shapes are decoration here: variables flow by name. One of them can make the parser hang for ever.
DECORATION = frozenset(
    [
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "property",
        "textAnnotation",
        "association",
        "group",
        "category",
    ]
)


class _TimerReader:
    def parse_timer_event(self, event: etree._Element):
        name = self.node.get("name", self.node.get("id"))
        for tag, definition in (("timeDate", DueDate), ("timeDuration", DueDate), ("timeCycle", Repeating)):
            for time in event.xpath(f"./bpmn:{tag}", namespaces=NAMES):
                return definition(name, (time.text or "").strip())
        return self.raise_validation_exception("Time is missing")


class _CatchParser(_TimerReader, SpiffIntermediateCatchEventParser):
    pass


class _BoundaryParser(_TimerReader, SpiffBoundaryEventParser):
    pass


class AlurParser(SpiffBpmnParser):
    """What a drawing becomes when it runs."""

    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("parallelGateway"): (GatewayParser, RoundParallelGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, RoundInclusiveGateway),
        full_tag("serviceTask"): (ServiceTaskParser, OperationTask),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
    }


def specs(roots: Mapping[str, etree._Element], process_id: str) -> tuple[object, dict[str, object]]:
    """The runnable process and all processes inside and below it."""
    parser = AlurParser()
    for path, root in roots.items():
        parser.add_bpmn_xml(_prepared(root), filename=path)
    return parser.get_spec(process_id), parser.get_subprocess_specs(process_id)


def _prepared(root: etree._Element) -> etree._Element:
    """A copy without decoration, every process executable, every parameter typed."""
    root = copy.deepcopy(root)
    for element in list(root.iter(f"{{{BPMN}}}*")):
        if local(element) in DECORATION and element.getparent() is not None:
            element.getparent().remove(element)
    for process in root.iter(f"{{{BPMN}}}process"):
        process.set("isExecutable", "true")
    for parameter in root.iter(f"{{{SPIFF}}}parameter"):
        parameter.set("type", parameter.get("type") or "any")
    return root
