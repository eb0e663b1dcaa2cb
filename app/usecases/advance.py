"""Moving a case: the one step through the engine and everything that follows from it, in order.

Every function here works inside the caller's transaction, with the case's row held.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.domain.calendar import Calendar
from app.engine import Drawing, Standing
from app.errors import Conflict, TaskAlreadyDone
from app.storage import db, holding, people
from app.storage.cases import Case, Task
from app.usecases import casework
from app.usecases.casework import APPLICANT, APPLICATION
from app.usecases.diary import note
from app.usecases.opening import Opened, name_applicant, open_case
from app.usecases.parts import calendar_as_of, now, parts
from app.usecases.settling import settle

__all__ = ["Opened", "advance", "complete_step", "open_case", "refuse_if_over"]

RETURNED = (
    "{office} mengembalikan permohonan untuk diperbaiki: “{reason}”. Waktu layanan berhenti selama itu."
)

Act = Callable[[Drawing, bytes, Calendar, datetime], Standing]


def complete_step(
    task: Task,
    answers: dict,
    *,
    by: str,
    person_id: int | None,
    as_title: str,
    variables: Mapping[str, object] | None = None,
) -> None:
    """Finish one human step with its answers; the case moves as far as it can without people.

    A step of the applicant stores the corrected application itself. Raises TaskAlreadyDone, Conflict.
    """
    refuse_if_over(task)
    case = task.case
    holding.held(case)  # read before anything changes, so that all changes are written together
    drawing = casework.drawing_of(case.version_id, case.process_id)
    for_applicant = task.role_key == APPLICANT
    casework.store_answers(
        case, APPLICATION if for_applicant else task.step, task.name, answers, by=by, person_id=person_id
    )
    if for_applicant:
        name_applicant(case, answers)
    chosen = {name: answers[name] for name in drawing.variables & answers.keys()} | dict(variables or {})
    _close_task(task, answers, person_id, as_title)
    case.variables = {**case.variables, **chosen, **({} if for_applicant else {"langkah": task.step})}
    kind = "application corrected" if for_applicant else "task completed"
    note(case, kind, by=by, person_id=person_id, step=task.name, decision=task.decision)
    if task.decision == "kembalikan":
        casework.tell(case, APPLICANT, RETURNED.format(office=as_title, reason=answers.get("alasan", "")))
    advance(
        case,
        lambda drawing, state, days, moment: parts().engine.complete(
            drawing, state, task.id, chosen, moment, calendar=days
        ),
        by=by,
        person_id=person_id,
    )


def advance(case: Case, act: Act, *, by: str, person_id: int | None = None, hops: int = 0) -> Standing:
    """Do one deed in the engine and bring tables and the case's row into line with it."""
    days = calendar_as_of(holding.held(case).calendar)
    standing = act(casework.drawing_of(case.version_id, case.process_id), case.state, days, now())
    settle(case, standing, by=by, person_id=person_id, hops=hops)
    return standing


def refuse_if_over(task: Task) -> None:
    """Raises TaskAlreadyDone naming who and when, or Conflict where the task went away."""
    if task.status == "done":
        at = task.done_at.astimezone(parts().settings.zone).strftime("%d-%m-%Y pukul %H.%M")
        raise TaskAlreadyDone(name=_done_by(task), at=at)
    if task.status != "open":
        raise Conflict("Tugas ini sudah dialihkan atau dibatalkan. Kembali ke kotak tugas.")


def _close_task(task: Task, answers: dict, person_id: int | None, as_title: str) -> None:
    task.status, task.done_at = "done", now()
    task.done_by_id, task.done_as = person_id, as_title
    decision = answers.get("keputusan")
    task.decision = decision if isinstance(decision, str) else None


def _done_by(task: Task) -> str:
    person = db.session.get(people.Person, task.done_by_id) if task.done_by_id else None
    return person.name if person else "pemohon"
