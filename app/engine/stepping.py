"""Moves a case until only people, timers and the world outside can move it on, and never for ever."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import starmap
from operator import itemgetter

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine import codec, compaction, normal, timers
from app.engine.drawing import Drawing
from app.engine.elements import dispatch, operations
from app.engine.elements.catching import Attached, listeners, parts, tasks_of, waiting_for
from app.engine.elements.markers import LAST_STEP
from app.engine.elements.scopes import CaseWorkflow, EventGateway, end_case
from app.engine.elements.tokens import Token
from app.engine.elements.triggers import Trigger
from app.engine.elements.variables import note
from app.engine.language import BadExpression, is_name
from app.engine.outline import APPLICANT
from app.engine.rules import Rules, WorkCalendar
from app.engine.standing import DueTimer, Event, Listening, Operation, Standing, Waiting
from app.errors import Conflict, ProcessFault

MOST_STEPS = 2_000
MOST_TASKS = 5_000
MOST_SECONDS = 2.0

TOO_LATE = "Tugas ini sudah tidak menunggu lagi. Muat ulang halaman untuk melihat keadaannya sekarang."
UNHEARD = "Tidak ada langkah dalam berkas ini yang menunggu “{name}”."


class Move:
    """One move of one case: everything that happens between loading its state and storing the next one."""

    def __init__(
        self, drawing: Drawing, state: bytes | None, *, now: datetime, calendar: WorkCalendar | None
    ) -> None:
        self.drawing = drawing
        self.rules = Rules(now, calendar)
        self.tidy = compaction.compact
        self._steps = 0
        self._until = time.monotonic() + MOST_SECONDS
        spec, subs = drawing._spec, drawing._subprocess_specs
        if state is None:
            self.workflow = CaseWorkflow(spec, subs, self.rules)
            self.workflow.begin()
        else:
            self.workflow = codec.load(state, spec, subs, self.rules)

    def begin(self, variables: Mapping[str, object], event: Event | None = None) -> Standing:
        """The application was sent, or an event opens the case: the first token leaves the start."""
        root = self.workflow.task_tree
        root.data.update(self._known(variables))
        if event is not None:
            step, trigger = self._entrance(event)
            root.internal_data["entrance"] = step
            self.workflow.correlations = {key: dict(value) for key, value in event.correlation.items()}
            with _faults(root):
                root.data.update(trigger.brings(self._payload(event)))
        return self._run_on()

    def complete(self, task_id: str, variables: Mapping[str, object]) -> Standing:
        """A person finished a task."""
        task = self._task(task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise Conflict(TOO_LATE)
        step = self.drawing.steps.get(task.task_spec.bpmn_id)
        answered = self._known(variables)
        task.data.update(answered)
        note(task, answered)
        if step is None or step.role != APPLICANT:
            task.data[LAST_STEP] = task.task_spec.bpmn_id
        return self._run_on(task)

    def fire_timers(self) -> Standing:
        """Time passed: whatever is due happens."""
        return self._run_on()

    def deliver(self, event: Event) -> Standing:
        """A message or a signal arrives from outside."""
        event = Event(event.kind, event.name, self._payload(event), event.correlation)
        if not dispatch.deliver(self.workflow, event):
            raise Conflict(UNHEARD, name=event.name)
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

    def settle_in(self, arm: Callable[[CaseWorkflow], Iterable[Task]], *, recount: bool) -> Standing:
        """The case has come to another version of its drawing: what is new there is armed, nothing is rung."""
        for task in arm(self.workflow):
            with _faults(task):
                task.task_spec._update(task)
        standing = self._standing()
        if recount or standing.is_stuck:
            for part in parts(self.workflow):
                part.update_waiting_tasks()
        task = self._ready()
        return standing if task is None else self._run_on(task)

    def cancel(self) -> Standing:
        """Nothing more is to happen in this case."""
        end_case(self.workflow)
        return self._standing()

    def _known(self, variables: Mapping[str, object]) -> dict[str, object]:
        """Only what the drawing reads enters the case's data; the rest of a form lives elsewhere."""
        return {key: value for key, value in codec.plain(variables).items() if key in self.drawing.variables}

    def _entrance(self, event: Event) -> tuple[str, Trigger]:
        for step, trigger in self.workflow.spec.entrances.items():
            if (trigger.kind, trigger.name) == (event.kind, event.name):
                return step, trigger
        raise Conflict(UNHEARD, name=event.name)

    def _payload(self, event: Event) -> object:
        """What an event brings, in plain types; only what can be a variable, and never which step was the last."""
        payload = codec.plain({"isi": event.payload})["isi"]
        if not isinstance(payload, dict):
            return payload
        return {name: value for name, value in payload.items() if is_name(name) and name != LAST_STEP}

    def _task(self, known_as: str) -> Token | None:
        wanted = known_as.replace("-", "")
        return next((part.tasks[wanted] for part in parts(self.workflow) if wanted in part.tasks), None)

    def _run_on(self, first: Task | None = None) -> Standing:
        """Run what is ready, one task at a time, until nothing automatic is ready and nothing more happens."""
        task = first or self._next()
        while task is not None and not self.workflow.completed:
            self._govern()
            with _faults(task):
                task.run()
            task = self._next()
        return self._standing()

    def _next(self) -> Task | None:
        """The next automatic task: first what interrupts, then what is ready, then what is due or has become true."""
        task = self._ready()
        while task is None and self._rings():
            task = self._ready()
        return task

    def _ready(self) -> Task | None:
        if self.workflow.spec.watches and not self.workflow.completed:
            dispatch.check_conditions(self.workflow)
        tasks = tasks_of(self.workflow)
        ready = [task for task in tasks if task.state == TaskState.READY and not task.task_spec.manual]
        return next((task for task in ready if _is_event(task)), ready[0] if ready else None)

    def _rings(self) -> bool:
        """Ring the timer that is due first, if one is due."""
        running = _running(listeners(self.workflow, *timers.KINDS))
        for task, _due in sorted(running, key=itemgetter(1))[:1]:
            self._govern()
            with _faults(task):
                return timers.ring(task)
        return False

    def _govern(self) -> None:
        self._steps += 1
        size = sum([len(part.tasks) for part in parts(self.workflow)])
        if self._steps > MOST_STEPS or size > MOST_TASKS or time.monotonic() > self._until:
            raise ProcessFault("Diagram berputar tanpa henti atau terlalu besar; langkah dihentikan.")

    def _standing(self) -> Standing:
        workflow = self.workflow
        thrown = tuple(workflow.thrown)
        self.tidy(workflow)
        left = [task for task in tasks_of(workflow) if not task.state & TaskState.FINISHED_MASK]
        people = [task for task in left if task.state == TaskState.READY and task.task_spec.manual]
        orders = [task for task in left if task.state == TaskState.STARTED and _is_operation(task)]
        return Standing(
            state=codec.dump(workflow),
            waiting=tuple(map(_waiting, people)),
            timers=tuple(starmap(_timer, _running(waiting_for(left, *timers.KINDS)))),
            operations=tuple(map(_operation, orders)),
            thrown=thrown,
            listening=tuple(map(_listening, waiting_for(left, "message", "signal"))),
            passed=tuple(workflow.passed),
            ended=tuple(workflow.ended),
            flows=tuple(workflow.flows),
            finished=workflow.completed,
        )


