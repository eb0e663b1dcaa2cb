"""The catalogue of services and the page of each one."""

from flask import Blueprint, render_template, request

from app.usecases import catalogue
from app.web import visits
from app.web.access import EVERYBODY, open_to

bp = Blueprint("catalogue", __name__)


@bp.get("/layanan")
@open_to(EVERYBODY)
def index() -> str:
    """All services, narrowed by words and kind."""
    asked, kind = request.args.get("cari", "")[:100], request.args.get("jenis", "")[:40]
    everything = catalogue.offers()
    return render_template(
        "pages/catalogue/index.html",
        offers=catalogue.offers(asked, kind),
        kinds=catalogue.kinds_offered(everything),
        asked=asked,
        kind=kind,
    )


@bp.get("/layanan/<code>")
@open_to(EVERYBODY)
def service(code: str) -> str:
    """What one service gives, asks and takes."""
    leaflet = catalogue.leaflet(code)
    return render_template(
        "pages/catalogue/service.html", leaflet=leaflet, has_draft=bool(visits.draft_of(code))
    )
