"""How far a token looks ahead: one step, as far as it can go next."""

from collections.abc import Sequence

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

COMING = TaskState.FUTURE | TaskState.PREDICTED_MASK


class OneStep:
    """SpiffWorkflow draws beforehand every way to the end: of ten parallel reviews in a row, more than can be walked.

    Mixed into every spec, so that a task knows the tasks after it when a token reaches it, and none beyond.
    """

    def _predict(
        self,
        my_task: Task,
        _seen: Sequence | None = None,
        _looked_ahead: int = 0,
        mask: int = TaskState.PREDICTED_MASK,
    ) -> None:
        if my_task.state & mask:
            self._predict_hook(my_task)

    def _update(self, my_task: Task) -> None:
        if my_task.state & COMING:
            self._predict_hook(my_task)
        if self._update_hook(my_task):
            my_task._ready()
