"""SpiffWorkflow as it comes: the baseline that the bench sets beside our own step, and nothing else uses.

Its script engine runs Python, so only drawings that come with Alur itself may ever reach it.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.markers import LAST_STEP
from app.engine.rules import Rules, WorkCalendar
from app.engine.standing import DueTimer, Standing, Waiting


def create(
    files: Mapping[str, bytes],
    process_id: str,
    variables: Mapping[str, object],
    *,
    now: datetime | None = None,
    calendar: WorkCalendar | None = None,
) -> Standing:
    """A new case of this drawing, run to its first human step; with a moment its timers know working days."""
    parser = SpiffBpmnParser()
    for content in files.values():
        parser.add_bpmn_str(content)
    workflow = BpmnWorkflow(
        parser.get_spec(process_id),
        parser.get_subprocess_specs(process_id),
        script_engine=_script_engine(now, calendar),
    )
    workflow.task_tree.data.update(variables)
    return _run_on(workflow)


def complete(
    state: bytes,
    task_id: str,
    variables: Mapping[str, object],
    *,
    quiet: Collection[str] = (),
    now: datetime | None = None,
    calendar: WorkCalendar | None = None,
) -> Standing:
    """Load the full JSON, finish this human step, run to the next ones, write the full JSON.

    As with our engine a case remembers its last step, but for the `quiet` ones (the applicant's).
    """
    workflow = _serializer().deserialize_json(state.decode())
    workflow.script_engine = _script_engine(now, calendar)
    task = workflow.get_task_from_id(UUID(task_id))
    task.data.update(variables)
    if task.task_spec.bpmn_id not in quiet:
        task.data[LAST_STEP] = task.task_spec.bpmn_id
    task.run()
    return _run_on(workflow)


def walked(state: bytes) -> list[str]:
    """The elements of the drawing that this case has completed, sorted: its whole history is in the state."""
    workflow = _serializer().deserialize_json(state.decode())
    parts = [workflow, *workflow.subprocesses.values()]
    tasks = (task for part in parts for task in part.tasks.values() if task.state == TaskState.COMPLETED)
    return sorted(task.task_spec.bpmn_id for task in tasks if task.task_spec.bpmn_id)


@cache
def _serializer() -> BpmnWorkflowSerializer:
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))


def _script_engine(now: datetime | None, calendar: WorkCalendar | None) -> PythonScriptEngine:
    """The one that is kept; all that changes from step to step is from when its working days count."""
    kept = _kept_script_engine()
    kept.environment.globals = Rules(now, calendar).functions if now else {}
    return kept


@cache
def _kept_script_engine() -> PythonScriptEngine:
    return PythonScriptEngine()


def _run_on(workflow: BpmnWorkflow) -> Standing:
    workflow.do_engine_steps()
    ready = workflow.get_tasks(state=TaskState.READY, manual=True)
    return Standing(
        state=_serializer().serialize_json(workflow).encode(),
        waiting=tuple(Waiting(str(task.id), task.task_spec.bpmn_id, dict(task.data)) for task in ready),
        timers=tuple(_timers(workflow)),
        operations=(),
        thrown=(),
        listening=(),
        passed=(),
        ended=(),
        flows=(),
        finished=workflow.completed,
    )


def _timers(workflow: BpmnWorkflow) -> Iterator[DueTimer]:
    for task in workflow.event_manager.tasks.values():
        due = task.internal_data.get("event_value")
        if task.state == TaskState.WAITING and due is not None:
            yield DueTimer(str(task.id), task.task_spec.bpmn_id, datetime.fromisoformat(due))
