"""Cases within an office's reach: searched, read, their files and the draft of their letter."""

from typing import Any

from flask import Response, g
from marshmallow import fields

from app.api.operations import ANY, PDF, declare, feature
from app.api.shapes import (
    Due,
    File,
    Given,
    Group,
    Letter,
    Paged,
    Stop,
    bounded,
    choice,
    many,
    moment,
    one,
    page_of,
    text,
)
from app.api.tracking import binary
from app.usecases import cases, staff_letters
from app.usecases.case_sheet import CaseSheet
from app.usecases.cases import STATES, CaseWish

bp = feature("cases")

READ = "cases:read"


class Search(Paged):
    q = bounded(100, "Nomor registrasi, nama, atau NIK utuh.")
    service = bounded(60, "Kode layanan.")
    state = choice(*STATES, description="Keadaan berkas.")


class Line(Given):
    number = text()
    service = text()
    applicant = text("Kosong pada berkas rahasia.")
    status = text()
    home = text()
    place = text("Langkah dan jabatan tempat berkas menunggu.")
    opened_at = moment()
    due_at = moment(allow_none=True)
    due = one(Due, allow_none=True)
    confidential = fields.Boolean()


class WaitingTask(Given):
    id = text()
    step = text()
    name = text()
    role = text()
    status = choice("open", "done", "cancelled")
    created_at = moment()
    due_at = moment(allow_none=True)
    done_at = moment(allow_none=True)
    done_as = text()
    decision = text(allow_none=True)
    own = fields.Boolean(metadata={"description": "Menunggu jabatan ini."})


class Entry(Given):
    seq = fields.Integer()
    at = moment()
    kind = text()
    by = text()
    facts = fields.Dict()


class Said(Given):
    from_applicant = fields.Boolean()
    to_applicant = fields.Boolean()
    at = moment()
    text = fields.String()


class Filled(Given):
    title = text()
    by = text()
    at = moment()
    groups = many(Group)


class Case(Given):
    number = text()
    service = text()
    version = fields.Integer(metadata={"description": "Versi layanan yang dijalani berkas."})
    status = text()
    home = text()
    opened_at = moment()
    due_at = moment(allow_none=True)
    closed_at = moment(allow_none=True)
    due = one(Due, allow_none=True)
    usage = text()
    confidential = fields.Boolean()
    application = many(Group)
    earlier = many(Filled)
    files = many(File)
    tasks = many(WaitingTask)
    stops = many(Stop)
    diary = many(Entry)
    messages = many(Said)
    letters = many(Letter)


@declare(bp, "GET", "/cases", scope=READ, asks=Search(), gives=page_of(Line, "Cases")(), for_office=True)
def index(query: dict[str, str]) -> dict[str, Any]:
    """The cases that came to the office, newest first."""
    named = {name: query[name] for name in query if name != "q"}
    found = cases.list_cases(g.acting, CaseWish(**named, text=query.get("q", "")))
    return {"items": [_line(each) for each in found.lines], "next": found.next_cursor or None}


@declare(bp, "GET", "/cases/<number>", scope=READ, gives=Case(), for_office=True, refuses=(404,))
def case(number: str) -> dict[str, Any]:
    """One case: what was asked, where it stands, what happened, what came of it. NIK and KK are masked."""
    return _case(cases.open_case(number, g.acting))


@declare(bp, "GET", "/cases/<number>/files/<file>", scope=READ, gives=ANY, for_office=True, refuses=(404,))
def attachment(number: str, file: str) -> Response:
    """A file of the case."""
    found, content = cases.open_attachment(number, file, g.acting)
    return binary(content, ANY, found.name)


@declare(
    bp, "GET", "/cases/<number>/draft-letter", scope=READ, gives=PDF, for_office=True, refuses=(404, 409)
)
def draft_letter(number: str) -> Response:
    """The letter as it would look now, marked KONSEP."""
    return binary(staff_letters.draft(number, g.acting), PDF, f"konsep-{number[:40]}.pdf")


def _line(line: cases.CaseLine) -> dict[str, Any]:
    case = line.case
    return {
        "number": case.number,
        "service": case.service_code,
        "applicant": case.applicant_name,
        "status": line.status,
        "home": line.home,
        "place": line.place,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "due": line.due,
        "confidential": case.confidential,
    }


def _case(sheet: CaseSheet) -> dict[str, Any]:
    case, own = sheet.case, cases.own_task(sheet, g.acting)
    same = ("status", "home", "due", "usage", "application", "earlier", "diary", "messages", "letters")
    return {name: getattr(sheet, name) for name in same} | {
        "number": case.number,
        "service": case.service_code,
        "version": cases.version_number(case),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "confidential": case.confidential,
        "files": list(sheet.files.values()),
        "tasks": [_task(each, own is not None and each.id == own.id) for each in sheet.tasks],
        "stops": sheet.stations,
    }


def _task(task: Any, own: bool) -> dict[str, Any]:
    same = ("id", "step", "name", "status", "created_at", "due_at", "done_at", "decision")
    told = {name: getattr(task, name) for name in same}
    return told | {"role": task.role_key, "done_as": task.done_as or "", "own": own}
