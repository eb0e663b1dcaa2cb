"""Ad-hoc sub-processes: people choose what they do, and how often, until it is enough."""

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins import AdHocSubprocessMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.ahead import OneStep
from app.engine.elements.scopes import BoundarySplit, Entry, Exit, ScopeSpec, is_open, stop
from app.engine.elements.variables import NEWEST
from app.engine.sources import NAMES

CHOSEN, ENOUGH = "_chosen", "_enough"


class AdHoc(OneStep, AdHocSubprocessMixin, SpiffBpmnTask):
    """The activity that holds an ad-hoc sub-process."""


class AdHocEntry(Entry):
    """Offers every activity that no flow leads to."""

    def _run_hook(self, my_task: Task) -> bool:
        return True


class AdHocExit(Exit):
    """Asks, each time something is done, whether that was enough."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        if "settled" not in my_task.internal_data:
            my_task.internal_data["settled"] = True
            self._wf_spec.settle(my_task.parent)
        return super()._check_threshold_unstructured(my_task)


class AdHocSpec(ScopeSpec):
    """The scope of an ad-hoc sub-process."""

    ENTRY, EXIT = AdHocEntry, AdHocExit

    def read(self, node: etree._Element) -> None:
        """Join what no flow leads to to the start, what no flow leads from to the end."""
        condition = node.find("./bpmn:completionCondition", NAMES)
        self.condition = "" if condition is None else (condition.text or "").strip()
        self.is_sequential = node.get("ordering", "Parallel") == "Sequential"
        self.cancels_rest = node.get("cancelRemainingInstances", "true") != "false"
        self.offered: dict[str, str] = {}  # entrance of an activity → the activity
        own = [
            spec for spec in list(self.task_specs.values()) if spec is not self.start and spec is not self.end
        ]
        for spec in own:
            if not spec._inputs and spec.name != "End":
                self.offered[spec.name] = getattr(spec, "main", spec.name) or spec.name
                self.start.connect(spec)
        for spec in own:
            if not spec._outputs and spec.name != "End":
                spec.connect(self.end)

    def after(self, task: Task) -> None:
        """In sequential order, what was chosen keeps the others away until its way is walked to the end."""
        part, name = task.workflow, task.task_spec.name
        if name not in self.offered.values():
            return
        part.data[CHOSEN] = sorted({*part.data.get(CHOSEN, []), name})
        if self.is_sequential and self.end.name not in task.task_spec._outputs:
            self._withdraw(part)

    def settle(self, task: Task) -> None:
        """Something was walked to its end: enough, or what may be chosen next."""
        part = task.workflow
        rules, enough = part.top_workflow.script_engine, part.data.get(ENOUGH, False)
        written = part.data.get(NEWEST, {})
        if self.condition and not enough:
            enough = bool(rules.evaluate(task, self.condition, newest=written))
        if enough:
            self._leave(part)
            return
        chosen = {*part.data.get(CHOSEN, []), task.task_spec.name}
        for entrance, activity in self.offered.items():
            done = not self.condition and activity in chosen
            if not done and not self._is_walked(part, entrance):
                self._offer(part, entrance, written)

    def _leave(self, part: BpmnBaseWorkflow) -> None:
        """It is enough: what runs is stopped, or nothing new is offered and what is open is finished."""
        if self.is_sequential:
            self._withdraw(part)
        elif self.cancels_rest:
            running = (task for task in part.tasks.values() if is_open(task))
            stop(task for task in running if not isinstance(task.task_spec, Exit))
        part.data[ENOUGH] = True

    def _offer(self, part: BpmnBaseWorkflow, entrance: str, variables: dict) -> None:
        child = part.task_tree._add_child(self.task_specs[entrance], TaskState.FUTURE)
        child.triggered = True
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        kept, part.task_tree.data = part.task_tree.data, {**part.task_tree.data, **variables}
        child.task_spec._update(child)
        part.task_tree.data = kept

    def _withdraw(self, part: BpmnBaseWorkflow) -> None:
        """Take back what is offered and was not chosen."""
        for task in list(part.tasks.values()):
            if task.task_spec.name in self.offered.values() and is_open(task):
                edge = isinstance(task.parent.task_spec, BoundarySplit)
                stop(task.parent.children if edge else [task])

    def _is_walked(self, part: BpmnBaseWorkflow, entrance: str) -> bool:
        """Whether a token is on the way that begins here."""
        way, todo = {entrance}, [entrance]
        while todo:
            following = set(self.task_specs[todo.pop()]._outputs) - way - {self.end.name}
            way |= following
            todo.extend(following)
        return any(task.task_spec.name in way and is_open(task) for task in part.tasks.values())
