"""Following a case: opened by number and code, corrected, answered, withdrawn, rated."""

import secrets
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain import forms
from app.errors import Conflict, Invalid, NotFound
from app.storage.cases import Case
from app.usecases import areas, correction, track
from app.usecases.correction import Correction
from app.usecases.drafts import Posted
from app.usecases.parts import today
from app.web import visits
from app.web.access import EVERYBODY, open_to

bp = Blueprint("track", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/lacak")
@open_to(EVERYBODY)
def find() -> Answer:
    """Where number and code are typed; a receipt's QR brings the number."""
    number = request.args.get("nomor", "")[:40]
    if number and _opened(number):
        return redirect(url_for("track.show", number=number))
    return render_template("pages/track/find.html", number=number, problem="")


@bp.post("/lacak")
@open_to(EVERYBODY, personal=True)
def unlock() -> Answer:
    """Open a case with its code, or say (after the same work) that the two do not fit."""
    number, code = request.form.get("nomor", "")[:100], request.form.get("kode", "")[:100]
    try:
        case = track.unlock(number, code, visits.address())
    except NotFound as refusal:
        return render_template("pages/track/find.html", number=number, problem=str(refusal)), 404
    visits.keep_case(case.id)
    return redirect(url_for("track.show", number=case.number))


@bp.get("/lacak/<number>")
@open_to(EVERYBODY, personal=True)
def show(number: str) -> Answer:
    """Where the case stands and what the applicant may do."""
    case = _opened(number)
    return _sheet(case) if case else _to_code(number)


@bp.post("/lacak/<number>/tutup")
@open_to(EVERYBODY, personal=True)
def close(number: str) -> Answer:
    """Forget the case on this device."""
    if case := _opened(number):
        visits.forget_case(case.id)
    flash(
        _("Permohonan ditutup di perangkat ini. Untuk membukanya lagi, masukkan nomor dan kode lacak."), "ok"
    )
    return redirect(url_for("track.find"))


@bp.get("/lacak/<number>/surat/<token>")
@open_to(EVERYBODY, personal=True)
def letter(number: str, token: str) -> Answer:
    """The signed letter, to keep."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    found, content = track.open_letter(case.id, token)
    name = f"{found.title} {found.number}".replace("/", "-")
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")


@bp.get("/lacak/<number>/berkas/<file>")
@open_to(EVERYBODY, personal=True)
def upload(number: str, file: str) -> Answer:
    """A file the applicant sent; always as a download."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    found, content = track.open_upload(case.id, file)
    return send_file(BytesIO(content), found.media_type, as_attachment=True, download_name=found.name)


@bp.post("/lacak/<number>/pesan")
@open_to(EVERYBODY, personal=True)
def write(number: str) -> Answer:
    """Answer whoever handles a confidential case."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    text = request.form.get("pesan", "")
    try:
        track.write(case.id, text, request_key=request.form.get("kunci", ""))
    except Invalid as refusal:
        return _sheet(case, problems=refusal.fields, typed={"pesan": text}), 422
    except Conflict as refusal:
        return _sheet(case, problems={"": str(refusal)}, typed={"pesan": text}), 409
    flash(_("Pesan Anda terkirim."), "ok")
    return redirect(url_for("track.show", number=case.number, _anchor="pesan"))


@bp.route("/lacak/<number>/batalkan", methods=["GET", "POST"])
@open_to(EVERYBODY, personal=True)
def withdraw(number: str) -> Answer:
    """Take the application back, after asking once."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    if request.method != "POST":
        return render_template("pages/track/withdraw.html", tracked=track.read(case))
    track.withdraw(case.id)
    flash(_("Permohonan dibatalkan. Anda dapat mengajukan lagi kapan saja."), "ok")
    return redirect(url_for("track.show", number=case.number))


@bp.post("/lacak/<number>/nilai")
@open_to(EVERYBODY, personal=True)
def rate(number: str) -> Answer:
    """One question at the end."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    given, remark = request.form.get("nilai", "")[:10], request.form.get("catatan", "")
    try:
        track.rate(case.id, given, remark)
    except Invalid as refusal:
        return _sheet(case, problems=refusal.fields, typed={"catatan": remark}), 422
    flash(_("Terima kasih. Penilaian Anda tersimpan dan masih dapat diubah."), "ok")
    return redirect(url_for("track.show", number=case.number, _anchor="nilai"))


@bp.get("/lacak/<number>/perbaiki")
@open_to(EVERYBODY, personal=True)
def correct(number: str) -> Answer:
    """The fields that were sent back."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    try:
        return _correction(case, correction.open_correction(case))
    except Conflict:
        return redirect(url_for("track.show", number=case.number))


@bp.post("/lacak/<number>/perbaiki")
@open_to(EVERYBODY, personal=True)
def send_correction(number: str) -> Answer:
    """Keep what was mended; with the button "kirim", send it."""
    case = _opened(number)
    if case is None:
        return _to_code(number)
    action = request.form.get("aksi", "")[:200]
    names = correction.asked_form(case).names
    try:
        _paper, problems = correction.keep(
            case.id, Posted(names, request.form, visits.posted_files(), action)
        )
        if not problems and action == "kirim":
            correction.send(case.id)
            flash(_("Perbaikan terkirim. Permohonan kembali ke petugas yang memintanya."), "ok")
            return redirect(url_for("track.show", number=case.number))
    except Invalid as refusal:
        problems = refusal.fields or {"": str(refusal)}
    except Conflict as refusal:
        flash(str(refusal), "info")
        return redirect(url_for("track.show", number=case.number))
    if problems:
        return _correction(case, correction.open_correction(case), problems), 422
    anchor = f"isian-{action.split(':')[1]}" if ":" in action else None
    return redirect(url_for("track.correct", number=case.number, _anchor=anchor))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_fault: RequestEntityTooLarge) -> Answer:
    """A body that is too large was never read: the correction comes back as it was last kept."""
    sentence = _(
        "Kiriman ini terlalu besar, jadi tidak diterima. Pilih berkas yang lebih kecil; isian yang tersimpan masih ada."
    )
    return _shown_again(sentence, 413)


