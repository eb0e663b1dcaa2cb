"""A case under test: does what people, the worker and the clock do, and checks the state after every move."""

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
    """Plays one case from its start. With `compact=False` its history is kept whole, to compare."""

    def __init__(
        self, *files: bytes, now: datetime = MONDAY, compact: bool = True, **variables: object
    ) -> None:
        named = {f"bpmn/{index}.bpmn": content for index, content in enumerate(files)}
        self.drawing = engine.read(named, "bpmn/0.bpmn")
        self.now, self.compact = now, compact
        self.ended: list[str] = []
        self.standing: engine.Standing
        self._take(self._move(None).begin(variables))

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
        return self._take(self._move().complete(self.id_of(step), variables))

    def perform(self, step: str, **result: object) -> "Case":
        return self._take(self._move().finish_operation(self.id_of(step), result))

    def forward(self, **amount: float) -> "Case":
        self.now += timedelta(**amount)
        return self._take(self._move().fire_timers())

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
        self._survives_storage()
        return self

    def _survives_storage(self) -> None:
        spec, subs = self.drawing._spec, self.drawing._subprocess_specs
        awake = codec.load(self.standing.state, spec, subs, Rules(self.now, CALENDAR))
        assert codec.dump(awake) == self.standing.state
