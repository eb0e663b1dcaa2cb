"""Joining gateways that stay right in loops: a token that was used once never counts again.

Every token that arrives at a join is a task of its own that waits there, so nothing has to be remembered
beside the tasks themselves. SpiffWorkflow's own joins look at the whole tree instead, so a parallel review
that is repeated after a return fires early when its branches finish in another order than before.
"""

from collections.abc import Iterable

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.ahead import OneStep
from app.engine.elements.changes import GIVEN, changed

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED
RESETS = "resets"


def is_parked(task: Task) -> bool:
    """Whether this task of a join holds a token that has arrived and was not used yet."""
    return (
        task.state == TaskState.WAITING
        and isinstance(task.task_spec, TokenJoin)
        and RESETS not in task.internal_data
    )


class TokenJoin(OneStep):
    """What all joins share: who has arrived, when to fire, and how the branches' data come together."""

    def _update_hook(self, my_task: Task) -> bool:
        if my_task.state & TaskState.FINISHED_MASK:
            return False
        tokens = self._used(my_task)
        if not tokens:
            self._park(my_task)
            return False
        my_task.data = merged([task.parent for task in tokens])
        self._consume(my_task, tokens)
        return True

    def _used(self, my_task: Task) -> list[Task]:
        """The tokens that this join uses up now, this task's own among them; none while it waits."""
        tokens = first_of_each_flow([my_task, *self._others(my_task)])
        return list(tokens.values()) if self._may_fire(my_task, set(tokens)) else []

    def _others(self, my_task: Task) -> list[Task]:
        """The other tokens that wait here, the oldest first."""
        tasks = my_task.workflow.tasks.values()
        return [task for task in tasks if task.task_spec is self and task is not my_task and is_parked(task)]

    def _park(self, my_task: Task) -> None:
        my_task._set_state(TaskState.WAITING)
        my_task._drop_children()
        my_task.data = dict(my_task.parent.data)

    def _consume(self, my_task: Task, tokens: Iterable[Task]) -> None:
        for task in tokens:
            if task is not my_task:
                task.cancel()

    def _run_hook(self, my_task: Task) -> bool:
        self._send_on(my_task, self.outputs)
        return True

    def _send_on(self, my_task: Task, ways: list[TaskSpec]) -> None:
        """A token over each of these ways."""
        my_task._sync_children(ways, TaskState.FUTURE)
        for child in my_task.children:
            if child.state == TaskState.FUTURE:
                child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


class RoundParallelGateway(TokenJoin, ParallelGateway):
    """Fires when every incoming flow brought a token since it fired last."""

    def _may_fire(self, _my_task: Task, arrived: set[str]) -> bool:
        return arrived >= set(self._inputs)


class RoundInclusiveGateway(TokenJoin, InclusiveGateway):
    """Fires when no token elsewhere is still expected over an incoming flow that is empty."""

    def _may_fire(self, my_task: Task, arrived: set[str]) -> bool:
        return not self._expects(my_task, arrived)

    def _expects(self, my_task: Task, arrived: set[str]) -> bool:
        """Whether a token can still come over a flow that has none.

        One that could as well come over a flow that has a token already is not waited for: otherwise two
        joins inside one loop would wait for each other for ever. Whatever moves by itself moves first.
        """
        empty = set(self._inputs) - arrived
        if not empty:
            return False
        tokens = _tokens_elsewhere(my_task)
        if any(task.state == TaskState.READY and not task.task_spec.manual for task in tokens):
            return True
        places = {task.task_spec.name for task in tokens}
        return any(self._waits_for(place, empty, arrived) for place in places)

    def _waits_for(self, place: str, empty: set[str], arrived: set[str]) -> bool:
        """Whether the token at this place is expected: it comes by flows or else over the edge of an activity.

        One that could as well come over a flow that has a token already is not waited for: otherwise two
        joins inside one loop would wait for each other for ever.
        """
        by_flows = self._reaches(place, by_flows=True)
        ways = by_flows if by_flows & empty else self._reaches(place)
        return bool(ways & empty) and not ways & arrived

    def _reaches(self, name: str, *, by_flows: bool = False) -> frozenset[str]:
        """The incoming flows of this gateway, by their source, that a token at `name` can still use."""
        known = self.__dict__.setdefault("_reach", {})
        if (name, by_flows) not in known:
            reached = _reachable(self._wf_spec, name, self.name, by_flows=by_flows)
            known[name, by_flows] = reached & frozenset(self._inputs)
        return known[name, by_flows]

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise WorkflowTaskException("Tidak ada syarat yang terpenuhi", task=my_task)
        self._send_on(my_task, matches or defaults)
        return True


def first_of_each_flow(tokens: Iterable[Task]) -> dict[str, Task]:
    """One of these tokens for every incoming flow that has one, by the flow's source."""
    found: dict[str, Task] = {}
    for task in tokens:
        found.setdefault(task.parent.task_spec.name, task)
    return found


def _tokens_elsewhere(my_task: Task) -> list[Task]:
    """The tasks that hold a token or are just getting one, but for the tokens that wait at this gateway itself."""
    here = my_task.task_spec
    return [
        task
        for task in my_task.workflow.tasks.values()
        if task is not my_task
        and (task.state & OPEN or _is_next(task))
        and not (task.state == TaskState.WAITING and (task.task_spec is here or RESETS in task.internal_data))
    ]


def _is_next(task: Task) -> bool:
    return (
        task.state == TaskState.FUTURE
        and task.parent is not None
        and task.parent.state == TaskState.COMPLETED
    )


def _reachable(wf_spec: BpmnProcessSpec, start: str, stop: str, *, by_flows: bool) -> frozenset[str]:
    """Names of the specs that lie on a way from `start`, itself included, never beyond `stop`.

    With `by_flows`, only along flows; otherwise also from an activity to the events on its edge.
    """
    seen, todo = {start}, [start]
    while todo:
        for name in _ways_on(wf_spec.task_specs[todo.pop()], by_flows=by_flows):
            if name not in seen and name != stop:
                seen.add(name)
                todo.append(name)
    return frozenset(seen)


def _ways_on(spec: TaskSpec, *, by_flows: bool) -> list[str]:
    edge = getattr(spec, "main", "")  # what stands behind a split that arms the events on an edge
    if edge and by_flows:
        return [edge]
    lasting = getattr(spec, "occurrence", None)
    return [*spec._outputs, lasting] if lasting else spec._outputs


def merged(branches: list[Task]) -> dict[str, object]:
    """Every branch adds what it changed since the branches parted; of two changes the later one stays."""
    parted = _where_they_parted(branches)
    before, together = parted.data, dict(parted.data)
    for branch in sorted(branches, key=lambda task: task.last_state_change):
        given = _given(branch, parted)
        together = {**given, **together, **changed({**before, **given}, branch.data)}
        for key in before.keys() - branch.data.keys():
            together.pop(key, None)
    return together


def _given(branch: Task, parted: Task) -> dict[str, object]:
    """What events that did not interrupt gave this branch to begin with: it did not write that itself."""
    given: dict[str, object] = {}
    for task in _line(branch):
        if task is parted:
            break
        given = {**task.internal_data.get(GIVEN, {}), **given}
    return given


def _where_they_parted(tasks: list[Task]) -> Task:
    """The nearest task that all of these are or have above them."""
    lines = [_line(task) for task in tasks]
    shared = set.intersection(*({above.id for above in line} for line in lines))
    return next(above for above in lines[0] if above.id in shared)


def _line(task: Task) -> list[Task]:
    line = []
    while task is not None:
        line.append(task)
        task = task.parent
    return line
