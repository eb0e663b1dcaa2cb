"""Liveness and readiness for whatever watches the portal."""

from flask import Blueprint, Response, jsonify

from app.usecases import health
from app.web.access import MACHINES, open_to

bp = Blueprint("health", __name__)


@bp.get("/sehat")
@open_to(MACHINES)
def alive() -> Response:
    """The process answers."""
    return jsonify(status="sehat")


@bp.get("/siap")
@open_to(MACHINES)
def ready() -> tuple[Response, int]:
    """The database answers and holds a city, and the files can be written."""
    missing = health.missing()
    return jsonify(status="belum siap" if missing else "siap", kurang=missing), 503 if missing else 200
