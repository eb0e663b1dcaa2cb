"""Reading cases at the desk: the list within an official's reach, one whole case, and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain import forms
from app.domain.calendar import Calendar
from app.domain.due import STANDING_STILL, Due, due_words
from app.domain.forms import Form, Group
from app.domain.permissions import Actor, seat_for
from app.engine import Picture
from app.errors import NotAllowed, NotFound
from app.gateways import pdf_sight
from app.storage import cases as rows
from app.storage import inbox, letters, processes, public, transaction
from app.storage.cases import Answers, Attachment, Case, Diary, Task
from app.storage.inbox import CaseSearch, Reader
from app.storage.letters import Letter
from app.storage.processes import Service
from app.usecases import areas, casework
from app.usecases.casework import APPLICANT, APPLICATION, Station
from app.usecases.cursors import read_cursor, write_cursor
from app.usecases.diary import note
from app.usecases.parts import calendar, now, parts

PAGE = 25
READ_AGAIN_AFTER = timedelta(
    minutes=10
)  # opening the same confidential case once more within this is one reading
STATES = ("berjalan", "perbaikan", "terlambat", "terbit", "ditolak", "selesai", "dibatalkan")
NOT_HERE = "Berkas itu tidak ada atau bukan untuk jabatan Anda. Periksa nomornya."
PDF = "application/pdf"


@dataclass(frozen=True)
class CaseWish:
    """What somebody wants to see in the list of cases."""

    text: str = ""
    service: str = ""
    state: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class CaseLine:
    """One row of the list of cases."""

    case: Case
    status: str
    place: str  # the step and office it waits at
    due: Due | None


@dataclass(frozen=True)
class CaseList:
    """One page of the list."""

    lines: Sequence[CaseLine]
    services: Sequence[Service]
    next_cursor: str


@dataclass(frozen=True)
class Filled:
    """One filled-in form of a case, as people read it."""

    title: str
    by: str
    at: datetime
    groups: Sequence[Group]


@dataclass(frozen=True)
class Said:
    """A message of the case: to or from its applicant, or to one of the reader's offices."""

    to_applicant: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class CaseSheet:
    """Everything an official who may open a case reads of it."""

    case: Case
    status: str
    due: Due | None
    usage: str
    form: Form
    answers: Mapping[str, Any]
    application: Sequence[Group]
    changed: frozenset[str]
    earlier: Sequence[Filled]
    files: Mapping[str, Attachment]
    tasks: Sequence[Task]
    stations: Sequence[Station]
    picture: Picture
    current: frozenset[str]
    done: frozenset[str]
    diary: Sequence[Diary]
    messages: Sequence[Said]
    letters: Sequence[Letter]
    law: str


def reader_of(actor: Actor) -> Reader:
    """The offices an official looks from."""
    return Reader(actor.person_id, tuple((seat.role, seat.unit_id) for seat in actor.seats))


def blind(text: str) -> str | None:
    """What a whole NIK is found by; nothing for any other text."""
    digits = text.replace(" ", "").replace(".", "")
    return (
        parts().sealer.blind_index(digits)
        if len(digits) == 16 and digits.isascii() and digits.isdigit()
        else None
    )


def list_cases(actor: Actor, wish: CaseWish) -> CaseList:
    """The cases that came to one of the actor's offices, newest first."""
    moment, days = now(), calendar()
    text = forms.plain(wish.text)[:100]
    state = wish.state if wish.state in STATES else ""
    search = CaseSearch(text=text, nik_index=blind(text), service=wish.service, state=state, moment=moment)
    found = inbox.cases_within(reader_of(actor), search, after=read_cursor(wish.cursor), limit=PAGE + 1)
    shown = found[:PAGE]
    waiting = inbox.waiting_in([case.id for case in shown])
    lines = [_line(case, waiting[case.id], moment, days) for case in shown]
    more = write_cursor(shown[-1].opened_at, shown[-1].id) if len(found) > PAGE else ""
    return CaseList(lines, processes.offered_services(), more)


def open_case(number: str, actor: Actor) -> CaseSheet:
    """One case within the actor's reach. Raises NotFound, also where it is another office's."""
    return read_sheet(_readable(number, actor), actor)


def open_attachment(number: str, attachment_id: str, actor: Actor) -> tuple[Attachment, bytes]:
    """A file of a case and its content. Raises NotFound."""
    case = _readable(number, actor)
    attachment = public.find_attachment(case.id, attachment_id)
    if attachment is None:
        raise NotFound("Lampiran itu tidak ditemukan.")
    return attachment, parts().files.get(attachment.file_key)


def open_first_page(number: str, attachment_id: str, actor: Actor) -> bytes:
    """A picture (PNG) of the first page of a PDF. Raises NotFound."""
    attachment, content = open_attachment(number, attachment_id, actor)
    if attachment.media_type != PDF:
        raise NotFound("Lampiran itu bukan PDF.")
    return pdf_sight.first_page(content)


