"""Applying: the form is checked page by page, read once more as a whole, and sent exactly once."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import forms
from app.domain.forms import Form, Group
from app.errors import Conflict, Invalid, NotFound
from app.storage import db, public, transaction, work
from app.storage.cases import Attachment, Case
from app.storage.drafts import Draft
from app.storage.work import RequestKey
from app.usecases import advance, areas, casework, catalogue, drafts, uploads
from app.usecases.casework import Station
from app.usecases.drafts import Paper
from app.usecases.parts import now, parts, today

SCOPE = "permohonan"


@dataclass(frozen=True)
class Review:
    """The whole form as it will be sent, and what still stands in the way."""

    groups: list[Group]
    pages: list[int]  # the form's page of each group, from 0
    problems: dict[str, str]
    warnings: dict[str, str]


@dataclass(frozen=True)
class Receipt:
    """What the applicant keeps."""

    case_id: int
    number: str
    code: str
    service_code: str
    service_name: str
    kind: str
    received_at: datetime
    due_at: datetime | None
    next_stop: Station | None
    confidential: bool


def check(paper: Paper, names: Collection[str] | None = None) -> dict[str, Any]:
    """The clean answers of these fields (of all without `names`). Raises Invalid naming the fields to mend."""
    typed = drafts.answers(paper)
    try:
        return forms.clean(paper.form, typed, today=today(), areas=areas.is_area, only=names)
    except Invalid as refusal:
        problems = only_of(refusal.fields, names)
        if problems or not refusal.fields:
            raise Invalid(str(refusal) if not problems else None, fields=problems) from refusal
        return {}


def only_of(problems: dict[str, str], names: Collection[str] | None) -> dict[str, str]:
    """The problems that belong to these fields."""
    if names is None:
        return problems
    return {path: text for path, text in problems.items() if path.partition(".")[0] in names}


def review(paper: Paper) -> Review:
    """The page before sending: what will be sent, and which fields still need mending."""
    answers = drafts.answers(paper)
    problems: dict[str, str] = {}
    try:
        answers = check(paper)
    except Invalid as refusal:
        problems = refusal.fields or {"": str(refusal)}
    groups = forms.describe(paper.form, answers, name_area=areas.name_of)
    warnings = forms.warnings(paper.form, answers, today=today())
    return Review(groups, [_page(paper.form, group) for group in groups], problems, warnings)


def send(code: str, token: str, key: str) -> Receipt:
    """Send a draft. The same request key gets the same receipt, however often and however closely it comes.

    Raises Invalid naming the fields to mend, NotFound where the draft is gone.
    """
    if again := find_receipt(key):
        return again
    gone: list[str] = []
    try:
        with transaction():
            draft = public.lock_draft(drafts.token_hash(token))
            if draft is not None and draft.service_code == code and draft.case_id is None:
                gone = _send(draft, key)
    except Conflict:
        if find_receipt(key) is None:
            raise
    uploads.discard(gone)
    if sent := find_receipt(key):
        return sent
    raise NotFound(
        "Isian ini sudah dikirim atau dihapus. Lacak permohonan Anda, atau isi kembali formulirnya."
    )


def find_receipt(key: str) -> Receipt | None:
    """The receipt of an application that was sent with this request key."""
    row = work.find_answered(SCOPE, _key_hash(key)) if key else None
    if row is None:
        return None
    kept = parts().sealer.open_json(row.sealed, _receipt_context(key))
    return _receipt(db.session.get_one(Case, kept["case"]), kept["code"])


def _send(draft: Draft, key: str) -> list[str]:
    service = catalogue.offered(draft.service_code)
    paper = drafts.read(draft, casework.applicant_form(service.current_version_id), service)
    if not hmac.compare_digest(paper.key.encode(), key.encode()):
        raise Invalid("Halaman ini sudah usang. Periksa kembali isian Anda, lalu kirim.")
    answers = check(paper)
    opened = advance.open_case(service, service.current_version_id, answers, _files(paper, answers))
    kept = {"case": opened.case.id, "code": opened.code}
    sealed = parts().sealer.seal_json(kept, _receipt_context(key))
    db.session.add(RequestKey(scope=SCOPE, key=_key_hash(key), sealed=sealed, at=now()))
    db.session.flush()
    return drafts.remove(draft)


def _files(paper: Paper, answers: dict[str, Any]) -> list[Attachment]:
    return [paper.uploads[file] for each in paper.form.requirements for file in answers.get(each.name, ())]


def _receipt(case: Case, code: str) -> Receipt:
    return Receipt(
        case_id=case.id,
        number=case.number,
        code=code,
        service_code=case.service_code,
        service_name=case.service.name,
        kind=case.service.kind,
        received_at=case.opened_at,
        due_at=case.due_at,
        next_stop=next((stop for stop in casework.stations(case) if stop.state == "now"), None),
        confidential=case.confidential,
    )


def _page(form: Form, group: Group) -> int:
    return form.page_of(group.rows[0].field)


def _key_hash(key: str) -> str:
    return parts().sealer.code_hash(f"request:{key}")


def _receipt_context(key: str) -> str:
    """The key itself opens the receipt: who only has the database does not learn the tracking code."""
    return f"receipt:{key}"
