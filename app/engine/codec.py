"""Writes a running case down as a few hundred bytes and reads it back onto the drawing it belongs to.

Only the state is written, never the drawing. The first byte says how: compressed or plain JSON. A state
of any other version is refused: nothing here migrates or evaluates what it reads.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow

from app.engine.elements.changes import changed
from app.engine.elements.scopes import CaseWorkflow, SubScope
from app.engine.elements.tokens import Token
from app.engine.rules import Rules
from app.errors import Invalid, ProcessFault

VERSION = "spiff-3.2.0/2"
PLAIN, COMPRESSED = 0, 1
SMALL = 16 * 1024  # a usual state: it is searched sooner than the tables for large ones are cleared
MOST_STATE = 16 * 1024 * 1024
MOST_DEPTH = 20
MOST_VALUES = 20_000
MOST_NUMBER = 2**53
FORBIDDEN_KEYS = frozenset({"typename"})
FOREIGN = "Keadaan tersimpan bukan milik diagram ini atau berasal dari versi lain."
TOO_LARGE = "Data perkara terlalu besar untuk disimpan."


class _Tools(threading.local):
    """Building these costs more than using them once; no two threads may share one."""

    def __init__(self) -> None:
        small = zstandard.ZstdCompressionParameters.from_level(1, window_log=14, hash_log=12)
        self.small_press = zstandard.ZstdCompressor(compression_params=small)
        self.press = zstandard.ZstdCompressor(level=3)
        self.unpress = zstandard.ZstdDecompressor()


_tools = _Tools()


def dump(workflow: CaseWorkflow, *, compress: bool = True) -> bytes:
    """The case's state as bytes."""
    tree = {
        "version": VERSION,
        "process": workflow.spec.name,
        "top": _part(workflow),
        "subs": {task_id: _part(sub) for task_id, sub in workflow.subprocesses.items()},
    }
    return pack(tree, compress=compress)


def pack(tree: Mapping, *, compress: bool = True) -> bytes:
    """A written state as bytes. Raises ProcessFault for one that could never be read back."""
    left, subs = MOST_STATE, {}
    for name, part in tree["subs"].items():
        written = orjson.dumps(part)
        subs[name], left = orjson.Fragment(written), left - len(written)
        if left < 0:
            raise ProcessFault(TOO_LARGE)
    plain = orjson.dumps({**tree, "subs": subs})
    if len(plain) > MOST_STATE:
        raise ProcessFault(TOO_LARGE)
    if not compress:
        return bytes([PLAIN]) + plain
    press = _tools.small_press if len(plain) <= SMALL else _tools.press
    return bytes([COMPRESSED]) + press.compress(plain)


def load(state: bytes, spec: BpmnProcessSpec, subprocess_specs: Mapping, rules: Rules) -> CaseWorkflow:
    """The case, awake on this drawing."""
    tree = tree_of(state)
    if tree.get("process") != spec.name:
        raise ProcessFault(FOREIGN)
    try:
        workflow = CaseWorkflow(spec, subprocess_specs, rules)
        _restore(workflow, tree["top"])
        _restore_subprocesses(workflow, workflow, tree["subs"])
        workflow.subprocesses = {task_id: workflow.subprocesses[task_id] for task_id in tree["subs"]}
    except (KeyError, IndexError, TypeError, ValueError) as mishap:
        raise ProcessFault("Keadaan tersimpan tidak cocok dengan diagramnya.") from mishap
    return workflow


def tree_of(state: bytes) -> dict:
    """A written state of the current format. Raises ProcessFault."""
    tree = unpack(state)
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        raise ProcessFault(FOREIGN)
    return tree


def plain(values: object) -> dict[str, object]:
    """A copy of what came from outside in plain JSON types; refuses what could not be stored or read back."""
    if not isinstance(values, Mapping):
        raise Invalid("Data langkah harus berupa pasangan nama dan nilai.")
    budget = [MOST_VALUES]
    return {key: _plain(value, 1, budget) for key, value in _keys(values)}


def _plain(value: object, depth: int, budget: list[int]) -> object:
    budget[0] -= 1
    if depth > MOST_DEPTH or budget[0] < 0:
        raise Invalid("Data langkah terlalu dalam atau terlalu banyak.")
    if isinstance(value, str):  # as most answers are
        return _text(value)
    if isinstance(value, Mapping):
        return {key: _plain(item, depth + 1, budget) for key, item in _keys(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth + 1, budget) for item in value]
    return _scalar(value)


