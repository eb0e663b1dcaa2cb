"""Moves a case until only people, timers and the world outside can move it on, and never for ever."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, EndEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine import codec, compaction, timers
from app.engine.drawing import Drawing
from app.engine.elements import operations
from app.engine.language import BadExpression
from app.engine.outline import APPLICANT
from app.engine.rules import Rules, WorkCalendar
from app.engine.standing import DueTimer, Operation, Standing, Waiting
from app.errors import Conflict, ProcessFault

MOST_STEPS = 2_000
MOST_TASKS = 5_000
MOST_SECONDS = 2.0
STEP_VARIABLE = "langkah"

TOO_LATE = "Tugas ini sudah tidak menunggu lagi. Muat ulang halaman untuk melihat keadaannya sekarang."


class Move:
    """One move of one case: everything that happens between loading its state and storing the next one."""

    def __init__(
        self, drawing: Drawing, state: bytes | None, *, now: datetime, calendar: WorkCalendar | None
    ) -> None:
        self.drawing = drawing
        self.rules = Rules(now, calendar)
        self.ended: list[str] = []
        self.tidy = compaction.compact
        self._steps = 0
        self._until = time.monotonic() + MOST_SECONDS
        spec, subs = drawing._spec, drawing._subprocess_specs
        if state is None:
            self.workflow = BpmnWorkflow(spec, subs, script_engine=self.rules)
        else:
            self.workflow = codec.load(state, spec, subs, self.rules)

    def begin(self, variables: Mapping[str, object]) -> Standing:
        """The application was sent: the first token leaves the start."""
        self.workflow.task_tree.data.update(self._known(variables))
        return self._run_on()

    def complete(self, task_id: str, variables: Mapping[str, object]) -> Standing:
        """A person finished a task."""
        task = self._task(task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise Conflict(TOO_LATE)
        step = self.drawing.steps.get(task.task_spec.bpmn_id)
        task.data.update(self._known(variables))
        if step is None or step.role != APPLICANT:
            task.data[STEP_VARIABLE] = task.task_spec.bpmn_id
        return self._run_on(task)

    def fire_timers(self) -> Standing:
        """Time passed: whatever is due happens."""
        return self._run_on()

    def finish_operation(self, task_id: str, result: Mapping[str, object]) -> Standing:
        """The work outside is done."""
        task = self._task(task_id)
        if task is None or task.state != TaskState.STARTED or not _is_operation(task):
            raise Conflict(TOO_LATE)
        operations.keep_result(task, codec.plain(result))
        with _faults(task):
            task.complete()
        return self._run_on()

    def cancel(self) -> Standing:
        """Nothing more is to happen in this case."""
        self.workflow.cancel()
        return self._standing()

    def _known(self, variables: Mapping[str, object]) -> dict[str, object]:
        """Only what the drawing reads enters the case's data; the rest of a form lives elsewhere."""
        return {key: value for key, value in codec.plain(variables).items() if key in self.drawing.variables}

    def _task(self, task_id: str):
        try:
            wanted = UUID(task_id)
        except ValueError:
            return None
        return next((part.tasks[wanted] for part in self._parts() if wanted in part.tasks), None)

    def _parts(self) -> list:
        return [self.workflow, *self.workflow.subprocesses.values()]

    def _tasks(self) -> Iterator:
        return (task for part in self._parts() for task in part.tasks.values())

    def _run_on(self, first: Task | None = None) -> Standing:
        """Run what is ready, one task at a time, until nothing automatic is ready and no timer is due."""
        task = first or self._next() or self._next_after_timers()
        while task is not None:
            self._govern()
            with _faults(task):
                task.run()
            if isinstance(task.task_spec, EndEvent) and task.state == TaskState.COMPLETED:
                self.ended.append(task.task_spec.bpmn_id)
            task = self._next() or self._next_after_timers()
        return self._standing()

    def _next(self):
        """The next automatic task; an event that interrupts comes before what it interrupts."""
        ready = [
            task for task in self._tasks() if task.state == TaskState.READY and not task.task_spec.manual
        ]
        events = (task for task in ready if isinstance(task.task_spec, BoundaryEvent))
        return next(events, ready[0] if ready else None)

    def _next_after_timers(self):
        for task in list(self.workflow.event_manager.tasks.values()):
            if task.state == TaskState.WAITING:
                self._govern()
                with _faults(task):
                    task.task_spec._update(task)
        return self._next()

    def _govern(self) -> None:
        self._steps += 1
        size = sum(len(part.tasks) for part in self._parts())
        if self._steps > MOST_STEPS or size > MOST_TASKS or time.monotonic() > self._until:
            raise ProcessFault("Diagram berputar tanpa henti atau terlalu besar; langkah dihentikan.")

    def _standing(self) -> Standing:
        self.workflow.bpmn_events.clear()
        self.tidy(self.workflow)
        open_tasks = [task for task in self._tasks() if not task.has_state(TaskState.FINISHED_MASK)]
        return Standing(
            state=codec.dump(self.workflow),
            waiting=tuple(_waiting(task) for task in open_tasks if _is_human(task)),
            timers=tuple(_timers(self.workflow)),
            operations=tuple(_operation(task) for task in open_tasks if _is_order(task)),
            ended=tuple(self.ended),
            finished=self.workflow.completed,
        )


class _faults:
    """Turns whatever goes wrong inside SpiffWorkflow into a ProcessFault that names the step."""

    def __init__(self, task: Task) -> None:
        self.where = task.task_spec.bpmn_id or task.task_spec.name

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, mishap: BaseException | None, _trace: object) -> None:
        if isinstance(mishap, SpiffWorkflowException | BadExpression | RecursionError):
            raise ProcessFault(f"Langkah {self.where} tidak dapat dijalankan: {mishap}") from mishap


def _is_operation(task: Task) -> bool:
    return isinstance(task.task_spec, operations.OperationTask)


def _is_order(task: Task) -> bool:
    return task.state == TaskState.STARTED and _is_operation(task)


def _is_human(task: Task) -> bool:
    return task.state == TaskState.READY and task.task_spec.manual


def _waiting(task: Task) -> Waiting:
    return Waiting(str(task.id), task.task_spec.bpmn_id, dict(task.data))


def _operation(task: Task) -> Operation:
    return Operation(id=str(task.id), step=task.task_spec.bpmn_id, **operations.order_of(task))


def _timers(workflow: BpmnWorkflow) -> Iterator[DueTimer]:
    for task in workflow.event_manager.tasks.values():
        due = timers.due_of(task) if task.state == TaskState.WAITING else None
        if due is not None:
            yield DueTimer(str(task.id), task.task_spec.bpmn_id, due)
