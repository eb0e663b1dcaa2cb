"""The parts of a letter from the kop down to the carbon-copy list, each drawn on a sheet."""

from collections.abc import Callable, Sequence
from io import BytesIO

from fpdf.fonts import FontFace

from app.gateways.pdf_emblem import draw_emblem
from app.gateways.pdf_page import F4, LINE, MARGIN_LEFT, MARGIN_RIGHT, SOFT_INK, Sheet, drawable
from app.gateways.pdf_picture import Block, Letterhead, LetterPicture, SignatureBlock

WIDTH = F4[0] - MARGIN_LEFT - MARGIN_RIGHT
EMBLEM_WIDTH = 21.0
ROW_INDENT = 12.5
LARGEST_LABEL = 62.0
FIRST_LINE_INDENT = 12.5
COLON = 4.0
GAP = 2.6
COLUMN = 78.0  # one signature column
SIGNING_SPACE = 19.0
SMALL_LINE = 4.6
FIXED_SPACE = "\u2007"  # a space that justified lines neither stretch nor break


def draw_head(sheet: Sheet, head: Letterhead) -> None:
    """The kop: emblem at the left, lines centred on the page, a thick rule over a thin one."""
    top = sheet.get_y()
    if head.emblem:
        sheet.image(BytesIO(head.emblem), x=MARGIN_LEFT, y=top, w=EMBLEM_WIDTH, h=25, keep_aspect_ratio=True)
    else:
        draw_emblem(sheet, x=MARGIN_LEFT, y=top, width=EMBLEM_WIDTH)
    x, room = MARGIN_LEFT + EMBLEM_WIDTH + 1, WIDTH - 2 * (EMBLEM_WIDTH + 1)
    sheet.set_y(top)
    for lines, size, style, line in ((head.government, 13, "", 6.0), ((head.unit,), 17, "B", 8.0)):
        for text in lines:
            _fit(sheet, text, room=room, size=size, style=style)
            sheet.lines(text, width=room, align="C", line=line, x=x)
    sheet.write_as(9)
    for text in head.address:
        sheet.lines(text, width=room, align="C", line=4.2, x=x)
    bottom = max(sheet.get_y(), top + EMBLEM_WIDTH * 1.2) + 2
    _rules(sheet, bottom)
    sheet.set_y(bottom + 7)
    sheet.write_as(11)


def draw_opening(sheet: Sheet, picture: LetterPicture) -> None:
    """The title with its number, or the opening of a correspondence."""
    if picture.shape == "korespondensi":
        _draw_correspondence(sheet, picture)
    else:
        sheet.write_as(13, "BU")
        sheet.lines(picture.title, width=WIDTH, align="C", line=6.2)
        sheet.write_as(11)
        sheet.lines(f"Nomor : {picture.number}", width=WIDTH, align="C", line=5.6)
        sheet.ln(6)


def draw_block(sheet: Sheet, block: Block, *, label_width: float) -> None:
    """One piece of the body."""
    _DRAWERS[block.kind](sheet, block, label_width)
    sheet.ln(GAP)


def label_width(sheet: Sheet, blocks: Sequence[Block]) -> float:
    """The width of the widest label, so that all colons of a letter stand in one line."""
    labels = [row[0] for block in blocks if block.kind == "rows" for row in block.rows]
    widest = max((sheet.get_string_width(drawable(label)) for label in labels), default=0)
    return min(widest + 3, LARGEST_LABEL)


def draw_ending(sheet: Sheet, picture: LetterPicture, last: Block, *, label_width: float) -> None:
    """The closing sentence, the signatures and the copies; signatures never stand alone on a page."""
    left, right = _columns(picture)
    height = _signatures_height(left, right) + _copies_height(picture.copies)
    if last.kind == "paragraph":
        closing = sheet.height_of(_indented(sheet, last.text), width=WIDTH) + GAP
        sheet.keep(min(closing + height, F4[1] / 2))
        draw_block(sheet, last, label_width=label_width)
    else:
        draw_block(sheet, last, label_width=label_width)
    sheet.keep(height)
    _draw_signatures(sheet, left, right, draft=picture.draft)
    _draw_copies(sheet, picture.copies)


