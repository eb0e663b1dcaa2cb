"""Runs drawings: plain data in, plain data out. The only part of Alur that knows SpiffWorkflow."""

from collections.abc import Mapping
from datetime import datetime

from app.engine.checker import check
from app.engine.comparing import compare, standing_at
from app.engine.drawing import Drawing, Entrance, read
from app.engine.graph import Lane
from app.engine.guarded import check_guarded
from app.engine.moving import move_over
from app.engine.outline import StepOutline
from app.engine.picture import Edge, Picture, Shape
from app.engine.places import Place, place_of
from app.engine.pools import pools
from app.engine.problems import Problem
from app.engine.renewal import renew
from app.engine.rules import WorkCalendar
from app.engine.sources import MOST_BYTES
from app.engine.standing import DueTimer, Event, Listening, Operation, Standing, Waiting
from app.engine.stepping import Move
from app.engine.verdicts import IMPOSSIBLE, SAFE, UNDECIDED, Obstacle, Verdict
from app.engine.ways import ACTIVITY, EVENT, GATEWAY, Element, Way

__all__ = [
    "ACTIVITY", "EVENT", "GATEWAY", "IMPOSSIBLE", "MOST_BYTES", "SAFE", "UNDECIDED", "Drawing", "DueTimer",
    "Edge", "Element", "Entrance", "Event", "Lane", "Listening", "Obstacle", "Operation", "Picture", "Place",
    "Problem", "Shape", "Standing", "StepOutline", "Verdict", "Waiting", "Way", "WorkCalendar", "cancel",
    "check", "check_guarded", "compare", "complete", "deliver", "finish_operation", "fire_timers", "move_over",
    "place_of", "pools", "read", "renew", "standing_at", "start",
]  # fmt: skip


def start(
    drawing: Drawing,
    variables: Mapping[str, object],
    now: datetime,
    *,
    calendar: WorkCalendar | None = None,
    event: Event | None = None,
) -> Standing:
    """A new case of this drawing, moved to its first human step; with an `event`, begun by it.

    Raises Conflict when no start event waits for the event, ProcessFault when the drawing fails.
    """
    return Move(drawing, None, now=now, calendar=calendar).begin(variables, event)


def deliver(
    drawing: Drawing, state: bytes, event: Event, now: datetime, *, calendar: WorkCalendar | None = None
) -> Standing:
    """A message or a signal from outside reaches the case. Raises Conflict when nothing in it waits for it."""
    return Move(drawing, state, now=now, calendar=calendar).deliver(event)


def complete(
    drawing: Drawing,
    state: bytes,
    task_id: str,
    variables: Mapping[str, object],
    now: datetime,
    *,
    calendar: WorkCalendar | None = None,
) -> Standing:
    """A person finished this task; the case moves as far as it can without people."""
    return Move(drawing, state, now=now, calendar=calendar).complete(task_id, variables)


def fire_timers(
    drawing: Drawing, state: bytes, now: datetime, *, calendar: WorkCalendar | None = None
) -> Standing:
    """Everything that is due by now happens."""
    return Move(drawing, state, now=now, calendar=calendar).fire_timers()


def finish_operation(
    drawing: Drawing,
    state: bytes,
    task_id: str,
    result: Mapping[str, object],
    now: datetime,
    *,
    calendar: WorkCalendar | None = None,
) -> Standing:
    """The worker did what this service task ordered; its result is kept and the case moves on."""
    return Move(drawing, state, now=now, calendar=calendar).finish_operation(task_id, result)


def cancel(
    drawing: Drawing, state: bytes, now: datetime, *, calendar: WorkCalendar | None = None
) -> Standing:
    """The case is withdrawn: nothing waits any more."""
    return Move(drawing, state, now=now, calendar=calendar).cancel()
