"""Versions of services at /admin/versi: what runs on which, retiring, rehearsing a move, moving and putting back."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.engine import IMPOSSIBLE, SAFE, UNDECIDED
from app.errors import Conflict, Invalid
from app.usecases import version_batches, versions
from app.usecases.rehearsal import Rehearsal
from app.web.access import ADMIN, open_to

bp = Blueprint("versions", __name__)

DECIDED = "ganti."  # what a field of the form that decides is called, before the element's id
MOST_DECIDED = 200
FEW, MANY = 12, 200  # case numbers of a group on the page of all groups, and on a page of its own

Page = str | Response | tuple[str, int]


@bp.get("/admin/versi")
@open_to(ADMIN)
def index() -> str:
    """Every service with the version it is offered in and what runs."""
    return render_template("pages/versions/index.html", lines=versions.services(actor=g.actor))


@bp.get("/admin/versi/<code>")
@open_to(ADMIN)
def service(code: str) -> str:
    """The versions of one service, and the batches between them."""
    return _service_page(code)


@bp.post("/admin/versi/<code>/hentikan")
@open_to(ADMIN)
def retire(code: str) -> Page:
    """No new applications."""
    typed = request.form.get("alasan", "")
    try:
        versions.retire(code, reason=typed, actor=g.actor)
    except Invalid as refusal:
        return _service_page(code, typed=typed, problems=refusal.fields), 422
    except Conflict as refusal:
        flash(str(refusal), "info")
    else:
        flash(_("Layanan ini tidak lagi menerima permohonan baru. Yang sedang berjalan diteruskan."), "ok")
    return redirect(url_for(".service", code=code))


@bp.post("/admin/versi/<code>/tawarkan")
@open_to(ADMIN)
def offer(code: str) -> Page:
    """New applications again, or on another version."""
    typed, number = request.form.get("alasan", ""), request.form.get("versi", "")
    try:
        versions.offer_again(code, number=_number(number) if number else None, reason=typed, actor=g.actor)
    except Invalid as refusal:
        return _service_page(code, typed=typed, chosen=number, problems=refusal.fields), 422
    except Conflict as refusal:
        flash(str(refusal), "info")
    else:
        flash(_("Permohonan baru diterima pada versi yang dipilih."), "ok")
    return redirect(url_for(".service", code=code))


@bp.get("/admin/versi/<code>/uji")
@open_to(ADMIN)
def choose(code: str) -> Response:
    """The target that was chosen in a list."""
    return redirect(url_for(".rehearsal", code=code, version=_number(request.args.get("versi", ""))))


@bp.get("/admin/versi/<code>/uji/<version>")
@open_to(ADMIN)
def rehearsal(code: str, version: str) -> Page:
    """What a move of all running cases to this version would do, under the decisions made so far."""
    return _rehearsal_page(code, _number(version), decisions(request.args))


@bp.post("/admin/versi/<code>/pindah/<version>")
@open_to(ADMIN)
def migrate(code: str, version: str) -> Page:
    """Move the cases that can go over."""
    target, decided, typed = _number(version), decisions(request.form), request.form.get("alasan", "")
    try:
        batch = versions.migrate(code, target, mapping=decided, reason=typed, actor=g.actor)
    except Invalid as refusal:
        return _rehearsal_page(code, target, decided, typed=typed, problems=_said(refusal))
    except Conflict as refusal:
        flash(str(refusal), "info")
        return redirect(url_for(".rehearsal", code=code, version=target))
    return redirect(url_for(".batch", batch_id=batch.id))


@bp.get("/admin/pindahan/<batch_id>")
@open_to(ADMIN)
def batch(batch_id: str) -> str:
    """One batch: how far it is, and what became of each case."""
    return _batch_page(_number(batch_id))


@bp.post("/admin/pindahan/<batch_id>/batalkan")
@open_to(ADMIN)
def revert(batch_id: str) -> Page:
    """Put back what has not moved since."""
    number, typed = _number(batch_id), request.form.get("alasan", "")
    try:
        versions.revert(number, reason=typed, actor=g.actor)
    except Invalid as refusal:
        return _batch_page(number, typed=typed, problems=refusal.fields), 422
    except Conflict as refusal:
        flash(str(refusal), "info")
    return redirect(url_for(".batch", batch_id=number))


def decisions(sent: MultiDict) -> dict[str, str]:
    """Element → what it becomes, as the page sends it; what is not decided yet is left out."""
    chosen = [(name.removeprefix(DECIDED), value) for name, value in sent.items() if name.startswith(DECIDED)]
    return {element[:200]: value[:200] for element, value in chosen[:MOST_DECIDED] if element and value}


def _service_page(code: str, **shown: Any) -> str:
    return render_template(
        "pages/versions/service.html",
        sheet=versions.versions_of(code, actor=g.actor),
        batches=versions.batches_of(code, actor=g.actor),
        **(_reason_rules() | {"typed": "", "chosen": "", "problems": {}} | shown),
    )


def _rehearsal_page(
    code: str, number: int, decided: Mapping[str, str], *, typed: str = "", problems: dict | None = None
) -> Page:
    """The three groups. A decision that names nothing is said, and the rehearsal is shown without any."""
    problems = dict(problems or {})
    try:
        found = versions.rehearse(code, number, mapping=decided, actor=g.actor)
    except Invalid as refusal:
        problems |= _said(refusal)
        decided, found = {}, versions.rehearse(code, number, actor=g.actor)
    alone = request.args.get("kelompok", "")
    kept = {DECIDED + element: becomes for element, becomes in decided.items()}
    page = render_template(
        "pages/versions/rehearsal.html",
        found=found,
        here=partial(url_for, ".rehearsal", code=code, version=number, **kept),
        kinds=(SAFE, UNDECIDED, IMPOSSIBLE),
        alone=_group(found, alone) if alone else None,
        place=_number(request.args.get("mulai", "0")),
        few=FEW,
        many=MANY,
        decided=decided,
        prefix=DECIDED,
        **(_reason_rules() | {"typed": typed, "problems": problems}),
    )
    return (page, 422) if problems else page


def _batch_page(number: int, **shown: Any) -> str:
    after = _number(request.args.get("setelah", "0"))
    sheet = versions.open_batch(number, after=after, actor=g.actor)
    return render_template(
        "pages/versions/batch.html",
        sheet=sheet,
        batch=sheet.line.batch,
        after=after,
        **(_reason_rules() | {"typed": "", "problems": {}} | shown),
    )


def _reason_rules() -> dict[str, int]:
    return {"least": version_batches.SHORTEST_REASON, "most": version_batches.LONGEST_REASON}


def _said(refusal: Invalid) -> dict[str, str]:
    return dict(refusal.fields) or {"": str(refusal)}


def _group(found: Rehearsal, text: str) -> tuple[str, int]:
    """Which group an address means: `undecided-3` is the fourth of its kind."""
    kind, _dash, place = text.partition("-")
    index = _number(place)
    if kind not in (SAFE, UNDECIDED, IMPOSSIBLE) or index >= len(found.of(kind)):
        abort(404)
    return kind, index


def _number(text: str) -> int:
    """A number in an address. Answers 404 for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        abort(404)
    return int(text)
