"""Applying on somebody's behalf: the form checked, and sent exactly once with its files."""

from typing import Any

from marshmallow import fields

from app.api.bodies import Sent
from app.api.operations import PREFIX, declare, feature, fitting_field
from app.api.shapes import Given, Group, Taken, anything, bounded, many, moment, text
from app.domain import forms
from app.errors import Invalid
from app.usecases import apply, catalogue, drafts
from app.usecases.drafts import Posted

bp = feature("applications")


class Application(Taken):
    service = bounded(60, "Kode layanan.", required=True)
    answers = anything("Isian menurut JSON Schema layanan, tanpa berkas.", required=True)


class Look(Given):
    groups = many(Group)
    problems = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "Isian → kalimat."}
    )
    warnings = fields.Dict(keys=fields.String(), values=fields.String())


class Receipt(Given):
    number = text("Nomor registrasi.")
    tracking_code = text("Kode lacak; serahkan hanya kepada pemohon. Tidak dapat diminta lagi.")
    service = text()
    received_at = moment()
    due_at = moment(allow_none=True)
    confidential = fields.Boolean()


@declare(
    bp,
    "POST",
    "/applications/check",
    scope="applications:write",
    takes=Application(),
    gives=Look(),
    refuses=(404,),
)
def check(body: Sent) -> dict[str, Any]:
    """What would be sent, and what still stands in the way; nothing is kept. Files are not looked at."""
    service = catalogue.offered(body.values["service"])
    blank = drafts.open_paper(service, "")
    blank.typed.update(_answers(blank.form, body.values["answers"]))
    found = apply.review(blank)
    uploads = {each.name for each in blank.form.requirements}
    problems = {f"answers.{path}": said for path, said in found.problems.items() if path not in uploads}
    return {"groups": found.groups, "problems": problems, "warnings": found.warnings}


@declare(
    bp, "POST", "/applications", scope="applications:write", takes=Application(), gives=Receipt(), status=201,
    is_deed=True, with_files=True, refuses=(404, 409),
)  # fmt: skip
def send(body: Sent) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Send an application; a file comes as a part named after its field. The same request key never opens two cases."""
    service = catalogue.offered(body.values["service"])
    form = drafts.open_paper(service, "").form
    brought = Posted(form.names, files=body.files, read=_answers(form, body.values["answers"]))
    refuse_stray_files(form, body)
    paper, problems = drafts.keep(service.code, "", brought)
    if problems:
        raise fitting_field(Invalid(fields=problems), "answers")
    try:
        receipt = apply.send(service.code, paper.token, paper.key)
    except Invalid as refusal:
        raise fitting_field(refusal, "answers") from refusal
    said = {"number": receipt.number, "tracking_code": receipt.code, "service": receipt.service_code}
    said |= {
        "received_at": receipt.received_at,
        "due_at": receipt.due_at,
        "confidential": receipt.confidential,
    }
    return said, 201, {"Location": f"{PREFIX}/applications/{receipt.number}"}


def refuse_stray_files(form: forms.Form, body: Sent) -> None:
    """Raises Invalid naming parts that no question asks a file for."""
    asked = {each.name for each in form.requirements}
    stray = {
        each.field[:60]: "Formulir tidak meminta berkas di sini."
        for each in body.files
        if each.field not in asked
    }
    if stray:
        raise Invalid(fields=stray)


def _answers(form: forms.Form, answers: dict[str, Any]) -> dict[str, Any]:
    try:
        return forms.sent(form, answers)
    except Invalid as refusal:
        raise fitting_field(refusal, "answers") from refusal
