"""Drawings of services: checked, published and exported as files of text."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from app.api.bodies import Sent
from app.api.operations import declare, feature
from app.api.shapes import Given, Taken, many, text
from app.usecases import publishing

bp = feature("processes")

READ, WRITE = "processes:read", "processes:write"
FILES = "Alamat berkas (`bpmn/….bpmn`, `forms/<layanan>/….json`, `templates/letters/<layanan>/….liquid`) → isi UTF-8."
MOST = 8 * 1024 * 1024  # bytes of one request


class Files(Taken):
    files = fields.Dict(
        keys=fields.String(),
        values=fields.String(
            validate=validate.Length(max=publishing.MAX_FILE, error="Isi paling besar 2 MB.")
        ),
        required=True,
        metadata={"description": FILES},
    )


class Wrong(Given):
    path = text()
    rule = text()
    element = text()
    name = text()
    message = text()
    advice = text("Apa yang perlu dilakukan.")


class Verdict(Given):
    ok = fields.Boolean()
    problems = many(Wrong)


class Version(Given):
    service = text()
    number = fields.Integer()
    changed = fields.Boolean(metadata={"description": "false: sama dengan versi yang berlaku."})


class Published(Given):
    items = many(Version)


class Exported(Given):
    service = text()
    files = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": FILES})


@declare(
    bp, "POST", "/processes/check", scope=READ, takes=Files(), gives=Verdict(), for_office=True, largest=MOST
)
def check(body: Sent) -> dict[str, Any]:
    """What is wrong with diagrams, at which element, and what to do. Nothing is kept."""
    found = publishing.problems(body.values["files"], actor=g.acting)
    shown = [{word: getattr(each, word) or "" for word in Wrong().fields} for each in found]
    return {"ok": not shown, "problems": shown}


@declare(
    bp, "POST", "/processes", scope=WRITE, takes=Files(), gives=Published(), status=201, for_office=True, is_deed=True,
    largest=MOST, refuses=(409,),
)  # fmt: skip
def publish(body: Sent) -> dict[str, Any]:
    """Publish every service among these files, all or none; running cases stay on their version."""
    return {"items": publishing.publish(body.values["files"], actor=g.acting)}


@declare(
    bp, "GET", "/processes/<code>/files", scope=READ, gives=Exported(), for_office=True, refuses=(404, 409)
)
def export(code: str) -> dict[str, Any]:
    """The files of the current version, as they can be published again."""
    return {"service": code, "files": publishing.export(code, actor=g.acting)}
