"""Reads single elements of a drawing into specs: which reader and which spec belong to which tag."""

from lxml import etree
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.parser.task_spec import (
    CallActivityParser,
    ScriptTaskParser,
    ServiceTaskParser,
    SpiffTaskParser,
)
from SpiffWorkflow.spiff.specs.defaults import (
    CallActivity,
    ScriptTask,
    SubWorkflowTask,
    TransactionSubprocess,
    UserTask,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.engine.elements.adhoc import AdHoc
from app.engine.elements.ahead import OneStep
from app.engine.elements.catching import Boundary, Catch, Occurrence
from app.engine.elements.complex import (
    ComplexGatewayParser,
    ComplexJoin,
    CountingJoin,
    CountingJoinParser,
)
from app.engine.elements.decisions import DecisionParser, DecisionTask
from app.engine.elements.gateways import RoundInclusiveGateway, RoundParallelGateway
from app.engine.elements.many import ManyParser
from app.engine.elements.operations import OperationTask
from app.engine.elements.scopes import BoundarySplit, EventGateway
from app.engine.elements.throwing import CancelEnd, Compensate, CompensateEnd, End, Pass, Throw
from app.engine.elements.triggers import trigger_of
from app.engine.normal import is_inserted
from app.engine.normal_sheet import COUNTING_JOIN
from app.engine.sources import NAMES

SPLIT = "{}.BoundaryEventSplit"
UNDOING = {"endEvent": CompensateEnd, "intermediateThrowEvent": Compensate}


class Reading(ManyParser):
    """What all readers share: the spec first, its edge next, its ways on last. Mixed into SpiffWorkflow's parsers."""

    def make(self) -> None:
        """The spec of this element, with its marker for repetition."""
        self.task = self.create_task()
        self.task.extensions = self.parse_extensions()
        if isinstance(self.task, SpiffBpmnTask):
            self.task.prescript = self.task.extensions.get("preScript")
            self.task.postscript = self.task.extensions.get("postScript")
        for loop in self.node.iterfind("./bpmn:standardLoopCharacteristics", NAMES):
            self._add_loop_task(loop)
        for many in self.node.iterfind("./bpmn:multiInstanceLoopCharacteristics", NAMES):
            self._add_multiinstance_task(many)

    def guard(self) -> None:
        """Arm the events on its edge together with it."""
        edge = self.process_parser.get_boundary_events(self.bpmn_id)
        specs = [self.spec.task_specs[node.get("id")] for node in edge if not self._handles(node)]
        if specs:
            split = BoundarySplit(self.spec, SPLIT.format(self.bpmn_id), lane=self.task.lane)
            split.main = self.task.name
            for spec in (self.task, *specs):
                split.connect(spec)

    def connect(self) -> None:
        """Its ways on."""
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        for flow in flows:
            target, known = flow.get("targetRef"), self.spec.task_specs
            is_default = flow.get("id") == self.node.get("default") or (
                len(flows) == 1 and self.parse_condition(flow) is None
            )
            way = known.get(SPLIT.format(target)) or known[target]
            self.connect_outgoing(way, flow, is_default)
            if not is_inserted(flow.get("id", "")):
                self.spec.ways.setdefault(self.task.name, {})[way.name] = flow.get("id", "")

    def _handles(self, boundary: etree._Element) -> bool:
        """Whether this event only names the handler that undoes the activity."""
        if trigger_of(boundary).kind != "compensate":
            return False
        ways = boundary.getparent().iterfind("./bpmn:association", NAMES)
        handler = next(each.get("targetRef") for each in ways if each.get("sourceRef") == boundary.get("id"))
        each = self.spec.task_specs.get(getattr(self.task, "task_spec", ""), self.task)
        each.handler = handler  # of a repeated activity every instance is undone
        self.process_parser.adopt(self.process_parser.get_node_by_id(handler))
        return True

    def _resolve_data_object_ref(self, ref: etree._Element | None):
        reading = self.process_parser
        while ref is not None and reading is not None:
            found = reading.spec.data_objects.get(ref.get("dataObjectRef"))
            if found is not None:
                return found
            reading = reading.parent
        return None


def _ours(theirs: type) -> type:
    """A parser of single elements that reads the way ours do."""
    return type(theirs.__name__, (Reading, theirs), {})


def _near(theirs: type) -> type:
    """A spec of theirs that looks ahead as far as ours do."""
    return type(theirs.__name__, (OneStep, theirs), {})


class ScopeReading(Reading, SpiffTaskParser):
    """A sub-process: what can be undone inside it can be undone from here too."""

    def create_task(self) -> TaskSpec:
        inner = self.process_parser.inner(self.node)
        inner.get_spec()
        for handler in inner.handlers:
            self.process_parser.adopt(handler)
        return self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=inner.bpmn_id, **self.bpmn_attributes
        )


