"""Where a case stands after a move: what to store, who must act, what is due, what the worker must do."""

from collections.abc import Mapping
from dataclasses import dataclass
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
class Standing:
    """The case after one move. `ended` names the end events reached in this move."""

    state: bytes
    waiting: tuple[Waiting, ...]
    timers: tuple[DueTimer, ...]
    operations: tuple[Operation, ...]
    ended: tuple[str, ...]
    finished: bool
