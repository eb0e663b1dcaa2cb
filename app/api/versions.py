"""Versions of services: what runs on which, retiring, rehearsing a move, moving and putting back."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from app.api.bodies import Sent
from app.api.operations import PREFIX, declare, feature
from app.api.shapes import Given, Taken, bounded, choice, many, moment, page_of, text
from app.engine import IMPOSSIBLE, SAFE, UNDECIDED
from app.errors import Invalid, NotFound
from app.usecases import versions
from app.usecases.versions import Batch, Rehearsal, VersionSheet

bp = feature("versions")

READ, WRITE = "processes:read", "processes:write"
DECISIONS = "Yang diputuskan: elemen → elemen penggantinya, atau dirinya sendiri bila perubahannya diterima."
NUMBER = validate.Range(1, 10**9, error="Isi nomor versi, mulai dari 1.")


class Service(Given):
    code = text()
    name = text()
    current = fields.Integer(metadata={"description": "Versi yang ditawarkan."})
    running = fields.Integer(metadata={"description": "Berkas yang sedang berjalan."})
    retired = fields.Boolean()


class Version(Given):
    number = fields.Integer()
    published_at = moment()
    published_by = text()
    running = fields.Integer()
    is_current = fields.Boolean()


class Deed(Given):
    kind = choice("retired", "offered")
    at = moment()
    by = text()
    reason = text()


class Versions(Given):
    code = text()
    name = text()
    current = fields.Integer()
    retired = fields.Boolean()
    versions = many(Version)
    deeds = many(Deed)


class Rehearsed(Given):
    number = text("Nomor registrasi; kosong bila berkasnya rahasia.")
    version = fields.Integer()
    stands = text("Tempat berkas menunggu.")
    reason = text()


class Choice(Given):
    id = text()
    name = text()


class Question(Given):
    element = text()
    name = text()
    choices = many(Choice)
    reasons = fields.List(fields.String())
    cases = fields.Integer()


class Rehearsing(Given):
    service = text()
    version = fields.Integer()
    safe = many(Rehearsed)
    undecided = many(Rehearsed)
    impossible = many(Rehearsed)
    questions = many(Question)


class BatchShape(Given):
    id = fields.Integer()
    service = text()
    version = fields.Integer()
    phase = text()
    at = moment()
    by = text()
    reason = text()
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "Keadaan → berkas."}
    )
    reverted_at = moment(allow_none=True)
    reverted_by = text()
    revert_reason = text()


class Carried(Given):
    number = text()
    status = text()
    note = text()


class BatchWithCases(BatchShape):
    cases = many(Carried)
    next = fields.Integer(allow_none=True, metadata={"description": "Isi `after` untuk halaman berikut."})


class Reason(Taken):
    reason = bounded(2000, required=True)


class Offer(Taken):
    number = fields.Integer(
        validate=NUMBER, strict=True, metadata={"description": "Kosong: versi terakhir yang berlaku."}
    )
    reason = bounded(2000)


class Decided(Taken):
    mapping = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": DECISIONS})


class Move(Decided):
    reason = bounded(2000, required=True)


class Place(Taken):
    after = fields.Integer(validate=validate.Range(0, 10**9, error="Isi bilangan mulai dari 0."))


@declare(bp, "GET", "/processes", scope=READ, gives=page_of(Service, "Services")(), for_office=True)
def index() -> dict[str, Any]:
    """Every service with the version it is offered in and what runs."""
    return {"items": [_service(line) for line in versions.services(actor=g.acting)], "next": None}


@declare(bp, "GET", "/processes/<code>", scope=READ, gives=Versions(), for_office=True, refuses=(404,))
def service(code: str) -> dict[str, Any]:
    """The versions of one service, the newest first."""
    return _versions(versions.versions_of(code, actor=g.acting))


@declare(
    bp, "POST", "/processes/<code>/retire", scope=WRITE, takes=Reason(), gives=Versions(), for_office=True,
    is_deed=True, refuses=(404, 409),
)  # fmt: skip
def retire(code: str, body: Sent) -> dict[str, Any]:
    """No new applications; what runs goes on."""
    _reasoned(versions.retire, code, reason=body.values["reason"])
    return service_after(code)


@declare(
    bp, "POST", "/processes/<code>/offer", scope=WRITE, takes=Offer(), gives=Versions(), for_office=True, is_deed=True,
    refuses=(404, 409),
)  # fmt: skip
def offer(code: str, body: Sent) -> dict[str, Any]:
    """New applications again, or on another version; what runs stays where it is."""
    _reasoned(
        versions.offer_again, code, number=body.values.get("number"), reason=body.values.get("reason", "")
    )
    return service_after(code)


@declare(
    bp, "POST", "/processes/<code>/versions/<number>/rehearse", scope=READ, takes=Decided(), gives=Rehearsing(),
    for_office=True, refuses=(404,),
)  # fmt: skip
def rehearse(code: str, number: str, body: Sent) -> dict[str, Any]:
    """What a move of all running cases to this version would do; nothing is changed."""
    return _rehearsal(
        versions.rehearse(code, _number(number), mapping=body.values.get("mapping"), actor=g.acting)
    )


@declare(
    bp, "POST", "/processes/<code>/versions/<number>/migrate", scope=WRITE, takes=Move(), gives=BatchWithCases(),
    status=201, for_office=True, is_deed=True, refuses=(404, 409),
)  # fmt: skip
def migrate(code: str, number: str, body: Sent) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Move the cases that can go over; a worker carries what does not go at once."""
    decided = body.values.get("mapping", {})
    batch = _reasoned(versions.migrate, code, _number(number), mapping=decided, reason=body.values["reason"])
    return _batch(batch.id), 201, {"Location": f"{PREFIX}/batches/{batch.id}"}


