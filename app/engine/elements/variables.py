"""What is written while a case runs: the newest value of each variable, and the data objects that branches share."""

from collections.abc import Mapping

from SpiffWorkflow.bpmn.specs.data_spec import DataObject
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task

from app.errors import ProcessFault

NEWEST, SHARED = "_newest", "_shared"


class SharedValue(DataObject):
    """A data object: one value of its scope that all branches share."""

    def get(self, my_task: Task) -> None:
        my_task.data[self.bpmn_id] = _holder(my_task.workflow, self.bpmn_id).get(self.bpmn_id)

    def set(self, my_task: Task) -> None:
        if self.bpmn_id in my_task.data:
            _holder(my_task.workflow, self.bpmn_id)[self.bpmn_id] = my_task.data.pop(self.bpmn_id)
            _forget(my_task.workflow, self.bpmn_id)


def newest(task: Task) -> dict[str, object]:
    """The value that was written last to each variable, in whatever branch, and every shared value."""
    return {**task.workflow.top_workflow.data.get(NEWEST, {}), **shared(task)}


def note(task: Task, written: Mapping[str, object]) -> None:
    """Remember what was written, in its scope and all around it, where something in the drawing looks at it."""
    if not written or not task.workflow.top_workflow.spec.watches:
        return
    part = task.workflow
    while part is not None:
        part.data[NEWEST] = {**part.data.get(NEWEST, {}), **written}
        part = part.parent_workflow


def _forget(part: BpmnBaseWorkflow | None, name: str) -> None:
    """This is shared and needs no newest value: nobody is to go on with a copy of it."""
    while part is not None:
        part.data.get(NEWEST, {}).pop(name, None)
        part = part.parent_workflow


def shared(task: Task) -> dict[str, object]:
    """The data objects that this task can see."""
    found: dict[str, object] = {}
    part = task.workflow
    while part is not None:
        found = {**dict.fromkeys(part.spec.data_objects), **part.data.get(SHARED, {}), **found}
        part = part.parent_workflow
    return found


def _holder(part: BpmnBaseWorkflow, name: str) -> dict:
    while name not in part.spec.data_objects:
        part = part.parent_workflow
        if part is None:
            raise ProcessFault(f"Objek data {name} tidak ada dalam diagram.")
    return part.data.setdefault(SHARED, {})
