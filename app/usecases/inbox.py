"""The deeds of the inbox: opening a task, taking and releasing it, and finishing one step of a case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import decisions, forms
from app.domain.due import Due, due_words
from app.domain.forms import Form
from app.domain.permissions import Actor, TaskFacts, may, seat_for
from app.errors import Conflict, NotAllowed, NotFound
from app.storage import cases as rows
from app.storage import db, holding, sessions, transaction, unheld
from app.storage.cases import Case, Task
from app.usecases import advance, areas, casework, signing, uploads
from app.usecases.case_sheet import CaseSheet, read_sheet
from app.usecases.cases import note_reading
from app.usecases.diary import note
from app.usecases.once import Press, pressed, remember_press
from app.usecases.parts import calendar, now, today
from app.usecases.uploads import Upload, Uploaded

Typed = Mapping[str, Any] | Callable[[Form], Mapping[str, Any]]

SCOPE, FILES = "tugas", "unggahan"
NOT_HERE = "Tugas itu tidak ada atau bukan untuk jabatan Anda. Kembali ke kotak tugas."


@dataclass(frozen=True)
class TaskSheet:
    """A task with everything its official needs to decide."""

    task: Task
    case: CaseSheet
    form: Form | None
    due: Due
    holder: str  # who took it
    mine: bool
    may_act: bool
    done_by: str  # who finished it, empty while it is open


@dataclass(frozen=True)
class Finished:
    """A task that its official has finished, and by what the inbox had put it in its place."""

    id: str
    case_id: int
    number: str  # of the case
    created_at: datetime
    due_at: datetime | None


def open_task(task_id: str, actor: Actor) -> TaskSheet:
    """A task of one of the actor's offices. Raises NotFound, also where it is another office's."""
    task = rows.get_task(task_id)
    facts = _seen(task, actor)
    note_reading(task.case, actor)
    taker = sessions.get_person(task.taken_by_id).name if task.taken_by_id else ""
    finisher = sessions.get_person(task.done_by_id).name if task.done_by_id else ""
    return TaskSheet(
        task=task,
        case=read_sheet(task.case, actor),
        form=casework.step_form(task.case.version_id, task.step, task.case.process_id),
        due=due_words(task.due_at, now(), calendar()),
        holder=taker,
        mine=task.taken_by_id == actor.person_id,
        may_act=task.status == "open" and may(actor, "complete task", facts),
        done_by=finisher,
    )


def take(task_id: str, actor: Actor) -> None:
    """Say that one is working on a task, so that nobody else does. Raises Conflict naming who already is."""
    with transaction():
        task = rows.lock_task(task_id)
        facts = _seen(task, actor)
        advance.refuse_if_over(task)
        _refuse_if_taken(task, actor)
        seat = seat_for(actor, "take task", facts)
        if task.taken_by_id is None:
            task.taken_by_id = actor.person_id
            note(task.case, "task taken", by=actor.selaku(seat), person_id=actor.person_id, step=task.name)


def release(task_id: str, actor: Actor) -> None:
    """Give a task one took back to the office."""
    with transaction():
        task = rows.lock_task(task_id)
        facts = _seen(task, actor)
        advance.refuse_if_over(task)
        _refuse_if_taken(task, actor)
        seat = seat_for(actor, "take task", facts)
        if task.taken_by_id is not None:
            task.taken_by_id = None
            note(task.case, "task released", by=actor.selaku(seat), person_id=actor.person_id, step=task.name)


def keep_files(
    task_id: str, files: Sequence[Upload], *, actor: Actor, request_key: str = ""
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Store what an official uploads with a step: field → its files, and field → why one was refused.

    The same file with the same request key is one.
    """
    task = rows.get_task(task_id)
    facts = _seen(task, actor)
    seat_for(actor, "complete task", facts)
    form = casework.step_form(task.case.version_id, task.step, task.case.process_id)
    good, problems = uploads.receive(form, form.names, files) if form else ([], {})
    kept: dict[str, list[str]] = {}
    with transaction():
        case = rows.lock_case(task.case_id)
        for uploaded in good:
            brought = (task_id, actor.person_id, uploaded.field, uploaded.sha256)
            known = _keep_once(uploaded, case, Press(FILES, request_key, brought))
            kept.setdefault(uploaded.field, []).append(known)
    uploads.discard(each.file_key for each in good if each.id not in kept[each.field])
    return kept, problems


def _keep_once(uploaded: Uploaded, case: Case, press: Press) -> str:
    """The id of the file, also where the same press brought it before."""
    before = pressed(press)
    if before is not None:
        return before["file"]
    attachment = uploaded.attachment(None, now())
    attachment.case_id = case.id
    db.session.add(attachment)
    remember_press(press, {"file": uploaded.id})
    return uploaded.id


def complete_task(task_id: str, typed: Typed, *, actor: Actor, request_key: str = "") -> Finished:
    """An official finishes one step; the case moves as far as it can without people.

    What was `typed` may also be read once its form is at hand.
    Raises Invalid with the fields to mend, TaskAlreadyDone or Conflict where somebody was faster. The same
    request key gives the same answer again.
    """

    def complete() -> Finished:
        task = holding.hold_task(task_id)
        facts, finished = _seen(task, actor), _finished(task)
        press = Press(SCOPE, request_key, (task.id, actor.person_id))
        if task.status == "done" and pressed(press) is not None:
            return finished
        advance.refuse_if_over(task)
        _refuse_if_taken(task, actor)
        seat = seat_for(actor, "complete task", facts)
        answers = _clean(task, typed)
        signing.refuse_unsigned(actor, task, facts, answers)
        remember_press(press, {})
        advance.complete_step(
            task, answers, by=actor.selaku(seat), person_id=actor.person_id, as_title=seat.title
        )
        return finished

    return unheld(complete)


def _finished(task: Task) -> Finished:
    case = task.case
    return Finished(task.id, case.id, case.number, task.created_at, task.due_at)


def _seen(task: Task, actor: Actor) -> TaskFacts:
    facts = casework.task_facts(task)
    try:
        seat_for(actor, "open task", facts)
    except NotAllowed as refusal:
        raise NotFound(NOT_HERE) from refusal
    return facts


def _refuse_if_taken(task: Task, actor: Actor) -> None:
    if task.taken_by_id not in (None, actor.person_id):
        name = sessions.get_person(task.taken_by_id).name
        raise Conflict(
            f"Tugas ini sedang dikerjakan {name}. Minta dilepaskan dahulu bila Anda yang mengerjakan."
        )


def _clean(task: Task, typed: Typed) -> dict[str, Any]:
    form = casework.step_form(task.case.version_id, task.step, task.case.process_id)
    if form is None:
        return {}
    typed = typed(form) if callable(typed) else typed
    applicant = casework.applicant_form(task.case.version_id, task.case.process_id)
    known = rows.attachments_of(task.case_id) if form.requirements else {}
    typed = dict(typed)
    for asked in form.requirements:
        typed[asked.name] = [each for each in typed.get(asked.name) or () if each in known]
    answers = forms.clean(form, typed, today=today(), areas=areas.is_area, applicant=applicant)
    decisions.refuse_without_reason(form, answers)
    return answers
