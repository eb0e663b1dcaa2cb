"""Draws a letter the way an Indonesian office writes one, as PDF/A-3B on F4.

What draws is read in with the first letter: a process that has none to draw starts in half the time.
"""

from app.gateways.pdf_picture import LOCAL_KEY_WORDS, Block, Letterhead, LetterPicture, SignatureBlock

__all__ = ["LOCAL_KEY_WORDS", "Block", "LetterPicture", "Letterhead", "SignatureBlock", "draw_letter"]


def draw_letter(picture: LetterPicture) -> bytes:
    """The letter as PDF bytes, the same bytes for the same picture."""
    drawn, pages = _drawn(picture, pages=1)
    if pages > 1:  # now that their number is known, each page says which of how many it is
        drawn, pages = _drawn(picture, pages=pages)
    return drawn


def _drawn(picture: LetterPicture, *, pages: int) -> tuple[bytes, int]:
    from app.gateways import pdf_parts
    from app.gateways.pdf_page import Imprint, Sheet

    imprint = Imprint(
        title=picture.title or picture.subject,
        author=picture.head.unit,
        created=picture.created,
        qr=picture.qr,
        words=picture.words,
        draft=picture.draft,
    )
    with Sheet(imprint, pages=pages) as sheet:
        sheet.add_page()
        pdf_parts.draw_head(sheet, picture.head)
        pdf_parts.draw_opening(sheet, picture)
        *body, last = picture.blocks
        widest = pdf_parts.label_width(sheet, picture.blocks)
        for block in body:
            pdf_parts.draw_block(sheet, block, label_width=widest)
        pdf_parts.draw_ending(sheet, picture, last, label_width=widest)
        return sheet.finish(), sheet.pages_count
