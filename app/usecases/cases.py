"""Reading cases at the desk: the list within an official's reach, one whole case, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain import forms, words
from app.domain.calendar import Calendar
from app.domain.due import Due
from app.domain.permissions import Actor, seat_for
from app.errors import NotAllowed, NotFound
from app.gateways import pdf_sight
from app.storage import case_list, processes, public, transaction
from app.storage import cases as rows
from app.storage.case_list import CaseSearch
from app.storage.cases import Attachment, Case, Task
from app.storage.listed import ListedCase, WaitingTask
from app.storage.processes import Service
from app.storage.reach import Reader
from app.usecases import areas, casework
from app.usecases.case_sheet import CaseSheet, due_of, read_sheet, status_of
from app.usecases.cursors import read_cursor, write_cursor
from app.usecases.diary import note
from app.usecases.parts import calendar, now, parts

PAGE = 25
# opening the same confidential case once more within this is one reading
READ_AGAIN_AFTER = timedelta(minutes=10)
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


class CaseLine(NamedTuple):
    """One row of the list of cases."""

    case: ListedCase
    status: str
    home: str
    place: str  # the step and office it waits at
    opened: str  # on which day
    due: Due | None


@dataclass(frozen=True)
class CaseList:
    """One page of the list."""

    lines: Sequence[CaseLine]
    services: Sequence[Service]
    next_cursor: str


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
    found = case_list.cases_within(reader_of(actor), search, after=read_cursor(wish.cursor), limit=PAGE + 1)
    shown = found[:PAGE]
    waiting = case_list.waiting_in([case.id for case in shown])
    homes = areas.homes(case.home for case in shown)
    lines = [_line(case, homes[case.home.id], waiting[case.id], moment, days) for case in shown]
    more = write_cursor(shown[-1].opened_at, shown[-1].id) if len(found) > PAGE else ""
    return CaseList(lines, processes.offered_services(), more)


def open_case(number: str, actor: Actor) -> CaseSheet:
    """One case within the actor's reach. Raises NotFound, also where it is another office's."""
    return read_sheet(readable(number, actor), actor)


def open_attachment(number: str, attachment_id: str, actor: Actor) -> tuple[Attachment, bytes]:
    """A file of a case and its content. Raises NotFound."""
    case = readable(number, actor)
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


def readable(number: str, actor: Actor) -> Case:
    """A case within the actor's reach; reading a confidential one is written down. Raises NotFound."""
    case = rows.find_case(number.upper()[:40])
    if case is None:
        raise NotFound(NOT_HERE)
    try:
        seat_for(actor, "open case", casework.case_facts(case))
    except NotAllowed as refusal:
        raise NotFound(NOT_HERE) from refusal
    note_reading(case, actor)
    return case


def own_task(sheet: CaseSheet, actor: Actor) -> Task | None:
    """The open task of this case that waits for one of the actor's offices."""
    offices = {(seat.role, seat.unit_id) for seat in actor.seats}
    waiting = (task for task in sheet.tasks if task.status == "open")
    return next((task for task in waiting if (task.role_key, task.unit_id) in offices), None)


def version_number(case: Case) -> int:
    """Which version of its service a case runs on."""
    return processes.get_version(case.version_id).number


def note_reading(case: Case, actor: Actor) -> None:
    """Reading a confidential case is an entry of its diary."""
    if not case.confidential:
        return
    seat = seat_for(actor, "open case", casework.case_facts(case))
    case_id = case.id
    with transaction():
        held = rows.lock_case(case_id)
        last = rows.last_entry(case_id)
        by = actor.selaku(seat)
        again = last is not None and (last.kind, last.by) == ("confidential case read", by)
        if not (again and now() - last.at < READ_AGAIN_AFTER):
            note(held, "confidential case read", by=by, person_id=actor.person_id)


def _line(
    case: ListedCase, home: str, waiting: Sequence[WaitingTask], moment: datetime, days: Calendar
) -> CaseLine:
    place = "; ".join(f"{task.name} ({task.unit})" if task.unit else task.name for task in waiting)
    status, due = status_of(case, waiting, moment), due_of(case, waiting, moment, days)
    return CaseLine(case, status, home, place, words.date_short(case.opened_at.astimezone(days.zone)), due)
