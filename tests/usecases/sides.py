"""The two engines that the bench sets beside each other, without a portal around them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.engine import Standing, plain
from app.usecases.bench import chain


@dataclass(frozen=True)
class Side:
    """Whoever moves the case: our engine, or SpiffWorkflow as it comes."""

    name: str
    start: Callable[[Mapping[str, object]], Standing]
    complete: Callable[[bytes, str, Mapping[str, object]], Standing]

    def do(self, standing: Standing, step: str, answers: Mapping[str, object]) -> Standing:
        """Finish the open task of this step, in memory."""
        task_id = next(task.id for task in standing.waiting if task.step == step)
        return self.complete(standing.state, task_id, answers)


def ours(now: datetime) -> Side:
    """The engine of the portal at one moment, its drawing read once as in the portal."""
    drawing = engine.read(chain.FILES, chain.PROCESS)
    return Side(
        "ours",
        lambda variables: engine.start(drawing, variables, now),
        lambda state, task_id, answers: engine.complete(drawing, state, task_id, answers, now),
    )


def baseline() -> Side:
    """SpiffWorkflow as it comes, by its own clock."""
    return Side(
        "plain",
        lambda variables: plain.create(chain.FILES, chain.PROCESS, variables),
        lambda *given: plain.complete(*given, quiet=chain.APPLICANT_STEPS),
    )


def picture(standing: Standing) -> tuple:
    """All that matters of where a case stands, without ids and moments."""
    waiting = sorted((task.step, sorted(task.variables.items())) for task in standing.waiting)
    return waiting, sorted(timer.step for timer in standing.timers), standing.finished
