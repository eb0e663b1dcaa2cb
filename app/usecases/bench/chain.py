"""The case that is measured: a chain of six offices, the answers given in it, and SpiffWorkflow as what moves it."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.engine import Drawing, Standing, WorkCalendar, plain

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
class PlainEngine:
    """SpiffWorkflow in the place of our engine, for the use cases of a portal that is measured.

    `files` are the diagrams of the cases it begins, `quiet` the applicant's steps in them.
    """

    files: Mapping[str, bytes] = field(default_factory=lambda: FILES)
    quiet: Collection[str] = APPLICANT_STEPS

    def start(
        self,
        drawing: Drawing,
        variables: Mapping[str, object],
        now: datetime,
        *,
        calendar: WorkCalendar | None = None,
        **_more: object,
    ) -> Standing:
        return plain.create(self.files, drawing.process_id, variables, now=now, calendar=calendar)

    def complete(
        self,
        _drawing: Drawing,
        state: bytes,
        task_id: str,
        given: Mapping[str, object],
        now: datetime,
        *,
        calendar: WorkCalendar | None = None,
    ) -> Standing:
        return plain.complete(state, task_id, given, quiet=self.quiet, now=now, calendar=calendar)


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


def walked() -> list[tuple[str, dict[str, object]]]:
    """The whole way, with what is entered at each step of it."""
    return [(step, answers(step)) for step in WAY]


def _text(words: random.Random, size: int) -> str:
    text = ""
    while len(text) < size:
        syllables = (words.choice(CONSONANTS) + words.choice(VOWELS) for _ in range(words.randint(2, 4)))
        text += "".join(syllables) + " "
    return text[:size].strip()