def _keys(values: Mapping):
    for key, value in values.items():
        if not isinstance(key, str) or key in FORBIDDEN_KEYS or key.startswith("__"):
            raise Invalid("Nama isian ini tidak dapat dipakai: “{key}”.", key=str(key)[:40])
        yield _text(key), value


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool) or (type(value) is int and abs(value) <= MOST_NUMBER):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return float(value)
    raise Invalid("Ada nilai yang tidak dapat disimpan dalam langkah ini.")


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("Ada huruf yang tidak dapat disimpan.") from None
    if "\0" in value:
        raise Invalid("Ada huruf yang tidak dapat disimpan.")
    return str(value)


def unpack(state: bytes) -> object:
    """What these bytes say, whatever it is. Raises ProcessFault for bytes of no format we know."""
    try:
        if state[0] == COMPRESSED:
            # the limit below does not hold for a named size
            if zstandard.frame_content_size(state[1:]) > MOST_STATE:
                raise ValueError("too large")
            return orjson.loads(_tools.unpress.decompress(state[1:], max_output_size=MOST_STATE))
        if state[0] == PLAIN:
            return orjson.loads(state[1:])
    except (IndexError, ValueError, zstandard.ZstdError) as mishap:
        raise ProcessFault("Keadaan tersimpan rusak.") from mishap
    raise ProcessFault("Keadaan tersimpan berbentuk tidak dikenal.")


def _part(part: BpmnBaseWorkflow) -> dict:
    """One process of the case. Tasks refer to each other by their place in the list."""
    place = {task_id: index for index, task_id in enumerate(part.tasks)}
    last = part.last_task
    return {
        "tasks": [_task(task, place) for task in part.tasks.values()],
        "root": place[part.task_tree.id],
        "last": place.get(last.id) if last is not None else None,
        "data": part.data,
        "keys": part.correlations,
        "done": part.completed,
        "success": part.success,
    }


def _task(task: Token, place: Mapping[str, int]) -> list:
    parent = task.parent
    before = parent.data if parent is not None else {}
    return [
        task.id,
        place.get(task._parent),
        [place[child] for child in task._children],
        task.state,
        task.task_spec.name,
        round(task.last_state_change, 6),
        int(task.triggered),
        task.internal_data,
        dict(sorted(changed(before, task.data).items())),
        sorted(before.keys() - task.data),
    ]


def _restore(part: BpmnBaseWorkflow, tree: dict) -> None:
    rows = tree["tasks"]
    ids = [row[0] for row in rows]
    tasks = [_awake(part, ids, row) for row in rows]
    _restore_data(rows, tasks)
    part.task_tree = tasks[tree["root"]]
    part.last_task = tasks[tree["last"]] if tree["last"] is not None else None
    part.data, part.completed, part.success = tree["data"], tree["done"], tree["success"]
    part.correlations = tree["keys"]


def _awake(part: BpmnBaseWorkflow, ids: Sequence[str], row: Sequence) -> Token:
    task_id, parent, children, state, spec, since, triggered, internal, *_data = row
    above = None if parent is None else ids[parent]
    task = Token(part, part.spec.task_specs[spec], task_id, parent=above, state=state, changed=since)
    task._children = [ids[child] for child in children]
    task.triggered, task.internal_data = bool(triggered), internal
    return task


def _restore_data(rows: list[list], tasks: list) -> None:
    """From the root down, because every task is written as a difference to its parent."""
    todo = [index for index, row in enumerate(rows) if row[1] is None]
    for index in todo:
        _id, parent, children, *_rest, updates, removed = rows[index]
        inherited = {} if parent is None else tasks[parent].data
        tasks[index].data = {**inherited, **updates}
        for key in removed:
            del tasks[index].data[key]
        todo += children


def _restore_subprocesses(workflow: CaseWorkflow, part: BpmnBaseWorkflow, trees: dict) -> None:
    for task_id in trees.keys() & part.tasks.keys():
        task = part.tasks[task_id]
        sub = SubScope(workflow.subprocess_specs[task.task_spec.spec], task_id, workflow)
        _restore(sub, trees[task_id])
        workflow.subprocesses[task_id] = sub
        sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        _restore_subprocesses(workflow, sub, trees)
