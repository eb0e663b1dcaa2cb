"""The first page."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from app.domain import words
from app.usecases import catalogue
from app.web.access import EVERYBODY, open_to
from app.web.information import announcements

bp = Blueprint("home", __name__)


@bp.get("/")
@open_to(EVERYBODY)
def index() -> str:
    """What people come for: search, the most used services, tracking, complaints."""
    return render_template(
        "pages/home/index.html",
        services=catalogue.wanted_offers(),
        announcements=announcements()[:3],
        figures=_figures(),
    )


def _figures() -> list[dict[str, str]]:
    found = catalogue.figures()
    if not found.finished:
        return []
    figures = [
        {
            "value": words.number(found.finished),
            "label": _("Permohonan selesai"),
            "note": _("90 hari terakhir"),
        },
        {
            "value": f"{found.on_time * 100 // found.finished}%",
            "label": _("Tepat waktu"),
            "note": _("sesuai standar"),
        },
    ]
    if found.rated:
        note = _("dari %(count)s penilaian", count=words.number(found.rated))
        figures.append(
            {"value": f"{found.content * 100 // found.rated}%", "label": _("Pemohon puas"), "note": note}
        )
    return figures
