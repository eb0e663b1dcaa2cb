"""Events that wait: in the way of a token, on the edge of an activity, and at the start of an event sub-process."""

from collections.abc import Iterable

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine import timers
from app.engine.elements.ahead import OneStep
from app.engine.elements.changes import GIVEN
from app.engine.elements.triggers import Trigger
from app.engine.elements.variables import NEWEST, note
from app.engine.normal import origin


class Catch(OneStep, SpiffBpmnTask):
    """An event, or a receive task, in the way of a token: waits until its trigger happens."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, trigger: Trigger, **kwargs) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.trigger = trigger
        self.step = origin(name)  # the event as people know it

    def _update_hook(self, my_task: Task) -> bool:
        if "armed" not in my_task.internal_data:
            super()._update_hook(my_task)
            my_task._set_state(TaskState.WAITING)
            my_task.internal_data["armed"] = True
            if self.trigger.kind in timers.KINDS:
                my_task.internal_data.update(timers.begin(my_task, self.trigger))
        return bool(my_task.internal_data.get("fired"))

    def _run_hook(self, my_task: Task) -> bool:
        take(my_task, self.trigger)
        return True

    def fire(self, my_task: Task, payload: object = None) -> None:
        """What it waited for has happened."""
        my_task.internal_data.update(fired=True, payload=payload)
        self._update(my_task)


class Attached(Catch):
    """An event that waits beside the way. One that does not interrupt may happen again and again."""

    def __init__(
        self, wf_spec: BpmnProcessSpec, name: str, trigger: Trigger, *, interrupts: bool, **kwargs
    ) -> None:
        super().__init__(wf_spec, name, trigger, **kwargs)
        self.interrupts = interrupts
        self.occurrence: str | None = None

    def fire(self, my_task: Task, payload: object = None) -> None:
        written = self._written(my_task)
        if self.occurrence is None:
            my_task.internal_data["written"] = written
            super().fire(my_task, payload)
            return
        child = my_task.parent._add_child(my_task.workflow.spec.task_specs[self.occurrence], TaskState.FUTURE)
        child.triggered = True
        child.internal_data.update(payload=payload, written=written)
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        child.task_spec._update(child)

    def _written(self, my_task: Task) -> dict[str, object]:
        """What was written so far in the scope that the event is attached to: its handler goes on with that."""
        return dict(my_task.workflow.data.get(NEWEST, {}))


class EventStart(Attached):
    """The start of an event sub-process, armed as long as its scope runs. It does not keep the scope open."""


class Boundary(Attached):
    """An event on the edge of an activity."""

    def _written(self, my_task: Task) -> dict[str, object]:
        running, found = my_task.workflow.top_workflow.subprocesses, {}
        todo = [
            other
            for other in my_task.parent.children
            if other.task_spec.name == my_task.parent.task_spec.main
        ]
        while todo:
            host = todo.pop(0)
            found |= running[host.id].data.get(NEWEST, {}) if host.id in running else {}
            todo.extend(host.children if hasattr(host.task_spec, "marker") else [])
        return found


class Occurrence(OneStep, SpiffBpmnTask):
    """One time that a lasting event happened: a token of its own, which outlives what the event is attached to."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, trigger: Trigger, **kwargs) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.trigger = trigger

    def _run_hook(self, my_task: Task) -> bool:
        take(my_task, self.trigger)
        return True


def parts(workflow: BpmnWorkflow) -> list[BpmnBaseWorkflow]:
    """The case and all sub-processes that run in it."""
    return [workflow, *workflow.subprocesses.values()]


def tasks_of(workflow: BpmnWorkflow) -> list[Task]:
    """Every task of the case and of its sub-processes."""
    return [task for part in parts(workflow) for task in part.tasks.values()]


def listeners(workflow: BpmnWorkflow, *kinds: str) -> list[Task]:
    """Everything in the case that waits for a trigger of these kinds, in the order of its tasks."""
    return waiting_for(tasks_of(workflow), *kinds)


def waiting_for(tasks: Iterable[Task], *kinds: str) -> list[Task]:
    """Those of these tasks that wait for a trigger of these kinds now."""
    return [
        task
        for task in tasks
        if task.state == TaskState.WAITING
        and isinstance(task.task_spec, Catch)
        and task.task_spec.trigger.kind in kinds
    ]


def take(task: Task, trigger: Trigger) -> None:
    """Put what an event brought into the variables of the token that goes on."""
    written = task.internal_data.pop("written", {})
    task.data.update(written)
    if written and not getattr(task.task_spec, "interrupts", False):
        task.internal_data[GIVEN] = written
    payload = task.internal_data.pop("payload", None)
    if payload is not None:
        brought = trigger.brings(payload)
        task.data.update(brought)
        note(task, brought)
