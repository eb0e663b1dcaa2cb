"""A task of a case that is under way, without what SpiffWorkflow does for log lines and checks that nobody needs."""

import time
from operator import attrgetter
from os import urandom

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

OVER = TaskState.COMPLETED | TaskState.CANCELLED


def new_id() -> str:
    """An id that no other task has."""
    return urandom(16).hex()


class Token(Task):
    """SpiffWorkflow collects with every change of state all that a log line could say, also where none is kept.

    Its id is a text, the one that the state keeps: of a UUID the hash is worked out anew at every look-up.
    This stands on private parts of SpiffWorkflow 3.2.0 (`_state`, `_parent`, `_children`), which is pinned for that.
    """

    state = property(attrgetter("_state"))  # every walk over the tasks of a case reads it

    def __init__(
        self,
        workflow: BpmnBaseWorkflow,
        task_spec: TaskSpec,
        task_id: str,
        *,
        parent: str | None,
        state: int,
        changed: float,
    ) -> None:
        self.workflow, self.task_spec, self.id = workflow, task_spec, task_id
        self._parent, self._children = parent, []
        self._state, self.last_state_change = state, changed
        self.data, self.internal_data, self.triggered = {}, {}, False
        workflow.tasks[task_id] = self

    @classmethod
    def new(
        cls, workflow: BpmnBaseWorkflow, task_spec: TaskSpec, state: int, parent: str | None = None
    ) -> "Token":
        """A token that comes now."""
        return cls(workflow, task_spec, new_id(), parent=parent, state=state, changed=time.time())

    @property
    def known_as(self) -> str:
        """Its id as the world outside writes it."""
        text = self.id
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state, self.last_state_change = value, time.time()

    def _ready(self) -> None:
        """A drawing is checked when it is read, not whenever a token comes by."""
        if not self._state & OVER:
            self._set_state(TaskState.READY)

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.MAYBE) -> "Token":
        if self._state & TaskState.PREDICTED_MASK and not state & TaskState.PREDICTED_MASK:
            raise WorkflowException("a certain task after one that may never come", task_spec=self.task_spec)
        child = Token.new(self.workflow, task_spec, state, self.id)
        self._children.append(child.id)
        if state == TaskState.READY:
            child._ready()
        return child

    def _inherit_data(self) -> None:
        """The task before it shares its values: none is ever changed in place. An instance's own are hidden there."""
        self.data = {**self.data, **self.parent.data}
