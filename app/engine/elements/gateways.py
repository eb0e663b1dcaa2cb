"""Joining gateways that stay right in loops: a token that was used once never counts again.

SpiffWorkflow's own joins look at the whole tree, so a parallel review that is repeated after a return
fires early when its branches finish in another order than before.
"""

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


def is_parked(task: Task) -> bool:
    """Whether this task of a join holds a token that has arrived and was not used yet."""
    return (
        isinstance(task.task_spec, _TokenJoin)
        and not task.has_state(TaskState.COMPLETED | TaskState.READY)
        and "spent" not in task.internal_data
        and task.parent is not None
        and task.parent.state == TaskState.COMPLETED
    )


class _TokenJoin:
    """What both joins share: who has arrived, when to fire, and how the branches' data come together."""

    def _update_hook(self, my_task: Task):
        tokens = self._tokens(my_task)
        if not self._may_fire(my_task, set(tokens)):
            self._wait(my_task)
            return False
        my_task.data = _merged([task.parent for task in tokens.values()])
        for task in tokens.values():
            task.internal_data["spent"] = True
            if task is not my_task and task.state == TaskState.WAITING:
                task.cancel()
        return True

    def _tokens(self, my_task: Task) -> dict[str, object]:
        """One parked token for every incoming flow that has one; this task's own comes first."""
        tokens = {my_task.parent.task_spec.name: my_task}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and is_parked(task):
                tokens.setdefault(task.parent.task_spec.name, task)
        return tokens

    def _wait(self, my_task: Task) -> None:
        """Only the last to arrive waits; the others stay parked."""
        for task in list(my_task.workflow.tasks.values()):
            if task.task_spec is self and task is not my_task and task.state == TaskState.WAITING:
                task.cancel()
        my_task._set_state(TaskState.WAITING)


class RoundParallelGateway(_TokenJoin, ParallelGateway):
    """Fires when every incoming flow brought a token since it fired last."""

    def _may_fire(self, _my_task: Task, arrived: set[str]) -> bool:
        return arrived >= set(self._inputs)

    def _run_hook(self, _my_task: Task):
        return True


class RoundInclusiveGateway(_TokenJoin, InclusiveGateway):
    """Fires when no open token can still bring one over an incoming flow that is empty."""

    def _may_fire(self, my_task: Task, arrived: set[str]) -> bool:
        empty = set(self._inputs) - arrived
        return not empty or not any(self._blocks(task, empty, arrived) for task in _open_tokens(my_task))

    def _blocks(self, task: Task, empty: set[str], arrived: set[str]) -> bool:
        """A token that itself waits at a join counts only if it cannot come over a flow that has one already.

        Otherwise two inclusive joins inside one loop would wait for each other for ever.
        """
        reached = self._reaches(task.task_spec.name)
        return bool(reached & empty) and not (isinstance(task.task_spec, _TokenJoin) and reached & arrived)

    def _reaches(self, name: str) -> frozenset[str]:
        """The incoming flows of this gateway, by their source, that a token at `name` can still use."""
        known = self.__dict__.setdefault("_reach", {})
        if name not in known:
            known[name] = _reachable(self._wf_spec, name, self.name) & frozenset(self._inputs)
        return known[name]

    def _run_hook(self, my_task: Task):
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise WorkflowTaskException("Tidak ada syarat yang terpenuhi", task=my_task)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def _open_tokens(my_task: Task) -> list[Task]:
    """The tasks, other than of this gateway, that hold a token or are just getting one."""
    return [
        task
        for task in my_task.workflow.tasks.values()
        if task.task_spec is not my_task.task_spec and (task.has_state(OPEN) or _is_next(task))
    ]


def _is_next(task: Task) -> bool:
    return (
        task.state == TaskState.FUTURE
        and task.parent is not None
        and task.parent.state == TaskState.COMPLETED
    )


def _reachable(wf_spec: BpmnProcessSpec, start: str, stop: str) -> frozenset[str]:
    """Names of the specs that lie on a way from `start`, itself included, never beyond `stop`."""
    seen, todo = {start}, [start]
    while todo:
        for name in wf_spec.task_specs[todo.pop()]._outputs:
            if name not in seen and name != stop:
                seen.add(name)
                todo.append(name)
    return frozenset(seen)


def _merged(branches: list) -> dict[str, object]:
    """Every branch adds what it changed since the branches parted; of two changes the later one stays."""
    before = _where_they_parted(branches).data
    merged = dict(before)
    for branch in sorted(branches, key=lambda task: task.last_state_change):
        for key, value in branch.data.items():
            if key not in before or not _same(before[key], value):
                merged[key] = value
        for key in before.keys() - branch.data.keys():
            merged.pop(key, None)
    return merged


def _where_they_parted(tasks: list):
    """The nearest task that all of these are or have above them."""
    lines = [_line(task) for task in tasks]
    shared = set.intersection(*({above.id for above in line} for line in lines))
    return next(above for above in lines[0] if above.id in shared)


def _line(task: Task) -> list:
    line = []
    while task is not None:
        line.append(task)
        task = task.parent
    return line


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
