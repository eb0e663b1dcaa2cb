"""Tasks of an office: listed, read, taken, released and finished."""

from typing import Any

from flask import g
from marshmallow import fields

from app.api.applications import refuse_stray_files
from app.api.bodies import Sent
from app.api.operations import declare, feature, fitting_field
from app.api.shapes import (
    Done,
    Due,
    Given,
    Paged,
    Taken,
    anything,
    bounded,
    choice,
    moment,
    one,
    page_of,
    text,
)
from app.domain import forms
from app.errors import Invalid
from app.usecases import casework, inbox, inbox_list
from app.usecases.inbox import TaskSheet
from app.usecases.inbox_list import ORDERS, VIEWS, InboxWish

bp = feature("tasks")

READ, WRITE = "tasks:read", "tasks:write"


class Search(Paged):
    view = choice(*VIEWS, description="Pandangan kotak tugas.")
    order = choice(*ORDERS, description="Urutan.")
    service = bounded(60, "Kode layanan.")
    area = bounded(60, "Kode wilayah asal permohonan.")
    holder = choice("bebas", "diambil", description="Belum atau sudah diambil.")
    q = bounded(100, "Nama, nomor registrasi, atau NIK utuh.")


class Line(Given):
    id = text()
    number = text("Nomor registrasi.")
    service = text()
    applicant = text()
    step = text()
    place = text()
    waiting = text()
    due = one(Due)
    holder = text("Yang sedang mengerjakan; kosong bila bebas.")
    confidential = fields.Boolean()
    reminded = fields.Boolean()


class Counts(Given):
    everything = fields.Integer()
    mine = fields.Integer()
    late = fields.Integer()
    today = fields.Integer()


class Inbox(page_of(Line, "Lines")):
    counts = one(Counts)


class Task(Given):
    id = text()
    number = text("Nomor registrasi; berkasnya di /cases/{number}.")
    service = text()
    step = text("Kode langkah pada diagram.")
    name = text()
    status = choice("open", "done", "cancelled")
    created_at = moment()
    due_at = moment(allow_none=True)
    due = one(Due)
    holder = text()
    mine = fields.Boolean(metadata={"description": "Diambil oleh pemegang jabatan ini."})
    may_act = fields.Boolean()
    done_by = text()
    form = fields.Dict(metadata={"description": "JSON Schema langkah ini; kosong bila tidak ada yang diisi."})
    form_ui = fields.Dict()


class Decision(Taken):
    answers = anything("Isian menurut `form` tugas, misalnya `keputusan` dan `alasan`.", required=True)


@declare(bp, "GET", "/tasks", scope=READ, asks=Search(), gives=Inbox(), for_office=True)
def index(query: dict[str, str]) -> dict[str, Any]:
    """What waits for the office."""
    named = {name: query[name] for name in query if name != "q"}
    found = inbox_list.open_inbox(g.acting, InboxWish(**named, text=query.get("q", "")))
    return {"items": found.lines, "next": found.next_cursor or None, "counts": found.counts}


@declare(bp, "GET", "/tasks/<task_id>", scope=READ, gives=Task(), for_office=True, refuses=(404,))
def task(task_id: str) -> dict[str, Any]:
    """One task, with the form its step asks."""
    return _task(inbox.open_task(task_id, g.acting))


@declare(
    bp,
    "POST",
    "/tasks/<task_id>/take",
    scope=WRITE,
    gives=Done(),
    for_office=True,
    is_deed=True,
    refuses=(404, 409),
)
def take(task_id: str) -> dict[str, bool]:
    """Say that the office's holder is working on it, so that nobody else does."""
    inbox.take(task_id, g.acting)
    return {"done": True}


@declare(
    bp,
    "POST",
    "/tasks/<task_id>/release",
    scope=WRITE,
    gives=Done(),
    for_office=True,
    is_deed=True,
    refuses=(404, 409),
)
def release(task_id: str) -> dict[str, bool]:
    """Give it back to the office."""
    inbox.release(task_id, g.acting)
    return {"done": True}


@declare(
    bp, "POST", "/tasks/<task_id>/complete", scope=WRITE, takes=Decision(), gives=Task(), for_office=True, is_deed=True,
    with_files=True, refuses=(404, 409),
)  # fmt: skip
def complete(task_id: str, body: Sent) -> dict[str, Any]:
    """Finish the step; the case moves on as far as it can without people."""
    sheet = inbox.open_task(task_id, g.acting)
    form = sheet.form or casework.NO_FORM
    refuse_stray_files(form, body)
    try:
        typed = forms.sent(form, body.values["answers"])
        kept, problems = inbox.keep_files(task_id, body.files, actor=g.acting) if body.files else ({}, {})
        if problems:
            raise Invalid(fields=problems)
        inbox.complete_task(task_id, typed | kept, actor=g.acting)
    except Invalid as refusal:
        raise fitting_field(refusal, "answers") from refusal
    return _task(inbox.open_task(task_id, g.acting))


def _task(sheet: TaskSheet) -> dict[str, Any]:
    found, case = sheet.task, sheet.case.case
    form, form_ui = casework.published(case.version_id, case.process_id).step_schema(found.step)
    return {
        "id": found.id,
        "number": case.number,
        "service": case.service_code,
        "step": found.step,
        "name": found.name,
        "status": found.status,
        "created_at": found.created_at,
        "due_at": found.due_at,
        "due": sheet.due,
        "holder": sheet.holder,
        "mine": sheet.mine,
        "may_act": sheet.may_act,
        "done_by": sheet.done_by,
        "form": form,
        "form_ui": form_ui,
    }
