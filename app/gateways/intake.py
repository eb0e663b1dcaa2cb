"""Opens what citizens upload: the type by its content, pictures drawn anew so that nothing hidden stays in them."""

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import Invalid

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
NAMES = {PDF: "PDF", JPEG: "JPG", PNG: "PNG"}
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 4000
_SIGNS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))


@dataclass(frozen=True)
class Opened:
    """An upload that may be kept."""

    content: bytes
    media_type: str

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.media_type]


def open_upload(content: bytes, accept: Collection[str]) -> Opened:
    """The upload, harmless, when its content is of an accepted type. Raises Invalid with what to do."""
    found = next((kind for sign, kind in _SIGNS if content.startswith(sign)), None)
    if found is None or found not in accept:
        raise Invalid(f"jenis berkas tidak sesuai. Pakai {said(accept)}.")
    if found == PDF:
        if b"%%EOF" not in content[-2048:]:
            raise Invalid("berkas PDF tidak lengkap atau rusak. Simpan ulang, lalu unggah lagi.")
        return Opened(content, PDF)
    return Opened(_drawn_anew(content, found), found)


def said(accept: Collection[str]) -> str:
    """The accepted types as people say them: "PDF, JPG atau PNG"."""
    *most, last = [NAMES[kind] for kind in NAMES if kind in accept]
    return f"{', '.join(most)} atau {last}" if most else last


def _drawn_anew(content: bytes, kind: str) -> bytes:
    """The picture alone, upright: without EXIF, place, comments or anything appended."""
    form = "JPEG" if kind == JPEG else "PNG"
    try:
        with Image.open(BytesIO(content), formats=(form,)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid("gambar terlalu besar ukurannya. Perkecil atau foto ulang, lalu unggah lagi.")
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright = upright.convert("RGB" if kind == JPEG else _png_mode(upright))
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            bare = Image.new(upright.mode, upright.size)
            bare.paste(upright)
            target = BytesIO()
            bare.save(target, form, **({"quality": 88} if kind == JPEG else {}))
            return target.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise Invalid("gambar tidak dapat dibuka. Simpan ulang atau foto ulang, lalu unggah lagi.") from fault


def _png_mode(picture: Image.Image) -> str:
    if picture.mode in {"1", "L", "RGB", "RGBA"}:
        return picture.mode
    return "RGBA" if "transparency" in picture.info or picture.mode in {"LA", "PA"} else "RGB"
