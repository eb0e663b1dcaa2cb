"""Following a case with its number and code: where it stands, what was said, what the applicant may do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.domain import forms, references
from app.domain.calendar import Usage
from app.errors import Conflict, Invalid, NotFound
from app.storage import cases, db, letters, public, transaction
from app.storage.cases import Attachment, Case, Message, Task
from app.storage.letters import Letter
from app.usecases import casework, doors
from app.usecases.advance import advance
from app.usecases.casework import APPLICANT, Station
from app.usecases.diary import note
from app.usecases.once import Press, pressed, remember_press
from app.usecases.parts import calendar, now, parts

BY = "Pemohon"
MESSAGES = "pesan"
LONGEST_MESSAGE = 4000
LONGEST_NOTE = 1000
RATINGS = {4: "Sangat puas", 3: "Puas", 2: "Kurang puas", 1: "Tidak puas"}
_UNKNOWN = "Nomor registrasi atau kode lacak itu tidak cocok. Periksa keduanya pada tanda terima Anda."


@dataclass(frozen=True)
class Said:
    """One message between the applicant and the offices."""

    mine: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class Deed:
    """Something the applicant is asked to do now."""

    task_id: str
    reason: str
    asked_by: str
    fields: tuple[str, ...]  # titles of the fields to mend


@dataclass(frozen=True)
class Tracked:
    """Everything the tracking page shows of a case."""

    case: Case
    stations: Sequence[Station]
    holders: Sequence[Station]
    usage: Usage | None
    is_late: bool
    deed: Deed | None
    refusal: str
    messages: Sequence[Said]
    letters: Sequence[Letter]
    uploads: Sequence[Attachment]
    may_write: bool
    may_withdraw: bool
    may_rate: bool


def unlock(number: str, code: str, address: str) -> Case:
    """The case of this number and code. Wrong and unknown get the same answer after the same work.

    Raises NotFound, TooMany.
    """
    number, code = references.normalise(number), references.normalise(code)
    keys = doors.number_keys("lacak", address, number)
    doors.refuse_if_tried(keys)
    case = cases.find_case(number)
    fits = parts().sealer.is_code(f"{number}:{code}", case.code_hash if case else "0" * 64)
    if case is not None and fits:
        return case
    with transaction():
        doors.count(keys)
    raise NotFound(_UNKNOWN)


def get_case(number: str, opened: Sequence[int]) -> Case:
    """A case that this reader has opened with its code before. Raises NotFound, the same for any other."""
    case = cases.find_case(references.normalise(number))
    if case is None or case.id not in opened:
        raise NotFound(_UNKNOWN)
    return case


def read(case: Case) -> Tracked:
    """The tracking page of a case that was opened with its code."""
    tasks = cases.tasks_of(case.id)
    stations, usage = casework.stations(case), _usage(case)
    waiting = [task for task in tasks if task.status == "open"]
    return Tracked(
        case=case,
        stations=stations,
        holders=[stop for stop in stations if stop.state == "now"],
        usage=usage,
        is_late=usage is not None and usage.is_over,
        deed=_deed(case, waiting),
        refusal=_refusal(case),
        messages=messages_of(case),
        letters=letters.letters_of(case.id),
        uploads=_uploads(case),
        may_write=case.confidential and bool(_offices(waiting)),
        may_withdraw=case.is_open and _may_withdraw(waiting),
        may_rate=not case.is_open and case.outcome != "dibatalkan",
    )


def messages_of(case: Case) -> list[Said]:
    """What the offices and the applicant told each other; a message to several offices is one."""
    told: list[Said] = []
    for row in public.correspondence(case.id):
        if row.audience != APPLICANT and not row.from_applicant:
            continue
        said = Said(row.from_applicant, row.at, parts().sealer.open_text(row.sealed, f"message:{case.id}"))
        if not told or told[-1] != said:
            told.append(said)
    return told


def write(case_id: int, text: str, *, request_key: str = "") -> None:
    """The applicant of a confidential case answers whoever handles it; the same words with the same request key are one
    message. Raises Invalid, Conflict.
    """
    text = forms.plain(text, many_lines=True)
    if not text:
        raise Invalid(fields={"pesan": "Tulis pesan Anda."})
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(fields={"pesan": f"Pesan paling panjang {LONGEST_MESSAGE} karakter; ringkaslah."})
    press = Press(MESSAGES, request_key, (case_id, text))
    with transaction():
        case = cases.lock_case(case_id)
        if pressed(press) is not None:
            return
        offices = _offices(cases.open_tasks_of(case_id))
        if not case.confidential or not offices:
            raise Conflict("Permohonan ini sudah selesai, jadi pesan baru tidak dapat dikirim.")
        moment = now()
        for role_key, unit_id in offices:
            sealed = parts().sealer.seal_text(text, f"message:{case_id}")
            facts = {"audience": role_key, "unit_id": unit_id, "from_applicant": True}
            db.session.add(Message(case_id=case_id, sealed=sealed, at=moment, **facts))
        note(case, "message written", by=BY)
        remember_press(press, {})


def withdraw(case_id: int) -> None:
    """The applicant takes the application back; nobody has to act on it any more. Raises Conflict."""
    with transaction():
        case = cases.lock_case(case_id)
        if not case.is_open or not _may_withdraw(cases.open_tasks_of(case_id)):
            raise Conflict(
                "Permohonan ini sudah selesai atau sedang diterbitkan, jadi tidak dapat dibatalkan lagi."
            )
        case.outcome = "dibatalkan"
        note(case, "application withdrawn", by=BY)
        advance(
            case,
            lambda drawing, state, days, moment: engine.cancel(drawing, state, moment, calendar=days),
            by=BY,
        )


def rate(case_id: int, given: str, remark: str) -> None:
    """One answer to one question, once a case has ended; a later answer takes the place of an earlier one."""
    remark = forms.plain(remark, many_lines=True)[:LONGEST_NOTE]
    if given not in {str(value) for value in RATINGS}:
        raise Invalid(fields={"nilai": "Pilih salah satu penilaian."})
    with transaction():
        case = cases.lock_case(case_id)
        if case.is_open or case.outcome == "dibatalkan":
            raise Conflict("Penilaian dapat diberikan setelah permohonan selesai.")
        case.rating = int(given)
        case.rating_note_sealed = parts().sealer.seal_text(remark, f"rating:{case_id}") if remark else None
        note(case, "service rated", by=BY, rating=case.rating)


def open_upload(case_id: int, attachment_id: str) -> tuple[Attachment, bytes]:
    """A file the applicant sent, and its content. Raises NotFound."""
    found = public.find_attachment(case_id, attachment_id)
    if found is None:
        raise NotFound("Berkas itu tidak ada pada permohonan ini.")
    return found, parts().files.get(found.file_key)


def open_letter(case_id: int, token: str) -> tuple[Letter, bytes]:
    """A signed letter of this case, and its PDF. Raises NotFound."""
    letter = public.find_letter(token)
    if letter is None or letter.case_id != case_id or letter.signed_key is None:
        raise NotFound("Surat itu tidak ada pada permohonan ini.")
    return letter, parts().files.get(letter.signed_key)


def returning_answers(case: Case) -> dict:
    """What the official who returned or refused the case last answered: `alasan`, `perbaikan`."""
    last = casework.turned_back(case)
    return casework.answers_of(case.id).get(last.step, {}) if last else {}


def _deed(case: Case, waiting: Sequence[Task]) -> Deed | None:
    task = next((task for task in waiting if task.role_key == APPLICANT), None)
    if task is None:
        return None
    answers = returning_answers(case)
    form = casework.applicant_form(case.version_id, case.process_id)
    wanted = answers.get("perbaikan") or []
    titles = tuple(form.field(name).title for name in wanted if name in form)
    last = casework.turned_back(case)
    return Deed(task.id, str(answers.get("alasan", "")), last.done_as if last else "", titles)


def _refusal(case: Case) -> str:
    if case.outcome != "ditolak":
        return ""
    return str(returning_answers(case).get("alasan", ""))


def _uploads(case: Case) -> list[Attachment]:
    """The files the application holds now, in the form's order; one that was replaced is not among them."""
    answers = casework.answers_of(case.id).get(casework.APPLICATION, {})
    kept = cases.attachments_of(case.id)
    form = casework.applicant_form(case.version_id, case.process_id)
    wanted = [file for asked in form.requirements for file in answers.get(asked.name) or ()]
    return [kept[file] for file in wanted if file in kept]


def _usage(case: Case) -> Usage | None:
    promised = casework.drawing_of(case.version_id, case.process_id).properties.get("waktu_layanan")
    if not promised:
        return None
    pauses = cases.pauses_of(case.id)
    return calendar().usage(case.opened_at, case.closed_at or now(), promised, pauses=pauses)


def _offices(waiting: Sequence[Task]) -> list[tuple[str, int | None]]:
    return [(task.role_key, task.unit_id) for task in waiting if task.role_key != APPLICANT]


def _may_withdraw(waiting: Sequence[Task]) -> bool:
    """While somebody still has to act: once the letter is being issued it is too late."""
    return bool(waiting)
