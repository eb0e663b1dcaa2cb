"""The city's sheet of paper: F4, embedded Arimo, PDF/A-3B, and a foot with QR code, words and page number."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Self

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from app.errors import ProcessFault
from app.gateways.pdf_picture import LOCAL_KEY_WORDS

F4 = (215.0, 330.0)
FONT_FOLDER = Path(__file__).parents[1] / "static" / "dist" / "fonts"
FONT_FILES = {
    "": "Arimo-Regular.ttf",
    "B": "Arimo-Bold.ttf",
    "I": "Arimo-Italic.ttf",
    "BI": "Arimo-BoldItalic.ttf",
}
DRAFT_WORDS = "Konsep untuk diperiksa. Belum bernomor, belum disahkan, dan tidak berlaku sebagai surat."

MARGIN_LEFT, MARGIN_TOP, MARGIN_RIGHT, FOOT_HEIGHT = 25.0, 14.0, 20.0, 36.0
QR_SIZE = 20.0
LINE = 5.3  # one line of 11 pt text
INK, SOFT_INK, FAINT = 0, 90, 228


@dataclass(frozen=True)
class Imprint:
    """What every page of one document carries: who made it, when, and what stands at its foot."""

    title: str
    author: str
    created: datetime
    qr: str | None = None
    words: str = LOCAL_KEY_WORDS
    draft: bool = False


class Sheet(FPDF):
    """A document in the making; parts of a letter are drawn on it from the top down.

    Use it in a `with` block: it holds the font files open while it is drawn.
    """

    def __init__(self, imprint: Imprint, *, pages: int = 1) -> None:
        super().__init__(unit="mm", format=F4, enforce_compliance="PDF/A-3B")
        self.imprint, self.expected_pages = imprint, pages
        self.c_margin = 0
        self.set_margins(MARGIN_LEFT, MARGIN_TOP, MARGIN_RIGHT)
        self.set_auto_page_break(True, FOOT_HEIGHT)
        for style, name in FONT_FILES.items():
            self.add_font("arimo", style, _font_file(name))
        self._describe()
        self.write_as(11)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def write_as(self, size: float, style: str = "", ink: int = INK) -> None:
        self.set_font("arimo", style, size)
        self.set_text_color(ink)

    def header(self) -> None:
        """Put the draft mark under everything else on the page."""
        if self.imprint.draft:
            x, y = F4[0] / 2, F4[1] / 2
            self.write_as(120, "B", FAINT)
            with self.rotation(52, x, y):
                self.text(x - self.get_string_width("KONSEP") / 2, y + 15, "KONSEP")
            self.write_as(11)

    def footer(self) -> None:
        """Draw the foot: QR code and wording when signed, a plain warning when a draft."""
        top = F4[1] - FOOT_HEIGHT + 6
        self.set_draw_color(SOFT_INK)
        self.set_line_width(0.2)
        self.line(MARGIN_LEFT, top, F4[0] - MARGIN_RIGHT, top)
        left = MARGIN_LEFT
        if self.imprint.qr and not self.imprint.draft:
            self.draw_qr(self.imprint.qr, x=left, y=top + 1.5, size=QR_SIZE)
            left += QR_SIZE + 3
        self._foot_words(left, top + 3)
        self.write_as(11)

    def draw_qr(self, text: str, *, x: float, y: float, size: float) -> None:
        """Draw a QR code as vector squares, with its quiet zone inside `size`."""
        rows = tuple(segno.make(text, error="m", micro=False).matrix_iter(border=4))
        cell = size / len(rows)
        self.set_fill_color(INK)
        for row, cells in enumerate(rows):
            for start, length in _runs(cells):
                self.rect(x + start * cell, y + row * cell, length * cell, cell, style="F")

    def lines(
        self, text: str, *, width: float = 0, align: str = "L", line: float = LINE, x: float | None = None
    ) -> None:
        """Write wrapped text and go to the next line at the left margin."""
        if x is not None:
            self.set_x(x)
        self.multi_cell(width, line, drawable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def height_of(self, text: str, *, width: float = 0, line: float = LINE) -> float:
        return self.multi_cell(width, line, drawable(text), dry_run=True, output="HEIGHT")

    def keep(self, height: float) -> None:
        """Begin a new page unless this much still fits."""
        if self.will_page_break(height):
            self.add_page()

    def finish(self) -> bytes:
        return bytes(self.output())

    def _foot_words(self, left: float, top: float) -> None:
        counted = self.expected_pages > 1
        room = F4[0] - MARGIN_RIGHT - left - (28 if counted else 0)
        signed = not self.imprint.draft
        self.write_as(8, "I", SOFT_INK)
        self.set_xy(left, top)
        words = self.imprint.words if signed else DRAFT_WORDS
        self.multi_cell(room, 3.8, drawable(words), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.write_as(8, "", SOFT_INK)
        if self.imprint.qr and signed:
            self.multi_cell(room, 3.8, f"Periksa di {drawable(self.imprint.qr)}", align="L", wrapmode="CHAR")
        if counted:
            self.set_xy(F4[0] - MARGIN_RIGHT - 40, top)
            self.cell(40, 3.8, f"Halaman {self.page_no()} dari {self.expected_pages}", align="R")

    def _describe(self) -> None:
        imprint = self.imprint
        self.set_title(imprint.title)
        self.set_author(imprint.author)
        self.set_creator("Alur")
        self.set_lang("id-ID")
        self.set_creation_date(imprint.created)
        self.set_xmp_metadata(_xmp(imprint))


def drawable(text: str) -> str:
    """The text as the fonts can draw it: no invisible signs, unknown letters as question marks."""
    composed = unicodedata.normalize("NFC", text).replace("\t", " ")
    kept = (sign for sign in composed if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    known = _known_letters()
    return "".join(sign if sign == "\n" or ord(sign) in known else "?" for sign in kept)


def _runs(cells: bytes) -> list[tuple[int, int]]:
    """Neighbouring dark squares as (start, length): fewer shapes, and no hairlines between them."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(cells):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


def _font_file(name: str) -> Path:
    path = FONT_FOLDER / name
    if not path.exists():
        raise ProcessFault(f"The font {name} is missing: build the browser bundle, which brings it.")
    return path


@lru_cache(maxsize=1)
def _known_letters() -> frozenset[int]:
    with (
        TTFont(_font_file(FONT_FILES["B"]), lazy=True) as bold,
        TTFont(_font_file(FONT_FILES[""])) as regular,
    ):
        return frozenset(bold.getBestCmap()) & frozenset(regular.getBestCmap())


def _xmp(imprint: Imprint) -> str:
    moment = imprint.created.astimezone(UTC).isoformat(timespec="seconds")
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmp:CreatorTool="Alur" xmp:CreateDate="{moment}" xmp:ModifyDate="{moment}" xmp:MetadataDate="{moment}">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(imprint.title)}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{escape(imprint.author)}</rdf:li></rdf:Seq></dc:creator>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""
