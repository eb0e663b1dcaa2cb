"""Checking letters: by the QR's address, by hand, or by the file itself."""

from flask import Blueprint, Response, render_template, request

from app.errors import Invalid, NotFound, TooMany
from app.usecases import verification
from app.usecases.verification import Verdict
from app.web import visits
from app.web.access import EVERYBODY, open_to

bp = Blueprint("verify", __name__)

Answer = str | tuple[str, int]


@bp.after_request
def unlisted(response: Response) -> Response:
    """Search engines keep no list of letters."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/verifikasi")
@open_to(EVERYBODY)
def ask() -> Answer:
    """Where a letter's number or code is typed, or its file chosen."""
    return _asked()


@bp.post("/verifikasi")
@open_to(EVERYBODY)
def look_up() -> Answer:
    """The letter that was typed by hand, or the one this file is."""
    typed, file = request.form.get("nomor", "")[:200], request.files.get("berkas")
    try:
        if file is not None and file.filename:
            return _shown(verification.check_file(file.stream, "", visits.address()))
        return _shown(verification.look_up(typed, visits.address()))
    except Invalid as refusal:
        return _asked(typed, refusal.fields), 422
    except NotFound as refusal:
        return _missing(str(refusal), typed)


@bp.get("/verifikasi/<token>")
@open_to(EVERYBODY)
def show(token: str) -> Answer:
    """What a letter's QR code opens."""
    try:
        return _shown(verification.verify(token, visits.address()))
    except NotFound as refusal:
        return _missing(str(refusal))


@bp.post("/verifikasi/<token>")
@open_to(EVERYBODY)
def check(token: str) -> Answer:
    """Whether a file is exactly this letter."""
    file = request.files.get("berkas")
    try:
        if file is None or not file.filename:
            raise Invalid(fields={"berkas": "Pilih berkas PDF surat yang akan diperiksa."})
        return _shown(verification.check_file(file.stream, token, visits.address()))
    except NotFound as refusal:
        return _missing(str(refusal))
    except Invalid as refusal:
        return _again(token, refusal)


def _again(token: str, refusal: Invalid) -> Answer:
    try:
        return _shown(verification.verify(token, visits.address()), refusal.fields), 422
    except (NotFound, TooMany):
        return _asked(problems=refusal.fields), 422


def _asked(typed: str = "", problems: dict[str, str] | None = None) -> str:
    return render_template("pages/verify/ask.html", typed=typed, problems=problems or {})


def _shown(verdict: Verdict, problems: dict[str, str] | None = None) -> str:
    return render_template("pages/verify/verdict.html", verdict=verdict, problems=problems or {})


def _missing(sentence: str, typed: str = "") -> tuple[str, int]:
    return render_template("pages/verify/missing.html", sentence=sentence, typed=typed), 404
