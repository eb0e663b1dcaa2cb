"""From an official's consent to a numbered, signed letter; the number is taken once, at signing.

The worker performs this outside the case's transaction: `reserve` takes the number, `sign` draws and signs, and
`keep` stores the result when the case moves on. Repeating any of them changes nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass

from app.domain import letters, numbering
from app.domain.letters import LetterTemplate
from app.errors import Conflict, Invalid, NotFound, ProcessFault
from app.gateways.pdf import draw_letter
from app.storage import cases, db, people, transaction, work
from app.storage import letters as register
from app.storage.cases import Case, Task
from app.storage.letters import Letter
from app.usecases import casework, certificates, letter_words
from app.usecases.diary import note
from app.usecases.parts import now, parts, today

SIGNER, ACKNOWLEDGER = "penandatangan", "mengetahui"
ISSUE = "surat.terbitkan"
SHORTEST_REASON = 10
NEEDLESS = "Berkas sudah berjalan tanpa surat ini."


@dataclass(frozen=True)
class Order:
    """What a service task asks for: one letter of one case."""

    operation_id: str
    case_id: int
    params: dict


@dataclass(frozen=True)
class Signed:
    """A letter drawn and signed, not yet shown to anybody."""

    letter_id: int
    number: str
    original: bytes
    signed: bytes
    sheets: tuple[str, ...] = ()


def _whose(case: Case) -> dict[str, object]:
    """The case of a letter, and what it is found by."""
    return {"case_id": case.id, "case_number": case.number, "applicant_search": case.applicant_search}


def reserve(order: Order) -> Letter:
    """Take the number and note who signs. The same order gets the same letter again.

    Raises Conflict where the case has gone on without it.
    """
    with transaction():
        case = cases.lock_case(order.case_id)
        letter = register.letter_of_operation(order.operation_id)
        if letter is not None:
            return letter
        _refuse_needless(order)
        template = _template(case, order.params)
        signers = _signers(case, order.params)
        unit = db.session.get_one(people.Unit, signers[0]["unit_id"])
        day = today()
        letter = Letter(
            **_whose(case),
            operation_id=order.operation_id,
            token=secrets.token_urlsafe(16),
            unit_id=unit.id,
            code=template.classification,
            year=day.year,
            title=letter_words.title_of(template),
            dated=day,
            valid_until=letters.valid_until(template.header.get("berlaku", ""), day),
            subject_sealed=parts().sealer.seal_text(case.applicant_name, f"letter:{order.operation_id}"),
            signers=signers,
            template_sha256=hashlib.sha256(template.body.encode()).hexdigest(),
            created_at=now(),
        )
        letter.seq = register.take_number(unit.id, letter.code, letter.year)
        letter.number = numbering.write_number(
            numbering.EAST_JAVA,
            classification=letter.code,
            sequence=letter.seq,
            unit_code=unit.letter_code,
            day=day,
        )
        db.session.add(letter)
        return letter


def draw(letter: Letter, params: dict) -> Signed:
    """The letter drawn with its number and QR, and signed by every signer in turn."""
    case = db.session.get_one(Case, letter.case_id)
    picture = letter_words.picture_of(case, _template(case, params), letter.signers, letter=letter)
    return sign(letter, draw_letter(picture))


def keep(case: Case, made: Signed) -> dict:
    """Store both versions and show the letter; part of the transaction that moves the case on."""
    letter = db.session.get_one(Letter, made.letter_id)
    if letter.signed_at is None:
        original, signed = parts().files.put(made.original), parts().files.put(made.signed)
        letter.original_key, letter.original_sha256 = original.key, original.sha256
        letter.signed_key, letter.signed_sha256 = signed.key, signed.sha256
        letter.sheets, letter.signed_at = list(made.sheets), now()
        note(case, "letter signed", by=", ".join(s["title"] for s in letter.signers), number=letter.number)
    return {"nomor": letter.number}


def preview(case: Case) -> bytes | None:
    """The letter as it would look now, marked KONSEP, without number, QR or signing words; None where none is made."""
    steps = casework.drawing_of(case.version_id, case.process_id).steps.values()
    order = next((step.params for step in steps if step.operation == ISSUE), None)
    if order is None:
        return None
    signers = [
        letter_words.expected_signer(case, kind, order[kind])
        for kind in (SIGNER, ACKNOWLEDGER)
        if order.get(kind)
    ]
    return draw_letter(letter_words.picture_of(case, _template(case, order), signers, letter=None))


def revoke(number: str, reason: str, *, by: str, person_id: int | None = None) -> None:
    """Withdraw a letter: it stays on record, and its verification page says DICABUT. Raises NotFound, Invalid."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(f"Tulis alasan pencabutan, sedikitnya {SHORTEST_REASON} karakter.")
    with transaction():
        letter = register.find_numbered(number)
        if letter is None:
            raise NotFound(f"Tidak ada surat bernomor {number}.")
        if letter.revoked_at is not None:
            raise Conflict(f"Surat {number} sudah dicabut.")
        case = cases.lock_case(letter.case_id)
        letter.revoked_at, letter.revoked_reason = now(), reason
        note(case, "letter revoked", by=by, person_id=person_id, number=letter.number)


