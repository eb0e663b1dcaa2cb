"""The inbox at /tugas: the list, one task beside it, taking, releasing and deciding."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from app.domain import forms, words
from app.domain.decisions import NOTHING_ASKED, Decision, arrange
from app.domain.forms import Form
from app.errors import Conflict, Invalid, TaskAlreadyDone
from app.usecases import inbox, inbox_list
from app.usecases.inbox import TaskSheet
from app.usecases.inbox_list import Inbox, InboxWish
from app.usecases.uploads import Upload
from app.web.access import STAFF, open_to
from app.web.cases import draft_letter_of, shown_files
from app.web.links import Addresses

bp = Blueprint("inbox", __name__)

NARROWED_BY = {
    "lihat": "view",
    "urut": "order",
    "layanan": "service",
    "asal": "area",
    "status": "holder",
    "cari": "text",
    "setelah": "cursor",
}
NEXT = "berikutnya"  # the field of the decision's form that carries which task the list shows after it
TASK_ID = re.compile(r"[0-9a-f-]{36}")
FINISHED = "selesai"  # the task just finished, so that the browser forgets what was typed there
SHOW_AGAIN = ("tambah:", "hapus:", "pilih:", "unggah:", "hapus-berkas:")


@bp.get("/tugas")
@open_to(STAFF)
def index() -> str:
    """What waits for any of one's offices."""
    wish = _wish()
    return render_template("pages/inbox/index.html", **_list(wish, ""))


@bp.get("/tugas/<task_id>")
@open_to(STAFF)
def task(task_id: str) -> str | Response:
    """One task: the facts, the files, the diary and the decision."""
    sheet = inbox.open_task(task_id, g.actor)
    somebody_was_faster = sheet.task.status != "open" and session.get(FINISHED, task_id) != task_id
    if somebody_was_faster:
        return _go_on(inbox_list.next_task(g.actor, _wish(), sheet.task))
    return _task_page(sheet, {})


@bp.post("/tugas/<task_id>")
@open_to(STAFF)
def decide(task_id: str) -> Response | tuple[str, int]:
    """Finish the step, or show the form again with what was typed."""
    posted, typed = request.form, None
    try:
        if _is_more_than_typed():
            sheet = inbox.open_task(task_id, g.actor)
            typed = _typed(sheet.form)
            problems = _keep_files(sheet, typed)
            if posted.get("aksi", "").startswith(SHOW_AGAIN):
                return _task_page(sheet, typed, problems), 200
            if problems:
                raise Invalid(fields=problems)
        key = posted.get("kunci", "")
        finished = inbox.complete_task(task_id, typed or _typed, actor=g.actor, request_key=key)
    except Invalid as refusal:
        problems = refusal.fields or {"": str(refusal)}
        sheet = inbox.open_task(task_id, g.actor)
        return _task_page(sheet, typed or _typed(sheet.form), problems), 422
    except Conflict as refusal:
        sheet = inbox.open_task(task_id, g.actor)
        return _task_page(sheet, typed or _typed(sheet.form), conflict=refusal), 409
    flash(_done_words(posted.get("keputusan"), finished.number), "ok")
    session[FINISHED] = task_id
    return _go_on(_shown_next(posted) or inbox_list.next_task(g.actor, _wish(), finished))


@bp.post("/tugas/<task_id>/ambil")
@open_to(STAFF)
def take(task_id: str) -> Response:
    """Say that one is working on it."""
    inbox.take(task_id, g.actor)
    return redirect(_address(task_id))


@bp.post("/tugas/<task_id>/lepaskan")
@open_to(STAFF)
def release(task_id: str) -> Response:
    """Give it back to the office."""
    inbox.release(task_id, g.actor)
    return redirect(_address(task_id))


def _wish() -> InboxWish:
    """What the address asks the list to show."""
    return InboxWish(
        **{field: request.args[name] for name, field in NARROWED_BY.items() if request.args.get(name)}
    )


def _go_on(following: str | None) -> Response:
    return redirect(_address(following) if following else url_for(".index"))


def _shown_next(posted: Mapping[str, str]) -> str:
    """The task that the page showed after this one; empty where it showed none, or where nobody's page sent this."""
    shown = posted.get(NEXT, "")
    return shown if TASK_ID.fullmatch(shown) else ""


def _narrowing(**changed: str) -> dict[str, str]:
    """The address's own narrowing, with changes; a change of anything starts the list at its beginning."""
    asked = request.args
    kept = {name: asked[name] for name in NARROWED_BY if asked.get(name)} if asked else {}
    if changed and "setelah" not in changed:
        kept.pop("setelah", None)
    return {name: value for name, value in {**kept, **changed}.items() if value}


def _address(task_id: str) -> str:
    return url_for(".task", task_id=task_id, **_narrowing())


