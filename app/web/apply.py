"""Filling in a form page by page, reading it once more, sending it, and the receipt."""

import segno
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain import forms
from app.errors import Invalid, NotFound
from app.usecases import apply, areas, catalogue, drafts
from app.usecases.drafts import Paper, Posted
from app.usecases.parts import parts, today
from app.web import visits
from app.web.access import EVERYBODY, open_to

bp = Blueprint("apply", __name__)

REVIEW = "periksa"
STAYS = ("tambah", "hapus", "hapus-berkas", "unggah", "pilih")
Answer = str | Response | tuple[str, int]


@bp.get("/layanan/<code>/ajukan")
@open_to(EVERYBODY, personal=True)
def begin(code: str) -> Answer:
    """The first page of the form."""
    return _page(_paper(code), 1)


@bp.get("/layanan/<code>/ajukan/<page>")
@open_to(EVERYBODY, personal=True)
def show(code: str, page: str) -> Answer:
    """One page of the form, or the review of all of it."""
    paper = _paper(code)
    return _review(paper) if page == REVIEW else _page(paper, _number(paper, page))


@bp.post("/layanan/<code>/ajukan/<page>")
@open_to(EVERYBODY, personal=True)
def post(code: str, page: str) -> Answer:
    """Keep what was typed, then do what the pressed button says."""
    if page == REVIEW:
        return _send(code)
    number = _number(_paper(code), page)
    names = _paper(code).form.pages[number - 1].names
    action = request.form.get("aksi", "")[:200]
    posted = Posted(names, request.form, visits.posted_files(), action)
    paper, problems = drafts.keep(code, visits.draft_of(code), posted)
    visits.keep_draft(code, paper.token)
    return _after(paper, number, action, problems)


@bp.get("/layanan/<code>/simpan")
@open_to(EVERYBODY, personal=True)
def saved(code: str) -> Answer:
    """The code by which a draft is found again."""
    paper = _paper(code)
    if not paper.token:
        return redirect(url_for("apply.begin", code=code))
    return render_template("pages/apply/saved.html", paper=paper)


@bp.post("/layanan/<code>/hapus")
@open_to(EVERYBODY, personal=True)
def forget(code: str) -> Answer:
    """Throw the draft away."""
    drafts.forget(visits.draft_of(code))
    visits.forget_draft(code)
    return redirect(url_for("catalogue.service", code=code))


@bp.route("/lanjutkan", methods=["GET", "POST"])
@open_to(EVERYBODY, personal=True)
def resume() -> Answer:
    """Go on with a draft kept for later."""
    typed = request.form.get("kode", "")[:100]
    if request.method != "POST":
        return render_template("pages/apply/resume.html", typed="", problem="")
    try:
        code, token = drafts.resume(typed, visits.address())
    except NotFound as refusal:
        return render_template("pages/apply/resume.html", typed=typed, problem=str(refusal)), 404
    visits.keep_draft(code, token)
    return redirect(url_for("apply.begin", code=code))


@bp.get("/layanan/<code>/terima")
@open_to(EVERYBODY, personal=True)
def receipt(code: str) -> Answer:
    """The receipt: number and code, and what happens next."""
    found = apply.find_receipt(visits.receipt_of(code))
    if found is None or found.service_code != code:
        return redirect(url_for("catalogue.service", code=code))
    address = f"{parts().settings.base_url}{url_for('track.find', nomor=found.number)}"
    return render_template("pages/apply/receipt.html", receipt=found, picture=_qr(address), address=address)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_fault: RequestEntityTooLarge) -> Answer:
    """A body that is too large was never read; the page comes back as it was last kept."""
    sentence = _(
        "Kiriman ini terlalu besar, jadi tidak diterima. Pilih berkas yang lebih kecil; isian yang tersimpan masih ada."
    )
    return _shown_again({"": sentence}, 413, posted=None)


@bp.errorhandler(CSRFError)
def too_old(_fault: CSRFError) -> Answer:
    """A form from an older session: what was typed is shown again, and one more press sends it."""
    sentence = _(
        "Halaman ini sudah lama terbuka. Isian Anda masih di bawah ini; tekan tombolnya sekali lagi."
    )
    return _shown_again({"": sentence}, 400, posted=request.form)


