"""Plays a journey of tests/journeys through the deeds that people call: the citizen's form, the inbox, the worker."""

import json
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

from app.domain import forms
from app.storage import cases, db, letters
from app.storage.cases import Case, Task
from app.usecases import apply, casework, catalogue, clock, correction, drafts, inbox, track
from app.usecases.apply import Receipt
from app.usecases.drafts import Posted
from app.usecases.parts import parts
from app.usecases.uploads import Upload
from tests import factories

FOLDER = Path(__file__).parent.parent / "journeys"
Journey = dict[str, Any]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> Journey:
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def send(journey: Journey) -> Receipt:
    """Fill in every page of the form as the applicant would and send it."""
    service = journey["service"]
    form = casework.applicant_form(catalogue.offered(service).current_version_id)
    values, files = posted(journey["applicant"]), list(uploads(journey.get("files", {})))
    token = ""
    for page in form.pages:
        these = [file for file in files if file.field in page.names]
        paper, problems = drafts.keep(service, token, Posted(page.names, values, these))
        assert not problems, problems
        token = paper.token
    return apply.send(service, token, paper.key)


def play(journey: Journey, moves: Iterable[dict] | None = None) -> tuple[Case, Receipt]:
    """Send it and make every move (or only these)."""
    parts().clock.set(datetime.fromisoformat(journey["sent"]))
    receipt = send(journey)
    case = db.session.get_one(Case, receipt.case_id)
    clock.settle()
    for move in journey["moves"] if moves is None else moves:
        make(case, move)
    return case, receipt


def make(case: Case, move: dict) -> None:
    """One move of a journey, and what the worker then has to do."""
    if "until" in move:
        _wait(case, move)
    elif move["as"] == casework.APPLICANT:
        correct(case, move["answers"], move.get("files", {}), only=move["only"])
    else:
        task = factories.open_task(case, move["step"])
        assert task.role_key == move["as"]
        actor = factories.holder(task)
        assert actor.name == move.get("person", actor.name)
        form = casework.step_form(case.version_id, task.step)
        inbox.complete_task(task.id, forms.raw(form, posted(move["answers"])), actor=actor)
    clock.settle()
    db.session.refresh(case)


def correct(case: Case, answers: Mapping, files: Mapping, *, only: list[str] | None = None) -> None:
    """The applicant mends what was asked for, and nothing else is open."""
    wanted = correction.wanted_fields(case)
    assert only is None or set(wanted) == set(only)
    before = casework.answers_of(case.id)[casework.APPLICATION]
    values = posted({name: before.get(name) for name in wanted} | dict(answers))
    _paper, problems = correction.keep(case.id, Posted(wanted, values, list(uploads(files)), "kirim"))
    assert not problems, problems
    correction.send(case.id)


def posted(answers: Mapping[str, Any]) -> MultiDict:
    """Clean answers as a browser posts them: flat names, text only."""
    flat = MultiDict()
    for name, value in answers.items():
        rows = value if isinstance(value, list) else [value]
        for at, row in enumerate(rows):
            if isinstance(row, Mapping):
                flat.update({f"{name}.{at}.{child}": _text(text) for child, text in row.items()})
            else:
                flat.add(name, _text(row))
    return flat


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


def _wait(case: Case, move: dict) -> None:
    parts().clock.set(datetime.fromisoformat(move["until"]))
    clock.settle()
    waiting = {task.step for task in cases.open_tasks_of(case.id)}
    assert waiting >= set(move["opens"]), waiting
    assert not waiting & set(move["closes"]), waiting


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)
