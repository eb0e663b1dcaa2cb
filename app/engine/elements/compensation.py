"""What was done and can be undone: kept in its scope from an activity's completion until its handler runs, once."""

from collections.abc import Iterator

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task

from app.errors import ProcessFault

DONE = "_done"
MOST_KEPT = 200


def record(task: Task) -> None:
    """An activity is complete: remember its handler, or what its inside has left to undo."""
    spec, part = task.task_spec, task.workflow
    inner = part.top_workflow.subprocesses.get(task.id)
    handler = getattr(spec, "handler", None)
    if spec.bpmn_id in part.spec.undoing:
        return
    if handler is not None:
        found = [{"handler": handler, "within": [spec.bpmn_id], "data": dict(task.data)}]
    elif inner is not None and not isinstance(spec, CallActivity):
        found = [{**each, "within": [spec.bpmn_id, *each["within"]]} for each in inner.data.get(DONE, [])]
    else:
        return
    found = [each for each in found if _may_be_asked(part, each["within"])]
    if found:
        part.data[DONE] = [*part.data.get(DONE, []), *found]
    if len(part.data.get(DONE, [])) > MOST_KEPT:
        raise ProcessFault(f"Langkah {spec.bpmn_id}: terlalu banyak pekerjaan yang menunggu kompensasi.")


def _may_be_asked(part: BpmnBaseWorkflow, within: list[str]) -> bool:
    """Whether the drawing has a compensation, here or around this scope, that can mean this activity."""
    names = {"", *within}
    while not names & part.spec.asks:
        host = part.top_workflow.get_task_from_id(part.parent_task_id) if part.parent_task_id else None
        if host is None or isinstance(host.task_spec, CallActivity):
            return False
        names.add(host.task_spec.bpmn_id)
        part = host.workflow
    return True


def owed(task: Task, activity: str) -> list[dict]:
    """What a compensation thrown here undoes, the last first; it is taken off the list."""
    due: list[dict] = []
    for part in _seen_from(task.workflow):
        done = part.data.get(DONE, [])
        mine = [each for each in done if not activity or activity in each["within"]]
        part.data[DONE] = [each for each in done if each not in mine]
        due += mine[::-1]
    return due


def _seen_from(part: BpmnBaseWorkflow) -> Iterator[BpmnBaseWorkflow]:
    """This scope; for an event sub-process also the one that holds it, in which everything was done before."""
    yield part
    while part.spec.is_handler:
        part = part.parent_workflow
        yield part
