"""A task of a case that is under way, without the log lines that nobody reads."""

import time

from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class Token(Task):
    """SpiffWorkflow collects with every change of state all that a log line could say, also where none is kept.

    Only the tasks of a case that was read are tokens, and those that come after them.
    """

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state, self.last_state_change = value, time.time()

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.MAYBE) -> "Token":
        if self.has_state(TaskState.PREDICTED_MASK) and not state & TaskState.PREDICTED_MASK:
            raise WorkflowException("a certain task after one that may never come", task_spec=self.task_spec)
        child = Token(self.workflow, task_spec, self, state=state)
        if state == TaskState.READY:
            child._ready()
        return child
