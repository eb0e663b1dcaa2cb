"""Moving a case: the one step through the engine and everything that follows from it, in order.

Every function here works inside the caller's transaction, with the case's row held.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.domain import references
from app.domain.calendar import Calendar
from app.domain.forms import Form
from app.engine import Drawing, Standing
from app.errors import Conflict, TaskAlreadyDone
from app.storage import cases, db, people, work
from app.storage.cases import Answers, Attachment, Case, Message, Pause, Reach, Task, Timer
from app.storage.people import Unit
from app.storage.processes import Service
from app.storage.work import Outbox
from app.usecases import casework, routing
from app.usecases.casework import APPLICANT, APPLICATION, answers_context
from app.usecases.diary import note
from app.usecases.parts import calendar, now, parts

RETURNED = "{office} mengembalikan permohonan untuk diperbaiki: “{reason}”. Waktu layanan berhenti selama itu."

Act = Callable[[Drawing, bytes, Calendar, datetime], Standing]


@dataclass(frozen=True)
class Opened:
    """A case that has just been received, and the tracking code that only its applicant gets."""

    case: Case
    code: str


def open_case(
    service: Service, version_id: int, answers: dict, files: list[Attachment], *, by: str = "Pemohon"
) -> Opened:
    """Receive an application: number and code, the sealed answers, the first tasks."""
    drawing = casework.drawing_of(version_id)
    form = casework.applicant_form(version_id)
    code = references.new_code()
    case = _new_case(service, version_id, _home_unit(form, answers), code)
    _name_applicant(case, answers)
    db.session.add(case)
    db.session.flush()
    _open_reach(case)
    for attachment in files:
        attachment.case_id, attachment.draft_id = case.id, None
    store_answers(case, APPLICATION, form.title, answers, by=by)
    note(case, "application received", by=by, service=service.code)
    variables = {name: answers[name] for name in drawing.variables & answers.keys()}
    case.due_at = _service_due(case)
    _settle(case, engine.start(drawing, variables, now(), calendar=calendar()), by=by, person_id=None)
    return Opened(case, code)


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
    case, drawing = task.case, casework.drawing_of(task.case.version_id)
    for_applicant = task.role_key == APPLICANT
    store_answers(
        case, APPLICATION if for_applicant else task.step, task.name, answers, by=by, person_id=person_id
    )
    if for_applicant:
        _name_applicant(case, answers)
    chosen = {name: answers[name] for name in drawing.variables & answers.keys()} | dict(variables or {})
    _close_task(task, answers, person_id, as_title)
    case.variables = {**case.variables, **chosen, **({} if for_applicant else {"langkah": task.step})}
    kind = "application corrected" if for_applicant else "task completed"
    note(case, kind, by=by, person_id=person_id, step=task.name, decision=task.decision)
    if task.decision == "kembalikan":
        tell(case, APPLICANT, RETURNED.format(office=as_title, reason=answers.get("alasan", "")))
    advance(
        case,
        lambda drawing, state, days, moment: engine.complete(
            drawing, state, task.id, chosen, moment, calendar=days
        ),
        by=by,
        person_id=person_id,
    )


def advance(case: Case, act: Act, *, by: str, person_id: int | None = None) -> Standing:
    """Do one deed in the engine and bring tasks, timers, outbox and the case's row into line with it."""
    standing = act(casework.drawing_of(case.version_id), case.state, calendar(), now())
    _settle(case, standing, by=by, person_id=person_id)
    return standing


def refuse_if_over(task: Task) -> None:
    """Raises TaskAlreadyDone naming who and when, or Conflict where the task went away."""
    if task.status == "done":
        at = task.done_at.astimezone(parts().settings.zone).strftime("%d-%m-%Y pukul %H.%M")
        raise TaskAlreadyDone(name=_done_by(task), at=at)
    if task.status != "open":
        raise Conflict("Tugas ini sudah dialihkan atau dibatalkan. Kembali ke kotak tugas.")


def tell(case: Case, reader: str, text: str, *, unit_id: int | None = None) -> None:
    """Leave a notice where its reader looks: the tracking page ("pemohon"), or the inbox of an office."""
    sealed = parts().sealer.seal_text(text, f"message:{case.id}")
    db.session.add(Message(case_id=case.id, audience=reader, unit_id=unit_id, sealed=sealed, at=now()))


def store_answers(
    case: Case, step: str, form: str, answers: dict, *, by: str, person_id: int | None = None
) -> None:
    """Keep one filled-in form, sealed to its case; earlier ones stay."""
    sealed = parts().sealer.seal_json(answers, answers_context(case.id))
    row = Answers(case_id=case.id, step=step, form=form, sealed=sealed, at=now(), person_id=person_id, by=by)
    db.session.add(row)


def _new_case(service: Service, version_id: int, home: Unit, code: str) -> Case:
    sealer = parts().sealer
    number = _free_number()
    return Case(
        number=number,
        code_hash=sealer.code_hash(f"{number}:{references.normalise(code)}"),
        code_sealed=None if service.confidential else sealer.seal(code.encode(), f"code:{number}"),
        service_code=service.code,
        version_id=version_id,
        home_unit_id=home.id,
        home_unit=home,
        confidential=service.confidential,
        opened_at=now(),
        variables={},
        state=b"",
    )


