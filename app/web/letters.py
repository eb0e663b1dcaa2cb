"""Letters at /surat: what one's offices have issued, and the files of one letter."""

from flask import Blueprint, Response, g, render_template, request, url_for

from app.usecases import staff_letters
from app.web.access import STAFF, open_to
from app.web.cases import OWN_PDF, PDF, send_file
from app.web.links import Addresses

bp = Blueprint("letters", __name__)


@bp.get("/surat")
@open_to(STAFF)
def index() -> str:
    """The register of one's own offices."""
    text = request.args.get("cari", "")
    found = staff_letters.list_letters(g.actor, text, request.args.get("setelah", ""))
    more = url_for(".index", cari=text or None, setelah=found.next_cursor) if found.next_cursor else ""
    start = url_for(".index", cari=text or None) if request.args.get("setelah") else ""
    return render_template(
        "pages/letters/index.html",
        letters=found.letters,
        addresses=Addresses(".letter", "token"),
        text=text,
        more=more,
        start=start,
    )


@bp.get("/surat/<token>")
@open_to(STAFF)
def letter(token: str) -> Response:
    """The signed letter."""
    return _send(token, original=False)


@bp.get("/surat/<token>/asli")
@open_to(STAFF)
def original(token: str) -> Response:
    """The same letter as it was before it was signed."""
    return _send(token, original=True)


def _send(token: str, *, original: bool) -> Response:
    found, content = staff_letters.open_letter(token, g.actor, original=original)
    stem = "".join(sign if sign.isalnum() else "-" for sign in found.number)
    name = f"{stem}{'-sebelum-tanda-tangan' if original else ''}.pdf"
    return send_file(content, PDF, name, inline="unduh" not in request.args, policy=OWN_PDF)
