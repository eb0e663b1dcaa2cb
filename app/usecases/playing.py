"""Plays one journey against a service's drawing and forms alone: nothing is stored, nothing leaves, time is told.

It does what the deeds of a case do to the engine: applying, deciding, correcting, the worker's work, the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import engine
from app.domain.calendar import Calendar
from app.domain.journeys import Deed, Journey, Move, Wait, Word
from app.engine import Standing
from app.errors import Invalid, ProcessFault, Refused
from app.usecases.casework import APPLICANT, Published
from app.usecases.checking import OPERATIONS
from app.usecases.filling import Areas, Astray, Papers
from app.usecases.opening import OWN_NUMBER

MOST_TURNS = 1_000  # operations and timers between two moves
NUMBER = "26-7K3-MN4-TXC"  # the case's own, where the drawing asks for it
LETTERS = frozenset({"surat.terbitkan", "surat.legalisir"})
ENDLESS = "operasi atau pengatur waktu tidak habis-habis: diagram berputar"


@dataclass(frozen=True)
class Ground:
    """What a journey is played on: a service as its folder has it, and the city's days and areas."""

    version: Published
    calendar: Calendar
    areas: Areas


@dataclass(frozen=True)
class Played:
    """How a journey went: to its end, or otherwise than it says at one of its moves."""

    at: int | None  # number of that move; 0 is sending the form, one more than the last is the end
    expected: str
    actual: str
    passed: frozenset[str]
    walked: frozenset[str]


def play(journey: Journey, ground: Ground) -> Played:
    """The whole journey, or as far as it goes as it says."""
    case = _Case(journey, ground)
    at, expected, actual = None, "", ""
    try:
        case.run()
    except Astray as astray:
        at, expected, actual = case.at, astray.expected, astray.actual
    except Refused as refusal:
        at, expected, actual = case.at, "langkah ini diterima", _said(refusal)
    except ProcessFault as fault:
        at, expected, actual = case.at, "diagram dapat dijalankan", str(fault)
    return Played(at, expected, actual, frozenset(case.passed), frozenset(case.walked))


