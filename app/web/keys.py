"""Keys of other systems at /admin/kunci: the list, a new one (shown once), and revoking."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.domain.keys import SCOPES
from app.errors import Conflict, Invalid, NotFound
from app.usecases import keys
from app.web.access import ADMIN, open_to

bp = Blueprint("keys", __name__)

CREATE = "buat"


@bp.get("/admin/kunci")
@open_to(ADMIN)
def index() -> str:
    """Every key, those still open first."""
    return render_template("pages/keys/index.html", lines=keys.list_keys(g.actor), scopes=SCOPES)


@bp.route("/admin/kunci/baru", methods=["GET", "POST"])
@open_to(ADMIN)
def new() -> str | tuple[str, int]:
    """What a key may do and for which offices; made, it is shown this once."""
    if request.form.get("aksi") != CREATE:
        return _form({})
    name, scopes = request.form.get("nama", "")[:200], request.form.getlist("lingkup")
    try:
        client, secret = keys.create(name, scopes, _chosen(), actor=g.actor)
    except Invalid as refusal:
        return _form(refusal.fields), 422
    except Conflict as refusal:
        return _form({"nama": str(refusal)}), 409
    offices = keys.offices_named([each.position_id for each in client.offices], g.actor)
    return render_template(
        "pages/keys/made.html", client=client, secret=secret, offices=offices, scopes=SCOPES
    )


@bp.post("/admin/kunci/<client_id>/cabut")
@open_to(ADMIN)
def revoke(client_id: str) -> Response:
    """The key opens nothing from the next request on."""
    if not (client_id.isascii() and client_id.isdigit() and len(client_id) <= 17):
        raise NotFound(_("Kunci itu tidak ada."))
    client = keys.revoke(int(client_id), actor=g.actor)
    flash(
        _("Kunci %(name)s dicabut. Permintaan berikutnya dengan kunci itu ditolak.", name=client.name), "ok"
    )
    return redirect(url_for(".index"))


def _form(problems: dict[str, str]) -> str:
    chosen, text = keys.offices_named(_chosen(), g.actor), request.form.get("cari", "")[:60]
    found = [each for each in keys.find_offices(text, g.actor) if each.id not in {one.id for one in chosen}]
    return render_template(
        "pages/keys/new.html",
        name=request.form.get("nama", "")[:200],
        ticked=request.form.getlist("lingkup"),
        scopes=SCOPES,
        chosen=chosen,
        found=found,
        text=text,
        problems=problems,
    )


def _chosen() -> list[int]:
    given = request.form.getlist("jabatan")
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) <= 17]