def _shown_again(problems: dict[str, str], status: int, *, posted: MultiDict | None) -> Answer:
    values = request.view_args or {}
    code, page = values.get("code", ""), values.get("page", "1")
    if not code:
        code = posted.get("kode", "")[:100] if posted is not None else ""
        return render_template("pages/apply/resume.html", typed=code, problem=problems[""]), status
    paper = _paper(code)
    if page == REVIEW:
        return _review(paper, problems), status
    number = _number(paper, page)
    names = paper.form.pages[number - 1].names
    typed = forms.raw(paper.form, posted, only=names) if posted is not None else {}
    return _page(paper, number, problems, typed=paper.typed | typed), status


def _paper(code: str) -> Paper:
    return drafts.open_paper(catalogue.offered(code), visits.draft_of(code))


def _number(paper: Paper, page: str) -> int:
    """The page's number from 1. Raises NotFound for any other word."""
    if not (page.isascii() and page.isdigit() and len(page) < 4 and 1 <= int(page) <= len(paper.form.pages)):
        raise NotFound(_("Halaman formulir itu tidak ada."))
    return int(page)


def _after(paper: Paper, number: int, action: str, problems: dict[str, str]) -> Answer:
    code, deed = paper.service.code, action.partition(":")[0]
    if deed == "kembali":
        return redirect(url_for("apply.show", code=code, page=max(number - 1, 1)))
    if deed == "simpan":
        return redirect(url_for("apply.saved", code=code))
    if deed not in STAYS:
        problems = _problems(paper, number) | problems
        if not problems:
            return redirect(url_for("apply.show", code=code, page=_next(paper, number)))
    if problems:
        return _page(paper, number, problems), 422
    anchor = f"isian-{action.split(':')[1]}" if ":" in action else None
    return redirect(url_for("apply.show", code=code, page=number, _anchor=anchor, ubah=_changing()))


def _changing() -> str | None:
    """Whether the reader came from the review and goes back there."""
    return request.args.get("ubah") and "1"


def _next(paper: Paper, number: int) -> str:
    return REVIEW if _changing() or number == len(paper.form.pages) else str(number + 1)


def _problems(paper: Paper, number: int) -> dict[str, str]:
    try:
        apply.check(paper, paper.form.pages[number - 1].names)
    except Invalid as refusal:
        return refusal.fields or {"": str(refusal)}
    return {}


def _send(code: str) -> Answer:
    key = request.form.get("kunci", "")[:200]
    try:
        sent = apply.send(code, visits.draft_of(code), key)
    except Invalid as refusal:
        return _review(_paper(code), refusal.fields or {"": str(refusal)}), 422
    visits.forget_draft(code)
    visits.keep_receipt(code, key)
    visits.keep_case(sent.case_id)
    return redirect(url_for("apply.receipt", code=code))


def _page(
    paper: Paper, number: int, problems: dict[str, str] | None = None, *, typed: dict | None = None
) -> str:
    page = paper.form.pages[number - 1]
    typed, day = paper.typed if typed is None else typed, today()
    return render_template(
        "pages/apply/page.html",
        paper=paper,
        page=page,
        number=number,
        titles=[each.title for each in paper.form.pages] + [_("Periksa")],
        typed=typed,
        problems=problems or {},
        files={
            each.name: [visits.file_card(file) for file in paper.files(each.name)] for each in page.fields
        },
        areas=areas.choices_for(page.fields, typed),
        understood={
            **forms.understood(paper.form, typed, today=day),
            **forms.warnings(paper.form, typed, today=day),
        },
        changing=_changing(),
    )


def _review(paper: Paper, problems: dict[str, str] | None = None) -> Answer:
    if not paper.token:
        return redirect(url_for("apply.begin", code=paper.service.code))
    found = apply.review(paper)
    problems = found.problems | (problems or {})
    return render_template(
        "pages/apply/review.html",
        paper=paper,
        review=found,
        titles=[each.title for each in paper.form.pages] + [_("Periksa")],
        changes=[url_for("apply.show", code=paper.service.code, page=at + 1, ubah="1") for at in found.pages],
        problems=[(text, _place_of(paper, path)) for path, text in problems.items()],
        files={file.id: visits.file_card(file) for file in paper.uploads.values()},
    )


def _place_of(paper: Paper, path: str) -> str:
    """Where a field that needs mending stands."""
    if not path:
        return ""
    anchor = f"isian-{path.replace('.', '-')}"
    return url_for(
        "apply.show", code=paper.service.code, page=paper.form.page_of(path) + 1, ubah="1", _anchor=anchor
    )


def _qr(address: str) -> Markup:
    """A QR code as inline SVG without any style attribute."""
    code = segno.make(address, error="m", micro=False)
    # ours, no input
    return Markup(code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True))
