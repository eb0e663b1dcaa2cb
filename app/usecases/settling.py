"""What follows from a move: tasks, timers, outside work, waits and posts of a case brought into line with its state.

Every function here works inside the caller's transaction, with the case's row held.
"""

from collections.abc import Sequence
from datetime import datetime

from app import engine
from app.domain.calendar import Calendar
from app.engine import Drawing, Listening, Standing
from app.storage import cases, db, events, holding, jobs, letters, loading, reach, work
from app.storage.cases import Case, Pause, Task, Timer
from app.storage.events import Post, Wait
from app.storage.holding import Held
from app.storage.sheet import put, strike
from app.storage.work import Incident, Outbox
from app.storage.writing import write_out
from app.usecases import casework, correlation, reminders, routing
from app.usecases.casework import APPLICANT
from app.usecases.diary import note
from app.usecases.parts import calendar, calendar_as_of, now, parts

Stretch = tuple[datetime, datetime | None]

MESSAGE = events.MESSAGE
NOT_ISSUED = "Tidak jadi terbit: berkas berjalan tanpa surat ini."
STUCK = "Berkas berhenti: menurut diagramnya tidak ada orang, waktu, atau kabar yang masih ditunggu."


def settle(case: Case, standing: Standing, *, by: str, person_id: int | None = None, hops: int = 0) -> None:
    """Everything that follows from one move, in order; `hops` is how many events led to it without anybody's deed."""
    drawing, held = casework.drawing_of(case.version_id, case.process_id), holding.held(case)
    case.state = standing.state
    _sync_tasks(case, drawing, standing, held)
    _sync_timers(case, standing, held)
    _sync_waits(case, standing, held)
    _write_outbox(case, standing, held)
    _write_posts(case, standing, by=by, person_id=person_id, hops=hops)
    _keep_pause(case, drawing, standing, held)
    for end in standing.ended:
        if end in drawing.steps:
            case.outcome = drawing.steps[end].properties.get("hasil", case.outcome)
    if standing.finished:
        case.closed_at = now()
        case.outcome = case.outcome or "selesai"
        note(case, "case closed", by=by, person_id=person_id, outcome=case.outcome)
    elif standing.is_stuck:
        put(Incident, case_id=case.id, what=STUCK, at=now())
    holding.forget(case)
    write_out()


def service_due(case: Case) -> datetime | None:
    """When the promised time runs out, the times with the applicant not counted."""
    return _service_due(case, calendar(), cases.pauses_of(case.id))


def _service_due(case: Case, days: Calendar, pauses: Sequence[Stretch]) -> datetime | None:
    promised = casework.drawing_of(case.version_id, case.process_id).properties.get("waktu_layanan")
    return days.due(case.opened_at, promised, pauses=pauses) if promised else None


def sealed_to(key: str) -> str:
    """What a post's content is sealed to: moved to another post, it does not open."""
    return f"event:{key}"


def _sync_tasks(case: Case, drawing: Drawing, standing: Standing, held: Held) -> None:
    waiting = {step.id: step for step in standing.waiting}
    for gone in held.tasks.keys() - waiting.keys():
        task = loading.known(Task, gone)
        if task.status == "open":
            task.status = "cancelled"
    for new in waiting.keys() - held.tasks.keys():
        _open_task(case, drawing, waiting[new], held)


def _open_task(case: Case, drawing: Drawing, waiting: engine.Waiting, held: Held) -> None:
    step = drawing.steps[waiting.step]
    unit_id = routing.unit_id_for(step, case.home_unit_id, waiting.variables)
    days = calendar_as_of(held.calendar)
    begun = now()
    due = days.due(begun, step.time_limit) if step.time_limit else None
    put(
        Task,
        id=waiting.id,
        case_id=case.id,
        step=step.id,
        name=step.name,
        role_key=step.role,
        unit_id=unit_id,
        service_code=case.service_code,
        applicant_search=case.applicant_search,
        turn=case.revision or 0,
        created_at=begun,
        due_at=due,
        returned_by=str(waiting.variables.get("langkah", "")) if step.role == APPLICANT else "",
    )
    reminders.plan(waiting.id, case.id, step, begun=begun, due=due, drawing=drawing, calendar=days)
    if unit_id is not None and (unit_id, step.role) not in held.reach:
        held.reach |= {(unit_id, step.role)}
        reach.come_to(case, unit_id, step.role, repeated=(unit_id, "") in held.reach)