class _Case:
    """One case that nobody keeps."""

    def __init__(self, journey: Journey, ground: Ground) -> None:
        self.journey, self.drawing, self.calendar = journey, ground.version.drawing, ground.calendar
        self.papers = Papers(ground.version, ground.areas)
        self.now = journey.sent.astimezone(ground.calendar.zone)
        self.standing: Standing | None = None
        self.at = self.letters = self.corrections = 0
        self.outcome = ""
        self.passed: set[str] = set()
        self.walked: set[str] = set()
        self.met: set[str] = set()  # steps that waited at some time

    def run(self) -> None:
        """From the sent form to the end."""
        journey = self.journey
        known = self.papers.apply(journey.applicant, journey.files, self.now.date())
        known |= {OWN_NUMBER: NUMBER}
        self._take(engine.start(self.drawing, known, self.now, calendar=self.calendar))
        for self.at, move in enumerate(journey.moves, start=1):
            self._make(move)
        self.at = len(journey.moves) + 1
        self._end()

    def _make(self, move: Move) -> None:
        if isinstance(move, Wait):
            self._wait(move.until.astimezone(self.calendar.zone))
        elif isinstance(move, Word):
            self._hear(move)
        elif isinstance(move, Deed):
            self._do(move)
        waiting = {task.step for task in self.standing.waiting}
        if missing := set(move.opens) - waiting:
            raise Astray(f"menunggu {self._steps(missing)}", self._where())
        if still := set(move.closes) & waiting:
            raise Astray(f"tidak lagi menunggu {self._steps(still)}", self._where())

    def _do(self, deed: Deed) -> None:
        task = next((task for task in self.standing.waiting if task.step == deed.step), None)
        if task is None:
            raise Astray(f"menunggu {self._steps([deed.step])}", self._where())
        role, today = self.drawing.steps[deed.step].role, self.now.date()
        if role != deed.role:
            raise Astray(f"{self._steps([deed.step])} milik {deed.role}", f"langkah itu milik {role}")
        if role == APPLICANT:
            known = self.papers.correct(deed, task, today)
            self.corrections += 1
        else:
            known = self.papers.decide(deed, today)
        state = self.standing.state
        self._take(engine.complete(self.drawing, state, task.id, known, self.now, calendar=self.calendar))

    def _hear(self, word: Word) -> None:
        event = engine.Event(word.kind, word.name, word.payload, word.correlation)
        heard = {(each.kind, each.name) for each in self.standing.listening}
        if (word.kind, word.name) not in heard:
            waited = ", ".join(sorted(name for _kind, name in heard)) or "tidak ada"
            raise Astray(
                f"menunggu “{word.name}”", f"{self._where()}; pesan dan sinyal yang ditunggu: {waited}"
            )
        state = self.standing.state
        self._take(engine.deliver(self.drawing, state, event, self.now, calendar=self.calendar))

    def _wait(self, until: datetime) -> None:
        """Time passes; whatever is due on the way happens at its moment."""
        for _turn in range(MOST_TURNS):
            due = min((timer.due for timer in self.standing.timers), default=None)
            if due is None or due > until:
                self.now = until
                return
            self.now = max(self.now, due.astimezone(until.tzinfo))
            self._settle()
        raise Astray(f"waktu berjalan sampai {until.isoformat()}", ENDLESS)

    def _end(self) -> None:
        """What the journey says of its end is so."""
        wanted, letters, returns = self.journey, self.letters, self.corrections
        if not self.standing.finished or self.outcome != wanted.outcome:
            raise Astray(f"berkas selesai dengan hasil {wanted.outcome}", self._where())
        if wanted.letter is not None and letters != wanted.letter:
            raise Astray("satu surat terbit" if wanted.letter else "tanpa surat", f"{letters} surat terbit")
        if wanted.returns is not None and returns != wanted.returns:
            raise Astray(f"pemohon memperbaiki {wanted.returns} kali", f"pemohon memperbaiki {returns} kali")
        if wrong := self.met & set(wanted.never):
            raise Astray(f"tidak pernah menunggu {self._steps(wrong)}", "langkah itu pernah menunggu")

    def _take(self, standing: Standing) -> None:
        """The case stands elsewhere, and the worker does what is due there."""
        self._note(standing)
        self._settle()

    def _settle(self) -> None:
        for _turn in range(MOST_TURNS):
            state = self.standing.state
            if any(timer.due <= self.now for timer in self.standing.timers):
                self._note(engine.fire_timers(self.drawing, state, self.now, calendar=self.calendar))
            elif self.standing.operations:
                order = self.standing.operations[0]
                done = self._performed(order)
                self._note(
                    engine.finish_operation(
                        self.drawing, state, order.id, done, self.now, calendar=self.calendar
                    )
                )
            else:
                return
        raise Astray("berkas sampai pada seseorang atau selesai", ENDLESS)

    def _performed(self, order: engine.Operation) -> dict[str, Any]:
        if order.name not in OPERATIONS:
            raise Astray(
                f"operasi {self._steps([order.step])} dikenal", f"operasi {order.name} tidak dikenal"
            )
        self.letters += order.name in LETTERS
        return dict(self.journey.results.get(order.step, {}))

    def _note(self, standing: Standing) -> None:
        self.standing = standing
        self.passed |= set(standing.passed)
        self.walked |= set(standing.flows)
        self.met |= {task.step for task in standing.waiting}
        for end in standing.ended:
            if end in self.drawing.steps:
                self.outcome = self.drawing.steps[end].properties.get("hasil", self.outcome)
        if standing.finished:
            self.outcome = self.outcome or "selesai"

    def _where(self) -> str:
        """Where the case stands, in words."""
        if self.standing.finished:
            return f"berkas selesai dengan hasil {self.outcome}"
        steps = {task.step for task in self.standing.waiting}
        return f"menunggu {self._steps(steps)}" if steps else "tidak ada langkah yang menunggu orang"

    def _steps(self, names: Iterable[str]) -> str:
        known = self.drawing.steps
        said = [f"{name} “{known[name].name}”" if name in known else f"{name} (tidak ada)" for name in names]
        return ", ".join(sorted(said))


def _said(refusal: Refused) -> str:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return "; ".join(f"{path}: {text}" for path, text in fields.items()) or str(refusal)