def _free_number() -> str:
    number = references.new_number(now().year)
    while cases.find_case(number) is not None:
        number = references.new_number(now().year)
    return number


def _name_applicant(case: Case, answers: dict) -> None:
    if case.confidential:
        return
    case.applicant_name = str(answers.get("nama", ""))
    case.applicant_search = case.applicant_name.lower()
    case.nik_index = parts().sealer.blind_index(answers["nik"]) if answers.get("nik") else None


def _home_unit(form: Form, answers: dict) -> Unit:
    area = next(
        (field.name for field in form.fields if field.kind == "area" and answers.get(field.name)), None
    )
    return routing.unit_named(answers[area]) if area else routing.city()


def _open_reach(case: Case) -> None:
    if case.confidential:
        return
    home = case.home_unit
    units = people.units_by_id(home.ancestor_ids)
    for unit in units.values():
        if unit.level != "kota":
            db.session.add(Reach(case_id=case.id, unit_id=unit.id, role_key=""))


def _service_due(case: Case) -> datetime | None:
    """When the promised time runs out, the times with the applicant not counted."""
    promised = casework.drawing_of(case.version_id).properties.get("waktu_layanan")
    pauses = [(pause.since, pause.until) for pause in cases.pauses_of(case.id)]
    return calendar().due(case.opened_at, promised, pauses=pauses) if promised else None


def _close_task(task: Task, answers: dict, person_id: int | None, as_title: str) -> None:
    task.status, task.done_at = "done", now()
    task.done_by_id, task.done_as = person_id, as_title
    decision = answers.get("keputusan")
    task.decision = decision if isinstance(decision, str) else None


def _done_by(task: Task) -> str:
    person = db.session.get(people.Person, task.done_by_id) if task.done_by_id else None
    return person.name if person else "pemohon"


def _settle(case: Case, standing: Standing, *, by: str, person_id: int | None) -> None:
    """Everything that follows from one move, in order."""
    drawing = casework.drawing_of(case.version_id)
    case.state = standing.state
    _sync_tasks(case, drawing, standing)
    _sync_timers(case, standing)
    _write_outbox(case, standing)
    _keep_pause(case)
    for end in standing.ended:
        case.outcome = drawing.steps[end].properties.get("hasil", case.outcome)
    if standing.finished:
        case.closed_at = now()
        case.outcome = case.outcome or "selesai"
        note(case, "case closed", by=by, person_id=person_id, outcome=case.outcome)
    db.session.flush()


def _sync_tasks(case: Case, drawing: Drawing, standing: Standing) -> None:
    known = {task.id: task for task in cases.open_tasks_of(case.id)}
    waiting = {step.id: step for step in standing.waiting}
    for gone in known.keys() - waiting.keys():
        known[gone].status = "cancelled"
    for new in waiting.keys() - known.keys():
        _open_task(case, drawing, waiting[new])


def _open_task(case: Case, drawing: Drawing, waiting: engine.Waiting) -> None:
    step = drawing.steps[waiting.step]
    unit = routing.unit_for(step, case.home_unit, waiting.variables)
    due = calendar().due(now(), step.time_limit) if step.time_limit else None
    task = Task(
        id=waiting.id,
        case_id=case.id,
        step=step.id,
        name=step.name,
        role_key=step.role,
        turn=case.revision or 0,
        created_at=now(),
        due_at=due,
        returned_by=str(waiting.variables.get("langkah", "")) if step.role == APPLICANT else "",
    )
    db.session.add(task)
    if unit is not None:
        task.unit_id = unit.id
        db.session.merge(Reach(case_id=case.id, unit_id=unit.id, role_key=step.role))


def _sync_timers(case: Case, standing: Standing) -> None:
    known = {timer.id: timer for timer in cases.timers_of(case.id)}
    waiting = {timer.id: timer for timer in standing.timers}
    for gone in known.keys() - waiting.keys():
        db.session.delete(known[gone])
    for name, timer in waiting.items():
        db.session.merge(Timer(id=name, case_id=case.id, step=timer.step, due_at=timer.due))


def _write_outbox(case: Case, standing: Standing) -> None:
    known, wanted = work.operations_known(case.id), {operation.id for operation in standing.operations}
    for row in work.unfinished_of(case.id):
        if row.key not in wanted:
            row.done_at = now()  # its branch has ended: nobody waits for it any more
    for operation in standing.operations:
        if operation.id not in known:
            db.session.add(
                Outbox(
                    key=operation.id,
                    case_id=case.id,
                    step=operation.step,
                    operation=operation.name,
                    params=operation.params,
                    run_at=now(),
                )
            )


def _keep_pause(case: Case) -> None:
    """The clock stands still while the case is with its applicant, and what was left of it is kept."""
    db.session.flush()
    with_applicant = any(task.role_key == APPLICANT for task in cases.open_tasks_of(case.id))
    running = next((pause for pause in cases.pauses_of(case.id) if pause.until is None), None)
    if with_applicant and running is None:
        db.session.add(Pause(case_id=case.id, since=now()))
    if running is not None and not with_applicant:
        running.until = now()
        case.due_at = _service_due(case)
