"""Joins that count: the complex gateway, and an activity that starts only when enough tokens have come."""

from collections.abc import Iterable, Mapping

from lxml import etree
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import BpmnSpecMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.changes import SILENT
from app.engine.elements.gateways import (
    RESETS,
    RoundInclusiveGateway,
    TokenJoin,
    first_of_each_flow,
    merged,
)
from app.engine.language import is_name
from app.engine.sources import NAMES

COUNT, STARTING = "activationCount", "waitingForStart"
LAST_LEG = ".in"
OCCURRENCE = ".Occurrence"


class CountingJoin(TokenJoin, BpmnSpecMixin):
    """Stands before an activity with a start quantity: of so many tokens, over whichever flows, it makes one."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, quantity: int, **kwargs) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.quantity = quantity

    def _used(self, my_task: Task) -> list[Task]:
        tokens = [my_task, *self._others(my_task)]
        return tokens[: self.quantity] if len(tokens) >= self.quantity else []


class ComplexJoin(RoundInclusiveGateway):
    """A complex gateway: activated by a condition on its tokens, then deaf until the other flows have had their say.

    While it waits for its reset, a task of its own stands for that: a child of the activation, with the flows
    that were used written in it. So the gateway's state lives and ends with its tokens.
    """

    def __init__(
        self, wf_spec: BpmnProcessSpec, name: str, condition: str, flow_names: Mapping[str, str], **kwargs
    ) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.condition = condition
        self.flow_names = dict(flow_names)  # source of an incoming flow → what conditions call the flow
        self.default_way = ""

    def _update_hook(self, my_task: Task) -> bool:
        if RESETS in my_task.internal_data:
            return my_task.state == TaskState.WAITING and self._reset(my_task)
        return super()._update_hook(my_task)

    def _may_fire(self, my_task: Task, _arrived: set[str]) -> bool:
        if self._waits_for_reset(my_task):
            return False
        tokens = [my_task, *self._others(my_task)]
        my_task.data = merged([task.parent for task in first_of_each_flow(tokens).values()])
        with _Told(my_task, {**self._counts(tokens), STARTING: True}):
            rules, shared = my_task.workflow.script_engine, my_task.workflow.data_objects
            return bool(rules.evaluate(my_task, self.condition, external_context=shared))

    def _waits_for_reset(self, my_task: Task) -> bool:
        """Whether it was activated and is not back at its beginning yet."""
        return any(
            task.task_spec is self
            and task is not my_task
            and (
                task.state == TaskState.READY
                or (task.state == TaskState.WAITING and RESETS in task.internal_data)
            )
            for task in my_task.workflow.tasks.values()
        )

    def _consume(self, my_task: Task, tokens: Iterable[Task]) -> None:
        my_task.internal_data["used"] = sorted(first_of_each_flow(tokens))
        my_task.internal_data["counts"] = self._counts([my_task, *self._others(my_task)])
        super()._consume(my_task, tokens)

    def _reset(self, my_task: Task) -> bool:
        """Use the late tokens, once no other is expected over the flows that were empty at the activation."""
        used = set(my_task.internal_data[RESETS])
        waiting = self._others(my_task)
        late = {source: task for source, task in first_of_each_flow(waiting).items() if source not in used}
        if self._expects(my_task, used | late.keys()):
            return False
        my_task.data = merged([my_task.parent, *(task.parent for task in late.values())])
        my_task.internal_data["counts"] = self._counts(waiting)
        super()._consume(my_task, late.values())
        return True

    def _run_hook(self, my_task: Task) -> bool:
        starting = RESETS not in my_task.internal_data
        ways = self._ways(my_task, starting=starting)
        if starting:
            if not ways:
                raise WorkflowTaskException("Tidak ada syarat yang terpenuhi", task=my_task)
            reset = my_task._add_child(self, TaskState.WAITING)
            reset.triggered, reset.data = True, dict(my_task.data)
            reset.internal_data[RESETS] = my_task.internal_data["used"]
        elif not ways:
            my_task.internal_data[SILENT] = True
        self._send_on(my_task, ways)
        return True

    def _ways(self, my_task: Task, *, starting: bool) -> list[TaskSpec]:
        """Conditions are worked out in both phases; a flow without one gets its token at the activation only."""
        with _Told(my_task, {**my_task.internal_data["counts"], STARTING: starting}):
            matches, others = self._get_matching_outputs(my_task)
        plain = [spec for spec in others if spec.name != self.default_way] if starting else []
        default = [spec for spec in others if spec.name == self.default_way]
        return [*matches, *plain] or default

    def _counts(self, tokens: Iterable[Task]) -> dict[str, int]:
        """How many tokens wait in all, and over each flow that has a name."""
        counts = {COUNT: 0, **dict.fromkeys(self.flow_names.values(), 0)}
        for task in tokens:
            counts[COUNT] += 1
            name = self.flow_names.get(task.parent.task_spec.name.removesuffix(OCCURRENCE))
            if name:
                counts[name] += 1
        return counts


class _Told:
    """Lets conditions read, for a moment, more than the variables of the task."""

    def __init__(self, task: Task, more: Mapping[str, object]) -> None:
        self.task, self.kept = task, task.data
        self.shown = {**task.data, **more}

    def __enter__(self) -> None:
        self.task.data = self.shown

    def __exit__(self, *_mishap: object) -> None:
        self.task.data = self.kept


class ComplexGatewayParser(ConditionalGatewayParser):
    """Reads a complex gateway: its condition, what its incoming flows are called, which way is the default."""

    def create_task(self) -> ComplexJoin:
        condition = self.node.find("./bpmn:activationCondition", NAMES)
        return self.spec_class(
            self.spec, self.bpmn_id, condition="".join(condition.itertext()).strip(),
            flow_names=self._flow_names(), **self.bpmn_attributes,
        )  # fmt: skip

    def _flow_names(self) -> dict[str, str]:
        leaving = self.process_parser.outgoing_sequence_flows.values()
        entering = [flow for flows in leaving for flow in flows if flow.get("targetRef") == self.bpmn_id]
        names = {flow.get("sourceRef"): flow.get("id").removesuffix(LAST_LEG) for flow in entering}
        return {source: name for source, name in names.items() if is_name(name)}

    def connect_outgoing(self, outgoing_task: TaskSpec, flow: etree._Element, _is_default: bool) -> None:
        self.task.connect_outgoing_if(self.parse_condition(flow), outgoing_task)
        if flow.get("id") == self.node.get("default"):
            self.task.default_way = outgoing_task.name


class CountingJoinParser(GatewayParser):
    """Reads the element that stands before an activity with a start quantity."""

    def create_task(self) -> CountingJoin:
        quantity = int(self.node.get("quantity"))
        return self.spec_class(self.spec, self.bpmn_id, quantity=quantity, **self.bpmn_attributes)
