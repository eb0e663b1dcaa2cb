"""The drawn letter: what it shows, that it is PDF/A, and that a draft can never pass for a signed letter."""

import subprocess
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from app.domain.letter_markup import Block
from app.errors import ProcessFault
from app.gateways import pdf_page
from app.gateways.pdf import Letterhead, SignatureBlock, draw_letter
from app.gateways.pdf_page import F4, drawable
from tests.gateways.conftest import URL

LONG = tuple(Block("paragraph", text="Kalimat yang panjang dan terus berlanjut. " * 40) for _ in range(4))


@dataclass
class Page:
    """A page as a reader sees it."""

    text: str
    image: Image.Image

    @property
    def codes(self) -> list[str]:
        return [found.text for found in zxingcpp.read_barcodes(self.image)]


def seen(pdf: bytes) -> list[Page]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            Page(page.get_textpage().get_text_bounded(), page.render(scale=150 / 72).to_pil())
            for page in document
        ]


@pytest.fixture(scope="module")
def letter(picture) -> bytes:
    return draw_letter(picture())


def test_the_letter_shows_kop_number_body_and_both_signers(letter):
    (page,) = seen(letter)
    for words in (
        "PEMERINTAH KOTA PROBOLINGGO", "KECAMATAN MAYANGAN", "KELURAHAN MANGUNHARJO", "SURAT KETERANGAN TIDAK MAMPU",
        "Nomor : 400.9/35/425.501.3/2026", "Siti Aminah", "Dewi Lestari", "2.", "Probolinggo, 24 November 2026",
        "Mengetahui,", "CAMAT MAYANGAN,", "LURAH MANGUNHARJO,", "Drs. Ahmad Fauzi", "NIP 197503142003121004",
        "Tembusan:", "dapat diverifikasi melalui kode QR", "Bukan sertifikat BSrE",
    ):  # fmt: skip
        assert words in page.text
    assert "Halaman" not in page.text


def test_the_qr_code_on_the_page_opens_the_verification_page(letter):
    assert seen(letter)[0].codes == [URL]


def test_a_draft_has_no_qr_code_and_never_says_it_is_signed(picture):
    (page,) = seen(draw_letter(picture(draft=True, number="………………")))
    assert page.codes == []
    assert "KONSEP" in page.text
    assert "ditandatangani" not in page.text.lower()
    assert URL not in page.text


def test_the_same_picture_gives_the_same_bytes(letter, picture):
    assert draw_letter(picture()) == letter


def test_the_paper_is_f4(letter):
    with pypdfium2.PdfDocument(letter) as document:
        width, height = document[0].get_size()
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == F4


def test_a_long_letter_goes_on_over_pages_with_code_and_page_number_on_each(picture):
    pages = seen(draw_letter(picture(blocks=LONG)))
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"Halaman {number} dari 2" in page.text
        assert page.codes == [URL]


@pytest.mark.parametrize("lines", range(40, 52))
def test_signatures_never_stand_alone_on_a_page(picture, lines):
    rows = Block("rows", rows=tuple((f"Baris {number}", "isi") for number in range(lines)))
    closing = Block("paragraph", text="Demikian surat ini dibuat.")
    *_, last = seen(draw_letter(picture(blocks=(rows, closing))))
    assert ("Demikian" in last.text) is ("Drs. Ahmad Fauzi" in last.text) is True
    assert "Ir. Endang" in last.text


def test_a_value_longer_than_a_page_is_wrapped_whole(picture):
    blocks = (
        Block("rows", rows=(("Catatan", "panjang sekali " * 1200), ("Nama", "Siti"))),
        Block("paragraph", text="Demikian."),
    )
    pages = seen(draw_letter(picture(blocks=blocks)))
    assert sum(page.text.count("sekali") for page in pages) == 1200
    assert "Siti" in "".join(page.text for page in pages)


def test_a_correspondence_opens_with_date_number_and_addressee(picture):
    (page,) = seen(
        draw_letter(
            picture(
                shape="korespondensi",
                subject="Rekomendasi izin keramaian",
                nature="segera",
                addressee=("Kapolsek Mayangan", "di Probolinggo"),
                acknowledged_by=None,
                head=Letterhead(("PEMERINTAH KOTA PROBOLINGGO",), "KECAMATAN MAYANGAN"),
                signer=SignatureBlock(("a.n. CAMAT MAYANGAN", "Sekretaris,"), "Nur Hidayati, S.Sos."),
            )
        )
    )
    lines = page.text.splitlines()
    assert lines[2] == "Probolinggo, 24 November 2026"
    for words in (
        "Hal",
        "Rekomendasi izin keramaian",
        "Segera",
        "Yth. Kapolsek Mayangan",
        "a.n. CAMAT MAYANGAN",
    ):
        assert words in page.text


def test_a_name_in_letters_the_font_lacks_is_drawn_as_question_marks():
    assert drawable("Ünï 你\u202e\u200bx\0\t!") == "Ünï ?x !"


def test_a_city_may_use_its_own_emblem(picture):
    emblem = BytesIO()
    Image.new("RGBA", (60, 80), (200, 0, 0, 255)).save(emblem, "PNG")
    head = Letterhead(("PEMERINTAH KOTA PROBOLINGGO",), "DINAS SOSIAL", emblem=emblem.getvalue())
    (page,) = seen(draw_letter(picture(head=head)))
    assert any(red > 180 and green < 40 for red, green, _ in page.image.convert("RGB").get_flattened_data())


def test_a_missing_font_says_what_to_build(picture, monkeypatch, tmp_path):
    monkeypatch.setattr(pdf_page, "FONT_FOLDER", tmp_path)
    with pytest.raises(ProcessFault, match="bundle"):
        draw_letter(picture())


def test_the_letter_keeps_the_rules_of_pdf_a_3b(letter):
    root = PdfFileReader(BytesIO(letter), strict=True).root
    packet = root["/Metadata"].data.decode()
    intent = root["/OutputIntents"][0]

    assert "<pdfaid:part>3</pdfaid:part>" in packet
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in packet
    assert "/Filter" not in root["/Metadata"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"]["/N"] == 3
    assert letter.startswith(b"%PDF-1.7\n%")
    assert min(letter[10:14]) > 127
    for forbidden in (b"/Encrypt", b"/JavaScript", b"/Launch", b"/AA", b"/NeedAppearances"):
        assert forbidden not in letter


def test_every_font_is_embedded(letter, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(letter)
    table = subprocess.run(
        ["pdffonts", tmp_path / "letter.pdf"], capture_output=True, text=True, check=True
    ).stdout
    rows = table.splitlines()[2:]
    assert len(rows) >= 3
    for row in rows:
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row
