"""Multi-instance: one activity done once for each item of a list or so many times, side by side or one by one."""

from collections.abc import Mapping

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements import dispatch
from app.engine.elements.catching import Boundary
from app.engine.elements.changes import changed
from app.engine.elements.loops import Loop
from app.engine.elements.markers import LAST_STEP, MOST_INSTANCES, NUMBERS, loop_of, many_of
from app.engine.elements.repeats import BOOK, Repeated
from app.engine.elements.triggers import Trigger
from app.engine.elements.variables import shared
from app.errors import ProcessFault


class Many(Repeated):
    """Counts its instances, keeps what they bring in their order, and ends early when its condition holds."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        items = self._items(my_task)
        now = items[:1] if self.marker.sequential else items
        later = items[len(now) :]
        self._open_book(my_task, total=len(items), later=later, outputs=[], changes={})
        if self.marker.collects and self.marker.output != self.marker.collection:
            my_task.data.pop(self.marker.output, None)
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for index, item in enumerate(now):
            self._begin(my_task, index, item)
        return False

    def instance_done(self, my_task: Task, child: Task) -> None:
        """Keep what this instance brought, say so, and go on with the next one or with the token."""
        book = my_task.internal_data[BOOK]
        book["done"] += 1
        self._keep(my_task, child, book)
        child.data = {**child.data, **self._numbers(book), **self._collected(book)}
        self._announce(my_task, child, first=book["done"] == 1)
        if my_task.state != TaskState.STARTED:
            return
        if book["done"] == book["total"] or self._is_enough(child):
            self._finish(my_task)
        elif self.marker.sequential:
            self._begin(my_task, book["done"], book["later"].pop(0))

    def _items(self, my_task: Task) -> list:
        """One item for each instance, checked before any of them exists."""
        where = f"Langkah {self.bpmn_id}"
        if self.marker.collection is not None:
            items = {**shared(my_task), **my_task.data}.get(self.marker.collection)
            if not isinstance(items, list):
                raise ProcessFault(f"{where}: variabel {self.marker.collection} harus berisi daftar.")
            if len(items) > MOST_INSTANCES:
                raise ProcessFault(
                    f"{where}: daftar {self.marker.collection} berisi {len(items)} butir; "
                    f"paling banyak {MOST_INSTANCES}."
                )
            return list(items)
        count = my_task.workflow.script_engine.evaluate(my_task, self.marker.cardinality)
        if type(count) is not int or not 0 <= count <= MOST_INSTANCES:
            raise ProcessFault(
                f"{where}: banyaknya ulangan harus bilangan bulat dari 0 sampai {MOST_INSTANCES}."
            )
        return list(range(1, count + 1))

    def _begin(self, my_task: Task, index: int, item: object) -> None:
        self._begin_instance(my_task, index, {self.marker.item: item} if self.marker.item else {})

    def _keep(self, my_task: Task, child: Task, book: dict) -> None:
        """An item for the output collection, or the variables that this instance changed.

        Those side by side do not see each other's changes; one after the other they do.
        """
        found = changed(my_task.data, child.data, but=self.marker.names)
        if self.marker.collects:
            book["outputs"].append([child.internal_data["index"], child.data.get(self.marker.output_item)])
            found = {name: value for name, value in found.items() if name == LAST_STEP}
        kept = my_task.data if self.marker.sequential else book["changes"]
        kept.update(found)

    def _numbers(self, book: Mapping[str, object]) -> dict[str, int]:
        total, done, later = book["total"], book["done"], len(book["later"])
        return dict(zip(NUMBERS, (total, total - done - later, done, 0), strict=True))

    def _collected(self, book: Mapping[str, object]) -> dict[str, object]:
        """The output collection so far, in the order of the items."""
        if not self.marker.collects:
            return {}
        return {self.marker.output: [item for _index, item in sorted(book["outputs"], key=_index)]}

    def _result(self, book: Mapping[str, object]) -> dict[str, object]:
        return {**book["changes"], **self._collected(book)}

    def _is_enough(self, child: Task) -> bool:
        condition = self.marker.condition
        return condition is not None and bool(child.workflow.script_engine.evaluate(child, condition))

    def _announce(self, my_task: Task, child: Task, *, first: bool) -> None:
        """Throw what the marker's behavior says; the edge of the activity itself may catch it."""
        for each in self.marker.announcements:
            if each.first_only and not first:
                continue
            rules = child.workflow.script_engine
            if each.condition is None or rules.evaluate(child, each.condition):
                _throw(my_task, child, each.trigger)


def _index(output: list) -> int:
    return output[0]


def _throw(my_task: Task, child: Task, trigger: Trigger) -> None:
    """Errors and escalations try the activity's own edge first; a payload may use what the instance knows."""
    upwards = trigger.kind in ("error", "escalation")
    edge = _edge(my_task, trigger) if upwards else None
    if edge is None:
        dispatch.throw(my_task if upwards and not trigger.payload else child, trigger)
    else:
        rules = child.workflow.script_engine
        edge.task_spec.fire(edge, rules.evaluate(child, trigger.payload) if trigger.payload else {})


def _edge(my_task: Task, trigger: Trigger) -> Task | None:
    """The event on the activity's edge that waits for this code, else the one that waits for any."""
    waiting = [
        task
        for task in my_task.parent.children
        if task.state == TaskState.WAITING
        and isinstance(task.task_spec, Boundary)
        and task.task_spec.trigger.kind == trigger.kind
        and task.task_spec.trigger.name in ("", trigger.name)
    ]
    return max(waiting, key=lambda task: task.task_spec.trigger.name, default=None)


class ManyParser:
    """Puts the spec of the repeat marker in front of the spec of the activity. For mixing into task parsers."""

    def _add_loop_task(self, _marker: object) -> None:
        self._wrap(Loop, loop_of(self.node))

    def _add_multiinstance_task(self, _marker: object) -> None:
        self._wrap(Many, many_of(self.node))

    def _wrap(self, kind: type[Repeated], marker: object) -> None:
        inner = self.spec.task_specs.pop(self.task.name)
        self.task = kind(self.spec, inner.name, marker, lane=inner.lane, bpmn_name=inner.bpmn_name)
        self.task.extensions = {}
        TaskParser._copy_task_attrs(self, inner)