def _fit(sheet: Sheet, text: str, *, room: float, size: float, style: str) -> None:
    """Choose the size at which a line of the kop stays one line."""
    while True:
        sheet.write_as(size, style)
        if size <= 10 or sheet.get_string_width(drawable(text)) <= room:
            return
        size -= 0.5


def _rules(sheet: Sheet, y: float) -> None:
    sheet.set_draw_color(0)
    for offset, width in ((0.0, 1.0), (1.1, 0.3)):
        sheet.set_line_width(width)
        sheet.line(MARGIN_LEFT, y + offset, F4[0] - MARGIN_RIGHT, y + offset)


def _draw_correspondence(sheet: Sheet, picture: LetterPicture) -> None:
    sheet.lines(f"{picture.place}, {picture.day}", width=WIDTH, align="R")
    sheet.ln(2)
    facts = (
        ("Nomor", picture.number),
        ("Sifat", picture.nature.capitalize() or "Biasa"),
        ("Lampiran", picture.attachments or "-"),
        ("Hal", picture.subject),
    )
    for label, value in facts:
        _draw_row(sheet, label, value, x=MARGIN_LEFT, label_width=20, width=118)
    sheet.ln(4)
    for number, text in enumerate(picture.addressee):
        first = number == 0 and not text.lower().startswith("yth")
        sheet.lines(f"Yth. {text}" if first else text, width=110)
    sheet.ln(4)


def _draw_paragraph(sheet: Sheet, block: Block, _label_width: float) -> None:
    sheet.lines(_indented(sheet, block.text), width=WIDTH, align="J")


def _indented(sheet: Sheet, text: str) -> str:
    """A new sentence opens with an indent; one that goes on after a list ("adalah benar …") does not."""
    if not text[:1].isupper():
        return text
    return FIXED_SPACE * round(FIRST_LINE_INDENT / sheet.get_string_width(FIXED_SPACE)) + text


def _draw_heading(sheet: Sheet, block: Block, _label_width: float) -> None:
    sheet.keep(3 * LINE)
    sheet.write_as(11, "B")
    sheet.lines(block.text, width=WIDTH)
    sheet.write_as(11)


def _draw_rows(sheet: Sheet, block: Block, label_width: float) -> None:
    left = MARGIN_LEFT + ROW_INDENT
    for label, value in block.rows:
        _draw_row(sheet, label, value, x=left, label_width=label_width, width=WIDTH - ROW_INDENT)


def _draw_row(sheet: Sheet, label: str, value: str, *, x: float, label_width: float, width: float) -> None:
    room = width - label_width - COLON
    height = max(sheet.height_of(value, width=room), sheet.height_of(label, width=label_width))
    sheet.keep(min(height, F4[1] / 3))
    top, page = sheet.get_y(), sheet.page
    if label:
        sheet.lines(label, width=label_width, x=x)
        bottom = sheet.get_y()
        sheet.set_xy(x + label_width, top)
        sheet.cell(COLON, LINE, ":")
    else:
        bottom = top
    sheet.set_y(top)
    sheet.lines(value, width=room, x=x + label_width + COLON)
    if sheet.page == page:
        sheet.set_y(max(bottom, sheet.get_y()))


def _draw_items(sheet: Sheet, block: Block, _label_width: float) -> None:
    for number, text in enumerate(block.items, start=1):
        sheet.keep(min(sheet.height_of(text, width=WIDTH - ROW_INDENT - 8), F4[1] / 3))
        top = sheet.get_y()
        sheet.set_xy(MARGIN_LEFT + ROW_INDENT - 5, top)
        sheet.cell(8, LINE, f"{number}.")
        sheet.lines(text, width=WIDTH - ROW_INDENT - 3, align="J", x=MARGIN_LEFT + ROW_INDENT + 3)


