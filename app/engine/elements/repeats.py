"""What all repeat markers share: an activity is done several times, each time on a copy of the variables of its own.

The marked activity is a task of its own that stays STARTED while its instances, tasks below it, are at work.
What it must remember of them is in `internal_data["repeat"]`, so a finished instance may be forgotten at once.
"""

from collections.abc import Mapping

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.ahead import OneStep
from app.engine.elements.markers import COUNTER
from app.engine.elements.scopes import stop

BOOK = "repeat"


class Repeated(OneStep, BpmnSpecMixin):
    """An activity with a repeat marker; `task_spec` names the spec of its instances."""

    def __init__(self, wf_spec: object, bpmn_id: str, marker: object, **kwargs: object) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.marker = marker
        self.task_spec = ""

    def _open_book(self, my_task: Task, **entries: object) -> dict:
        """Begin to count; what the instances call their own is put aside for as long as they run."""
        names = sorted(self.marker.names & my_task.data.keys())
        hidden = {name: my_task.data.pop(name) for name in names}
        book = my_task.internal_data[BOOK] = {"done": 0, "hidden": hidden, **entries}
        return book

    def _begin_instance(self, my_task: Task, index: int, own: Mapping[str, object]) -> None:
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["index"] = index
        child.data = {COUNTER: index + 1, **own}
        child.task_spec._update(child)

    def _finish(self, my_task: Task) -> None:
        """No more instances: those that are still open end here, and the token goes on."""
        stop(child for child in my_task.children if child.task_spec.name == self.task_spec)
        my_task._set_state(TaskState.READY)

    def _on_complete_hook(self, my_task: Task) -> None:
        book = my_task.internal_data.pop(BOOK)
        my_task.data.update(book["hidden"])
        my_task.data.update(self._result(book))
        super()._on_complete_hook(my_task)

    def _result(self, _book: Mapping[str, object]) -> dict[str, object]:
        """What the activity as a whole leaves behind in the variables."""
        return {}