def _list(wish: InboxWish, current: str) -> dict[str, Any]:
    """What the list's templates read."""
    found: Inbox = inbox_list.open_inbox(g.actor, wish)
    g.waiting = found.counts.everything
    views = (
        ("semua", _("Semua"), found.counts.everything),
        ("saya", _("Milik saya"), found.counts.mine),
        ("terlambat", _("Terlambat"), found.counts.late),
        ("hari-ini", _("Hari ini"), found.counts.today),
    )
    return {
        "inbox": found,
        "wish": wish,
        "addresses": Addresses(".task", "task_id", **_narrowing()),
        "current": current,
        "views": [
            {
                "text": text,
                "href": url_for(".index", **_narrowing(lihat="" if view == "semua" else view)),
                "current": wish.view == view,
                "count": words.counted(count, inbox_list.MOST_COUNTED),
            }
            for view, text, count in views
        ],
        "more": url_for(".index", **_narrowing(setelah=found.next_cursor)) if found.next_cursor else "",
        "start": url_for(".index", **_narrowing(setelah="")) if wish.cursor else "",
        "finished": session.pop(FINISHED, ""),
        "narrowed": bool(wish.service or wish.area or wish.holder or wish.text or wish.view != "semua"),
    }


def _task_page(
    sheet: TaskSheet,
    typed: Mapping[str, Any],
    problems: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
) -> str | tuple[str, int]:
    files, shown = shown_files(sheet.case), _list(_wish(), sheet.task.id)
    decision = arrange(sheet.form) if sheet.form else NOTHING_ASKED
    return render_template(
        "pages/inbox/task.html",
        sheet=sheet,
        task=sheet.task,
        case=sheet.case.case,
        form=sheet.form,
        typed=typed,
        problems=problems or {},
        conflict=conflict,
        done_by_other=isinstance(conflict, TaskAlreadyDone),
        typed_groups=_typed_groups(sheet, typed) if conflict else [],
        decision=decision,
        against_open=_is_against(decision, typed, problems or {}),
        choices=forms.correctable(sheet.case.form),
        files=files,
        kept=_kept_files(sheet, typed, files),
        draft_letter=draft_letter_of(sheet.case),
        here=_address(sheet.task.id),
        take_address=url_for(".take", task_id=sheet.task.id, **_narrowing()),
        release_address=url_for(".release", task_id=sheet.task.id, **_narrowing()),
        back=url_for(".index", **_narrowing()),
        request_key=request.form.get("kunci") or secrets.token_urlsafe(18),
        following=_following([line.id for line in shown["inbox"].lines], sheet.task.id),
        **shown,
    )


def _following(shown: Sequence[str], current: str) -> str:
    """The next in the list beside a task, where the list shows it."""
    place = shown.index(current) + 1 if current in shown else len(shown)
    return shown[place] if place < len(shown) else ""


def _is_more_than_typed() -> bool:
    """Whether files came along, or the page is only to be shown again."""
    uploads = any(file.filename for file in request.files.values())
    return uploads or request.form.get("aksi", "").startswith(SHOW_AGAIN)


def _typed(form: Form | None) -> dict[str, Any]:
    """What was typed, with the files that were kept before."""
    if form is None:
        return {}
    typed = forms.raw(form, request.form)
    for asked in form.requirements:
        typed[asked.name] = request.form.getlist(f"berkas.{asked.name}")[: asked.max_items or 1]
    action = request.form.get("aksi", "")
    deed, _colon, rest = action.partition(":")
    name, _colon, file = rest.partition(":")
    if deed == "hapus-berkas" and name in typed:
        typed[name] = [each for each in typed[name] if each != file]
    return forms.act(form, typed, action)


def _keep_files(sheet: TaskSheet, typed: dict[str, Any]) -> dict[str, str]:
    """Store what was uploaded now and add it to what was typed; returns why some were refused."""
    posted = [
        Upload(name, file.filename or "", file.stream)
        for name, file in request.files.items(multi=True)
        if file.filename
    ]
    if not posted or sheet.form is None:
        return {}
    key = request.form.get("kunci", "")
    kept, problems = inbox.keep_files(sheet.task.id, posted, actor=g.actor, request_key=key)
    for name, ids in kept.items():
        before = typed.get(name, []) if sheet.form.field(name).kind == "files" else []
        typed[name] = list(dict.fromkeys([*before, *ids]))
    return problems


def _kept_files(
    sheet: TaskSheet, typed: Mapping[str, Any], files: Mapping[str, dict]
) -> dict[str, list[dict]]:
    asked = sheet.form.requirements if sheet.form else ()
    return {each.name: [files[one] for one in typed.get(each.name) or () if one in files] for each in asked}


def _is_against(decision: Decision, typed: Mapping[str, Any], problems: Mapping[str, str]) -> bool:
    """Whether the ways other than forward stand open: chosen before, or something there needs mending."""
    chosen = typed.get("keputusan") in {choice.value for choice in decision.against}
    return chosen or any(field.name in problems for field in decision.asked_against)


def _typed_groups(sheet: TaskSheet, typed: Mapping[str, Any]) -> list[forms.Group]:
    """What was typed, as text to copy, when somebody else was faster."""
    return forms.describe(sheet.form, typed, applicant=sheet.case.form) if sheet.form else []


def _done_words(decision: str | None, number: str) -> str:
    if decision == "kembalikan":
        return _("Permohonan %(number)s dikembalikan kepada pemohon.", number=number)
    if decision == "tolak":
        return _("Permohonan %(number)s ditolak. Pemohon diberi tahu alasannya.", number=number)
    return _("Selesai. Permohonan %(number)s diteruskan.", number=number)