class EventReading(Reading, SpiffTaskParser):
    """An event in the way of a token, or a task that sends or receives."""

    def create_task(self) -> TaskSpec:
        return self.spec_class(self.spec, self.bpmn_id, trigger_of(self.node), **self.bpmn_attributes)


class ThrowReading(EventReading):
    def create_task(self) -> TaskSpec:
        trigger = trigger_of(self.node)
        if trigger.kind == "compensate":
            self.spec_class = UNDOING[etree.QName(self.node).localname]
        elif trigger.kind == "cancel":
            self.spec_class = CancelEnd
        if trigger.kind in ("compensate", "cancel"):
            self.spec.asks.add(trigger.activity)
        return super().create_task()

    def connect(self) -> None:
        super().connect()
        if getattr(self.task, "is_end", False):
            self.task.connect(self.spec.end)


class BoundaryReading(Reading, SpiffTaskParser):
    """An event on an edge; what lasts happens as tokens of their own."""

    def create_task(self) -> TaskSpec:
        trigger = trigger_of(self.node)
        interrupts = self.node.get("cancelActivity", "true") != "false"
        return Boundary(self.spec, self.bpmn_id, trigger, interrupts=interrupts, **self.bpmn_attributes)

    def connect(self) -> None:
        if not self.task.interrupts and self.task.trigger.lasts:
            once = Occurrence(self.spec, f"{self.bpmn_id}.Occurrence", self.task.trigger, lane=self.task.lane)
            once.bpmn_id, once.extensions, once._inputs = self.bpmn_id, {}, [self.spec.start.name]
            self.task.occurrence, self.task = once.name, once
        super().connect()


class BeginReading(Reading, SpiffTaskParser):
    def make(self) -> None:
        super().make()
        self.process_parser.begin(self.task, self.node)


READERS = {
    full_tag(tag): pair
    for tag, pair in {
        "startEvent": (BeginReading, Pass),
        "endEvent": (ThrowReading, End),
        "intermediateThrowEvent": (ThrowReading, Throw),
        "intermediateCatchEvent": (EventReading, Catch),
        "boundaryEvent": (BoundaryReading, Boundary),
        "sendTask": (ThrowReading, Throw),
        "receiveTask": (EventReading, Catch),
        "task": (_ours(SpiffTaskParser), Pass),
        "manualTask": (_ours(SpiffTaskParser), Pass),
        "userTask": (_ours(SpiffTaskParser), _near(UserTask)),
        "scriptTask": (_ours(ScriptTaskParser), _near(ScriptTask)),
        "serviceTask": (_ours(ServiceTaskParser), OperationTask),
        "businessRuleTask": (_ours(DecisionParser), DecisionTask),
        "subProcess": (ScopeReading, _near(SubWorkflowTask)),
        "transaction": (ScopeReading, _near(TransactionSubprocess)),
        "adHocSubProcess": (ScopeReading, AdHoc),
        "callActivity": (_ours(CallActivityParser), _near(CallActivity)),
        "exclusiveGateway": (_ours(ConditionalGatewayParser), _near(ExclusiveGateway)),
        "inclusiveGateway": (_ours(ConditionalGatewayParser), RoundInclusiveGateway),
        "parallelGateway": (_ours(GatewayParser), RoundParallelGateway),
        "complexGateway": (_ours(ComplexGatewayParser), ComplexJoin),
        "eventBasedGateway": (_ours(GatewayParser), EventGateway),
    }.items()
} | {COUNTING_JOIN: (_ours(CountingJoinParser), CountingJoin)}
