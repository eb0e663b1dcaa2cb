"""Cuts finished history out of a case's state: a step costs the same after the hundredth return as after the first.

It touches private parts of SpiffWorkflow 3.2.0 (`_children`, `_parent`); the version is pinned for that.
What is open keeps its id, its data, its parent and every other open task as it was.
"""

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.changes import GIVEN
from app.engine.elements.gateways import merged
from app.engine.elements.scopes import Exit, ended

FINISHED = TaskState.FINISHED_MASK


def compact(workflow: BpmnWorkflow) -> None:
    """Forget sub-processes that are over, branches that are dead, and ancestors that nobody looks back at."""
    _forget_finished_subprocesses(workflow)
    for part in (workflow, *workflow.subprocesses.values()):
        _fold_ended_branches(part)
        _prune(part)
        _splice(part)


def _forget_finished_subprocesses(workflow: BpmnWorkflow) -> None:
    gone = True
    while gone:
        parents = {task_id: _task(workflow, task_id) for task_id in workflow.subprocesses}
        gone = [task_id for task_id, task in parents.items() if task is None or task.state & FINISHED]
        for task_id in gone:
            del workflow.subprocesses[task_id]


def _task(workflow: BpmnWorkflow, task_id: str):
    parts = (workflow, *workflow.subprocesses.values())
    return next((part.tasks[task_id] for part in parts if task_id in part.tasks), None)


def _fold_ended_branches(part: BpmnBaseWorkflow) -> None:
    """Branches that ended wait at the end for the others: one of them goes on waiting for all."""
    for task in part.tasks.values():
        if task.state == TaskState.WAITING and isinstance(task.task_spec, Exit):
            branches = ended(part.tasks.values())
            task.parent.data = merged(branches)
            if len(branches) > 1:
                _own_all(task.parent)


def _own_all(task: Task) -> None:
    """What was given to one of several branches is now as good as written by all of them."""
    while task is not None:
        task.internal_data.pop(GIVEN, None)
        task = task.parent


def _prune(part: BpmnBaseWorkflow) -> None:
    """Remove finished branches in which nothing is open and no token is parked."""
    alive = set()
    for task in part.tasks.values():
        if not task.state & FINISHED:
            _mark_up(task, alive)
    alive.add(part.task_tree.id)
    if part.last_task is not None and part.completed:
        _mark_up(part.last_task, alive)
    dead = [task for task in part.tasks.values() if task.id not in alive]
    for task in dead:
        _remove(part, task)


def _mark_up(task: Task | None, alive: set[str]) -> None:
    while task is not None and task.id not in alive:
        alive.add(task.id)
        task = task.workflow.tasks.get(task._parent)


def _remove(part: BpmnBaseWorkflow, task: Task) -> None:
    parent = part.tasks.get(task._parent)
    if parent is not None and task.id in parent._children:
        parent._children.remove(task.id)
    part.tasks.pop(task.id, None)


def _splice(part: BpmnBaseWorkflow) -> None:
    """Take out a finished task that stands between two finished tasks and branches nowhere."""
    for task in list(part.tasks.values()):
        if task is part.task_tree or not task.state & FINISHED or len(task._children) != 1:
            continue
        child, parent = part.tasks[task._children[0]], part.tasks[task._parent]
        if GIVEN in task.internal_data and len(parent._children) > 1:
            continue  # a join behind it asks what this branch was given
        if child.state & FINISHED and parent.state & FINISHED:
            parent._children[parent._children.index(task.id)] = child.id
            child._parent = parent.id
            del part.tasks[task.id]
