"""Legalised copies: a scan turned into pictures, each on its own sheet with stamp, number and QR code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pypdfium2

from app.gateways.pdf_page import F4, FOOT_HEIGHT, MARGIN_RIGHT, SOFT_INK, Imprint, Sheet
from app.gateways.pdf_picture import SignatureBlock

DOTS_AN_INCH = 160
LONGEST_SIDE = 2400
EDGE = 12.0
STAMP_HEIGHT = 52.0
STAMP_QR = 26.0


@dataclass(frozen=True)
class Stamp:
    """What the stamp says; `statement` is "Sesuai dengan aslinya yang diperlihatkan pada …"."""

    number: str
    statement: str
    place: str
    day: str
    unit: str
    signer: SignatureBlock
    created: datetime


@dataclass(frozen=True)
class StampedSheet:
    """One sheet of the scan (JPEG or PNG) and the address its own QR code opens."""

    picture: bytes
    url: str


def page_pictures(pdf: bytes) -> list[bytes]:
    """Every page of a checked PDF as a JPEG, upright and about 160 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_picture(page) for page in document]


def stamp_sheets(sheets: Sequence[StampedSheet], stamp: Stamp) -> bytes:
    """All sheets as one PDF/A-3B, each with the scan above and the stamp below it, nothing covered."""
    imprint = Imprint(title=f"Legalisasi {stamp.number}", author=stamp.unit, created=stamp.created)
    with Sheet(imprint, pages=len(sheets)) as paper:
        paper.set_auto_page_break(False)
        for sheet in sheets:
            paper.add_page()
            _draw_scan(paper, sheet.picture)
            _draw_stamp(paper, stamp, sheet.url)
        return paper.finish()


def _picture(page: pypdfium2.PdfPage) -> bytes:
    longest = max(page.get_size()) * DOTS_AN_INCH / 72
    scale = DOTS_AN_INCH / 72 * min(1.0, LONGEST_SIDE / longest)
    written = BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(written, "JPEG", quality=85)
    return written.getvalue()


def _draw_scan(paper: Sheet, picture: bytes) -> None:
    width, height = F4[0] - 2 * EDGE, F4[1] - FOOT_HEIGHT - STAMP_HEIGHT - EDGE - 4
    paper.image(BytesIO(picture), x=EDGE, y=EDGE, w=width, h=height, keep_aspect_ratio=True)


def _draw_stamp(paper: Sheet, stamp: Stamp, url: str) -> None:
    top = F4[1] - FOOT_HEIGHT - STAMP_HEIGHT
    width = F4[0] - 2 * EDGE
    paper.set_draw_color(0)
    paper.set_line_width(0.5)
    paper.rect(EDGE, top, width, STAMP_HEIGHT, round_corners=True, corner_radius=2)
    paper.draw_qr(url, x=EDGE + 3, y=top + 8, size=STAMP_QR)
    paper.write_as(7.5, "", SOFT_INK)
    paper.set_xy(EDGE + 3, top + 8 + STAMP_QR)
    paper.multi_cell(STAMP_QR, 3.4, "Pindai untuk memeriksa lembar ini", align="C")
    _draw_statement(paper, stamp, x=EDGE + STAMP_QR + 8, top=top + 4)
    _draw_signer(paper, stamp, x=F4[0] - MARGIN_RIGHT - 66, top=top + 4)


def _draw_statement(paper: Sheet, stamp: Stamp, *, x: float, top: float) -> None:
    width = F4[0] - MARGIN_RIGHT - 70 - x
    paper.set_y(top)
    paper.write_as(12, "B")
    paper.lines("LEGALISASI", width=width, x=x)
    paper.write_as(9)
    paper.lines(f"Nomor : {stamp.number}", width=width, line=5, x=x)
    paper.ln(1.5)
    paper.write_as(10)
    paper.lines(stamp.statement, width=width, line=5, x=x)
    paper.ln(1.5)
    paper.write_as(9)
    paper.lines(f"Lembar {paper.page_no()} dari {paper.expected_pages}", width=width, line=5, x=x)


def _draw_signer(paper: Sheet, stamp: Stamp, *, x: float, top: float) -> None:
    paper.set_y(top)
    paper.write_as(10)
    for text in (f"{stamp.place}, {stamp.day}", *stamp.signer.office):
        paper.lines(text, width=66, align="C", line=4.8, x=x)
    paper.write_as(7.5, "I", SOFT_INK)
    paper.set_y(top + 22)
    paper.lines("Ditandatangani secara elektronik", width=66, align="C", line=4, x=x)
    paper.set_y(top + 31)
    paper.write_as(10, "BU")
    paper.lines(stamp.signer.name, width=66, align="C", line=4.8, x=x)
    paper.write_as(9)
    for text in (stamp.signer.rank, f"NIP {stamp.signer.nip}" if stamp.signer.nip else ""):
        if text:
            paper.lines(text, width=66, align="C", line=4.4, x=x)
