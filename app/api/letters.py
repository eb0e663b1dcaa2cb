"""Letters: the register of an office, the signed files, and whether a letter is genuine."""

from io import BytesIO
from typing import Any

from flask import Response, g
from marshmallow import fields

from app.api import access
from app.api.bodies import Sent
from app.api.operations import PDF, declare, feature
from app.api.shapes import Given, Letter, Paged, Taken, bounded, choice, many, moment, page_of, text
from app.api.tracking import binary
from app.errors import Invalid
from app.usecases import staff_letters, verification

bp = feature("letters")

READ, VERIFY = "letters:read", "letters:verify"


class Search(Paged):
    q = bounded(100, "Nomor surat, nama, atau NIK utuh.")


class Signature(Given):
    kind = text()
    name = text()
    title = text()


class Verdict(Given):
    state = choice("sah", "lewat", "dicabut")
    number = text()
    title = text()
    dated = fields.Date()
    unit = text()
    signatures = many(Signature)
    subject = text("Nama pemohon, disamarkan; kosong bila surat dicari dengan nomornya.")
    valid_until = fields.Date(allow_none=True)
    revoked_at = moment(allow_none=True)
    sheets = fields.Integer()
    token = text()
    file = choice(
        "", "persis", "berubah", "lain", "tanpa", description="Hasil pemeriksaan berkas; kosong tanpa berkas."
    )


class Asked(Taken):
    number = bounded(200, "Nomor surat, atau kode yang tercetak di bawah QR.")
    token = bounded(64, "Token pada QR surat, bersama berkasnya di bagian `file`.")


@declare(
    bp, "GET", "/letters", scope=READ, asks=Search(), gives=page_of(Letter, "Letters")(), for_office=True
)
def index(query: dict[str, str]) -> dict[str, Any]:
    """What the office has issued, newest first."""
    found = staff_letters.list_letters(g.acting, query.get("q", ""), query.get("cursor", ""))
    return {"items": found.letters, "next": found.next_cursor or None}


@declare(bp, "GET", "/letters/<token>", scope=READ, gives=PDF, for_office=True, refuses=(404,))
def letter(token: str) -> Response:
    """The signed letter."""
    return _file(token, original=False)


@declare(bp, "GET", "/letters/<token>/original", scope=READ, gives=PDF, for_office=True, refuses=(404,))
def original(token: str) -> Response:
    """The same letter as it was before it was signed."""
    return _file(token, original=True)


@declare(bp, "GET", "/verification/<token>", scope=VERIFY, gives=Verdict(), refuses=(404,))
def verify(token: str) -> verification.Verdict:
    """What a letter's QR says."""
    return verification.verify(token, access.caller())


@declare(
    bp, "POST", "/verification", scope=VERIFY, takes=Asked(), gives=Verdict(), with_files=True, refuses=(404,)
)
def look_up(body: Sent) -> verification.Verdict:
    """The letter of a number, or (with a part `file`) whether a file is exactly a letter of the city."""
    typed, files = body.values, body.files
    if any(each.field != "file" for each in files) or len(files) > 1:
        raise Invalid(fields={"file": "Kirim satu berkas pada bagian file."})
    if files:
        content = BytesIO(files[0].stream.read(verification.MOST_BYTES + 1))
        return verification.check_file(content, typed.get("token", ""), access.caller())
    return verification.look_up(typed.get("number", ""), access.caller())


def _file(token: str, *, original: bool) -> Response:
    found, content = staff_letters.open_letter(token, g.acting, original=original)
    return binary(content, PDF, f"{found.number}.pdf".replace("/", "-"))
