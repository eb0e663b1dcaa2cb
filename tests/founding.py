"""Makes portals for tests: settings, a filled database to copy from, and an orderly end."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import ROOT, Settings, read_settings
from app.storage import db

SECRET = "only-for-tests-0123456789-abcdefghijklmnop"


def unset_clock() -> datetime:
    """For portals whose time does not matter."""
    return datetime.now(UTC)


def settings(url: str, files: Path, **others: str) -> Settings:
    """The settings of a portal under test; others by name, e.g. ALUR_DEMO="1"."""
    environment = {"ALUR_SECRET_KEY": SECRET, "ALUR_DATABASE_URL": url, "ALUR_FILES": str(files), **others}
    return read_settings({"ALUR_LOG_LEVEL": "WARNING"} | environment)


def portal(url: str, files: Path, clock: Callable[[], datetime]) -> Flask:
    """A portal on a database, by this clock."""
    app = create_app(settings(url, files))
    app.extensions["alur"].clock = clock
    return app


def found(url: str, files: Path, clock: Callable[[], datetime]) -> None:
    """Fill an empty database with the city, its services and the demo's people."""
    from app.storage import schema  # workers under test need none of this
    from app.usecases import certificates, demo, processes
    from app.usecases.city import seed_city

    files.mkdir(parents=True)
    app = portal(url, files, clock)
    with app.app_context():
        schema.upgrade()
        seed_city(app.extensions["alur"].settings.city, neighbourhoods=(3, 3))
        certificates.found_authority(demo.BEGAN)
        processes.publish(ROOT, by="pengujian")
        demo.appoint_officials()
    close(app)


def close(app: Flask) -> None:
    """Give back every connection, so that the database can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
