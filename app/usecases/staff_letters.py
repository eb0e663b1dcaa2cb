"""Letters at the desk: what one's own offices have issued, and both versions of one letter."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain import forms
from app.domain.permissions import Actor, seat_for
from app.errors import NotAllowed, NotFound
from app.gateways import pdf_sight
from app.storage import letter_list, letters
from app.storage.letters import Letter
from app.storage.listed import ListedLetter
from app.usecases import casework
from app.usecases import letters as making
from app.usecases.cases import blind, note_reading, readable, reader_of
from app.usecases.cursors import read_cursor, write_cursor
from app.usecases.parts import parts

PAGE = 25
NOT_HERE = "Surat itu tidak ada atau bukan untuk jabatan Anda."


@dataclass(frozen=True)
class LetterList:
    """One page of issued letters."""

    letters: Sequence[ListedLetter]
    next_cursor: str


def list_letters(actor: Actor, text: str, cursor: str) -> LetterList:
    """The letters issued by the actor's offices, newest first."""
    text = forms.plain(text)[:100]
    after = read_cursor(cursor)
    found = letter_list.letters_within(reader_of(actor), text, blind(text), after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    return LetterList(shown, write_cursor(shown[-1].signed_at, shown[-1].id) if len(found) > PAGE else "")


def open_letter(token: str, actor: Actor, *, original: bool = False) -> tuple[Letter, bytes]:
    """A letter with its signed bytes, or those from before the signature. Raises NotFound."""
    letter = letters.find_letter(token)
    if letter is None:
        raise NotFound(NOT_HERE)
    try:
        seat_for(actor, "open case", casework.case_facts(letter.case))
    except NotAllowed as refusal:
        raise NotFound(NOT_HERE) from refusal
    note_reading(letter.case, actor)
    key = letter.original_key if original else letter.signed_key
    if key is None:
        raise NotFound(NOT_HERE)
    return letter, parts().files.get(key)


def draft(number: str, actor: Actor) -> bytes:
    """A case's letter as it would look now, marked KONSEP. Raises NotFound."""
    content = making.preview(readable(number, actor))
    if content is None:
        raise NotFound("Layanan ini tidak menghasilkan surat.")
    return content


def draft_picture(number: str, actor: Actor) -> bytes:
    """A picture (PNG) of the first page of that draft."""
    return pdf_sight.first_page(draft(number, actor))
