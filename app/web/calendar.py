"""The city's calendar at /admin/kalender: days off by month, working hours, and changing either with a reason."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.domain import words
from app.errors import Invalid, NotFound
from app.storage.days import CalendarChange
from app.usecases import calendar_wishes, city_calendar
from app.usecases.calendar_wishes import Wish
from app.usecases.parts import today
from app.web.access import ADMIN, open_to

bp = Blueprint("calendar", __name__)

DO, LOOK, DO_WITHOUT, LOOK_WITHOUT = "simpan", "lihat", "hapus", "lihat-hapus"
FIRST_YEAR, LAST_YEAR = 2000, 2100

Page = str | Response | tuple[str, int]


@bp.get("/admin/kalender")
@open_to(ADMIN)
def index() -> str:
    """One year, by month."""
    year = request.args.get("tahun", "", type=str)
    chosen = int(year) if year.isdecimal() and year.isascii() and len(year) == 4 else today().year
    if not FIRST_YEAR <= chosen <= LAST_YEAR:
        abort(404)
    found = city_calendar.read_year(chosen, g.actor)
    years = [
        {"text": str(each), "href": url_for(".index", tahun=each), "current": each == chosen}
        for each in found.years
    ]
    return render_template("pages/calendar/index.html", found=found, years=years, kinds=city_calendar.KINDS)


@bp.route("/admin/kalender/hari", methods=["GET", "POST"])
@open_to(ADMIN)
def day() -> Page:
    """A day off: added, described anew, or given back to work."""
    if request.method == "POST":
        without = request.form.get("aksi") in (LOOK_WITHOUT, DO_WITHOUT)
        return _answer(
            _day_page, calendar_wishes.wish_no_day if without else calendar_wishes.wish_day, without=without
        )
    return _day_page(_known_day(request.args.get("tanggal", "")))


@bp.route("/admin/kalender/jam", methods=["GET", "POST"])
@open_to(ADMIN)
def hours() -> Page:
    """Other working hours from a day on, or hours to come that are called off."""
    if request.method == "POST":
        without = request.form.get("aksi") in (LOOK_WITHOUT, DO_WITHOUT)
        return _answer(
            _hours_page,
            calendar_wishes.wish_no_hours if without else calendar_wishes.wish_hours,
            without=without,
        )
    return _hours_page(_known_hours(request.args.get("berlaku", "")))


def _answer(page: Callable[..., str], wished: Callable[..., Wish], *, without: bool) -> Page:
    """The change made, or what it would do, or what is to be mended first."""
    typed = request.form.to_dict()
    try:
        wish = wished(typed, g.actor)
    except Invalid as refusal:
        return page(typed, problems=refusal.fields, without=without), 422
    except NotFound as refusal:
        flash(str(refusal), "info")
        return redirect(url_for(".index"))
    if typed.get("aksi") not in (DO, DO_WITHOUT):
        return page(typed, wish=wish, effect=calendar_wishes.foresee(wish), without=without)
    flash(_done_words(calendar_wishes.change(wish, g.actor)), "ok")
    year = (typed.get("tanggal") or typed.get("berlaku") or "")[:4]
    return redirect(url_for(".index", tahun=year))


def _day_page(typed: Mapping[str, str], **shown: Any) -> str:
    known = _row(typed.get("tanggal", ""))
    return render_template(
        "pages/calendar/day.html",
        typed=typed,
        known=known if known is not None and known.is_off else None,
        kinds=city_calendar.KINDS,
        **{"problems": {}, "wish": None, "effect": None, "without": False, **shown},
    )


def _hours_page(typed: Mapping[str, str], **shown: Any) -> str:
    found = city_calendar.read_year(today().year, g.actor)
    coming = next((each for each in found.hours if each.since.isoformat() == typed.get("berlaku")), None)
    return render_template(
        "pages/calendar/hours.html",
        typed=typed,
        found=found,
        coming=coming if coming is not None and coming.is_coming else None,
        weekdays=words.WEEKDAYS,
        earliest=today(),
        **{"problems": {}, "wish": None, "effect": None, "without": False, **shown},
    )


def _known_day(text: str) -> dict[str, str]:
    """What is known of the day that the address names."""
    row = _row(text)
    if row is None:
        return {"tanggal": text[:10], "jenis": "libur_daerah"}
    estimate = "ya" if row.is_estimate else ""
    return {"tanggal": row.day.isoformat(), "jenis": row.kind, "nama": row.name, "perkiraan": estimate}


def _known_hours(since: str) -> dict[str, str]:
    """The hours that hold now, or those to come that the address names, as they are typed."""
    week = city_calendar.typed_week(since, g.actor)
    return {"berlaku": since[:10], **{f"hari.{weekday}": text for weekday, text in week.items()}}


def _row(text: str) -> Any:
    try:
        return city_calendar.find_day(date.fromisoformat(text), g.actor)
    except ValueError:
        return None


def _done_words(change: CalendarChange) -> str:
    moved = _("%(count)s permohonan mendapat batas waktu baru.", count=change.moved)
    if change.looked_at is None:
        rest = _(
            "Permohonan lain dihitung ulang bertahap oleh pekerja latar; halaman ini menunjukkan kemajuannya."
        )
        return f"{change.what}. {moved} {rest}"
    return f"{change.what}. {moved}"
