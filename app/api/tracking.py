"""The applicant's side of a case, opened with its number and tracking code: reading, correcting, writing, rating."""

from typing import Any

from flask import Response
from marshmallow import fields

from app.api.applications import refuse_stray_files
from app.api.bodies import Sent
from app.api.operations import ANY, PDF, declare, feature, fitting_field
from app.api.shapes import Done, File, Given, Letter, Stop, Taken, anything, bounded, many, moment, one, text
from app.domain import forms
from app.errors import Invalid
from app.storage.cases import Case
from app.usecases import correction, track
from app.usecases.drafts import Posted

bp = feature("tracking")

READ, WRITE = "applications:read", "applications:write"


class Wanted(Given):
    reason = text()
    asked_by = text()
    fields = fields.List(fields.String(), metadata={"description": "Nama isian yang boleh diperbaiki."})


class Said(Given):
    mine = fields.Boolean(metadata={"description": "Ditulis pemohon."})
    at = moment()
    text = fields.String()


class May(Given):
    write = fields.Boolean()
    withdraw = fields.Boolean()
    rate = fields.Boolean()


class Tracked(Given):
    number = text()
    service = text()
    state = text("berjalan, dikembalikan, atau hasil akhirnya: terbit, selesai, ditolak, dibatalkan.")
    opened_at = moment()
    due_at = moment(allow_none=True)
    closed_at = moment(allow_none=True)
    late = fields.Boolean()
    stops = many(Stop)
    correction = one(Wanted, allow_none=True)
    refusal = text("Alasan penolakan.")
    messages = many(Said)
    letters = many(Letter)
    files = many(File)
    may = one(May)


class Corrected(Taken):
    answers = anything("Hanya isian yang diperbaiki; yang lain tetap.", required=True)


class Written(Taken):
    text = bounded(track.LONGEST_MESSAGE, required=True)


class Rated(Taken):
    rating = fields.Integer(required=True, metadata={"description": "4 sangat puas … 1 tidak puas."})
    note = bounded(track.LONGEST_NOTE)


@declare(bp, "GET", "/applications/<number>", scope=READ, gives=Tracked(), with_code=True, refuses=(404,))
def show(case: Case) -> dict[str, Any]:
    """Where a case stands and what its applicant may do."""
    return _tracked(case)


@declare(
    bp, "POST", "/applications/<number>/correction", scope=WRITE, takes=Corrected(), gives=Tracked(), is_deed=True,
    with_files=True, with_code=True, refuses=(404, 409),
)  # fmt: skip
def correct(case: Case, body: Sent) -> dict[str, Any]:
    """Send what was to be mended; the case goes back to the office that asked. New files replace earlier ones."""
    form = correction.asked_form(case)
    refuse_stray_files(form, body)
    try:
        correction.open_correction(case)
        read = forms.sent(form, body.values["answers"]) | {each.field: [] for each in body.files}
        _paper, problems = correction.keep(case.id, Posted(form.names, files=body.files, read=read))
        if problems:
            raise Invalid(fields=problems)
        correction.send(case.id)
    except Invalid as refusal:
        raise fitting_field(refusal, "answers") from refusal
    return _tracked(case)


@declare(
    bp, "POST", "/applications/<number>/messages", scope=WRITE, takes=Written(), gives=Done(), is_deed=True,
    with_code=True, refuses=(404, 409),
)  # fmt: skip
def write(case: Case, body: Sent) -> dict[str, bool]:
    """Write to whoever handles a confidential case."""
    try:
        track.write(case.id, body.values["text"])
    except Invalid as refusal:
        raise Invalid(fields={"text": next(iter(refusal.fields.values()))}) from refusal
    return {"done": True}


@declare(
    bp, "POST", "/applications/<number>/withdrawal", scope=WRITE, gives=Tracked(), is_deed=True, with_code=True,
    refuses=(404, 409),
)  # fmt: skip
def withdraw(case: Case) -> dict[str, Any]:
    """Take the application back."""
    track.withdraw(case.id)
    return _tracked(case)


@declare(
    bp, "POST", "/applications/<number>/rating", scope=WRITE, takes=Rated(), gives=Done(), is_deed=True,
    with_code=True, refuses=(404, 409),
)  # fmt: skip
def rate(case: Case, body: Sent) -> dict[str, bool]:
    """How content the applicant is, once the case has ended."""
    try:
        track.rate(case.id, str(body.values["rating"]), body.values.get("note", ""))
    except Invalid as refusal:
        raise Invalid(fields={"rating": next(iter(refusal.fields.values()))}) from refusal
    return {"done": True}


@declare(
    bp, "GET", "/applications/<number>/files/<file>", scope=READ, gives=ANY, with_code=True, refuses=(404,)
)
def upload(case: Case, file: str) -> Response:
    """A file the applicant sent."""
    found, content = track.open_upload(case.id, file)
    return binary(content, ANY, found.name)


@declare(
    bp, "GET", "/applications/<number>/letters/<token>", scope=READ, gives=PDF, with_code=True, refuses=(404,)
)
def letter(case: Case, token: str) -> Response:
    """The signed letter."""
    found, content = track.open_letter(case.id, token)
    return binary(content, PDF, f"{found.number}.pdf".replace("/", "-"))


def binary(content: bytes, media_type: str, name: str) -> Response:
    """A file from our store, only ever to be saved."""
    answer = Response(content, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _tracked(case: Case) -> dict[str, Any]:
    found = track.read(case)
    asked = found.deed and {
        "reason": found.deed.reason,
        "asked_by": found.deed.asked_by,
        "fields": list(correction.wanted_fields(case)),
    }
    return {
        "number": case.number,
        "service": case.service_code,
        "state": (case.outcome or "selesai")
        if not case.is_open
        else "dikembalikan"
        if found.deed
        else "berjalan",
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "late": found.is_late,
        "stops": found.stations,
        "correction": asked,
        "refusal": found.refusal,
        "messages": found.messages,
        "letters": found.letters,
        "files": found.uploads,
        "may": {"write": found.may_write, "withdraw": found.may_withdraw, "rate": found.may_rate},
    }
