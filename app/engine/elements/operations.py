"""Service tasks as orders: reached, written down, and finished later when the work outside is done."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.task import Task

from app.engine.elements.ahead import OneStep
from app.errors import ProcessFault


@dataclass(frozen=True)
class Ordered:
    """A service task as it is drawn; only those params that are the same for every case."""

    step: str
    name: str
    params: Mapping[str, object]


class OperationTask(OneStep, ServiceTask):
    """Stays STARTED when it is reached; a worker performs the operation and its result completes the task."""

    def _run_hook(self, my_task: Task) -> None:
        if "params" not in my_task.internal_data:
            rules = my_task.workflow.script_engine
            params = {
                name: rules.evaluate(my_task, param["value"]) for name, param in self.operation_params.items()
            }
            my_task.internal_data["params"] = params


def is_order(spec: object) -> bool:
    """Whether this is the spec of a service task."""
    return isinstance(spec, OperationTask)


def ordered(spec: OperationTask) -> Ordered:
    """What a service task orders, whatever the case."""
    params = {name: _constant(param["value"]) for name, param in spec.operation_params.items()}
    known = {name: value for name, value in params.items() if value is not None}
    return Ordered(spec.bpmn_id, spec.operation_name, known)


def order_of(task: Task) -> dict[str, object]:
    """What the worker has to do for this STARTED task."""
    params = task.internal_data.get("params")
    if params is None:
        raise ProcessFault(f"Langkah {task.task_spec.bpmn_id} belum menyiapkan perintahnya.")
    return {"name": task.task_spec.operation_name, "params": dict(params), "result_variable": _kept_as(task)}


def keep_result(task: Task, result: dict) -> None:
    """Store the result under the variable that the diagram names, if it names one."""
    variable = _kept_as(task)
    if variable:
        task.data[variable] = result


def _kept_as(task: Task) -> str | None:
    variable = task.task_spec.result_variable
    return None if variable.startswith("spiff__") else variable


def _constant(expression: str) -> object:
    try:
        return ast.literal_eval(expression.strip())
    except (ValueError, SyntaxError):
        return None
