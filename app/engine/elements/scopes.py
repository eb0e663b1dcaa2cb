"""Processes and sub-processes as scopes: how they begin and end, and what follows when one task is done."""

from collections.abc import Iterable, Mapping

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.ahead import OneStep
from app.engine.elements.catching import Attached, Boundary, EventStart, Occurrence, parts
from app.engine.elements.changes import SILENT, changed
from app.engine.elements.compensation import record
from app.engine.elements.gateways import TokenJoin, merged
from app.engine.elements.tokens import Token
from app.engine.elements.triggers import Trigger
from app.engine.elements.variables import note
from app.engine.normal import is_inserted
from app.errors import ProcessFault

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED
DEEPEST = 30


class ScopeSpec(BpmnProcessSpec):
    """A process or sub-process with our start and end in place of SpiffWorkflow's."""

    ENTRY: type
    EXIT: type

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        for name in list(self.task_specs):
            del self.task_specs[name]
        self.start = self.ENTRY(self, "Start")
        self.end = self.EXIT(self, f"{self.name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))
        self.entrances: dict[str, Trigger] = {}  # start events that a message or signal opens a case with
        self.watches = False  # whether something in the drawing looks at what other branches write
        self.ways: dict[str, dict[str, str]] = {}  # spec a flow leaves → spec it leads to → the drawn flow
        self.is_handler = False  # whether this is an event sub-process, which undoes what its holder did
        self.asks: set[str] = set()  # activities that a compensation of this scope undoes; "" is every one
        self.undoing: set[str] = set()  # handlers: they take back what others did and are not taken back

    def after(self, task: Task) -> None:
        """What else follows in this kind of scope when a task is done."""

    def walked(self, task: Task) -> list[str]:
        """The drawn flows over which tokens leave a task that is done."""
        ways = self.ways.get(task.task_spec.name, {})
        names = [child.task_spec.name for child in task.children if not child.triggered] if ways else []
        return [ways[name] for name in names if name in ways]


class Entry(OneStep, BpmnStartTask):
    """The start of a scope: one of its start events gets the token, and its event sub-processes are armed."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, **kwargs) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.plain: str | None = None  # the start event that needs no trigger

    def _predict_hook(self, my_task: Task) -> None:
        my_task._sync_children(self.outputs, TaskState.MAYBE)

    def _run_hook(self, my_task: Task) -> bool:
        chosen = my_task.internal_data.pop("entrance", None) or self.plain
        armed = [spec for spec in self.outputs if isinstance(spec, EventStart)]
        begun = [spec for spec in self.outputs if spec.name == chosen or getattr(spec, "is_enabled", False)]
        if not begun:
            raise ProcessFault(f"Proses {my_task.workflow.spec.name} tidak punya kejadian awal yang cocok.")
        my_task._sync_children([*begun, *armed], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class Exit(OneStep, _EndJoin):
    """The end of a scope, reached when no token is left in it. What only waits for events does not hold it open."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        tasks = my_task.workflow.tasks.values()
        tokens = [task for task in tasks if task.task_spec is not self and is_open(task)]
        armed = [each for each in tokens if each.state == TaskState.WAITING and _is_armed(each)]
        left = [task for task in tokens if task not in armed]
        if all(getattr(task.task_spec, "is_handler", False) for task in left):
            stop(armed)  # only event sub-processes are still at work: no new one begins
        return not left

    def _run_hook(self, my_task: Task) -> bool:
        others = [task for task in my_task.workflow.tasks.values() if task is not my_task]
        my_task.data = merged(ended([my_task, *others]))
        return True


def _is_armed(task: Task) -> bool:
    return isinstance(task.task_spec, EventStart)


def ended(tasks: Iterable[Task]) -> list[Task]:
    """The last task of every branch that has come to the end of its scope."""
    return [
        task.parent
        for task in tasks
        if isinstance(task.task_spec, Exit) and task.parent.state == TaskState.COMPLETED
    ]


ScopeSpec.ENTRY, ScopeSpec.EXIT = Entry, Exit


class BoundarySplit(OneStep, SimpleBpmnTask):
    """Stands before an activity that has events on its edge, and arms them with it."""

    main = ""


class EventGateway(OneStep, BpmnSpecMixin):
    """Arms all the events after it; the first to happen is the way on."""


class _Scope:
    """What a running process and a running sub-process share."""

    def begin(self) -> None:
        """A token comes to the start."""
        root = self.task_tree = Token.new(self, self.spec.start, TaskState.FUTURE)
        root.task_spec._predict(root, mask=TaskState.NOT_FINISHED_MASK)
        root._ready()

    def update_waiting_tasks(self) -> None:
        """Only joins wait for other tokens; whatever waits for an event is told when it happens."""
        for task in list(self.tasks.values()):
            if task.state == TaskState.WAITING and isinstance(task.task_spec, TokenJoin | Exit):
                task.task_spec._update(task)

    def _task_completed_notify(self, task: Task) -> None:
        self.last_task = task
        follow(task)
        if task.task_spec.name == "End":
            self.completed = True
        if self.completed:
            self.completed_event(self)
        else:
            self.update_waiting_tasks()

    def _task_removed_notify(self, task: Task) -> None:
        inner = self.top_workflow.subprocesses.get(task.id)
        if inner is not None:
            inner.cancel()


class SubScope(_Scope, BpmnSubWorkflow):
    """A sub-process or called process that runs inside a case."""

    def __init__(self, spec: ScopeSpec, parent_task_id: str, top: "CaseWorkflow") -> None:
        super().__init__(spec, parent_task_id, top, deserializing=True)  # it begins when it is told to

    def cancel(self, success: bool = False) -> None:
        """Stop whatever is open in it, however long the way there was."""
        stop(task for task in self.tasks.values() if is_open(task))
        self.success, self.completed = success, True


class CaseWorkflow(_Scope, BpmnWorkflow):
    """One running case."""

    def __init__(self, spec: ScopeSpec, subprocess_specs: Mapping, script_engine: object) -> None:
        self.thrown: list = []  # what leaves the case in this move
        self.passed: list[str] = []  # which elements were completed in this move
        self.ended: list[str] = []  # which of them were end events
        self.flows: list[str] = []  # which flows tokens walked in this move
        super().__init__(spec, subprocess_specs, script_engine=script_engine, deserializing=True)

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubScope:
        inner = SubScope(self.subprocess_specs[spec_name], my_task.id, self)
        if inner.depth > DEEPEST:
            raise ProcessFault("Sub-proses terlalu dalam; langkah dihentikan.")
        inner.begin()
        self.subprocesses[my_task.id] = inner
        return inner


def follow(task: Task) -> None:
    """What is over, armed or remembered because this task is done."""
    spec, parent, top = task.task_spec, task.parent, task.workflow.top_workflow
    is_drawn = bool(spec.bpmn_id) and not is_inserted(spec.bpmn_id)
    repeated = hasattr(spec, "marker")  # it is told by its instances
    if is_drawn and not repeated and SILENT not in task.internal_data:
        top.passed.append(spec.bpmn_id)
    if is_drawn and getattr(spec, "is_end", False):
        top.ended.append(spec.bpmn_id)
    top.flows.extend(task.workflow.spec.walked(task))
    if top.spec.watches:
        _note_changes(task)
    record(task)
    task.workflow.spec.after(task)
    if parent is None:
        return
    if isinstance(parent.task_spec, BoundarySplit):
        _settle_edge(task, parent)
    elif isinstance(parent.task_spec, EventGateway):
        stop(sibling for sibling in parent.children if sibling is not task)
    elif isinstance(spec, EventStart) and spec.interrupts:
        _take_over(task)
    elif parent.state == TaskState.STARTED and task.triggered:
        parent.task_spec.instance_done(parent, task)


def _take_over(start: Task) -> None:
    """An event sub-process goes on alone, with all that the branches before it wrote: their ends are forgotten."""
    part = start.workflow
    end_scope(part, but=start)
    for task in [task for task in part.tasks.values() if isinstance(task.task_spec, Exit)]:
        if task.parent.state == TaskState.COMPLETED:
            part._remove_task(task.id)


def _settle_edge(task: Task, split: Task) -> None:
    """An activity that is done disarms its edge; an event that interrupts stops its activity."""
    spec = task.task_spec
    if spec.name == split.task_spec.main:
        stop(other for other in split.children if isinstance(other.task_spec, Boundary))
    elif isinstance(spec, Boundary) and spec.interrupts:
        stop(o for o in split.children if o is not task and not isinstance(o.task_spec, Occurrence))


def stop(tasks: Iterable[Task]) -> None:
    """Stop these tasks and all that runs below them, whatever is finished left as it is."""
    for task in list(tasks):
        if task.state & TaskState.FINISHED_MASK:
            continue
        stop(task.children)
        task.cancel()


def end_scope(part: BpmnBaseWorkflow, *, but: Task) -> None:
    """Stop everything in this scope except one task and what follows from it."""
    stop(task for task in part.tasks.values() if task is not but and task._parent != but.id and is_open(task))


def end_case(top: BpmnWorkflow) -> None:
    """Stop everything: nothing that was thrown can be caught."""
    for part in reversed(parts(top)):
        stop(task for task in part.tasks.values() if is_open(task))
    top.completed, top.success = True, False


def host_of(part: BpmnBaseWorkflow) -> Task | None:
    """The task that holds this sub-process, None for the case itself."""
    if part.parent_task_id is None:
        return None
    return part.top_workflow.get_task_from_id(part.parent_task_id)


def _note_changes(task: Task) -> None:
    """Remember what this task wrote. Joins, markers, scopes and events only bring together what others did."""
    spec, parent = task.task_spec, task.parent
    if isinstance(spec, TokenJoin | Exit | SubWorkflowTask | Attached | Occurrence) or (
        parent is None and task.workflow.parent_task_id
    ):
        return
    own = parent.task_spec.marker.names if hasattr(getattr(parent, "task_spec", None), "marker") else ()
    found = changed(parent.data if parent is not None else {}, task.data, own)
    if hasattr(spec, "marker"):
        found = {name: value for name, value in found.items() if name in spec.marker.gathers}
    note(task, found)


def is_open(task: Task) -> bool:
    """Whether a token stands here or is just coming."""
    coming = (
        task.state == TaskState.FUTURE
        and task.parent is not None
        and task.parent.state == TaskState.COMPLETED
    )
    return coming or bool(task.state & OPEN)