def _readable(number: str, actor: Actor) -> Case:
    case = rows.find_case(number.upper()[:40])
    if case is None:
        raise NotFound(NOT_HERE)
    try:
        seat_for(actor, "open case", casework.case_facts(case))
    except NotAllowed as refusal:
        raise NotFound(NOT_HERE) from refusal
    note_reading(case, actor)
    return case


def note_reading(case: Case, actor: Actor) -> None:
    """Reading a confidential case is an entry of its diary."""
    if not case.confidential:
        return
    seat = seat_for(actor, "open case", casework.case_facts(case))
    case_id = case.id
    with transaction():
        held = rows.lock_case(case_id)
        last = rows.last_entry(case_id)
        again = last is not None and (last.kind, last.person_id) == (
            "confidential case read",
            actor.person_id,
        )
        if not (again and now() - last.at < READ_AGAIN_AFTER):
            note(held, "confidential case read", by=actor.selaku(seat), person_id=actor.person_id)


def read_sheet(case: Case, actor: Actor) -> CaseSheet:
    """A case as its officials read it; the caller has asked the door of permission."""
    form = casework.applicant_form(case.version_id)
    filled = rows.all_answers(case.id)
    applications = [casework.open_answers(row) for row in filled if row.step == APPLICATION]
    answers = applications[-1] if applications else {}
    tasks = rows.tasks_of(case.id)
    moment, days = now(), calendar()
    drawing = casework.drawing_of(case.version_id)
    open_tasks = [task for task in tasks if task.status == "open"]
    return CaseSheet(
        case=case,
        status=_status(case, open_tasks, moment),
        due=_due(case, open_tasks, moment, days),
        usage=_usage(case, drawing.properties.get("waktu_layanan", ""), moment, days),
        form=form,
        answers=answers,
        application=forms.describe(form, answers, name_area=areas.name_of),
        changed=frozenset(forms.changed(form, applications[-2], answers))
        if len(applications) > 1
        else frozenset(),
        earlier=_earlier(case, filled, form),
        files=rows.attachments_of(case.id),
        tasks=tasks,
        stations=casework.stations(case),
        picture=drawing.picture,
        current=frozenset(task.step for task in open_tasks),
        done=frozenset(task.step for task in tasks if task.status == "done"),
        diary=rows.diary_of(case.id),
        messages=_messages(case, actor),
        letters=letters.letters_of(case.id),
        law=drawing.properties.get("dasar_hukum", ""),
    )


def _earlier(case: Case, filled: Sequence[Answers], form: Form) -> list[Filled]:
    """What officials answered before, newest last."""
    names = {step.id: step.name for step in casework.drawing_of(case.version_id).steps.values()}
    found = []
    for row in filled:
        asked = casework.step_form(case.version_id, row.step) if row.step != APPLICATION else None
        if asked is not None:
            groups = forms.describe(
                asked, casework.open_answers(row), name_area=areas.name_of, applicant=form
            )
            found.append(Filled(names.get(row.step, row.step), row.by, row.at, groups))
    return found


def _messages(case: Case, actor: Actor) -> list[Said]:
    offices = {(seat.role, seat.unit_id) for seat in actor.seats}
    return [
        Said(row.audience == APPLICANT, row.at, parts().sealer.open_text(row.sealed, f"message:{case.id}"))
        for row in public.correspondence(case.id)
        if row.audience == APPLICANT or (row.audience, row.unit_id) in offices
    ]


def _line(case: Case, waiting: Sequence[Task], moment: datetime, days: Calendar) -> CaseLine:
    place = "; ".join(f"{task.name} ({task.unit.name})" if task.unit else task.name for task in waiting)
    return CaseLine(case, _status(case, waiting, moment), place, _due(case, waiting, moment, days))


def _status(case: Case, waiting: Sequence[Task], moment: datetime) -> str:
    """The name of a status badge."""
    if case.outcome and not case.is_open:
        return case.outcome
    if any(task.role_key == APPLICANT for task in waiting):
        return "dikembalikan"
    if case.due_at is not None and case.due_at < moment:
        return "terlambat"
    return "menunggu"


def _due(case: Case, waiting: Sequence[Task], moment: datetime, days: Calendar) -> Due | None:
    if not case.is_open:
        return None
    if any(task.role_key == APPLICANT for task in waiting):
        return STANDING_STILL
    return due_words(case.due_at, moment, days) if case.due_at else None


def _usage(case: Case, promised: str, moment: datetime, days: Calendar) -> str:
    if not promised:
        return ""
    pauses = [(pause.since, pause.until) for pause in rows.pauses_of(case.id)]
    return days.explain(case.opened_at, case.closed_at or moment, promised, pauses=pauses)
