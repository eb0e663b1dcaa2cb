"""Where a case stands after a move: what to store, who must act, what is due, what the worker must do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """A human task that is open."""

    id: str
    step: str
    variables: Mapping[str, object]


@dataclass(frozen=True)
class DueTimer:
    """A timer that is running, and when it fires."""

    id: str
    step: str
    due: datetime


@dataclass(frozen=True)
class Operation:
    """A service task that was reached and waits for its work to be done outside."""

    id: str
    step: str
    name: str
    params: Mapping[str, object]
    result_variable: str | None


@dataclass(frozen=True)
class Event:
    """A message or a signal on its way into a case or out of it."""

    kind: str  # "message" or "signal"
    name: str
    payload: object = field(default_factory=dict)
    correlation: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # key → property → value


@dataclass(frozen=True)
class Listening:
    """A message or signal that the case waits for."""

    id: str
    step: str
    kind: str
    name: str
    correlation: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Standing:
    """The case after one move.

    `passed` names the elements completed in it, `ended` the end events among them, `flows` the flows walked.
    """

    state: bytes
    waiting: tuple[Waiting, ...]
    timers: tuple[DueTimer, ...]
    operations: tuple[Operation, ...]
    thrown: tuple[Event, ...]  # messages that nobody in the case took, and every signal
    listening: tuple[Listening, ...]
    passed: tuple[str, ...]
    ended: tuple[str, ...]
    flows: tuple[str, ...]
    finished: bool

    @property
    def is_stuck(self) -> bool:
        """Whether tokens are left that nobody and nothing can move on: joins that wait for each other."""
        return not (self.finished or self.waiting or self.timers or self.operations or self.listening)