def _sync_timers(case: Case, standing: Standing, held: Held) -> None:
    waiting = {timer.id: timer for timer in standing.timers}
    for gone in held.timers.keys() - waiting.keys():
        strike(Timer, gone)
    for name, timer in waiting.items():
        if held.timers.get(name) == timer.due:
            continue
        jobs.ask(jobs.TIMERS, case.id, at=timer.due, lock=_lock(case))
        if name in held.timers:
            loading.known(Timer, name).due_at = timer.due
        else:
            put(Timer, id=name, case_id=case.id, step=timer.step, due_at=timer.due)


def _sync_waits(case: Case, standing: Standing, held: Held) -> None:
    """What the case listens to, where whoever has a message for it looks."""
    if not (held.is_listening or standing.listening):
        return
    known = {(row.listener, row.kind, row.name, row.key): row for row in events.waits_of(case.id)}
    since = {row.listener: row.since for row in known.values()}
    wanted = {
        (heard.id, heard.kind, heard.name, key): (heard, value)
        for heard in standing.listening
        for key, value in (correlation.hashes(heard.correlation) or {"": ""}).items()
    }
    for gone in known.keys() - wanted.keys():
        db.session.delete(known[gone])
    if any(
        place[1] == MESSAGE for place in wanted if place not in known or known[place].hash != wanted[place][1]
    ):
        jobs.ask(jobs.LISTENER, case.id, at=now())
    for place, (heard, value) in wanted.items():
        if place not in known:
            _write_wait(case, heard, place[-1], value, since.get(heard.id, now()))
        elif known[place].hash != value:
            known[place].hash, known[place].fresh = value, heard.kind == MESSAGE


def _write_wait(case: Case, heard: Listening, key: str, value: str, since: datetime) -> None:
    put(
        Wait, case_id=case.id, listener=heard.id, step=heard.step, kind=heard.kind, name=heard.name,
        key=key, hash=value, since=since, fresh=heard.kind == MESSAGE,
    )  # fmt: skip


def _write_outbox(case: Case, standing: Standing, held: Held) -> None:
    wanted = {operation.id for operation in standing.operations}
    if any(not done and key not in wanted for key, done in held.orders.items()):
        for row in work.unfinished_of(case.id):
            if row.key not in wanted:
                row.done_at = now()  # its branch has ended: nobody waits for it any more
                letters.call_off(row.key, now(), NOT_ISSUED)
    for operation in standing.operations:
        if operation.id not in held.orders:
            jobs.ask(jobs.ORDER, operation.id, at=now(), lock=_lock(case))
            put(
                Outbox,
                key=operation.id,
                case_id=case.id,
                step=operation.step,
                operation=operation.name,
                params=operation.params,
                run_at=now(),
            )


def _write_posts(case: Case, standing: Standing, *, by: str, person_id: int | None, hops: int) -> None:
    """What this move said to other cases; the revision it began from makes each post one of a kind."""
    revision = case.revision
    for place, event in enumerate(standing.thrown):
        key = f"{case.id}:{revision}:{place}"
        said = {"payload": event.payload, "correlation": event.correlation}
        sealed = parts().sealer.seal_json(said, sealed_to(key))
        jobs.ask(jobs.POST, key, at=now())
        put(
            Post, key=key, kind=event.kind, name=event.name, sealed=sealed, sender_id=case.id, hops=hops,
            at=now(), run_at=now(),
        )  # fmt: skip
        note(case, f"{event.kind} sent", by=by, person_id=person_id, name=event.name)


def _lock(case: Case) -> str:
    """Two workers never look at one case at once."""
    return f"case {case.id}"


def _keep_pause(case: Case, drawing: Drawing, standing: Standing, held: Held) -> None:
    """The clock stands still while the case is with its applicant, and what was left of it is kept."""
    was_there = APPLICANT in held.tasks.values()
    is_there = APPLICANT in (
        held.tasks.get(each.id, drawing.steps[each.step].role) for each in standing.waiting
    )
    if is_there and not was_there:
        put(Pause, case_id=case.id, since=now())
    if was_there and not is_there:
        for pause, (_since, until) in held.pauses.items():
            if until is None:
                loading.known(Pause, pause).until = now()
        pauses = [(since, until or now()) for since, until in held.pauses.values()]
        case.due_at = _service_due(case, calendar_as_of(held.calendar), pauses)
