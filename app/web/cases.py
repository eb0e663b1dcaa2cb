"""Cases at /berkas: the list within one's reach, one case, its files and the draft of its letter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.domain import words
from app.storage.cases import Attachment
from app.usecases import cases, staff_letters
from app.usecases.case_sheet import CaseSheet
from app.usecases.cases import CaseWish
from app.usecases.casework import Station
from app.usecases.parts import parts
from app.web.access import STAFF, open_to
from app.web.links import Addresses

bp = Blueprint("cases", __name__)

PICTURES = ("image/jpeg", "image/png")
PDF = "application/pdf"
FENCED = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
OWN_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@bp.get("/berkas")
@open_to(STAFF)
def index() -> str:
    """The cases that came to one's offices."""
    wish = CaseWish(
        text=request.args.get("cari", ""),
        service=request.args.get("layanan", ""),
        state=request.args.get("keadaan", ""),
        cursor=request.args.get("setelah", ""),
    )
    found = cases.list_cases(g.actor, wish)
    kept = {name: request.args[name] for name in ("cari", "layanan", "keadaan") if request.args.get(name)}
    return render_template(
        "pages/cases/index.html",
        found=found,
        addresses=Addresses(".case", "number"),
        wish=wish,
        states=_states(),
        more=url_for(".index", **kept, setelah=found.next_cursor) if found.next_cursor else "",
        start=url_for(".index", **kept) if wish.cursor else "",
    )


@bp.get("/berkas/<number>")
@open_to(STAFF)
def case(number: str) -> str:
    """One case: what was asked, where it stands, what happened, what came of it."""
    sheet = cases.open_case(number, g.actor)
    return render_template(
        "pages/cases/case.html",
        sheet=sheet,
        case=sheet.case,
        files=shown_files(sheet),
        draft_letter=draft_letter_of(sheet),
        stops=[_stop(station) for station in sheet.stations],
        own_task=cases.own_task(sheet, g.actor),
    )


@bp.get("/berkas/<number>/lampiran/<attachment_id>")
@open_to(STAFF)
def attachment(number: str, attachment_id: str) -> Response:
    """A file of the case: pictures are shown in a fence, everything else is downloaded."""
    found, content = cases.open_attachment(number, attachment_id, g.actor)
    inline = found.media_type in PICTURES and "unduh" not in request.args
    return send_file(content, found.media_type, found.name, inline=inline)


@bp.get("/berkas/<number>/lampiran/<attachment_id>/halaman-1.png")
@open_to(STAFF)
def first_page(number: str, attachment_id: str) -> Response:
    """The first page of a PDF as a picture, for the preview."""
    picture = cases.open_first_page(number, attachment_id, g.actor)
    return send_file(picture, "image/png", "halaman-1.png", inline=True)


@bp.get("/berkas/<number>/konsep")
@open_to(STAFF)
def draft_letter(number: str) -> Response:
    """The letter as it would look now, marked KONSEP."""
    content = staff_letters.draft(number, g.actor)
    return send_file(content, PDF, f"konsep-{number}.pdf", inline=True, policy=OWN_PDF)


@bp.get("/berkas/<number>/konsep/halaman-1.png")
@open_to(STAFF)
def draft_picture(number: str) -> Response:
    """The first page of that draft as a picture."""
    return send_file(staff_letters.draft_picture(number, g.actor), "image/png", "konsep.png", inline=True)


def send_file(content: bytes, media_type: str, name: str, *, inline: bool, policy: str = FENCED) -> Response:
    """Bytes from our store, fenced in: no sniffing, no script, nothing of ours within reach.

    Only what the portal itself drew (`policy=OWN_PDF`) is shown without the sandbox, which stops PDF viewers.
    """
    response = make_response(content)
    response.content_type = media_type if media_type in (PDF, *PICTURES) else "application/octet-stream"
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def shown_files(sheet: CaseSheet) -> dict[str, dict[str, Any]]:
    """The files of a case by id, as the templates list them."""
    return {each.id: _shown(sheet.case.number, each) for each in sheet.files.values()}


def draft_letter_of(sheet: CaseSheet) -> str:
    """The address of the letter's draft, where the case will give one and has not yet."""
    if not sheet.gives_letter or sheet.letters or not sheet.case.is_open:
        return ""
    return url_for("cases.draft_letter", number=sheet.case.number)


def _shown(number: str, file: Attachment) -> dict[str, Any]:
    is_picture = file.media_type in PICTURES
    address = url_for("cases.attachment", number=number, attachment_id=file.id)
    preview = address if is_picture else url_for("cases.first_page", number=number, attachment_id=file.id)
    return {
        "id": file.id,
        "name": file.name,
        "size": words.file_size(file.size),
        "kind": "Gambar" if is_picture else "PDF",
        "url": address,
        "preview_url": preview,
    }


def _stop(station: Station) -> dict[str, str]:
    """A station as the line of stations draws it."""
    since = (
        _("sejak %(day)s", day=words.date_short(_local(station.since)))
        if station.since and not station.until
        else ""
    )
    until = _("selesai %(day)s", day=words.date_short(_local(station.until))) if station.until else ""
    return {"label": station.label, "holder": station.holder, "state": station.state, "since": until or since}


def _local(moment: datetime) -> datetime:
    return moment.astimezone(parts().settings.zone)


def _states() -> Mapping[str, str]:
    return {
        "berjalan": _("Sedang berjalan"),
        "perbaikan": _("Perlu diperbaiki pemohon"),
        "terlambat": _("Melewati standar waktu"),
        "terbit": _("Surat terbit"),
        "selesai": _("Selesai"),
        "ditolak": _("Ditolak"),
        "dibatalkan": _("Dibatalkan"),
    }