@declare(
    bp, "GET", "/processes/<code>/batches", scope=READ, gives=page_of(BatchShape, "Batches")(), for_office=True,
    refuses=(404,),
)  # fmt: skip
def batches(code: str) -> dict[str, Any]:
    """The batches of a service, the newest first."""
    found = versions.batches_of(code, actor=g.acting)
    return {"items": [_line(each.batch, each.counts) for each in found], "next": None}


@declare(
    bp,
    "GET",
    "/batches/<batch_id>",
    scope=READ,
    asks=Place(),
    gives=BatchWithCases(),
    for_office=True,
    refuses=(404,),
)
def batch(batch_id: str, query: dict[str, int]) -> dict[str, Any]:
    """One batch: how far it is, and what became of each case."""
    return _batch(_number(batch_id), query.get("after", 0))


@declare(
    bp, "POST", "/batches/<batch_id>/revert", scope=WRITE, takes=Reason(), gives=BatchWithCases(), for_office=True,
    is_deed=True, refuses=(404, 409),
)  # fmt: skip
def revert(batch_id: str, body: Sent) -> dict[str, Any]:
    """Put back the cases that have not moved since."""
    _reasoned(versions.revert, _number(batch_id), reason=body.values["reason"])
    return _batch(_number(batch_id))


def service_after(code: str) -> dict[str, Any]:
    """A service as it stands after a deed."""
    return _versions(versions.versions_of(code, actor=g.acting))


def _reasoned(deed: Any, *what: Any, **how: Any) -> Any:
    """A deed with its reason named as the body names it."""
    try:
        return deed(*what, **how, actor=g.acting)
    except Invalid as refusal:
        named = {
            {"alasan": "reason"}.get(path, f"mapping.{path}"): said for path, said in refusal.fields.items()
        }
        raise Invalid(None if named else str(refusal), fields=named) from refusal


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound
    return int(text)


def _service(line: versions.ServiceLine) -> dict[str, Any]:
    service = line.service
    told = {"code": service.code, "name": service.name, "current": line.current, "running": line.total}
    return told | {"retired": service.retired_at is not None}


def _versions(sheet: VersionSheet) -> dict[str, Any]:
    service = sheet.service
    told = {"code": service.code, "name": service.name, "current": sheet.current}
    return told | {
        "retired": service.retired_at is not None,
        "versions": sheet.versions,
        "deeds": sheet.deeds,
    }


def _rehearsal(found: Rehearsal) -> dict[str, Any]:
    questions = [
        {
            "element": asked.element,
            "name": asked.name,
            "choices": [{"id": id, "name": name} for id, name in asked.choices],
            "reasons": reasons,
            "cases": count,
        }
        for asked, reasons, count in found.questions
    ]
    lines = {kind: found.lines(kind) for kind in (SAFE, UNDECIDED, IMPOSSIBLE)}
    return {"service": found.service.code, "version": found.target.number, "questions": questions} | lines


def _batch(batch_id: int, after: int = 0) -> dict[str, Any]:
    sheet = versions.open_batch(batch_id, after=after, actor=g.acting)
    return _line(sheet.line.batch, sheet.line.counts) | {"cases": sheet.cases, "next": sheet.next_place}


def _line(batch: Batch, counts: Any) -> dict[str, Any]:
    same = ("id", "phase", "at", "by", "reason", "mapping", "reverted_at", "reverted_by", "revert_reason")
    told = {name: getattr(batch, name) for name in same}
    return told | {"service": batch.service_code, "version": batch.version.number, "counts": dict(counts)}
