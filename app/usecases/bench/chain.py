"""The case that is measured: a chain of six offices, the answers given in it, and the two sides that can move it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import engine
from app.engine import Drawing, Standing, plain

PROCESS = "rantai"
SERVICE = Path(__file__).parent / "service"  # what is published: its diagrams and forms
FILES = {path.name: path.read_bytes() for path in sorted((SERVICE / "bpmn").glob("*.bpmn"))}
OFFICES = frozenset(
    ["sahkan_rt", "periksa_operator", "setujui_kasi", "paraf_seklur", "tandatangan_lurah"]
)  # those who decide
WAY = (
    "sahkan_rt", "periksa_operator", "catat_agenda", "setujui_kasi",
    "paraf_seklur", "tandatangan_lurah", "serahkan", "terima",
)  # fmt: skip
APPLICANT_STEPS = frozenset(["perbaiki", "terima"])
REVIEW, CORRECTION = "sahkan_rt", "perbaiki"
CONSONANTS, VOWELS = "bdghjklmnprstwy", "aiueo"
CASE_DATA = 4096  # bytes


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
    drawing = engine.read(FILES, PROCESS)
    return Side(
        "ours",
        lambda variables: engine.start(drawing, variables, now),
        lambda state, task_id, answers: engine.complete(drawing, state, task_id, answers, now),
    )


def baseline() -> Side:
    """SpiffWorkflow as it comes, by its own clock."""
    return Side(
        "plain",
        lambda variables: plain.create(FILES, PROCESS, variables),
        lambda *given: plain.complete(*given, quiet=APPLICANT_STEPS),
    )


class PlainEngine:
    """SpiffWorkflow in the place of our engine, for the use cases of a portal that is measured."""

    def start(
        self, _drawing: Drawing, variables: Mapping[str, object], *_time: object, **_more: object
    ) -> Standing:
        return plain.create(FILES, PROCESS, variables)

    def complete(
        self,
        _drawing: Drawing,
        state: bytes,
        task_id: str,
        given: Mapping[str, object],
        *_now: object,
        **_days: object,
    ) -> Standing:
        return plain.complete(state, task_id, given, quiet=APPLICANT_STEPS)


def application(seed: int) -> dict[str, object]:
    """About 4 KB of case data, all of it read by the drawing and so kept in the state by both sides."""
    words = random.Random(seed)
    short = {name: _text(words, size) for name, size in (("nama", 30), ("alamat", 120), ("keperluan", 300))}
    files = [f"{_text(words, 24).replace(' ', '-')}.pdf" for _ in range(6)]
    known = {"kode_arsip": "145", "keputusan": "", "langkah": "", "catatan": "", "lampiran": files, **short}
    return {**known, "keterangan": _text(words, CASE_DATA - len(str(known)))}


def answers(step: str, *, decision: str = "setuju", number: int = 0) -> dict[str, object]:
    """What is entered at a step."""
    given = {"catatan": f"Catatan ke-{number} pada langkah {step}."}
    if step in OFFICES:
        given["keputusan"] = decision
    return given


def after_rounds(side: Side, standing: Standing, rounds: int) -> Standing:
    """The case after so many returns: the first office sends it back, the applicant corrects it."""
    for number in range(rounds):
        standing = side.do(standing, REVIEW, answers(REVIEW, decision="kembalikan", number=number))
        standing = side.do(standing, CORRECTION, answers(CORRECTION, number=number))
    return standing


def picture(standing: Standing) -> tuple:
    """All that matters of where a case stands, without ids and moments."""
    waiting = sorted((task.step, sorted(task.variables.items())) for task in standing.waiting)
    return waiting, sorted(timer.step for timer in standing.timers), standing.finished


def _text(words: random.Random, size: int) -> str:
    text = ""
    while len(text) < size:
        syllables = (words.choice(CONSONANTS) + words.choice(VOWELS) for _ in range(words.randint(2, 4)))
        text += "".join(syllables) + " "
    return text[:size].strip()
