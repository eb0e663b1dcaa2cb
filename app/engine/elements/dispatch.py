"""Brings what is thrown to who waits for it: the nearest scope for errors, everybody for signals, one for a message."""

from collections.abc import Callable, Mapping

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.catching import Boundary, EventStart, listeners, waiting_for
from app.engine.elements.scopes import end_case, end_scope, host_of
from app.engine.elements.triggers import Trigger
from app.engine.elements.variables import newest
from app.engine.language import BadExpression, compile_expression
from app.engine.standing import Event
from app.errors import ProcessFault

FROM_OUTSIDE = ("message", "signal", "timer", "cycle", "conditional")


def throw(task: Task, trigger: Trigger) -> None:
    """An event of the drawing throws this."""
    act = _THROWN.get(trigger.kind)
    if act is not None:
        act(task, trigger)


def deliver(workflow: BpmnWorkflow, event: Event) -> bool:
    """Something from outside reaches the case; False when nothing in it waits for it."""
    waiting = [task for task in listeners(workflow, event.kind) if task.task_spec.trigger.name == event.name]
    if event.kind == "message":
        waiting = [task for task in waiting if _correlates(workflow, event.correlation)][:1]
        if waiting:
            _remember(workflow, event.correlation)
    for task in waiting:
        if task.state == TaskState.WAITING:
            task.task_spec.fire(task, event.payload)
    return bool(waiting)


def check_conditions(workflow: BpmnWorkflow) -> None:
    """Fire every conditional event whose condition has become true; not before all that it reads is known."""
    for task in listeners(workflow, "conditional"):
        holds = _holds(task)
        before = task.internal_data.get("held", False)
        task.internal_data["held"] = holds
        if holds and not before and task.state == TaskState.WAITING:
            task.task_spec.fire(task)


def _holds(task: Task) -> bool:
    spec, known = task.task_spec, newest(task)
    try:
        names = compile_expression(spec.trigger.text).names
    except BadExpression as mishap:
        raise ProcessFault(f"Langkah {spec.step}: syaratnya tidak dapat dihitung: {mishap}.") from mishap
    unknown = any(known.get(name, task.data.get(name)) is None for name in names)
    rules = task.workflow.top_workflow.script_engine
    return not unknown and bool(rules.evaluate(task, spec.trigger.text, newest=known))


def _signal(task: Task, trigger: Trigger) -> None:
    top = task.workflow.top_workflow
    payload = _payload(task, trigger)
    for listener in listeners(top, "signal"):
        if listener.task_spec.trigger.name == trigger.name and listener.state == TaskState.WAITING:
            listener.task_spec.fire(listener, payload)
    top.thrown.append(Event("signal", trigger.name, payload))


def _message(task: Task, trigger: Trigger) -> None:
    top = task.workflow.top_workflow
    payload = _payload(task, trigger)
    event = Event("message", trigger.name, payload, _correlation(task, trigger, payload))
    _remember(top, event.correlation)
    if not deliver(top, event):
        top.thrown.append(event)


def _upwards(task: Task, trigger: Trigger) -> bool:
    """An error or escalation: caught by the innermost scope that waits for it."""
    payload, part = _payload(task, trigger), task.workflow
    while part is not None:
        host = host_of(part)
        found = _match(_starts(part, trigger.kind), trigger) or _match(edges(host, trigger.kind), trigger)
        if found is not None:
            found.task_spec.fire(found, payload)
            return True
        part = host.workflow if host is not None else None
    return False


def _error(task: Task, trigger: Trigger) -> None:
    if not _upwards(task, trigger):
        end_case(task.workflow.top_workflow)


def _terminate(task: Task, _trigger: Trigger) -> None:
    end_scope(task.workflow, but=task)


def _cancel(task: Task, trigger: Trigger) -> None:
    found = _match(edges(host_of(task.workflow), "cancel"), trigger)
    if found is None:
        end_scope(task.workflow, but=task)
    else:
        found.task_spec.fire(found)


_THROWN: dict[str, Callable] = {
    "signal": _signal,
    "message": _message,
    "error": _error,
    "escalation": _upwards,
    "terminate": _terminate,
    "cancel": _cancel,
}


def _starts(part: BpmnBaseWorkflow, kind: str) -> list[Task]:
    """The event sub-processes of a scope that wait for this."""
    return [task for task in waiting_for(part.tasks.values(), kind) if isinstance(task.task_spec, EventStart)]


def edges(host: Task | None, *kinds: str) -> list[Task]:
    """The boundary events of the activity that holds a scope, whose instance it may be."""
    if host is None:
        return []
    while hasattr(host.parent.task_spec, "marker") and host.triggered:
        host = host.parent
    waiting = waiting_for(host.parent.children, *kinds)
    return [task for task in waiting if isinstance(task.task_spec, Boundary)]


def _match(waiting: list[Task], trigger: Trigger) -> Task | None:
    """The one that names this code, else the one that takes every code."""
    exact = [task for task in waiting if trigger.name and task.task_spec.trigger.name == trigger.name]
    return next(iter(exact or [task for task in waiting if not task.task_spec.trigger.name]), None)


def _payload(task: Task, trigger: Trigger) -> object:
    return task.workflow.script_engine.evaluate(task, trigger.payload) if trigger.payload else {}


def _correlation(task: Task, trigger: Trigger, payload: object) -> dict[str, dict[str, object]]:
    """The correlation keys of a message, worked out over its payload."""
    found: dict[str, dict[str, object]] = {}
    for each in trigger.properties:
        known = payload if isinstance(payload, Mapping) else {}
        value = task.workflow.script_engine.over(task, each.expression, known)
        for key in each.keys:
            found.setdefault(key, {})[each.name] = value
    return found


def _correlates(workflow: BpmnWorkflow, offered: Mapping[str, Mapping]) -> bool:
    """Whether no key that both sides know differs."""
    known = workflow.correlations
    shared = known.keys() & offered.keys()
    return all(known[key] == offered[key] for key in shared)


def _remember(workflow: BpmnWorkflow, offered: Mapping[str, Mapping]) -> None:
    for key, value in offered.items():
        workflow.correlations.setdefault(key, dict(value))
