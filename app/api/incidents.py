"""Incidents: what cannot go on by itself, listed, tried again or passed over with a reason."""

from typing import Any

from flask import g
from marshmallow import fields

from app.api.bodies import Sent
from app.api.operations import declare, feature
from app.api.shapes import Given, Paged, Taken, bounded, choice, many, moment, page_of, text
from app.errors import Invalid
from app.usecases import incidents, mending

bp = feature("incidents")

READ, WRITE = "incidents:read", "incidents:write"


class Line(Given):
    id = fields.Integer()
    at = moment()
    kind = choice("order", "post", "timer")
    operation = text()
    name = text()
    event = text()
    is_lost = fields.Boolean(metadata={"description": "Pekerjanya ikut berhenti."})
    attempts = fields.Integer()
    number = text("Kosong bila berkasnya rahasia.")
    service = text()
    confidential = fields.Boolean()


class Handling(Given):
    how = text()
    by = text()
    at = moment()
    reason = text()


class Incident(Line):
    what = text()
    needed = fields.Boolean(metadata={"description": "Berkas masih menunggu pekerjaan ini."})
    may_mend = fields.Boolean()
    obstacle = text("Mengapa tidak dapat dilewati; kosong bila dapat.")
    earlier = many(Handling)
    handling = fields.Nested(Handling, allow_none=True)


class Reason(Taken):
    reason = bounded(2000, "Mengapa dilewati, tanpa data pribadi.", required=True)


@declare(
    bp, "GET", "/incidents", scope=READ, asks=Paged(), gives=page_of(Line, "Incidents")(), for_office=True
)
def index(query: dict[str, str]) -> dict[str, Any]:
    """What waits for an administrator, newest first."""
    found = incidents.list_incidents(g.acting, query.get("cursor", ""))
    return {"items": found.lines, "next": found.next_cursor or None}


@declare(bp, "GET", "/incidents/<incident_id>", scope=READ, gives=Incident(), for_office=True, refuses=(404,))
def incident(incident_id: str) -> dict[str, Any]:
    """One incident: what happened, what was tried, what can be done."""
    return _incident(incidents.read_number(incident_id))


@declare(
    bp, "POST", "/incidents/<incident_id>/retry", scope=WRITE, gives=Incident(), for_office=True, is_deed=True,
    refuses=(404, 409),
)  # fmt: skip
def retry(incident_id: str) -> dict[str, Any]:
    """The worker tries again; where nothing is left to be done, the incident is closed."""
    number = incidents.read_number(incident_id)
    mending.retry(number, actor=g.acting)
    return _incident(number)


@declare(
    bp, "POST", "/incidents/<incident_id>/skip", scope=WRITE, takes=Reason(), gives=Incident(), for_office=True,
    is_deed=True, refuses=(404, 409),
)  # fmt: skip
def skip(incident_id: str, body: Sent) -> dict[str, Any]:
    """The case goes on without the work."""
    number = incidents.read_number(incident_id)
    try:
        mending.skip(number, body.values["reason"], actor=g.acting)
    except Invalid as refusal:
        raise Invalid(fields={"reason": next(iter(refusal.fields.values()))}) from refusal
    return _incident(number)


def _incident(number: int) -> dict[str, Any]:
    sheet = incidents.open_incident(number, g.acting)
    line = {name: getattr(sheet.line, name) for name in Line().fields}
    return line | {name: getattr(sheet, name) for name in Incident().fields if name not in line}
