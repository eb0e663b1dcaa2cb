"""One whole case as its officials read it: what was asked, what was decided, where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import forms
from app.domain.calendar import Calendar
from app.domain.due import STANDING_STILL, Due, due_words
from app.domain.forms import Form, Group
from app.domain.permissions import Actor
from app.engine import Picture
from app.storage import cases as rows
from app.storage import letters, public
from app.storage.cases import Answers, Attachment, Case, Diary, Task
from app.storage.letters import Letter
from app.storage.listed import ListedCase, WaitingTask
from app.usecases import areas, casework
from app.usecases.casework import APPLICANT, APPLICATION, Station
from app.usecases.parts import calendar, now, parts

LETTER_KINDS = ("keterangan", "rekomendasi")  # kinds of service that end in a letter of their own


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

    from_applicant: bool
    to_applicant: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class CaseSheet:
    """Everything an official who may open a case reads of it."""

    case: Case
    home: str
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
    outline: Sequence[tuple[str, str]]  # the diagram in words: (step, done | now | later)
    current: frozenset[str]
    done: frozenset[str]
    diary: Sequence[Diary]
    messages: Sequence[Said]
    letters: Sequence[Letter]
    gives_letter: bool
    law: str


def read_sheet(case: Case, actor: Actor) -> CaseSheet:
    """A case as its officials read it; the caller has asked the door of permission."""
    form = casework.applicant_form(case.version_id, case.process_id)
    filled = rows.all_answers(case.id)
    applications = [casework.open_answers(row) for row in filled if row.step == APPLICATION]
    answers = applications[-1] if applications else {}
    tasks = rows.tasks_of(case.id)
    moment, days = now(), calendar()
    drawing = casework.drawing_of(case.version_id, case.process_id)
    open_tasks = [task for task in tasks if task.status == "open"]
    current = frozenset(task.step for task in open_tasks)
    done = frozenset(task.step for task in tasks if task.status == "done")
    return CaseSheet(
        case=case,
        home=areas.homes([case.home_unit])[case.home_unit_id],
        status=status_of(case, open_tasks, moment),
        due=due_of(case, open_tasks, moment, days),
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
        outline=[(step.name, _state(step.id, current, done)) for step in drawing.outline],
        current=current,
        done=done,
        diary=rows.diary_of(case.id),
        messages=_messages(case, actor),
        letters=letters.letters_of(case.id),
        gives_letter=case.service.kind in LETTER_KINDS,
        law=drawing.properties.get("dasar_hukum", ""),
    )


def _state(step: str, current: frozenset[str], done: frozenset[str]) -> str:
    return "now" if step in current else "done" if step in done else "later"


def _earlier(case: Case, filled: Sequence[Answers], form: Form) -> list[Filled]:
    """What officials answered before, newest last."""
    names = {
        step.id: step.name for step in casework.drawing_of(case.version_id, case.process_id).steps.values()
    }
    found = []
    for row in filled:
        asked = (
            casework.step_form(case.version_id, row.step, case.process_id)
            if row.step != APPLICATION
            else None
        )
        if asked is not None:
            groups = forms.describe(
                asked, casework.open_answers(row), name_area=areas.name_of, applicant=form
            )
            found.append(Filled(names.get(row.step, row.step), row.by, row.at, _untitled(groups)))
    return found


def _untitled(groups: Sequence[Group]) -> Sequence[Group]:
    """A single group says nothing that the step's own name does not."""
    return [Group("", groups[0].rows)] if len(groups) == 1 else groups


def _messages(case: Case, actor: Actor) -> list[Said]:
    offices = {(seat.role, seat.unit_id) for seat in actor.seats}
    return [
        Said(
            row.from_applicant,
            row.audience == APPLICANT,
            row.at,
            parts().sealer.open_text(row.sealed, f"message:{case.id}"),
        )
        for row in public.correspondence(case.id)
        if row.audience == APPLICANT or (row.audience, row.unit_id) in offices
    ]


def status_of(case: Case | ListedCase, waiting: Sequence[Task | WaitingTask], moment: datetime) -> str:
    """The name of a status badge."""
    if case.outcome and not case.is_open:
        return case.outcome
    if any(task.role_key == APPLICANT for task in waiting):
        return "dikembalikan"
    if case.due_at is not None and case.due_at < moment:
        return "terlambat"
    return "menunggu"


def due_of(
    case: Case | ListedCase, waiting: Sequence[Task | WaitingTask], moment: datetime, days: Calendar
) -> Due | None:
    """The deadline of an open case in words; it stands still while the case is with its applicant."""
    if not case.is_open:
        return None
    if any(task.role_key == APPLICANT for task in waiting):
        return STANDING_STILL
    return due_words(case.due_at, moment, days) if case.due_at else None


def _usage(case: Case, promised: str, moment: datetime, days: Calendar) -> str:
    if not promised:
        return ""
    pauses = rows.pauses_of(case.id)
    return days.explain(case.opened_at, case.closed_at or moment, promised, pauses=pauses)
