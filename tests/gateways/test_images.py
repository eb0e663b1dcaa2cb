"""Uploads: the type by content, hidden facts gone, hostile files refused in words people understand."""

import zlib
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from app.errors import Invalid
from app.gateways.images import LONGEST_SIDE, accept
from app.gateways.pdf import draw_letter

GPS, ORIENTATION = 0x8825, 0x0112


def jpeg(size=(120, 80), **extra) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(written, "JPEG", **extra)
    return written.getvalue()


def png(size=(40, 30), mode="RGB", **extra) -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, "PNG", **extra)
    return written.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A small PDF with one page and some more objects; readers mend its missing cross-reference table."""
    parts = [
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj",
        *objects,
        b"trailer<</Root 1 0 R/Size 9>>\n%%EOF\n",
    ]
    return b"\n".join(parts)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_photo_loses_its_place_and_stands_upright():
    """C8: no GPS in what is kept."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "S"
    sent = jpeg(exif=exif, comment=b"rahasia")
    assert GPS in opened(sent).getexif()

    kept = accept(sent, "foto.jpg")

    assert (kept.media_type, kept.suffix) == ("image/jpeg", ".jpg")
    assert opened(kept.content).size == (80, 120)
    assert not opened(kept.content).getexif()
    assert b"Exif" not in kept.content
    assert b"rahasia" not in kept.content


def test_a_png_loses_its_texts_and_keeps_its_transparency():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Siti Aminah")
    kept = accept(png(mode="RGBA", pnginfo=text) + b"<script>alert(1)</script>", "cap.png")
    assert kept.media_type == "image/png"
    assert opened(kept.content).mode == "RGBA"
    assert b"Siti" not in kept.content
    assert b"script" not in kept.content


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "I;16"])
def test_pictures_of_every_kind_are_read(mode):
    assert accept(png(mode=mode), "x.png").media_type == "image/png"


def test_a_webp_photo_is_kept_as_jpeg():
    written = BytesIO()
    Image.new("RGB", (50, 50)).save(written, "WEBP")
    assert accept(written.getvalue(), "x.webp", allowed=["image/jpeg"]).media_type == "image/jpeg"


def test_a_huge_photo_is_made_no_larger_than_needed():
    kept = accept(jpeg((6000, 4000)), "foto.jpg")
    assert max(opened(kept.content).size) <= LONGEST_SIDE


def test_the_type_is_read_from_the_content_not_from_the_name():
    assert accept(jpeg(), "surat.pdf").media_type == "image/jpeg"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\x00", b"halo",
        b"PK\x03\x04zip", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", b"\0" * 200, b"%!PS-Adobe-3.0",
    ],
)  # fmt: skip
def test_other_kinds_are_refused_with_the_kinds_that_are_welcome(content):
    """ASVS 5.0 V5.2.2."""
    with pytest.raises(Invalid, match="bukan PDF, JPG, PNG"):
        accept(content, "foto.jpg")


def test_a_kind_that_this_field_does_not_take_is_refused():
    with pytest.raises(Invalid, match="bukan PDF. Kirim"):
        accept(jpeg(), "foto.jpg", allowed=["application/pdf"])


@pytest.mark.parametrize("broken", [jpeg()[:60], b"\xff\xd8\xff\xe0" + b"\0" * 300, png()[:40]])
def test_a_broken_picture_is_refused(broken):
    with pytest.raises(Invalid, match="rusak"):
        accept(broken, "foto")


def test_a_picture_that_unpacks_to_gigabytes_is_refused():
    """ASVS 5.0 V5.2.6: pixel flood."""
    bomb = bytearray(png((10, 10)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    with pytest.raises(Invalid, match="terlalu besar untuk dibuka|rusak"):
        accept(bytes(bomb), "bom.png")


def test_too_large_and_empty_files_are_refused():
    with pytest.raises(Invalid, match="paling besar 1,5 MB"):
        accept(b"x" * 2_000_000, "foto.jpg", max_bytes=1_572_864)
    with pytest.raises(Invalid, match="kosong"):
        accept(b"", "foto.jpg")


def test_a_stream_is_read_no_further_than_the_limit():
    class Endless:
        taken = 0

        def read(self, count: int) -> bytes:
            self.taken += count
            return b"x" * count

    source = Endless()
    with pytest.raises(Invalid, match="terlalu besar"):
        accept(source, "foto.jpg", max_bytes=1_000_000)
    assert source.taken < 2_000_000


def test_a_stream_within_the_limit_is_read_whole():
    assert accept(BytesIO(jpeg()), "foto.jpg").media_type == "image/jpeg"


def test_the_sentence_quotes_the_name_without_folders_and_signs():
    with pytest.raises(Invalid) as refusal:
        accept(b"", "C:\\rahasia\\{x}\x00\u202efoto.jpg")
    assert "“{x}foto.jpg”" in str(refusal.value)


def test_an_ordinary_pdf_is_kept_as_it_is(picture):
    letter = draw_letter(picture())
    assert accept(letter, "surat.pdf").content == letter
    assert accept(pdf(), "surat.pdf").media_type == "application/pdf"


HIDING = b"<</Type/Action/S/JavaScript/JS(app.alert)>>"


@pytest.mark.parametrize(
    "extra",
    [
        b"5 0 obj" + HIDING + b"endobj",
        b"5 0 obj<</S/#4aava#53cript/JS(x)>>endobj",
        b"5 0 obj<</S/Launch/F(cmd.exe)>>endobj",
        b"5 0 obj<</Type/EmbeddedFile/Length 0>>stream\n\nendstream endobj",
        b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\n"
        + zlib.compress(b"6 0 " + HIDING)
        + b"\nendstream endobj",
    ],
)
def test_a_pdf_that_acts_or_hides_files_is_refused(extra):
    with pytest.raises(Invalid, match="program"):
        accept(pdf(extra), "surat.pdf")


def test_a_pdf_with_a_real_attachment_is_refused():
    document = pypdfium2.PdfDocument(pdf())
    document.new_attachment("virus.exe").set_data(b"MZ")
    written = BytesIO()
    document.save(written)
    document.close()
    with pytest.raises(Invalid, match="lampiran"):
        accept(written.getvalue(), "surat.pdf")


@pytest.mark.parametrize("broken", [b"%PDF-1.7\nrusak", b"%PDF-1.7\n" + b"\0" * 4000])
def test_a_broken_pdf_is_refused(broken):
    with pytest.raises(Invalid, match="rusak"):
        accept(broken, "surat.pdf")


def test_a_pdf_of_too_many_pages_is_refused():
    document = pypdfium2.PdfDocument.new()
    for _ in range(51):
        document.new_page(100, 100)
    written = BytesIO()
    document.save(written)
    document.close()
    with pytest.raises(Invalid, match="51 halaman"):
        accept(written.getvalue(), "surat.pdf")
