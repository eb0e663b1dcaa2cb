"""What follows from a move: tasks, timers, outside work, waits and posts of a case brought into line with its state.

Every function here works inside the caller's transaction, with the case's row held.
"""

from datetime import datetime

from app import engine
from app.engine import Drawing, Listening, Standing
from app.storage import cases, db, events, jobs, reach, work
from app.storage.cases import Case, Pause, Task, Timer
from app.storage.events import Post, Wait
from app.storage.work import Incident, Outbox
from app.usecases import casework, correlation, reminders, routing
from app.usecases.casework import APPLICANT
from app.usecases.diary import note
from app.usecases.parts import calendar, now, parts

MESSAGE = events.MESSAGE
STUCK = "Berkas berhenti: menurut diagramnya tidak ada orang, waktu, atau kabar yang masih ditunggu."


def settle(case: Case, standing: Standing, *, by: str, person_id: int | None = None, hops: int = 0) -> None:
    """Everything that follows from one move, in order; `hops` is how many events led to it without anybody's deed."""
    drawing = casework.drawing_of(case.version_id, case.process_id)
    case.state = standing.state
    _sync_tasks(case, drawing, standing)
    _sync_timers(case, standing)
    _sync_waits(case, standing)
    _write_outbox(case, standing)
    _write_posts(case, standing, by=by, person_id=person_id, hops=hops)
    _keep_pause(case)
    for end in standing.ended:
        if end in drawing.steps:
            case.outcome = drawing.steps[end].properties.get("hasil", case.outcome)
    if standing.finished:
        case.closed_at = now()
        case.outcome = case.outcome or "selesai"
        note(case, "case closed", by=by, person_id=person_id, outcome=case.outcome)
    elif standing.is_stuck:
        db.session.add(Incident(case_id=case.id, what=STUCK, at=now()))
    db.session.flush()


def service_due(case: Case) -> datetime | None:
    """When the promised time runs out, the times with the applicant not counted."""
    promised = casework.drawing_of(case.version_id, case.process_id).properties.get("waktu_layanan")
    pauses = [(pause.since, pause.until) for pause in cases.pauses_of(case.id)]
    return calendar().due(case.opened_at, promised, pauses=pauses) if promised else None


def sealed_to(key: str) -> str:
    """What a post's content is sealed to: moved to another post, it does not open."""
    return f"event:{key}"


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
    days = calendar()
    due = days.due(now(), step.time_limit) if step.time_limit else None
    task = Task(
        id=waiting.id,
        case_id=case.id,
        step=step.id,
        name=step.name,
        role_key=step.role,
        service_code=case.service_code,
        turn=case.revision or 0,
        created_at=now(),
        due_at=due,
        returned_by=str(waiting.variables.get("langkah", "")) if step.role == APPLICANT else "",
    )
    db.session.add(task)
    reminders.plan(task, drawing, days)
    if unit is not None:
        task.unit_id = unit.id
        reach.come_to(case, unit.id, step.role)


def _sync_timers(case: Case, standing: Standing) -> None:
    known = {timer.id: timer for timer in cases.timers_of(case.id)}
    waiting = {timer.id: timer for timer in standing.timers}
    for gone in known.keys() - waiting.keys():
        db.session.delete(known[gone])
    for name, timer in waiting.items():
        db.session.merge(Timer(id=name, case_id=case.id, step=timer.step, due_at=timer.due))
        if name not in known or known[name].due_at != timer.due:
            jobs.ask(jobs.TIMERS, case.id, at=timer.due, lock=_lock(case))


def _sync_waits(case: Case, standing: Standing) -> None:
    """What the case listens to, where whoever has a message for it looks."""
    known = {(row.listener, row.kind, row.name, row.key): row for row in events.waits_of(case.id)}
    since = {row.listener: row.since for row in known.values()}
    wanted = {
        (heard.id, heard.kind, heard.name, key): (heard, value)
        for heard in standing.listening
        for key, value in (correlation.hashes(heard.correlation) or {"": ""}).items()
    }
    for gone in known.keys() - wanted.keys():
        db.session.delete(known[gone])
    if any(place[1] == MESSAGE for place in wanted if place not in known or known[place].hash != wanted[place][1]):
        jobs.ask(jobs.LISTENER, case.id, at=now())
    for place, (heard, value) in wanted.items():
        if place not in known:
            db.session.add(_wait(case, heard, place[-1], value, since.get(heard.id, now())))
        elif known[place].hash != value:
            known[place].hash, known[place].fresh = value, heard.kind == MESSAGE


def _wait(case: Case, heard: Listening, key: str, value: str, since: datetime) -> Wait:
    return Wait(
        case_id=case.id, listener=heard.id, step=heard.step, kind=heard.kind, name=heard.name,
        key=key, hash=value, since=since, fresh=heard.kind == MESSAGE,
    )  # fmt: skip


def _write_outbox(case: Case, standing: Standing) -> None:
    known, wanted = work.operations_known(case.id), {operation.id for operation in standing.operations}
    for row in work.unfinished_of(case.id):
        if row.key not in wanted:
            row.done_at = now()  # its branch has ended: nobody waits for it any more
    for operation in standing.operations:
        if operation.id not in known:
            jobs.ask(jobs.ORDER, operation.id, at=now(), lock=_lock(case))
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


def _write_posts(case: Case, standing: Standing, *, by: str, person_id: int | None, hops: int) -> None:
    """What this move said to other cases; the revision it began from makes each post one of a kind."""
    revision = case.revision
    for place, event in enumerate(standing.thrown):
        key = f"{case.id}:{revision}:{place}"
        said = {"payload": event.payload, "correlation": event.correlation}
        sealed = parts().sealer.seal_json(said, sealed_to(key))
        jobs.ask(jobs.POST, key, at=now())
        db.session.add(
            Post(
                key=key, kind=event.kind, name=event.name, sealed=sealed, sender_id=case.id,
                hops=hops, at=now(), run_at=now(),
            )  # fmt: skip
        )
        note(case, f"{event.kind} sent", by=by, person_id=person_id, name=event.name)


def _lock(case: Case) -> str:
    """Two workers never look at one case at once."""
    return f"case {case.id}"


def _keep_pause(case: Case) -> None:
    """The clock stands still while the case is with its applicant, and what was left of it is kept."""
    db.session.flush()
    with_applicant = any(task.role_key == APPLICANT for task in cases.open_tasks_of(case.id))
    running = next((pause for pause in cases.pauses_of(case.id) if pause.until is None), None)
    if with_applicant and running is None:
        db.session.add(Pause(case_id=case.id, since=now()))
    if running is not None and not with_applicant:
        running.until = now()
        case.due_at = service_due(case)
