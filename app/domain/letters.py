"""What a letter says: reads the designer's template and fills it with a case's plain data."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain import letter_language as language
from app.domain.letter_markup import Block, blocks
from app.errors import Invalid, ProcessFault

HEADER_KEYS = (
    "judul", "klasifikasi", "sifat", "berlaku", "bentuk", "hal", "kepada", "lampiran", "tembusan",
)  # fmt: skip
SHAPES = ("keterangan", "korespondensi")
NUMBER_PENDING = "………………"

_CLASSIFICATION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3}){0,5}")
_PERIOD = re.compile(r"(?P<count>[1-9][0-9]{0,3}) (?P<unit>hari|minggu|bulan|tahun)")


@dataclass(frozen=True)
class LetterTemplate:
    """A designer's template, already found good: its header, and its body in the letter language."""

    header: Mapping[str, str]
    body: str

    @property
    def classification(self) -> str:
        return self.header["klasifikasi"]

    @property
    def shape(self) -> str:
        return self.header.get("bentuk") or "keterangan"


@dataclass(frozen=True)
class LetterText:
    """A letter in words, before it is drawn: plain texts only."""

    shape: str
    title: str
    number: str
    classification: str
    nature: str
    subject: str
    attachments: str
    valid_for: str
    addressee: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


def read_template(text: str) -> LetterTemplate:
    """Read a template file; refuses a broken one with a sentence that names the place."""
    head, line, body = text.replace("\r\n", "\n").partition("\n---\n")
    if not line:
        raise Invalid("Templat surat harus diawali kepala (kunci: nilai) yang ditutup satu baris berisi ---.")
    header = _read_header(head)
    _check_header(header)
    language.check(body, first_line=head.count("\n") + 3)
    if not body.strip():
        raise Invalid("Templat surat belum berisi kalimat apa pun setelah baris ---.")
    return LetterTemplate(header, body)


def names_used(template: LetterTemplate) -> frozenset[str]:
    """Every name the letter takes from the case (`langkah.periksa_rt.alasan`), checked at publishing."""
    sources = (*template.header.values(), template.body)
    return frozenset().union(*map(language.names, sources))


def compose(template: LetterTemplate, context: Mapping[str, object]) -> LetterText:
    """Fill a template with the case's answers; without a number the letter shows an empty place for it."""
    number = str(context.get("nomor") or NUMBER_PENDING)
    known = {**context, "nomor": number}
    body = blocks(language.fill(template.body, known))
    if not body:
        raise ProcessFault(
            "A letter came out empty: every part of its template is under a condition that is false."
        )
    lines = {key: language.fill_line(value, known) for key, value in template.header.items()}
    return LetterText(
        shape=template.shape,
        title=lines.get("judul", ""),
        number=number,
        classification=template.classification,
        nature=lines.get("sifat", ""),
        subject=lines.get("hal", ""),
        attachments=lines.get("lampiran", ""),
        valid_for=lines.get("berlaku", ""),
        addressee=_parts(lines.get("kepada", "")),
        copies=_parts(lines.get("tembusan", "")),
        blocks=body,
    )


def valid_until(period: str, issued: date) -> date | None:
    """The last day a letter may be used ("90 hari", "6 bulan"); None when it does not expire."""
    found = _PERIOD.fullmatch(period.strip())
    if found is None:
        return None
    count, unit = int(found["count"]), found["unit"]
    if unit in ("hari", "minggu"):
        return issued + timedelta(days=count * (7 if unit == "minggu" else 1))
    return _months_later(issued, count * (12 if unit == "tahun" else 1))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _read_header(head: str) -> dict[str, str]:
    header: dict[str, str] = {}
    for number, line in enumerate(head.split("\n"), start=1):
        key, colon, value = line.partition(":")
        key = key.strip()
        if not line.strip():
            continue
        if not colon or key not in HEADER_KEYS:
            known = ", ".join(HEADER_KEYS)
            raise Invalid(
                f"Kepala templat surat baris {number} tidak dikenal. Kunci yang dapat dipakai: {known}."
            )
        if key in header:
            raise Invalid(f"Kunci {key} muncul dua kali di kepala templat surat.")
        language.check(value, first_line=number)
        header[key] = value.strip()
    return header


def _check_header(header: Mapping[str, str]) -> None:
    shape = header.get("bentuk") or SHAPES[0]
    if shape not in SHAPES:
        raise Invalid(f"Bentuk surat harus salah satu dari: {', '.join(SHAPES)}.")
    if not _CLASSIFICATION.fullmatch(header.get("klasifikasi", "")):
        raise Invalid("Kepala templat surat perlu klasifikasi berupa kode angka, misalnya 400.9.")
    for key in ("judul",) if shape == SHAPES[0] else ("hal", "kepada"):
        if not header.get(key):
            raise Invalid(f"Kepala templat surat bentuk {shape} perlu kunci {key}.")
    if header.get("berlaku") and not _PERIOD.fullmatch(header["berlaku"]):
        raise Invalid("Masa berlaku surat ditulis sebagai jumlah dan satuan, misalnya 90 hari atau 6 bulan.")
