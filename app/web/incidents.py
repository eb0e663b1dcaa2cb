"""Incidents at /admin/insiden: what cannot go on by itself, to be tried again or passed over with a reason."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.errors import Conflict, Invalid
from app.usecases import incidents, mending
from app.usecases.incidents import ORDER, TIMER, IncidentLine
from app.web.access import ADMIN, open_to

bp = Blueprint("incidents", __name__)


@bp.get("/admin/insiden")
@open_to(ADMIN)
def index() -> str:
    """Every incident that waits, newest first."""
    cursor = request.args.get("setelah", "")
    found = incidents.list_incidents(g.actor, cursor)
    return render_template(
        "pages/incidents/index.html",
        lines=[(line, headline(line)) for line in found.lines],
        more=url_for(".index", setelah=found.next_cursor) if found.next_cursor else "",
        start=url_for(".index") if cursor else "",
    )


@bp.get("/admin/insiden/<incident_id>")
@open_to(ADMIN)
def incident(incident_id: str) -> str:
    """One incident: what happened, what was tried, what can be done."""
    return _page(incidents.read_number(incident_id))


@bp.post("/admin/insiden/<incident_id>/coba-lagi")
@open_to(ADMIN)
def retry(incident_id: str) -> Response:
    """The worker tries again; where nothing is left to be done, the incident is closed."""
    number = incidents.read_number(incident_id)
    try:
        deed = mending.retry(number, actor=g.actor)
    except mending.Handled as refusal:
        return _calmly(number, refusal)
    again = _("Insiden %(number)s dicoba lagi. Bila gagal lagi, ia kembali ke daftar ini.", number=number)
    flash(again if deed == mending.RETRIED else _("Insiden %(number)s ditutup.", number=number), "ok")
    return redirect(url_for(".index"))


@bp.post("/admin/insiden/<incident_id>/lewati")
@open_to(ADMIN)
def skip(incident_id: str) -> Response | tuple[str, int]:
    """The case goes on without the work, or the page says why it cannot."""
    number, typed = incidents.read_number(incident_id), request.form.get("alasan", "")
    try:
        mending.skip(number, typed, actor=g.actor)
    except mending.Handled as refusal:
        return _calmly(number, refusal)
    except Invalid as refusal:
        return _page(number, typed=typed, problems=refusal.fields), 422
    except Conflict as refusal:
        return _page(number, typed=typed, conflict=str(refusal)), 409
    flash(_("Insiden %(number)s dilewati. Berkas berjalan terus.", number=number), "ok")
    return redirect(url_for(".index"))


def headline(line: IncidentLine) -> str:
    """What went wrong, in one line."""
    if line.kind == TIMER:
        return _("Batas waktu tidak dapat dijalankan")
    if line.kind == ORDER:
        return _("%(deed)s belum berhasil", deed=deed_words(line.operation))
    if not line.name:
        return _("Pesan antarberkas belum sampai")
    if line.event == "signal":
        return _("Sinyal “%(name)s” belum sampai", name=line.name)
    return _("Pesan “%(name)s” belum sampai", name=line.name)


def deed_words(operation: str) -> str:
    """Outside work as people call it."""
    known = {
        "surat.terbitkan": _("Menerbitkan surat"),
        "surat.legalisir": _("Melegalisasi surat"),
        "pemberitahuan.kirim": _("Mengirim pemberitahuan"),
        "status.publik": _("Mengubah status untuk pemohon"),
    }
    return known.get(operation) or _("Pekerjaan “%(name)s”", name=operation)


def _page(number: int, *, typed: str = "", problems: dict | None = None, conflict: str = "") -> str:
    sheet = incidents.open_incident(number, g.actor)
    return render_template(
        "pages/incidents/incident.html",
        sheet=sheet,
        line=sheet.line,
        headline=headline(sheet.line),
        typed=typed,
        problems=problems or {},
        conflict=conflict,
        least=mending.SHORTEST_REASON,
        most=mending.LONGEST_REASON,
    )


def _calmly(number: int, refusal: mending.Handled) -> Response:
    """A second click changes nothing and says who was first."""
    flash(str(refusal), "info")
    return redirect(url_for(".incident", incident_id=number))
