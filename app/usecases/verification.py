"""Checking a letter: was it issued here, is it this exact file, does it still hold?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from app.domain import forms, words
from app.errors import Invalid, NotFound
from app.storage import public, transaction
from app.storage.letters import Letter
from app.usecases import certificates, doors
from app.usecases.parts import parts, today

MOST_BYTES = 10 * 1024 * 1024
VALID, EXPIRED, REVOKED = "sah", "lewat", "dicabut"
_LEVELS = {"kecamatan": "Kecamatan ", "kelurahan": "Kelurahan "}
SAME, ALTERED, FOREIGN, UNSIGNED = "persis", "berubah", "lain", "tanpa"


@dataclass(frozen=True)
class Signature:
    """One signature as the page shows it."""

    kind: str
    name: str
    title: str


@dataclass(frozen=True)
class Verdict:
    """What anybody may know of a letter; of a file that was checked, `file` says what it is."""

    state: str  # sah | lewat | dicabut
    number: str
    title: str
    dated: date
    unit: str
    signatures: tuple[Signature, ...]
    subject: str  # masked
    valid_until: date | None
    revoked_at: datetime | None
    sheets: int
    token: str = ""
    file: str = ""  # persis | berubah | lain | tanpa


def verify(token: str, address: str) -> Verdict:
    """What a QR code's page says. Raises NotFound, TooMany."""
    keys = doors.address_keys("verifikasi", address, most=30)
    doors.refuse_if_tried(keys)
    letter = public.find_letter(token) if token.isascii() and len(token) <= 64 else None
    if letter is None:
        _refuse(keys)
    return _verdict(letter)


def look_up(typed: str, address: str) -> Verdict:
    """What was typed by hand: the code below the QR, or the letter's number (then without the name).

    Raises Invalid, NotFound, TooMany.
    """
    text = forms.plain(typed)[:200].rsplit("/verifikasi/", 1)[-1]
    if not text:
        raise Invalid(fields={"nomor": "Isi nomor surat atau kode yang tercetak di bawah QR."})
    keys = doors.address_keys("verifikasi", address, most=30)
    doors.refuse_if_tried(keys)
    if letter := public.find_letter(text):
        return _verdict(letter)
    numbered = public.letters_numbered(text)
    if len(numbered) != 1:
        _refuse(keys)
    return replace(_verdict(numbered[0]), subject="", token="")


def check_file(stream: BinaryIO, token: str, address: str) -> Verdict:
    """Whether a file is the letter of this token (or, without one, any letter of the city).

    Raises Invalid for what is no letter at all, NotFound, TooMany.
    """
    keys = doors.address_keys("periksa berkas", address)
    doors.refuse_if_tried(keys)
    content = stream.read(MOST_BYTES + 1)
    if not content:
        raise Invalid(fields={"berkas": "Pilih berkas PDF surat yang akan diperiksa."})
    if len(content) > MOST_BYTES:
        raise Invalid(fields={"berkas": "Berkas lebih besar dari 10 MB, jadi bukan surat dari portal ini."})
    found = public.letter_signed_as(hashlib.sha256(content).hexdigest())
    letter = public.find_letter(token) if token else found
    if letter is None:
        _refuse(
            keys, "Tidak ada surat kota ini yang berkasnya persis seperti itu. Buka halaman dari QR surat."
        )
    if found is not None and found.id == letter.id:
        return replace(_verdict(letter), file=SAME)
    with transaction():
        doors.count(keys)
    return replace(_verdict(letter), file=FOREIGN if found else _what_is(content))


def _what_is(content: bytes) -> str:
    from app.gateways import signer  # read in with the first file

    facts = signer.inspect(content, certificates.root_pem())
    if not facts:
        return UNSIGNED
    return FOREIGN if signer.is_genuine(facts) else ALTERED


def _verdict(letter: Letter) -> Verdict:
    name = parts().sealer.open_text(letter.subject_sealed, f"letter:{letter.operation_id}")
    return Verdict(
        state=_state(letter),
        number=letter.number,
        title=letter.title,
        dated=letter.dated,
        unit=_LEVELS.get(letter.unit.level, "") + letter.unit.name,
        signatures=tuple(Signature(s["kind"], s["name"], s["title"]) for s in letter.signers),
        subject=words.mask_name(name),
        valid_until=letter.valid_until,
        revoked_at=letter.revoked_at,
        sheets=len(letter.sheets),
        token=letter.token,
    )


def _state(letter: Letter) -> str:
    if letter.revoked_at is not None:
        return REVOKED
    return EXPIRED if letter.valid_until is not None and letter.valid_until < today() else VALID


def _refuse(keys: Sequence[doors.Door], text: str = "") -> None:
    with transaction():
        doors.count(keys)
    raise NotFound(text or "Tidak ada surat dengan kode atau nomor itu. Periksa kembali, atau pindai QR-nya.")
