"""A case under test: does what people, the worker, the clock and other cases do; checks the state after each move."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app import engine
from app.domain.calendar import Calendar
from app.engine import codec
from app.engine.rules import Rules
from app.engine.stepping import Move

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 6, 8, 9, 0, tzinfo=ZONE)
CALENDAR = Calendar(ZONE)


class Case:
    """Plays one case from its start, or from an `event` that opens it. With `compact=False` its history is kept whole.

    The first file is the main one unless `main` names a process; files with decisions may stand among them.
    """

    def __init__(
        self,
        *files: bytes,
        main: str = "bpmn/0.bpmn",
        event: "engine.Event | None" = None,
        now: datetime = MONDAY,
        compact: bool = True,
        **variables: object,
    ) -> None:
        named = {f"bpmn/{index}.{_kind(content)}": content for index, content in enumerate(files)}
        self.drawing = engine.read(named, main)
        self.now, self.compact = now, compact
        self.ended: list[str] = []
        self.passed: list[str] = []
        self.flows: list[str] = []
        self.thrown: list[engine.Event] = []
        self.standing: engine.Standing
        self._take(self._move(None).begin(variables, *([event] if event else [])))

    @property
    def steps(self) -> list[str]:
        return sorted(waiting.step for waiting in self.standing.waiting)

    @property
    def orders(self) -> list[str]:
        return sorted(operation.step for operation in self.standing.operations)

    @property
    def due(self) -> dict[str, datetime]:
        return {timer.step: timer.due for timer in self.standing.timers}

    def data(self, step: str) -> dict[str, object]:
        return dict(next(waiting.variables for waiting in self.standing.waiting if waiting.step == step))

    def id_of(self, step: str) -> str:
        both = (*self.standing.waiting, *self.standing.operations)
        return next(task.id for task in both if task.step == step)

    def do(self, step: str, **variables: object) -> "Case":
        return self.answer(self.id_of(step), **variables)

    def answer(self, task_id: str, **variables: object) -> "Case":
        return self._take(self._move().complete(task_id, variables))

    def perform(self, step: str, **result: object) -> "Case":
        return self._take(self._move().finish_operation(self.id_of(step), result))

    def forward(self, **amount: float) -> "Case":
        self.now += timedelta(**amount)
        return self._take(self._move().fire_timers())

    @property
    def listening(self) -> list[str]:
        """What the case waits for from outside: `kind:name`, of each as often as it waits."""
        return sorted(f"{heard.kind}:{heard.name}" for heard in self.standing.listening)

    def tell(
        self, name: str, correlation: Mapping[str, Mapping[str, object]] | None = None, **payload: object
    ) -> "Case":
        """A message reaches the case."""
        return self.deliver(engine.Event("message", name, payload, correlation or {}))

    def signal(self, name: str, **payload: object) -> "Case":
        return self.deliver(engine.Event("signal", name, payload))

    def deliver(self, event: "engine.Event") -> "Case":
        return self._take(self._move().deliver(event))

    def picture(self) -> tuple:
        """All that matters of where the case stands, without ids."""
        return (
            sorted(
                (waiting.step, sorted(waiting.variables.items(), key=str))
                for waiting in self.standing.waiting
            ),
            sorted((timer.step, timer.due) for timer in self.standing.timers),
            sorted((order.step, sorted(order.params.items())) for order in self.standing.operations),
            self.standing.finished,
            sorted(self.ended),
        )

    def _move(self, state: bytes | None = b"") -> Move:
        state = self.standing.state if state == b"" else state
        move = Move(self.drawing, state, now=self.now, calendar=CALENDAR)
        if not self.compact:
            move.tidy = lambda _workflow: None
        return move

    def _take(self, standing: engine.Standing) -> "Case":
        self.standing = standing
        self.ended.extend(standing.ended)
        self.passed.extend(standing.passed)
        self.flows.extend(standing.flows)
        self.thrown.extend(standing.thrown)
        self._survives_storage()
        return self

    def _survives_storage(self) -> None:
        spec, subs = self.drawing._spec, self.drawing._subprocess_specs
        awake = codec.load(self.standing.state, spec, subs, Rules(self.now, CALENDAR))
        assert codec.dump(awake) == self.standing.state


def _kind(content: bytes) -> str:
    return "dmn" if b"/DMN/" in content[:1000] else "bpmn"
