"""An official's own account: where it is signed in, and its password."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import Invalid, TooMany
from app.usecases import sign_in as door
from app.web.access import SIGNED_IN, open_to

bp = Blueprint("account", __name__)


@bp.get("/akun")
@open_to(SIGNED_IN)
def index() -> str:
    """The offices held today and the open sessions."""
    return render_template(
        "pages/account/index.html", sessions=door.open_sessions(g.actor.person_id, current_user.token)
    )


@bp.post("/akun/sesi/<key>/akhiri")
@open_to(SIGNED_IN)
def end_session(key: str) -> Response:
    """Sign out somewhere else."""
    door.revoke(g.actor.person_id, key)
    flash(_("Sesi itu sudah diakhiri."), "ok")
    return redirect(url_for(".index"))


@bp.route("/akun/sandi", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def password() -> Response | tuple[str, int]:
    """Change one's password; after the first sign-in this is the only page there is."""
    if request.method != "POST":
        return _password_page({}, 200)
    old, new = request.form.get("sandi_lama", ""), request.form.get("sandi_baru", "")
    if new != request.form.get("sandi_ulang", ""):
        return _password_page({"sandi_ulang": _("Kedua kata sandi baru tidak sama. Ketik ulang.")}, 422)
    try:
        door.change_password(g.actor.person_id, old, new, token=current_user.token)
    except (Invalid, TooMany) as refusal:
        problems = getattr(refusal, "fields", None) or {"sandi_lama": str(refusal)}
        return _password_page(problems, 429 if isinstance(refusal, TooMany) else 422)
    flash(_("Kata sandi sudah diganti. Sesi lain sudah diakhiri."), "ok")
    return redirect(url_for(".index"))


def _password_page(problems: dict[str, str], status: int) -> tuple[str, int]:
    return render_template("pages/account/password.html", problems=problems), status
