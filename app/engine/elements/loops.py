"""The standard loop: an activity that is done again as long as a condition holds, at most so many times."""

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.elements.changes import changed
from app.engine.elements.markers import COUNTER
from app.engine.elements.repeats import BOOK, Repeated


class Loop(Repeated):
    """Each time goes on with what the time before left in the variables."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        self._open_book(my_task)
        if self.marker.test_before and not self._again(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self._begin_instance(my_task, 0, {})
        return False

    def instance_done(self, my_task: Task, child: Task) -> None:
        """Take over what this time changed, and go round again or go on."""
        book = my_task.internal_data[BOOK]
        book["done"] += 1
        my_task.data.update(changed(my_task.data, child.data, but=self.marker.names))
        if self._again(my_task):
            self._begin_instance(my_task, book["done"], {})
        else:
            self._finish(my_task)

    def _again(self, my_task: Task) -> bool:
        """Whether there is a next time. The condition knows how often it was done as `loopCounter`."""
        done = my_task.internal_data[BOOK]["done"]
        if self.marker.maximum is not None and done >= self.marker.maximum:
            return False
        if self.marker.condition is None:
            return True
        my_task.data[COUNTER] = done
        holds = my_task.workflow.script_engine.evaluate(my_task, self.marker.condition)
        del my_task.data[COUNTER]
        return bool(holds)
