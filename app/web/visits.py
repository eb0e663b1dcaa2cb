"""What this browser has opened: drafts, receipts and cases, in its signed session and for a day at most."""

from flask import request, session

from app.domain.words import file_size
from app.storage.cases import Attachment
from app.usecases.parts import now
from app.usecases.uploads import Upload

_DRAFTS, _RECEIPTS, _CASES = "konsep", "terima", "berkas"
_MOST_CASES = 5
_OPEN_FOR = 12 * 3600  # seconds


def address() -> str:
    """Where the request comes from, for counting tries only."""
    return request.remote_addr or ""


def draft_of(code: str) -> str:
    """The code of the draft of a service that this browser fills in, or nothing."""
    return session.get(_DRAFTS, {}).get(code, "")


def keep_draft(code: str, token: str) -> None:
    _keep(_DRAFTS, code, token)


def forget_draft(code: str) -> None:
    _forget(_DRAFTS, code)


def receipt_of(code: str) -> str:
    """The request key of the last application this browser sent for a service, or nothing."""
    return session.get(_RECEIPTS, {}).get(code, "")


def keep_receipt(code: str, key: str) -> None:
    _keep(_RECEIPTS, code, key)


def opened_cases() -> list[int]:
    """The cases this browser opened with their codes, not too long ago."""
    oldest = now().timestamp() - _OPEN_FOR
    return [case_id for case_id, at in session.get(_CASES, []) if at > oldest]


def keep_case(case_id: int) -> None:
    others = [entry for entry in session.get(_CASES, []) if entry[0] != case_id]
    session[_CASES] = [*others, [case_id, int(now().timestamp())]][-_MOST_CASES:]


def forget_case(case_id: int) -> None:
    """Close a case on this device; receipts go with it."""
    session[_CASES] = [entry for entry in session.get(_CASES, []) if entry[0] != case_id]
    session.pop(_RECEIPTS, None)


def posted_files() -> list[Upload]:
    """The files of this request, empty inputs left out."""
    posted = request.files.items(multi=True)
    return [Upload(name, file.filename, file.stream) for name, file in posted if file.filename]


def file_card(upload: Attachment, url: str = "") -> dict[str, str]:
    """An upload as templates list it."""
    kind = "PDF" if upload.media_type == "application/pdf" else "Gambar"
    return {"id": upload.id, "name": upload.name, "size": file_size(upload.size), "kind": kind, "url": url}


def _keep(place: str, code: str, value: str) -> None:
    session[place] = {**session.get(place, {}), code: value}


def _forget(place: str, code: str) -> None:
    session[place] = {key: value for key, value in session.get(place, {}).items() if key != code}
