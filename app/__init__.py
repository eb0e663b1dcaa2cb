"""Alur: the public-service portal and case-management system of a city. `create_app` wires the parts, holds no rule."""

from typing import TYPE_CHECKING

from app.config import ROOT, Settings, read_settings

if TYPE_CHECKING:
    from app.web.portal import Portal


def create_app(settings: Settings | None = None) -> "Portal":
    """The portal, ready to serve. Raises BadSetting where the environment is not fit."""
    # what only needs a part of the portal, such as a check of drawings, starts without Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import api, logs, web
    from app.gateways.files import FileStore
    from app.gateways.sealing import Sealer
    from app.storage import db, driver
    from app.usecases.parts import Parts
    from app.web.portal import Portal

    settings = settings or read_settings()
    logs.start(settings.log_level)
    folders = {"template_folder": str(ROOT / "templates"), "static_folder": str(ROOT / "app" / "static")}
    app = Portal(__name__, json_errors=False, spec_path=api.DESCRIPTION, docs_path=None, **folders)
    app.config.update(_flask_settings(settings))
    sealer = Sealer(settings.secret_key)
    app.extensions["alur"] = Parts(settings, sealer, FileStore(settings.files, sealer))
    db.init_app(app)
    with app.app_context():
        driver.prepare(db.engine)
    web.init_app(app)
    api.init_app(app, web.csrf)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    postgres = settings.database_url.startswith("postgresql")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # what goes into a row stays out of the words of a fault
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True}
        | ({"pool_size": 20, "pool_use_lifo": True, "isolation_level": "READ COMMITTED"} if postgres else {}),
        "SESSION_COOKIE_NAME": "alur",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.on_https,
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": str(settings.zone),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.on_https,
    }
