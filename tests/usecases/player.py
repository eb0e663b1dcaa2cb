"""Plays a journey of tests/journeys through the deeds that people call: the citizen's form, the inbox, the worker."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from fpdf import FPDF
from PIL import Image
from werkzeug.datastructures import MultiDict

from app import engine
from app.domain import forms, journeys
from app.domain.journeys import Deed, Journey, Move, Wait, Word
from app.storage import cases, db, letters, transaction
from app.storage.cases import Case, Task
from app.usecases import advance, apply, casework, catalogue, clock, correction, drafts, filling, inbox, track
from app.usecases.apply import Receipt
from app.usecases.drafts import Posted
from app.usecases.parts import parts
from app.usecases.uploads import Upload
from tests import factories

FOLDER = Path(__file__).parent.parent / "journeys"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> Journey:
    return journeys.read(f"{name}.json", (FOLDER / f"{name}.json").read_bytes())


def send(journey: Journey) -> Receipt:
    """Fill in every page of the form as the applicant would and send it."""
    service = journey.service
    form = casework.applicant_form(catalogue.offered(service).current_version_id)
    values, files = posted(journey.applicant), list(uploads(journey.files))
    token = ""
    for page in form.pages:
        these = [file for file in files if file.field in page.names]
        paper, problems = drafts.keep(service, token, Posted(page.names, values, these))
        assert not problems, problems
        token = paper.token
    return apply.send(service, token, paper.key)


def play(journey: Journey, moves: Iterable[Move] | None = None) -> tuple[Case, Receipt]:
    """Send it and make every move (or only these)."""
    parts().clock.set(journey.sent)
    receipt = send(journey)
    case = db.session.get_one(Case, receipt.case_id)
    clock.settle()
    for move in journey.moves if moves is None else moves:
        make(case, move)
    return case, receipt


def make(case: Case, move: Move) -> None:
    """One move of a journey, and what the worker then has to do."""
    if isinstance(move, Wait):
        _wait(case, move.until)
    elif isinstance(move, Word):
        _tell(case, engine.Event(move.kind, move.name, move.payload, move.correlation))
    elif move.role == casework.APPLICANT:
        correct(case, move.answers, move.files, only=move.only)
    else:
        _decide(case, move)
    clock.settle()
    db.session.refresh(case)
    waiting = {task.step for task in cases.open_tasks_of(case.id)}
    assert waiting.issuperset(move.opens), waiting
    assert waiting.isdisjoint(move.closes), waiting


def correct(case: Case, answers: Mapping, files: Mapping, *, only: Iterable[str] | None = None) -> None:
    """The applicant mends what was asked for, and nothing else is open."""
    wanted = correction.wanted_fields(case)
    assert only is None or set(wanted) == set(only)
    before = casework.answers_of(case.id)[casework.APPLICATION]
    values = posted({name: before.get(name) for name in wanted} | dict(answers))
    _paper, problems = correction.keep(case.id, Posted(wanted, values, list(uploads(files)), "kirim"))
    assert not problems, problems
    correction.send(case.id)


def posted(answers: Mapping[str, Any]) -> MultiDict:
    """Clean answers as a browser posts them."""
    return MultiDict(filling.posted(answers))


def uploads(files: Mapping[str, str | list[str]]) -> Iterable[Upload]:
    for field, named in files.items():
        for name in [named] if isinstance(named, str) else named:
            yield Upload(field, name, BytesIO(content(name)))


@cache
def content(name: str) -> bytes:
    """A small picture, or a PDF of one sheet."""
    target = BytesIO()
    if name.endswith(".pdf"):
        paper = FPDF()
        paper.add_page()
        paper.set_font("helvetica", size=20)
        paper.cell(text=name)
        paper.output(target)
    else:
        Image.new("RGB", (120, 80), "lightblue").save(target, "JPEG")
    return target.getvalue()


def letter_pages(case: Case) -> list[str]:
    """The words of every page of the case's one signed letter, each on one line."""
    (letter,) = letters.letters_of(case.id)
    with pypdfium2.PdfDocument(parts().files.get(letter.signed_key)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def told_applicant(case: Case) -> list[str]:
    return [said.text for said in track.messages_of(case)]


def at_operator() -> tuple[Case, Task]:
    """An SKTM that waits for the operator of the kelurahan since this moment."""
    case = factories.apply("sktm")
    factories.walk(case, until="periksa_operator")
    return case, factories.open_task(case)


def tasks_of_step(case: Case, step: str) -> list[Task]:
    return [task for task in cases.tasks_of(case.id) if task.step == step]


def _decide(case: Case, deed: Deed) -> None:
    task = factories.open_task(case, deed.step)
    assert task.role_key == deed.role
    actor = factories.holder(task)
    assert actor.name == (deed.person or actor.name)
    form = casework.step_form(case.version_id, task.step)
    typed = forms.raw(form, posted(deed.answers)) if form else {}
    kept, problems = inbox.keep_files(task.id, list(uploads(deed.files)), actor=actor)
    assert not problems, problems
    inbox.complete_task(task.id, typed | kept, actor=actor)


def _tell(case: Case, event: engine.Event) -> None:
    with transaction():
        held = cases.lock_case(case.id)
        advance.advance(
            held,
            lambda drawing, state, days, now: engine.deliver(drawing, state, event, now, calendar=days),
            by="Uji",
        )


def _wait(case: Case, until: datetime) -> None:
    """Time passes; the worker wakes the case at the moment of every timer on the way."""
    while due := [timer.due_at for timer in cases.timers_of(case.id) if timer.due_at <= until]:
        parts().clock.set(max(min(due), parts().clock()))
        clock.settle()
    parts().clock.set(until)
