"""Signing in and out at /masuk, and who is reading: the officer behind a request and the desk's navigation."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from app.domain import words
from app.domain.permissions import ADMINISTRATOR, Actor
from app.errors import Invalid, TooMany
from app.usecases import inbox_list, incidents, people
from app.usecases import sign_in as door
from app.usecases.parts import parts
from app.usecases.sign_in import Known
from app.web.access import EVERYBODY, MACHINES, open_to

bp = Blueprint("session", __name__)


class Sessions(LoginManager):
    """A session is a token that can be revoked: Flask-Login looks for no marks of the browser, and remembers nobody."""

    def _session_protection_failed(self) -> bool:
        return False

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


login = Sessions()


class Officer(UserMixin):
    """Somebody signed in, as Flask-Login knows them: by the token of a session that can be revoked."""

    def __init__(self, token: str, known: Known) -> None:
        self.token, self.known = token, known

    def get_id(self) -> str:
        return self.token


@login.user_loader
def _recognise(token: str) -> Officer | None:
    known = door.recognise(token)
    return Officer(token, known) if known else None


@bp.route("/masuk", methods=["GET", "POST"])
@open_to(EVERYBODY, personal=True)
def sign_in() -> Response | tuple[str, int]:
    """The sign-in page; a demo lists its accounts there."""
    onward = request.values.get("lanjut", "")
    if request.method != "POST":
        return redirect(_way_on(onward)) if g.actor else _sign_in_page(onward)
    try:
        token = door.sign_in(
            request.form.get("nama", ""),
            request.form.get("sandi", ""),
            address=request.remote_addr or "",
            device=_device(request.user_agent.string),
        )
    except (Invalid, TooMany) as refusal:
        return _sign_in_page(onward, str(refusal), 429 if isinstance(refusal, TooMany) else 422)
    session.clear()
    login_user(_recognise(token))
    return redirect(_way_on(onward))


@bp.post("/keluar")
@open_to(EVERYBODY, personal=True)
def sign_out() -> Response:
    """End the session, here and on the server."""
    if current_user.is_authenticated:
        door.sign_out(current_user.token)
    logout_user()
    session.clear()
    return redirect(url_for(".sign_in"))


def load_actor() -> Actor | None:
    """Who is reading. Somebody with a first password is sent to change it before anything else."""
    officer = current_user._get_current_object()
    if not officer.is_authenticated:
        return None
    known = officer.known
    if known.must_change_password and not _open_before_change():
        abort(redirect(url_for("account.password")))
    return known.actor


def staff_context() -> dict[str, object]:
    """What the desk's layout reads; asked of the database only when the layout really shows it."""
    return {"staff_nav": _navigation()}


def _navigation() -> Iterator[dict[str, object]]:
    here = request.blueprint or ""
    waiting = g.waiting if "waiting" in g else inbox_list.count_waiting(g.actor)
    entries = [
        (_("Kotak tugas"), "inbox", "kotak-masuk", waiting),
        (_("Berkas"), "cases", "berkas", 0),
        (_("Surat"), "letters", "surat", 0),
    ]
    if g.actor.holds(ADMINISTRATOR):
        entries.append((_("Insiden"), "incidents", "peringatan", incidents.count_waiting(g.actor)))
        entries.append((_("Kalender"), "calendar", "kalender", 0))
        entries.append((_("Versi"), "versions", "alur", 0))
        entries.append((_("Kunci"), "keys", "kunci", 0))
    for label, feature, icon, count in entries:
        yield {
            "label": label,
            "url": url_for(f"{feature}.index"),
            "icon": icon,
            "count": words.counted(count, inbox_list.MOST_COUNTED) if count else 0,
            "current": here == feature,
        }


def _sign_in_page(onward: str, problem: str = "", status: int = 200) -> tuple[str, int]:
    """The page with what was typed, except the password."""
    text = request.values.get("cari", "")
    page = render_template(
        "pages/session/sign_in.html",
        onward=onward if _is_own(onward) else "",
        problem=problem,
        typed=request.values.get("nama", "")[:80],
        demo=parts().settings.demo,
        accounts=people.demo_accounts(text),
        demo_password=people.DEMO_PASSWORD if parts().settings.demo else "",
        text=text[:60],
    )
    return page, status


def _way_on(onward: str) -> str:
    return onward if _is_own(onward) else url_for("inbox.index")


def _is_own(address: str) -> bool:
    """A path of this portal and nothing that a browser could read as another place."""
    plain = address.isprintable() and "\\" not in address and len(address) <= 500
    return plain and address.startswith("/") and not address.startswith("//")


def _open_before_change() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    allowed = {"account.password", "session.sign_out"}
    return request.endpoint in allowed or getattr(view, "open_to", "") in (EVERYBODY, MACHINES)


def _device(agent: str) -> str:
    """A browser and its machine in words, for the list of one's own sessions."""
    browsers = {
        "Edg/": "Edge",
        "OPR/": "Opera",
        "Firefox/": "Firefox",
        "Chrome/": "Chrome",
        "Safari/": "Safari",
    }
    machines = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
    }
    browser = next((name for sign, name in browsers.items() if sign in agent), "Peramban")
    machine = next((name for sign, name in machines.items() if sign in agent), "komputer")
    return f"{browser} di {machine}"
