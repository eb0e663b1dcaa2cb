"""Taking in files from citizens: checked by their content, sealed in the file store, named by nobody's path."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from app.domain import forms
from app.domain.forms import Field, Form
from app.errors import Refused
from app.gateways import images
from app.storage import when_kept, when_undone
from app.storage.cases import Attachment
from app.usecases.parts import parts

MOST_AT_ONCE = 30
LONGEST_NAME = 100


@dataclass(frozen=True)
class Upload:
    """One file as it was posted."""

    field: str
    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Uploaded:
    """One file that was found good and lies in the store."""

    id: str
    field: str
    name: str
    media_type: str
    size: int
    sha256: str
    file_key: str

    def attachment(self, draft_id: int, at: datetime) -> Attachment:
        return Attachment(
            id=self.id,
            draft_id=draft_id,
            field=self.field,
            name=self.name,
            media_type=self.media_type,
            size=self.size,
            sha256=self.sha256,
            file_key=self.file_key,
            at=at,
        )


def receive(
    form: Form, names: Collection[str], uploads: Sequence[Upload], *, nameless: bool = False
) -> tuple[list[Uploaded], dict[str, str]]:
    """The good ones, stored, and for each field the sentence about its bad ones.

    `nameless` keeps no file name: it can tell who sent a confidential report.
    """
    good: list[Uploaded] = []
    problems: dict[str, str] = {}
    for upload in uploads[:MOST_AT_ONCE]:
        if upload.field not in names or upload.field not in form or not form.field(upload.field).is_upload:
            continue
        try:
            good.append(_receive_one(form.field(upload.field), upload, nameless=nameless))
        except Refused as refusal:
            problems[upload.field] = str(refusal)
    return good, problems


def refusal_of_too_many(asked: Field, kept: Any) -> str:
    """Why one more file does not fit, or nothing."""
    count = len(kept or ())
    if asked.kind == "files" and count >= asked.max_items:
        return f"{asked.title} paling banyak {asked.max_items} berkas. Hapus salah satu sebelum menambah."
    return ""


def discard(file_keys: Iterable[str]) -> None:
    """Take files out of the store once no record names them."""
    for key in file_keys:
        when_kept(partial(parts().files.delete, key))


def _receive_one(asked: Field, upload: Upload, *, nameless: bool) -> Uploaded:
    name = asked.title if nameless else safe_name(upload.name)
    opened = images.accept(upload.stream, name, allowed=asked.accept, max_bytes=asked.max_bytes)
    stored = parts().files.put(opened.content)
    when_undone(partial(parts().files.delete, stored.key))
    stem = PurePosixPath(name).stem or "berkas"
    return Uploaded(
        id=secrets.token_urlsafe(18),
        field=asked.name,
        name=f"{stem}{opened.suffix}",
        media_type=opened.media_type,
        size=stored.size,
        sha256=stored.sha256,
        file_key=stored.key,
    )


def safe_name(name: str) -> str:
    """A posted file name, only to be shown: its last part, printable and short."""
    last = forms.plain(name).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    path = PurePosixPath(last or "berkas")
    return f"{path.stem[: LONGEST_NAME - 10]}{path.suffix[:10]}"
