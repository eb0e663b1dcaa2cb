"""HTTP for people, and nothing else: blueprints, the guards around every request, and what templates may use."""

import secrets
from datetime import timedelta

from flask import Flask, Response, abort, current_app, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from app.config import ROOT
from app.usecases.parts import keep_time
from app.web import access, errors, filters, session
from app.web.assets import asset
from app.web.cookies import Cookies
from app.web.intake import PortalRequest

FEATURES = (
    "home", "catalogue", "apply", "track", "verify", "information",
    "session", "account", "inbox", "cases", "letters", "incidents", "calendar", "versions", "keys", "health",
)  # fmt: skip

# for so long this machine's steady count is as good as the database's clock
SAME_TIME = timedelta(seconds=10)

babel = Babel()
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Put the pages, their guards and their words on the application."""
    from importlib import import_module

    app.request_class = PortalRequest
    app.session_interface = Cookies()
    for feature in FEATURES:
        app.register_blueprint(import_module(f"app.web.{feature}").bp)
    app.view_functions["static"].open_to = access.EVERYBODY
    babel.init_app(
        app, default_translation_directories=str(ROOT / "app" / "translations"), locale_selector=_locale
    )
    csrf.init_app(app)
    session.login.init_app(app)
    app.before_request(_begin)
    app.before_request(access.refuse_undeclared)
    app.after_request(_protect)
    app.context_processor(_for_templates)
    filters.init_app(app)
    errors.init_app(app)


def _begin() -> None:
    g.nonce = secrets.token_urlsafe(16)
    if request.endpoint != "static" and request.blueprint != "health":
        keep_time(at_least_every=SAME_TIME)
    g.actor = None if _reads_no_cookie() else session.load_actor()
    if "\0" in request.path:
        abort(404)  # no address of ours holds one, and PostgreSQL refuses it


def _reads_no_cookie() -> bool:
    """Files, and what other systems ask for with a key of their own."""
    return request.endpoint == "static" or hasattr(current_app.view_functions.get(request.endpoint), "scope")


def _locale() -> str:
    chosen = request.cookies.get("bahasa")
    return chosen if chosen in {"id", "en"} else "id"


def _for_templates() -> dict[str, object]:
    context = {
        "asset": asset,
        "actor": g.get("actor"),
        "nonce": g.get("nonce", ""),
        "city": filters.city_name(),
    }
    return context | (session.staff_context() if g.get("actor") else {})


def _protect(response: Response) -> Response:
    """Security headers on every answer; personal pages are never kept by a cache, redirections say nothing else."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "SAMEORIGIN"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if response.location and 300 <= response.status_code < 400:
        response.data = b""  # no browser shows it, and it would go out as a message of its own
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if _is_personal() or "Set-Cookie" in headers:
        headers["Cache-Control"] = "no-store"
    elif request.endpoint == "static":
        headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if "/dist/" in request.path else "public, max-age=3600"
        )
    return response


def _is_personal() -> bool:
    """Also where the view itself was never reached: a refusal may show what was typed."""
    if request.endpoint in (None, "static"):
        return bool(g.get("actor"))
    return bool(g.get("actor")) or getattr(current_app.view_functions[request.endpoint], "personal", True)


def _policy() -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
        "manifest-src 'self'; object-src 'none'"
    )