class _faults:
    """Turns whatever goes wrong inside SpiffWorkflow into a ProcessFault that names the step."""

    def __init__(self, task: Task) -> None:
        self.spec = task.task_spec

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, mishap: BaseException | None, _trace: object) -> None:
        if isinstance(mishap, SpiffWorkflowException | BadExpression | RecursionError):
            where = normal.origin(self.spec.bpmn_id or self.spec.name)
            raise ProcessFault(f"Langkah {where} tidak dapat dijalankan: {mishap}") from mishap


def _is_operation(task: Task) -> bool:
    return isinstance(task.task_spec, operations.OperationTask)


def _is_event(task: Task) -> bool:
    parent = task.parent
    chosen = parent is not None and isinstance(parent.task_spec, EventGateway)
    return chosen or isinstance(task.task_spec, Attached)


def _waiting(task: Token) -> Waiting:
    return Waiting(task.known_as, task.task_spec.bpmn_id, dict(task.data))


def _operation(task: Token) -> Operation:
    return Operation(id=task.known_as, step=task.task_spec.bpmn_id, **operations.order_of(task))


def _listening(task: Token) -> Listening:
    trigger, keys = task.task_spec.trigger, task.workflow.top_workflow.correlations
    known = {key for each in trigger.properties for key in each.keys}
    shown = {key: value for key, value in keys.items() if key in known}
    return Listening(task.known_as, task.task_spec.step, trigger.kind, trigger.name, shown)


def _timer(task: Token, due: datetime) -> DueTimer:
    return DueTimer(task.known_as, task.task_spec.step, due)


def _running(waiting: Iterable[Token]) -> list[tuple[Token, datetime]]:
    """Those of these timers that fire again, with the moment of each."""
    return [(task, due) for task in waiting if (due := timers.due_of(task)) is not None]