def _draw_table(sheet: Sheet, block: Block, _label_width: float) -> None:
    head, *rows = block.rows
    weights = [max(3, min(40, max(len(row[place]) for row in block.rows))) for place in range(len(head))]
    sheet.set_draw_color(0)
    sheet.set_fill_color(255)
    sheet.set_line_width(0.25)
    with sheet.table(
        width=WIDTH - ROW_INDENT,
        align="R",
        headings_style=FontFace(emphasis="BOLD", fill_color=240),
        col_widths=tuple(weights),
        line_height=LINE,
        text_align="L",
        padding=(0.6, 1.5),
    ) as table:
        for cells in (head, *rows):
            row = table.row()
            for cell in cells:
                row.cell(drawable(cell))


_DRAWERS: dict[str, Callable[[Sheet, Block, float], None]] = {
    "paragraph": _draw_paragraph,
    "heading": _draw_heading,
    "rows": _draw_rows,
    "items": _draw_items,
    "table": _draw_table,
}

Column = tuple[list[str], SignatureBlock]


def _columns(picture: LetterPicture) -> tuple[Column | None, Column]:
    """The Camat's block at the left (if any) and the signer's at the right, each with its opening lines."""
    office = list(picture.signer.office)
    dated = office if picture.shape == "korespondensi" else [f"{picture.place}, {picture.day}", *office]
    if picture.acknowledged_by is None:
        return None, (dated, picture.signer)
    seen = ["Mengetahui,", *picture.acknowledged_by.office]
    longest = max(len(seen), len(dated))
    right = dated[:1] + [""] * (longest - len(dated)) + dated[1:]
    left = [""] * (longest - len(seen)) + seen
    return (left, picture.acknowledged_by), (right, picture.signer)


def _signatures_height(left: Column | None, right: Column) -> float:
    opening = max(len(column[0]) for column in (left, right) if column)
    return GAP + (opening + 3) * LINE + SIGNING_SPACE


def _draw_signatures(sheet: Sheet, left: Column | None, right: Column, *, draft: bool) -> None:
    sheet.ln(GAP)
    top = sheet.get_y()
    bottoms = []
    if left:
        bottoms.append(_draw_column(sheet, left, x=MARGIN_LEFT, top=top, draft=draft))
    bottoms.append(_draw_column(sheet, right, x=F4[0] - MARGIN_RIGHT - COLUMN, top=top, draft=draft))
    sheet.set_xy(MARGIN_LEFT, max(bottoms))


def _draw_column(sheet: Sheet, column: Column, *, x: float, top: float, draft: bool) -> float:
    opening, signer = column
    sheet.set_y(top)
    for text in opening:
        sheet.lines(text, width=COLUMN, align="C", x=x)
    space = sheet.get_y()
    if not draft:
        sheet.write_as(8, "I", SOFT_INK)
        sheet.set_y(space + SIGNING_SPACE / 2 - 2)
        sheet.lines("Ditandatangani secara elektronik", width=COLUMN, align="C", line=4, x=x)
    sheet.set_y(space + SIGNING_SPACE)
    sheet.write_as(11, "BU")
    sheet.lines(signer.name, width=COLUMN, align="C", x=x)
    sheet.write_as(11)
    for text in (signer.rank, f"NIP {signer.nip}" if signer.nip else ""):
        if text:
            sheet.lines(text, width=COLUMN, align="C", x=x)
    return sheet.get_y()


def _copies_height(copies: Sequence[str]) -> float:
    return GAP + (len(copies) + 1) * SMALL_LINE if copies else 0


def _draw_copies(sheet: Sheet, copies: Sequence[str]) -> None:
    if not copies:
        return
    sheet.ln(GAP)
    sheet.write_as(9.5, "U")
    sheet.lines("Tembusan:", width=WIDTH, line=SMALL_LINE)
    sheet.write_as(9.5)
    for number, text in enumerate(copies, start=1):
        sheet.lines(f"{number}. {text}", width=110, line=SMALL_LINE)
    sheet.write_as(11)
