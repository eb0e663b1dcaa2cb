"""Services and areas: what can be asked for, and the form of each as JSON Schema."""

from typing import Any

from marshmallow import fields

from app.api.operations import declare, feature
from app.api.shapes import Given, Taken, bounded, many, page_of, text
from app.domain import forms
from app.usecases import areas, catalogue

bp = feature("services")


class Search(Taken):
    q = bounded(100, "Kata-kata yang dicari.")
    kind = bounded(40, "Jenis layanan.")


class Parent(Taken):
    parent = bounded(60, "Kode wilayah yang sudah dipilih; kosong untuk seluruh kota.")


class Offer(Given):
    code = text()
    name = text()
    kind = text()
    summary = text()
    time = text("Waktu layanan yang dijanjikan.")
    fee = text()


class Requirement(Given):
    field = text("Nama bagian multipart tempat berkasnya dikirim.")
    title = text()
    hint = text()
    required = fields.Boolean()
    media_types = fields.List(fields.String())
    most_files = fields.Integer()
    most_bytes = fields.Integer()


class OfficeStop(Given):
    label = text()
    holder = text()
    time = text()


class Service(Offer):
    who = text()
    product = text()
    law = fields.List(fields.String())
    usually = text("Lama yang biasa, dari permohonan yang sudah selesai.")
    confidential = fields.Boolean()
    requirements = many(Requirement)
    stops = many(OfficeStop)
    form = fields.Dict(
        metadata={
            "description": "JSON Schema formulir permohonan; isian format `berkas` dikirim sebagai berkas."
        }
    )
    form_ui = fields.Dict(
        metadata={"description": "uiSchema formulir: bantuan, syarat `jika`, dan pilihan tampilan."}
    )


class Area(Given):
    code = text()
    name = text()
    level = text()


@declare(bp, "GET", "/services", scope="services:read", asks=Search(), gives=page_of(Offer, "Offers")())
def index(query: dict[str, str]) -> dict[str, Any]:
    """The services of the catalogue, all on one page."""
    return {"items": catalogue.offers(query.get("q", ""), query.get("kind", "")), "next": None}


@declare(bp, "GET", "/services/<code>", scope="services:read", gives=Service(), refuses=(404,))
def service(code: str) -> dict[str, Any]:
    """One service: what it gives, asks and takes, and its form."""
    leaflet = catalogue.leaflet(code)
    form, form_ui = catalogue.form_schema(code)
    offer = {name: getattr(leaflet.offer, name) for name in Offer().fields}
    told = {
        name: getattr(leaflet, name) for name in ("who", "product", "law", "usually", "confidential", "stops")
    }
    requirements = [_requirement(each) for each in leaflet.requirements]
    return offer | told | {"requirements": requirements, "form": form, "form_ui": form_ui}


@declare(bp, "GET", "/areas", scope="services:read", asks=Parent(), gives=page_of(Area, "Areas")())
def areas_below(query: dict[str, str]) -> dict[str, Any]:
    """The areas one may choose from on the way to an RT; an answer of format `wilayah` is such a code."""
    found = areas.below(query.get("parent", ""))
    return {
        "items": [{"code": code, "level": level, "name": name} for code, level, name in found],
        "next": None,
    }


def _requirement(asked: forms.Field) -> dict[str, Any]:
    return {
        "field": asked.name,
        "title": asked.title,
        "hint": asked.hint,
        "required": asked.required,
        "media_types": list(asked.accept),
        "most_files": asked.max_items if asked.kind == "files" else 1,
        "most_bytes": asked.max_bytes,
    }
