"""Carries cases that began under the previous format of states into the current one, once, when a city upgrades.

While cases run only the current format is read (codec.py); this is for the migration that comes with a new format.
"""

from collections.abc import Mapping

from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from app.engine import codec
from app.engine.drawing import Drawing
from app.engine.elements.catching import Catch
from app.engine.elements.gateways import TokenJoin

PREVIOUS = "spiff-3.2.0/1"
GONE = ".BoundaryEventJoin"  # stood behind every activity with events on its edge
ID, PARENT, CHILDREN, STATE, SPEC, _CHANGED, _TRIGGERED, INTERNAL, *_DATA = range(10)


def renew(drawing: Drawing, state: bytes) -> bytes:
    """This case in the current format; a state that has it already, or none, as it is. Raises ProcessFault."""
    tree = codec.unpack(state) if state else None
    if not isinstance(tree, dict) or tree.get("version") != PREVIOUS:
        return state
    specs = _specs_of_parts(drawing, tree)
    parts = {"": tree["top"], **tree["subs"]}
    renewed = {name: _part(part, specs[name]) for name, part in parts.items()}
    top = renewed.pop("")
    return codec.pack({"version": codec.VERSION, "process": tree["process"], "top": top, "subs": renewed})


def _specs_of_parts(drawing: Drawing, tree: Mapping) -> dict[str, BpmnProcessSpec]:
    """Which process each part of the case runs: the main one, and those that its tasks hold."""
    found = {"": drawing._spec}
    todo = [("", tree["top"])]
    while todo:
        name, part = todo.pop()
        for row in part["tasks"]:
            spec = found[name].task_specs.get(row[SPEC])
            if row[ID] in tree["subs"] and isinstance(spec, SubWorkflowTask):
                found[row[ID]] = drawing._subprocess_specs[spec.spec]
                todo.append((row[ID], tree["subs"][row[ID]]))
    return found


def _part(part: dict, spec: BpmnProcessSpec) -> dict:
    kept = [index for index, row in enumerate(part["tasks"]) if not row[SPEC].endswith(GONE)]
    place = {old: new for new, old in enumerate(kept)}
    rows = [_row(part["tasks"], index, place, spec) for index in kept]
    return {**part, "tasks": rows, "root": place[part["root"]], "last": place.get(part["last"]), "keys": {}}


def _row(rows: list[list], index: int, place: Mapping[int, int], spec: BpmnProcessSpec) -> list:
    row = list(rows[index])
    parent = row[PARENT]
    row[INTERNAL] = dict(row[INTERNAL])
    is_used = row[INTERNAL].pop("spent", False)
    task_spec = spec.task_specs.get(row[SPEC])
    if isinstance(task_spec, TokenJoin) and not is_used and _has_arrived(rows, row):
        row[STATE] = TaskState.WAITING  # a token that has arrived waits, each by itself
    if isinstance(task_spec, Catch) and row[STATE] == TaskState.WAITING:
        row[INTERNAL]["armed"] = True
    row[PARENT] = None if parent is None else place[parent]
    row[CHILDREN] = [place[child] for child in row[CHILDREN] if child in place]
    return row


def _has_arrived(rows: list[list], row: list) -> bool:
    came = row[PARENT] is not None and rows[row[PARENT]][STATE] == TaskState.COMPLETED
    return came and row[STATE] in (TaskState.CANCELLED, TaskState.WAITING)
