"""Checks what people upload: type by content, size, and pictures made anew without hidden facts."""

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import DecompressionBombError

from app.errors import Invalid
from app.gateways.pdf_check import check_pdf

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
NAMES = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}
KEPT_AS = {
    "application/pdf": "application/pdf",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/webp": "image/jpeg",
}
LONGEST_SIDE = 2800  # an A4 page at 240 dots an inch
MOST_JPEG_PIXELS = 200_000_000  # read at reduced size, so it costs little
MOST_PIXELS = 40_000_000
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its real media type, and bytes that are safe to show again."""

    media_type: str
    content: bytes

    @property
    def suffix(self) -> str:
        """How a name of this file ends, whatever its sender called it."""
        return f".{NAMES[self.media_type].lower()}"


def accept(
    source: bytes | BinaryIO,
    filename: str,
    *,
    allowed: Collection[str] = tuple(NAMES),
    max_bytes: int = 5 * 1024 * 1024,
) -> Upload:
    """Take an upload in, or say in plain words why it cannot be used; the name serves that sentence only."""
    called = _short(filename)
    content = _read(source, called, max_bytes)
    media_type = _media_type(content)
    if KEPT_AS.get(media_type) not in allowed:
        kinds = ", ".join(NAMES[kind] for kind in NAMES if kind in allowed)
        raise Invalid(f"Berkas {called} bukan {kinds}. Kirim foto atau berkas berjenis {kinds}.")
    if media_type == "application/pdf":
        check_pdf(content, called)
        return Upload(media_type, content)
    return _made_anew(content, media_type, called)


def _read(source: bytes | BinaryIO, called: str, max_bytes: int) -> bytes:
    """Read no further than the limit, so that an endless upload costs nothing."""
    content = source if isinstance(source, bytes) else _read_stream(source, max_bytes)
    if not content:
        raise Invalid(f"Berkas {called} kosong. Pilih berkas lain.")
    if len(content) > max_bytes:
        limit = f"{max_bytes / 1024 / 1024:.1f}".removesuffix(".0").replace(".", ",")
        raise Invalid(f"Berkas {called} terlalu besar. Ukuran paling besar {limit} MB.")
    return content


def _read_stream(source: BinaryIO, max_bytes: int) -> bytes:
    taken = bytearray()
    while len(taken) <= max_bytes and (chunk := source.read(CHUNK)):
        taken += chunk
    return bytes(taken)


def _media_type(content: bytes) -> str:
    try:
        guesses = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return ""
    return next((guess.mime_type for guess in guesses if guess.mime_type in KEPT_AS), "")


def _made_anew(content: bytes, media_type: str, called: str) -> Upload:
    """The picture drawn again, upright, no larger than needed, with nothing but its pixels."""
    try:
        with Image.open(BytesIO(content), formats=[PICTURES[media_type]]) as picture:
            _check_pixels(picture, called)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _encoded(upright, media_type)
    except (UnidentifiedImageError, DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(f"Gambar {called} rusak atau tidak terbaca. Foto ulang, lalu kirim lagi.") from error


def _check_pixels(picture: Image.Image, called: str) -> None:
    limit = MOST_JPEG_PIXELS if picture.format == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > limit:
        raise Invalid(f"Gambar {called} terlalu besar untuk dibuka. Perkecil, lalu kirim lagi.")


def _encoded(picture: Image.Image, media_type: str) -> Upload:
    """PNG stays PNG, all others become JPEG; a clean copy carries no EXIF, profile or comment."""
    lossless = media_type == "image/png"
    mode = ("RGBA" if picture.has_transparency_data else "RGB") if lossless else "RGB"
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    written = BytesIO()
    if lossless:
        clean.save(written, "PNG", compress_level=6)
        return Upload("image/png", written.getvalue())
    clean.save(written, "JPEG", quality=85)
    return Upload("image/jpeg", written.getvalue())


def _short(filename: str) -> str:
    """The file's own name as the sentence quotes it: no folders, no control signs, not too long."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in name if sign.isprintable()).strip()
    return f"“{printable[:60]}”" if printable else "ini"