def sign(letter: Letter, original: bytes, sheets: tuple[str, ...] = ()) -> Signed:
    """PAdES signatures, one after the other, each with its official's own certificate."""
    from app.gateways.signer import LocalSigner  # most processes sign nothing

    fields = [f"Tandatangan{index}" for index in range(1, len(letter.signers) + 1)]
    signed = original
    for index, signer in enumerate(letter.signers):
        certificates.certify(signer["person_id"], signer["position_id"])
        signed = LocalSigner().sign(
            signed,
            certificates.credentials_of(signer["person_id"]),
            reason=f"{signer['kind'].capitalize()} surat {letter.number}",
            location=people.city_name(),
            field_name=fields[index],
            moment=now(),
            reserve=fields[index + 1 :],
        )
    return Signed(letter.id, letter.number, original, signed, sheets)


def _refuse_needless(order: Order) -> None:
    if work.is_done(order.operation_id):
        raise Conflict(NEEDLESS)


def _template(case: Case, params: dict) -> LetterTemplate:
    return letters.read_template(casework.published(case.version_id).letter(params["templat"]))


def _signers(case: Case, params: dict) -> list[dict]:
    kinds = [kind for kind in (SIGNER, ACKNOWLEDGER) if params.get(kind)]
    return [_consenting(case, kind, params[kind]) for kind in kinds]


def _consenting(case: Case, kind: str, role: str) -> dict:
    """The official of this role who agreed to this very content. Raises ProcessFault where nobody did."""
    done = [
        t
        for t in cases.tasks_of(case.id)
        if t.role_key == role and t.status == "done" and t.decision == "setuju"
    ]
    if not done:
        raise ProcessFault(f"letter of case {case.number}: nobody consented as {role}")
    answered = {row.step: row.id for row in cases.all_answers(case.id)}  # the newest of each step
    task = max(done, key=lambda task: (answered[task.step], task.done_at))
    _refuse_changed(case, task)
    return _signer(kind, task)


def _signer(kind: str, task: Task) -> dict:
    holder = people.holder(task.role_key, task.unit_id, task.done_at.date())
    return letter_words.signer_of(
        kind,
        person=db.session.get_one(people.Person, task.done_by_id),
        role=task.role_key,
        unit_id=task.unit_id,
        title=task.done_as,
        position_id=holder.id if holder else None,
    )


def _refuse_changed(case: Case, task: Task) -> None:
    """A signature never stands under words its owner did not see."""
    rows = cases.all_answers(case.id)
    consent = max(row.id for row in rows if row.step == task.step)
    applications = [row for row in rows if row.step == casework.APPLICATION]
    seen = [row for row in applications if row.id < consent][-1]
    if casework.open_answers(applications[-1]) != casework.open_answers(seen):
        raise ProcessFault(
            f"letter of case {case.number}: the application changed after {task.step} consented"
        )
