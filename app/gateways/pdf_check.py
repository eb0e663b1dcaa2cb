"""Looks into a PDF that a stranger sent: it must open, be short, and hold nothing that acts or hides."""

import re
import zlib

import pypdfium2
from pypdfium2 import raw

from app.errors import Invalid

MOST_PAGES = 50
MOST_UNPACKED = 24 * 1024 * 1024
ACTING_NAMES = frozenset(
    (
        b"/JavaScript",
        b"/Launch",
        b"/EmbeddedFile",
        b"/EmbeddedFiles",
        b"/RichMedia",
        b"/SubmitForm",
        b"/ImportData",
    )
)

_STREAM = re.compile(rb"stream\r?\n(?P<packed>.*?)endstream", re.DOTALL)
_NAME = re.compile(rb"/[^\s()<>\[\]{}/%]+")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(content: bytes, called: str) -> None:
    """Refuse a PDF that cannot be opened, is locked, too long, or would do more than show pages."""
    if b"%PDF-" not in content[:1024]:
        raise Invalid(f"Berkas {called} bukan PDF yang utuh. Simpan ulang sebagai PDF, lalu kirim lagi.")
    if _acts(content):
        raise Invalid(
            f"Berkas {called} memuat program, formulir aktif atau lampiran tersembunyi. "
            "Cetak ulang menjadi PDF biasa atau kirim fotonya."
        )
    pages = _count_pages(content, called)
    if pages > MOST_PAGES:
        raise Invalid(f"Berkas {called} berisi {pages} halaman. Paling banyak {MOST_PAGES} halaman.")


def _count_pages(content: bytes, called: str) -> int:
    try:
        with pypdfium2.PdfDocument(content) as document:
            if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0 or document.count_attachments() > 0:
                raise Invalid(f"Berkas {called} memuat program atau lampiran. Kirim PDF biasa atau fotonya.")
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise Invalid(
            f"Berkas {called} terkunci kata sandi atau rusak. Kirim PDF yang dapat dibuka."
        ) from error
    if pages == 0:
        raise Invalid(f"Berkas {called} tidak berisi halaman. Pilih berkas lain.")
    return pages


def _acts(content: bytes) -> bool:
    """Whether a name that starts something stands in the file, plain or packed in an object stream."""
    if _names(content) & ACTING_NAMES:
        return True
    left = MOST_UNPACKED
    for found in _STREAM.finditer(content):
        head = content[max(0, found.start() - 400) : found.start()].rpartition(b"obj")[2]
        if b"/ObjStm" not in head or left <= 0:
            continue
        unpacked = _unpack(found["packed"], left)
        left -= len(unpacked)
        if _names(unpacked) & ACTING_NAMES:
            return True
    return False


def _unpack(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _names(content: bytes) -> set[bytes]:
    """Every name in a piece of PDF, with its #xx escapes undone."""
    return {_HEX.sub(lambda found: bytes([int(found[1], 16)]), name) for name in _NAME.findall(content)}
