"""What is seen on a letter, as plain data that the drawing code reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

LOCAL_KEY_WORDS = (
    "Dokumen ini ditandatangani secara elektronik dan dapat diverifikasi melalui kode QR. "
    "Bukan sertifikat BSrE."
)


class Block(Protocol):
    """A piece of a letter's body, as `app.domain.letter_markup.Block` has it."""

    kind: str
    text: str
    rows: Sequence[Sequence[str]]
    items: Sequence[str]


@dataclass(frozen=True)
class Letterhead:
    """The kop: government lines, the unit's own line (bold, larger), address, emblem (PNG or JPEG)."""

    government: tuple[str, ...]
    unit: str
    address: tuple[str, ...] = ()
    emblem: bytes | None = None


@dataclass(frozen=True)
class SignatureBlock:
    """Who signs: one line or more of office ("a.n. LURAH JATI", "Sekretaris,"), name, rank, NIP."""

    office: tuple[str, ...]
    name: str
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True)
class LetterPicture:
    """Everything that is seen on a letter; `draft` hides QR code and signing words and marks it KONSEP."""

    head: Letterhead
    title: str
    number: str
    blocks: Sequence[Block]
    place: str
    day: str
    signer: SignatureBlock
    created: datetime
    shape: str = "keterangan"
    acknowledged_by: SignatureBlock | None = None
    nature: str = ""
    attachments: str = ""
    subject: str = ""
    addressee: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    qr: str | None = None
    words: str = LOCAL_KEY_WORDS
    draft: bool = False
