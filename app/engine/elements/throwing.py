"""Events and tasks that throw: intermediate and end events, and the task that sends a message."""

from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.ahead import OneStep
from app.engine.elements.compensation import owed
from app.engine.elements.dispatch import FROM_OUTSIDE, edges, throw
from app.engine.elements.scopes import end_scope, host_of, stop
from app.engine.elements.triggers import Trigger


class Pass(OneStep, SpiffBpmnTask):
    """A start event, or work that no engine does: the token goes on at once."""


class Throw(OneStep, SpiffBpmnTask):
    """Throws its trigger when a token comes by."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, trigger: Trigger, **kwargs) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.trigger = trigger

    def _run_hook(self, my_task: Task) -> bool:
        throw(my_task, self.trigger)
        return True


class End(Throw):
    """The end of a branch."""

    is_end = True


class Compensate(Throw):
    """Undoes what was done, the last first, one handler after the other; then the token goes on."""

    def _run_hook(self, my_task: Task) -> bool | None:
        my_task.internal_data["owed"] = owed(my_task, self.trigger.activity)
        return self._next(my_task)

    def instance_done(self, my_task: Task, _child: Task) -> None:
        """A handler has done its work."""
        if self._next(my_task):
            my_task.complete()

    def _next(self, my_task: Task) -> bool | None:
        """Start the next handler (None), or say that all is undone (True)."""
        left = my_task.internal_data["owed"]
        if not left:
            del my_task.internal_data["owed"]
            self._undone(my_task)
            return True
        my_task.internal_data["owed"] = left[1:]
        kept, my_task.data = my_task.data, left[0]["data"]
        child = my_task._add_child(my_task.workflow.spec.task_specs[left[0]["handler"]], TaskState.FUTURE)
        child.triggered = True
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        child.task_spec._update(child)
        my_task.data = kept
        return None

    def _undone(self, my_task: Task) -> None:
        """Nothing more to do once everything is undone."""


class CompensateEnd(Compensate):
    """Undoes what was done at the end of a branch."""

    is_end = True


class CancelEnd(Compensate):
    """Gives a transaction up: stops what runs in it, undoes what was done, and leaves by its cancel event."""

    is_end = True

    def _run_hook(self, my_task: Task) -> bool | None:
        end_scope(my_task.workflow, but=my_task)
        stop(edges(host_of(my_task.workflow), *FROM_OUTSIDE))  # nothing breaks off what is being undone
        return super()._run_hook(my_task)

    def _undone(self, my_task: Task) -> None:
        throw(my_task, self.trigger)
