"""Legalised copies (C9): every sheet carries the stamp, its number and its own QR code."""

import subprocess
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from app.domain.letter_markup import Block
from app.gateways.pdf import SignatureBlock, draw_letter
from app.gateways.pdf_stamp import Stamp, StampedSheet, page_pictures, stamp_sheets
from app.gateways.signer import LocalSigner
from tests.gateways.conftest import MOMENT


@pytest.fixture(scope="module")
def scan(picture) -> bytes:
    long = Block("paragraph", text="Kartu keluarga nomor 3574050101180007. " * 120)
    return draw_letter(picture(blocks=(long,), qr=None))


@pytest.fixture(scope="module")
def stamped(scan) -> bytes:
    sheets = [
        StampedSheet(page, f"https://alur.example/verifikasi/{n}")
        for n, page in enumerate(page_pictures(scan))
    ]
    stamp = Stamp(
        number="000.5/12/425.505.5/2026",
        statement="Sesuai dengan aslinya yang diperlihatkan pada 24 November 2026.",
        place="Probolinggo",
        day="24 November 2026",
        unit="KELURAHAN KEDOPOK",
        signer=SignatureBlock(("LURAH KEDOPOK,",), "Drs. Ahmad Fauzi", "Penata", "197503142003121004"),
        created=MOMENT,
    )
    return stamp_sheets(sheets, stamp)


def test_every_page_of_the_scan_becomes_a_picture(scan):
    pages = [Image.open(BytesIO(page)) for page in page_pictures(scan)]
    assert len(pages) == 2
    assert all(page.format == "JPEG" and max(page.size) > 1800 for page in pages)


def test_every_sheet_has_statement_number_and_its_own_code(stamped):
    with pypdfium2.PdfDocument(stamped) as document:
        assert len(document) == 2
        for number, page in enumerate(document):
            text = page.get_textpage().get_text_bounded()
            codes = [found.text for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
            assert codes == [f"https://alur.example/verifikasi/{number}"]
            assert "000.5/12/425.505.5/2026" in text
            assert "diperlihatkan pada" in text
            assert f"Lembar {number + 1} dari 2" in text


def test_a_stamped_copy_is_pdf_a_and_can_be_signed(stamped, lurah, tmp_path):
    signed = LocalSigner().sign(
        stamped, lurah, reason="Legalisasi", location="Probolinggo", field_name="Lurah", moment=MOMENT
    )
    assert b"<pdfaid:part>3</pdfaid:part>" in stamped
    (tmp_path / "copy.pdf").write_bytes(signed)
    said = subprocess.run(
        ["pdfsig", tmp_path / "copy.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid." in said
