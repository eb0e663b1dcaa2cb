"""What of a running case hangs on the city's calendar: timers counted anew when it changes, and drawn reminders."""

from datetime import UTC, datetime, timedelta

from SpiffWorkflow.task import Task

from app.engine import codec, timers
from app.engine.drawing import Drawing
from app.engine.elements.catching import listeners
from app.engine.language import BadExpression
from app.engine.rules import Rules, WorkCalendar
from app.errors import ProcessFault

_SAME = timedelta(seconds=5)  # what an older state does not tell more exactly


def recount(
    drawing: Drawing, state: bytes, *, before: WorkCalendar, after: WorkCalendar
) -> tuple[bytes, dict[str, datetime]]:
    """The case with every waiting timer as the other calendar counts it, and the timers that moved: id → new moment.

    A timer is worked out again from the moment it was begun. One that the calendar of before does not explain, such
    as one whose variables have changed in between, stays as it is. Nothing fires here.
    """
    rules = Rules(datetime.now(UTC), after)
    workflow = codec.load(state, drawing._spec, drawing._subprocess_specs, rules)
    moved: dict[str, datetime] = {}
    for task in listeners(workflow, "timer"):
        due, began = timers.due_of(task), timers.begun(task)
        if due is None or timers.is_literal(task.task_spec.trigger.text):
            continue
        was, will_be = (_worked_out(task, Rules(began, calendar)) for calendar in (before, after))
        if was is not None and will_be is not None and abs(was - due) <= _SAME and will_be != was:
            task.internal_data["due"] = will_be.isoformat()
            moved[task.known_as] = will_be
    return (codec.dump(workflow), moved) if moved else (state, moved)


def reminds(drawing: Drawing, step: str) -> bool:
    """Whether the drawing itself reminds of a step: by a timer on its edge that does not interrupt."""
    return step in drawing.reminded


def _worked_out(task: Task, rules: Rules) -> datetime | None:
    try:
        return timers.moment(rules.timer(task, task.task_spec.trigger.text), rules.now)
    except (BadExpression, ProcessFault, ValueError):
        return None
