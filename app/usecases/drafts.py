"""Forms on their way: what was typed and uploaded so far, kept sealed so that nothing is ever lost."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.domain import forms, references
from app.domain.forms import Form
from app.errors import NotFound
from app.storage import db, public, transaction
from app.storage.cases import Attachment
from app.storage.drafts import Draft
from app.storage.processes import Service
from app.usecases import casework, catalogue, doors
from app.usecases.parts import now, parts
from app.usecases.uploads import Upload, Uploaded, discard, receive, refusal_of_too_many

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Paper:
    """A form on its way. Without a token nothing of it has been stored yet."""

    service: Service
    form: Form
    typed: dict[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Attachment] = field(default_factory=dict)
    token: str = ""
    key: str = ""  # the request key its sending carries
    saved_at: datetime | None = None

    def files(self, name: str) -> list[Attachment]:
        """The uploads of one field, in the order they came."""
        named = self.typed.get(name) or () if self.form.field(name).is_upload else ()
        return [self.uploads[each] for each in named if each in self.uploads]

    @property
    def kept_until(self) -> datetime | None:
        return self.saved_at + KEPT_FOR if self.saved_at else None


@dataclass(frozen=True)
class Posted:
    """What one press on a button brought: the page's fields, its files and the button's own word.

    A machine brings answers that are `read` already, each under its field's name.
    """

    names: Collection[str]
    values: Any = None
    files: Sequence[Upload] = ()
    action: str = ""
    read: Mapping[str, Any] | None = None


def new_token() -> str:
    """A code that alone finds a draft again."""
    return references.new_sealed_code(secrets.choice)


def token_hash(token: str) -> str:
    """What is stored of a draft's code."""
    return parts().sealer.code_hash(f"draft:{token}")


def open_paper(service: Service, token: str) -> Paper:
    """The form of a service with what was typed before, or a blank one."""
    form = casework.applicant_form(service.current_version_id)
    draft = public.find_draft(token_hash(token)) if token else None
    if draft is None or draft.service_code != service.code or draft.case_id is not None:
        return Paper(service, form)
    return replace(read(draft, form, service), token=token)


def keep(code: str, token: str, posted: Posted) -> tuple[Paper, dict[str, str]]:
    """Store what was typed and uploaded on one page; the refused uploads come back as field → sentence."""
    service = catalogue.offered(code)
    form = casework.applicant_form(service.current_version_id)
    received, problems = receive(form, posted.names, posted.files, nameless=service.confidential)
    with transaction():
        token = open_paper(service, token).token or new_token()
        draft = public.lock_draft(token_hash(token)) or start(service, token_hash(token))
        draft.version_id = service.current_version_id
        problems |= fill(draft, form, posted, received)
        gone = drop_unused(draft, form)
    discard(gone)
    return open_paper(service, token), problems


def resume(token: str, address: str) -> tuple[str, str]:
    """(service code, token) of a draft kept for later. Raises NotFound, TooMany."""
    token = references.normalise(token)
    keys = doors.address_keys("lanjutkan", address)
    doors.refuse_if_tried(keys)
    draft = public.find_draft(token_hash(token)) if token else None
    if draft is None or draft.case_id is not None:
        with transaction():
            doors.count(keys)
        raise NotFound(
            "Kode itu tidak dikenal, atau isiannya sudah dikirim atau dihapus. Periksa kembali kodenya."
        )
    return draft.service_code, token


def forget(token: str) -> None:
    """Throw a draft away, its files included."""
    with transaction():
        draft = public.lock_draft(token_hash(token))
        gone = remove(draft) if draft is not None and draft.case_id is None else []
    discard(gone)


def sweep(limit: int = 200) -> int:
    """Forget drafts that nobody has touched for a month; returns how many."""
    with transaction():
        old = public.old_drafts(now() - KEPT_FOR, limit)
        gone = [key for draft in old for key in remove(draft)]
    discard(gone)
    return len(old)


def start(
    service: Service, token_hash: str, *, case_id: int | None = None, typed: Mapping | None = None
) -> Draft:
    """A new draft, inside the caller's transaction."""
    draft = Draft(
        token_hash=token_hash,
        service_code=service.code,
        version_id=service.current_version_id,
        case_id=case_id,
        sealed=b"",
        updated_at=now(),
    )
    _seal(draft, {"typed": dict(typed or {}), "key": secrets.token_urlsafe(24)})
    db.session.add(draft)
    db.session.flush()
    return draft


def fill(draft: Draft, form: Form, posted: Posted, received: Sequence[Uploaded]) -> dict[str, str]:
    """Write one posted page into a draft, inside the caller's transaction; gives the refused uploads' sentences."""
    content, problems = _opened(draft), {}
    brought = posted.read if posted.read is not None else forms.raw(form, posted.values, only=posted.names)
    typed = _declared(form, content) | brought
    typed = _without_file(form, forms.act(form, typed, posted.action), posted.action)
    for uploaded in received:
        asked = form.field(uploaded.field)
        if sentence := refusal_of_too_many(asked, typed.get(asked.name)):
            problems[asked.name] = sentence
        kept = [] if asked.kind == "file" else list(typed.get(asked.name) or ())
        typed[asked.name] = kept if sentence else [*kept, uploaded.id]
        db.session.add(uploaded.attachment(draft.id, now()))
    draft.updated_at = now()
    _seal(draft, {"typed": typed, "key": content["key"]})
    db.session.flush()
    return problems


def drop_unused(draft: Draft, form: Form) -> list[str]:
    """Forget the uploads a draft no longer names; gives the keys of their files, for after the transaction."""
    typed = _declared(form, _opened(draft))
    named = {file for each in form.requirements for file in typed.get(each.name) or ()}
    gone = [upload for upload in public.uploads_of(draft.id).values() if upload.id not in named]
    for upload in gone:
        db.session.delete(upload)
    return [upload.file_key for upload in gone]


def read(draft: Draft, form: Form, service: Service) -> Paper:
    """A draft, opened."""
    content = _opened(draft)
    uploads = public.uploads_of(draft.id)
    return Paper(
        service, form, _declared(form, content), uploads, key=content["key"], saved_at=draft.updated_at
    )


def remove(draft: Draft) -> list[str]:
    """Take a draft and what is left of its uploads out of the database; gives the keys of their files."""
    gone = public.uploads_of(draft.id).values()
    for upload in gone:
        db.session.delete(upload)
    db.session.flush()
    db.session.delete(draft)
    return [upload.file_key for upload in gone]


def answers(paper: Paper) -> dict[str, Any]:
    """What was typed, with only those files that are really there."""
    typed = dict(paper.typed)
    for each in paper.form.requirements:
        typed[each.name] = [file.id for file in paper.files(each.name)]
    return typed


def _without_file(form: Form, typed: dict[str, Any], action: str) -> dict[str, Any]:
    """After a press on "hapus-berkas:<field>:<id>"."""
    deed, _, rest = action.partition(":")
    name, _, file = rest.partition(":")
    if deed == "hapus-berkas" and name in form and form.field(name).is_upload:
        typed[name] = [each for each in typed.get(name) or () if each != file]
    return typed


def _opened(draft: Draft) -> dict[str, Any]:
    return parts().sealer.open_json(draft.sealed, _context(draft))


def _declared(form: Form, content: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed for fields the form (still) has."""
    return {name: value for name, value in content["typed"].items() if name in form}


def _seal(draft: Draft, content: Mapping[str, Any]) -> None:
    draft.sealed = parts().sealer.seal_json(dict(content), _context(draft))


def _context(draft: Draft) -> str:
    return f"draft:{draft.token_hash}"