@bp.errorhandler(CSRFError)
def too_old(_fault: CSRFError) -> Answer:
    """A page from an older session: show it afresh, with what was typed where there was a form."""
    return _shown_again(_("Halaman ini sudah lama terbuka. Tekan tombolnya sekali lagi."), 400)


def _shown_again(sentence: str, status: int) -> Answer:
    number = (request.view_args or {}).get("number", "")
    case = _opened(number) if number else None
    if case is None:
        return render_template("pages/track/find.html", number=number, problem=sentence), status
    if request.endpoint == "track.send_correction":
        return _correction(case, correction.open_correction(case), {"": sentence}), status
    typed = {name: request.form.get(name, "") for name in ("pesan", "catatan")} if status == 400 else {}
    return _sheet(case, problems={"": sentence}, typed=typed), status


def _opened(number: str) -> Case | None:
    try:
        return track.get_case(number, visits.opened_cases())
    except NotFound:
        return None


def _to_code(number: str) -> Response:
    """The same way for a number that is unknown and for one that this browser has not opened."""
    return redirect(url_for("track.find", nomor=number[:40]))


def _sheet(case: Case, *, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    tracked = track.read(case)
    addresses = {
        file.id: url_for("track.upload", number=case.number, file=file.id) for file in tracked.uploads
    }
    return render_template(
        "pages/track/show.html",
        tracked=tracked,
        uploads=[visits.file_card(file, addresses[file.id]) for file in tracked.uploads],
        ratings=track.RATINGS,
        problems=problems or {},
        typed=typed or {},
        request_key=request.form.get("kunci") or secrets.token_urlsafe(18),
    )


def _correction(case: Case, found: Correction, problems: dict[str, str] | None = None) -> str:
    paper = found.paper
    fields = [each for page in paper.form.pages for each in page.fields]
    return render_template(
        "pages/track/correct.html",
        case=case,
        correction=found,
        fields=fields,
        typed=paper.typed,
        problems=problems or {},
        files={each.name: [visits.file_card(file) for file in paper.files(each.name)] for each in fields},
        areas=areas.choices_for(fields, paper.typed),
        understood=forms.understood(paper.form, paper.typed, today=today()),
    )
