"""HTTP for people, and nothing else: blueprints, the guards around every request, and what templates may use."""

from collections.abc import Callable
from datetime import timedelta

from babel import Locale
from flask import Flask, Response, abort, current_app, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from app.config import ROOT
from app.usecases.parts import keep_time
from app.web import access, errors, filters, session
from app.web.assets import asset
from app.web.cookies import Cookies

FEATURES = (
    "home", "catalogue", "apply", "track", "verify", "information",
    "session", "account", "inbox", "cases", "letters", "incidents", "calendar", "versions", "keys", "health",
)  # fmt: skip

# for so long this machine's steady count is as good as the database's clock
SAME_TIME = timedelta(seconds=10)

LANGUAGES = {name: Locale.parse(name) for name in ("id", "en")}

babel = Babel()
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Put the pages, their guards and their words on the application."""
    from importlib import import_module

    app.session_interface = Cookies()
    for feature in FEATURES:
        app.register_blueprint(import_module(f"app.web.{feature}").bp)
    app.view_functions["static"].open_to = access.EVERYBODY
    babel.init_app(
        app, default_translation_directories=str(ROOT / "app" / "translations"), locale_selector=_locale
    )
    csrf.init_app(app)
    session.login.init_app(app, add_context_processor=False)  # pages ask for `actor`
    app.before_request(_begin)
    app.after_request(_keep_out_of_caches)
    app.context_processor(_for_templates)
    filters.init_app(app)
    errors.init_app(app)


def _begin() -> None:
    asked = request._get_current_object()
    view = current_app.view_functions.get(asked.endpoint)
    if asked.endpoint != "static" and asked.blueprint != "health":
        keep_time(at_least_every=SAME_TIME)
    g.actor = None if _reads_no_cookie(asked.endpoint, view) else session.load_actor()
    if "\0" in asked.path:
        abort(404)  # no address of ours holds one, and PostgreSQL refuses it
    access.refuse_undeclared(view)


def _reads_no_cookie(endpoint: str | None, view: Callable | None) -> bool:
    """Files, and what other systems ask for with a key of their own."""
    return endpoint == "static" or hasattr(view, "scope")


def _locale() -> Locale:
    return LANGUAGES.get(request.cookies.get("bahasa"), LANGUAGES["id"])


def _for_templates() -> dict[str, object]:
    context = {
        "asset": asset,
        "actor": g.get("actor"),
        "city": filters.city_name(),
    }
    return context | (session.staff_context() if g.get("actor") else {})


def _keep_out_of_caches(response: Response) -> Response:
    """Personal pages are never kept by a cache; built files are, for good."""
    asked, headers = request._get_current_object(), response.headers
    if _is_personal(asked.endpoint) or "Set-Cookie" in headers:
        headers["Cache-Control"] = "no-store"
    elif asked.endpoint == "static":
        headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if "/dist/" in asked.path else "public, max-age=3600"
        )
    return response


def _is_personal(endpoint: str | None) -> bool:
    """Also where the view itself was never reached: a refusal may show what was typed."""
    if g.get("actor"):
        return True
    return endpoint not in (None, "static") and getattr(
        current_app.view_functions[endpoint], "personal", True
    )
