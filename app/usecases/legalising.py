"""Legalisation: every sheet of a scan that an official compared with the original is stamped, numbered and signed."""

import hashlib

from app.domain import words
from app.errors import ProcessFault
from app.gateways.pdf_stamp import Stamp, StampedSheet, page_pictures, stamp_sheets
from app.storage import cases, db, people
from app.storage.cases import Case
from app.storage.letters import Letter
from app.usecases import casework, letter_words, letters
from app.usecases.letters import Signed
from app.usecases.parts import parts

STATEMENT = "Sesuai dengan aslinya yang diperlihatkan pada {day}"


def stamp(letter: Letter, params: dict) -> Signed:
    """The stamped copies as one signed PDF, and the SHA-256 of each sheet's picture."""
    case = db.session.get_one(Case, letter.case_id)
    answers = casework.answers_of(case.id)[casework.APPLICATION]
    sheets = _pictures(case, answers.get(params["berkas"]))
    copies = max(int(answers.get(params.get("lembar", ""), 1) or 1), 1)
    unit = db.session.get_one(people.Unit, letter.unit_id)
    day = words.date_short(letter.dated)
    drawn = stamp_sheets(
        [
            StampedSheet(picture, letter_words.verification_url(letter.token))
            for _ in range(copies)
            for picture in sheets
        ],
        Stamp(
            number=letter.number,
            statement=STATEMENT.format(day=day),
            place=people.city_name().removeprefix("Kota "),
            day=day,
            unit=letter_words.letterhead(unit).unit,
            signer=letter_words.signature_block(letter.signers[0]),
            created=letter.created_at,
        ),
    )
    return letters.sign(letter, drawn, tuple(hashlib.sha256(picture).hexdigest() for picture in sheets))


def _pictures(case: Case, chosen: str | list[str] | None) -> list[bytes]:
    names = [chosen] if isinstance(chosen, str) else chosen or []
    files = cases.attachments_of(case.id)
    found = [files[name] for name in names if name in files]
    if not found:
        raise ProcessFault(f"case {case.number} has no scan to legalise")
    pictures: list[bytes] = []
    for file in found:
        content = parts().files.get(file.file_key)
        pictures += page_pictures(content) if file.media_type == "application/pdf" else [content]
    return pictures
