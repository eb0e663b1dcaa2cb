"""What the city tells everybody: complaints explained, standards, privacy, accessibility, announcements."""

from flask import Blueprint, Response, redirect, render_template, url_for

from app.domain import words
from app.domain.hours import say_week
from app.usecases import catalogue, standards
from app.usecases.parts import calendar, parts, today
from app.web.access import EVERYBODY, open_to

bp = Blueprint("information", __name__)


@bp.get("/informasi")
@open_to(EVERYBODY)
def index() -> str:
    """The door to all of it."""
    return render_template(
        "pages/information/index.html",
        announcements=announcements(),
        units=standards.offices(),
        services=catalogue.offers(),
        hours=say_week(calendar().week_of(today())),
    )


@bp.get("/pengaduan")
@open_to(EVERYBODY)
def complaints() -> str:
    """What happens to a complaint, and the way in."""
    code = catalogue.complaint_service()
    deadlines = standards.deadlines(code) if code else []
    apply_url = url_for("apply.begin", code=code) if code else None
    return render_template("pages/information/complaints.html", apply_url=apply_url, deadlines=deadlines)


@bp.get("/standar-pelayanan")
@open_to(EVERYBODY)
def service_standards() -> str:
    """The fourteen components of every service."""
    return render_template("pages/information/standards.html", standards=standards.standards())


@bp.get("/informasi/privasi")
@open_to(EVERYBODY)
def privacy() -> str:
    """What is kept, what for, and the reader's rights."""
    return render_template("pages/information/privacy.html", contact=standards.privacy_contact())


@bp.get("/informasi/aksesibilitas")
@open_to(EVERYBODY)
def accessibility() -> str:
    """Other ways to use the portal."""
    return render_template("pages/information/accessibility.html")


@bp.get("/informasi/verifikasi")
@open_to(EVERYBODY)
def verification() -> str:
    """How to check a letter."""
    return render_template("pages/information/verification.html")


@bp.get("/privasi")
@open_to(EVERYBODY)
def privacy_short() -> Response:
    """The short address of the privacy page."""
    return redirect(url_for("information.privacy"))


@bp.get("/aksesibilitas")
@open_to(EVERYBODY)
def accessibility_short() -> Response:
    """The short address of the accessibility page."""
    return redirect(url_for("information.accessibility"))


def announcements() -> list[dict[str, str]]:
    """The announcements that hold now, as templates list them."""
    zone = parts().settings.zone
    return [
        {
            "title": notice.title,
            "text": notice.body,
            "day": words.date_long(notice.published_at.astimezone(zone).date()),
            "moment": notice.published_at.astimezone(zone).isoformat(timespec="minutes"),
        }
        for notice in catalogue.notices()
    ]
