"""Carries a running case over to another version of its drawing: the same tokens, timers and variables on new specs.

Ids of tasks, moments of timers and values of variables stay. What the new version adds at the places where the case
stands is armed now; what it no longer has beside them is let go. Whether all this may be done is said by comparing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine import codec
from app.engine.drawing import Drawing
from app.engine.elements.catching import Boundary, EventStart, parts
from app.engine.elements.compensation import DONE
from app.engine.elements.gateways import RESETS
from app.engine.elements.scopes import BoundarySplit, CaseWorkflow, EventGateway, is_open
from app.engine.elements.tokens import new_id
from app.engine.elements.variables import NEWEST, SHARED
from app.engine.likeness import Pair, element_of, is_armed
from app.engine.places import (
    CHILDREN,
    ID,
    INTERNAL,
    PARENT,
    SPEC,
    STATE,
    TRIGGERED,
    UPDATES,
    Scope,
    is_coming,
    parts_of,
)
from app.engine.places import is_open as is_open_row
from app.engine.rules import WorkCalendar
from app.engine.standing import Standing
from app.engine.stepping import Move
from app.errors import ProcessFault

SPLIT = "{}.BoundaryEventSplit"
LOST = "Berkas ini berdiri di “{element}”, yang tidak ada di versi baru."
STUCK = "Di versi baru tidak ada orang, waktu, atau kabar yang masih ditunggu berkas ini."


def move_over(
    old: Drawing,
    new: Drawing,
    state: bytes,
    now: datetime,
    *,
    mapping: Mapping[str, str],
    calendar: WorkCalendar | None = None,
    variables: Mapping[str, object] | None = None,
) -> Standing:
    """The case on the new version. `variables`: what only the new version reads of what was answered before.

    Raises ProcessFault where the case cannot stand there.
    """
    rewriting = _Rewriting(old, new, mapping, codec.plain(variables or {}))
    move = Move(new, codec.pack(rewriting.tree(codec.tree_of(state))), now=now, calendar=calendar)
    standing = move.settle_in(rewriting.arm, recount=rewriting.recounts)
    if standing.is_stuck:
        raise ProcessFault(STUCK)
    return standing


class _Rewriting:
    """One state, from the specs of one version to those of another."""

    def __init__(
        self, old: Drawing, new: Drawing, mapping: Mapping[str, str], variables: Mapping[str, object]
    ) -> None:
        self.old, self.new, self.mapping, self.variables = old, new, dict(mapping), variables
        self.fresh: dict[str, frozenset[str]] = {}  # part (id of its host) → specs that are new in it
        self.unforeseen: set[str] = set()  # tasks whose next steps are other ones now
        self.recounts = False  # whether a token waits at a join that counts otherwise now

    def tree(self, tree: Mapping) -> dict:
        """The whole state, rewritten."""
        pairs: dict[Scope, Pair] = {(): Pair(self.old._spec, self.new._spec, self.mapping)}
        written: dict[str, dict] = {}
        places = {row[ID]: (*scope, row[SPEC]) for scope, part in parts_of(tree) for row in part["tasks"]}
        order = {"": ()} | {host: places[host] for host in tree["subs"] if host in places}
        for host, scope in sorted(order.items(), key=lambda item: len(item[1])):
            if scope:
                pairs[scope] = self._inner(pairs[scope[:-1]], scope[-1])
            part = tree["subs"][host] if host else tree["top"]
            written[host] = _Part(self, host, part, pairs[scope]).written()
        subs = {host: written[host] for host in tree["subs"] if host in written}
        gone = {task for part in written.values() for task in part.pop("gone")}
        return {
            "version": codec.VERSION,
            "process": self.new._spec.name,
            "top": written[""],
            "subs": {host: part for host, part in subs.items() if host not in gone},
        }

    def _inner(self, outer: Pair, host: str) -> Pair:
        found = outer.inner(host, self.old, self.new)
        if found is None:
            raise ProcessFault(LOST.format(element=element_of(host)))
        return found

    def arm(self, workflow: CaseWorkflow) -> list[Task]:
        """Foresee the next steps anew and add what waits beside the tokens only in the new version."""
        added = []
        for part in parts(workflow):
            host = part.parent_task_id or ""
            for task in list(part.tasks.values()):
                if task.id in self.unforeseen:
                    task.task_spec._predict_hook(task)
            for task, spec in _to_arm(list(part.tasks.values()), self.fresh.get(host, frozenset())):
                child = task._add_child(spec, TaskState.FUTURE)
                child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
                added.append(child)
        return added


def _to_arm(tasks: Sequence[Task], fresh: frozenset[str]) -> Iterator[tuple[Task, TaskSpec]]:
    for task in tasks:
        ways = [spec for spec in task.task_spec.outputs if spec.name in fresh]
        live = {child.task_spec.name for child in task.children if is_open(child)}
        if isinstance(task.task_spec, BoundarySplit) and task.task_spec.main in live:
            yield from ((task, spec) for spec in ways if isinstance(spec, Boundary))
        elif isinstance(task.task_spec, EventGateway) and live:
            yield from ((task, spec) for spec in ways)
        elif task.parent is None and any(is_open(each) and not _is_beside(each) for each in tasks):
            yield from ((task, spec) for spec in ways if isinstance(spec, EventStart))


def _is_beside(task: Task) -> bool:
    """Whether an event sub-process is at work here, or only waits: no new one begins beside those."""
    return getattr(task.task_spec, "is_handler", False) or isinstance(task.task_spec, EventStart)


class _Part:
    """The rows of one process of the state."""

    def __init__(self, whole: _Rewriting, host: str, part: Mapping, pair: Pair) -> None:
        self.whole, self.pair, self.part = whole, pair, part
        self.rows: list[list] = [list(row) for row in part["tasks"]]
        self.before = [row[SPEC] for row in self.rows]
        self.dropped: set[int] = set()
        self.is_whole = not host
        whole.fresh[host] = pair.fresh

    def written(self) -> dict:
        for index, row in enumerate(part_rows := self.part["tasks"]):
            if is_open_row(part_rows, row):
                self._open(index)
            elif not is_coming(part_rows, row):
                self._finished(index)
        for index, row in enumerate(self.part["tasks"]):
            if index not in self.dropped and not is_coming(self.part["tasks"], row):
                self._foresee(index)
        self._split()
        return self._renumbered()

    def _open(self, index: int) -> None:
        row = self.rows[index]
        old = self.pair.old.task_specs[row[SPEC]]
        found = self.pair.find(row[SPEC])
        if found is None and is_armed(old, self.pair.old.task_specs.get(self._above(index))):
            self._drop(index)
            return
        if found is None:
            raise ProcessFault(LOST.format(element=element_of(old.name)))
        row[SPEC] = found.name
        row[INTERNAL] = self._internal(row[INTERNAL])
        joins = {self.pair.name(name) for name in old._inputs} != set(found._inputs)
        self.whole.recounts |= joins and row[STATE] == TaskState.WAITING

    def _above(self, index: int) -> str:
        parent = self.rows[index][PARENT]
        return "" if parent is None else self.before[parent]

    def _finished(self, index: int) -> None:
        """What is over only holds variables: where it is drawn no more, the start stands for it."""
        row = self.rows[index]
        found = self.pair.find(row[SPEC])
        row[SPEC] = found.name if found is not None else self.pair.new.start.name
        row[INTERNAL] = self._internal(row[INTERNAL])

    def _internal(self, kept: Mapping) -> dict:
        found = dict(kept)
        if "owed" in found:
            found["owed"] = self._memory(found["owed"])
        for key in (RESETS, "used"):
            if key in found:
                found[key] = sorted(map(self.pair.name, found[key]))
        return found

    def _memory(self, kept: Sequence[Mapping]) -> list[dict]:
        """What was done and can be undone; what nobody can undo any more is forgotten."""
        name = self.pair.mapping
        moved = (
            {
                **each,
                "handler": name.get(each["handler"], each["handler"]),
                "within": [name.get(step, step) for step in each["within"]],
            }
            for each in kept
        )
        return [each for each in moved if each["handler"] in self.pair.new.task_specs]

    def _foresee(self, index: int) -> None:
        """The steps that come next stay foreseen where they are the same ones, and are foreseen anew otherwise."""
        children = [
            child
            for child in self.rows[index][CHILDREN]
            if is_coming(self.part["tasks"], self.part["tasks"][child])
        ]
        if not children:
            return
        ways = [self.pair.name(name) for name in self.pair.old.task_specs[self.before[index]]._outputs]
        if ways == list(self.pair.new.task_specs[self.rows[index][SPEC]]._outputs):
            for child in children:
                self.rows[child][SPEC] = self.pair.name(self.before[child])
            return
        for child in children:
            self._drop(child)
        self.whole.unforeseen.add(self.rows[index][ID])

    def _drop(self, index: int) -> None:
        self.dropped.add(index)
        for child in self.rows[index][CHILDREN]:
            self._drop(child)

    def _split(self) -> None:
        """Where the new version has events on an edge and the old one had none, what arms them is put in between."""
        for index in range(len(self.rows)):
            row = self.rows[index]
            name = SPLIT.format(row[SPEC])
            if index in self.dropped or name not in self.pair.new.task_specs or row[TRIGGERED]:
                continue
            parent = row[PARENT]
            if not is_open_row(self.part["tasks"], self.part["tasks"][index]) or parent is None:
                continue
            if self.rows[parent][SPEC] != name:
                between = [new_id(), parent, [index], TaskState.COMPLETED, name, row[5], 0, {}, {}, []]
                self.rows.append(between)
                siblings = self.rows[parent][CHILDREN]
                self.rows[parent][CHILDREN] = [
                    len(self.rows) - 1 if each == index else each for each in siblings
                ]
                row[PARENT] = len(self.rows) - 1

    def _renumbered(self) -> dict:
        kept = [index for index in range(len(self.rows)) if index not in self.dropped]
        place = {old: new for new, old in enumerate(kept)}
        rows = [self._renumbered_row(self.rows[index], place) for index in kept]
        root = place[self.part["root"]]
        rows[root][UPDATES] = {**self.whole.variables, **rows[root][UPDATES]}
        gone = {self.rows[index][ID] for index in self.dropped}
        data = self._data(rows)
        return {
            **self.part,
            "tasks": rows,
            "root": root,
            "last": place.get(self.part["last"]),
            "data": data,
            "gone": gone,
        }

    def _renumbered_row(self, row: list, place: Mapping[int, int]) -> list:
        row = list(row)
        row[PARENT] = None if row[PARENT] is None else place[row[PARENT]]
        row[CHILDREN] = [place[child] for child in row[CHILDREN] if child in place]
        return row

    def _data(self, rows: Sequence[Sequence]) -> dict:
        """What the scope itself remembers, as far as the new version has a place for it."""
        data = dict(self.part["data"])
        if DONE in data:
            data[DONE] = self._memory(data[DONE])
        if SHARED in data:
            known = self.pair.new.data_objects
            data[SHARED] = {name: value for name, value in data[SHARED].items() if name in known}
        if not self.whole.new._spec.watches:
            data.pop(NEWEST, None)
        elif not self.whole.old._spec.watches:
            data[NEWEST] = _written(
                rows if self.is_whole else [row for row in rows if row[PARENT] is not None]
            )
        elif self.is_whole and self.whole.variables:
            data[NEWEST] = {**self.whole.variables, **data.get(NEWEST, {})}
        return data


def _written(rows: Sequence[Sequence]) -> dict[str, object]:
    """Every variable with the value that was written last."""
    found: dict[str, object] = {}
    for row in sorted(rows, key=lambda row: row[5]):
        found |= row[UPDATES]
    return found
