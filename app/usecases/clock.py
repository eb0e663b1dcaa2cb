"""What happens without people: timers come due, outside work is done, messages go from case to case."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from app import engine
from app.errors import Unavailable
from app.logs import told
from app.storage import DatabaseFault, cases, db, transaction, work
from app.storage.cases import Case
from app.storage.work import Incident, Outbox
from app.usecases import calendar_changes, drafts, events, operations, reminders
from app.usecases.advance import advance
from app.usecases.attempts import ATTEMPTS, LEASE, LOST, SYSTEM, later
from app.usecases.diary import note
from app.usecases.letters import Order
from app.usecases.parts import keep_time, now

SWEEP_EVERY = timedelta(hours=1)

log = structlog.get_logger()


def run(until: Callable[[], bool], *, pause: float = 0.5) -> None:
    """Work until told to stop, resting when there is nothing to do or the database is away."""
    swept = None
    while not until():
        try:
            keep_time()
            if swept is None or now() - swept >= SWEEP_EVERY:
                drafts.sweep()
                swept = now()
            worked = _take_turns()
        except (Unavailable, DatabaseFault) as fault:
            log.warning("database unavailable", error=type(fault).__name__)
            worked = 0
        if not worked:
            db.session.remove()
            time.sleep(pause)


def settle(most: int = 1000) -> int:
    """Do everything that is due now; returns how many pieces of work were done."""
    done = 0
    while done < most and _take_turns():
        done += 1
    return done


def _take_turns() -> bool:
    """Something of every kind of work, so that none waits for another to run out."""
    turns = (fire_due_timers, do_next, events.do_next, reminders.send_due, calendar_changes.do_next)
    return any([turn() for turn in turns])


def fire_due_timers(limit: int = 50) -> int:
    """Wake every case whose waiting time is over; returns how many were woken."""
    db.session.rollback()
    return sum(_wake(case_id) for case_id in work.due_cases(now(), limit))


def do_next() -> bool:
    """Do one piece of outside work; False when nothing is due. What keeps failing becomes an incident."""
    with transaction():
        row = work.take_work(now(), LEASE)
        if row is None:
            return False
        task = (row.id, row.case_id, row.key, row.operation, dict(row.params), row.attempts)
    if task[-1] > ATTEMPTS:  # every attempt ended without a word: it takes its worker down with it
        _failed(task[0], task[1], LOST, task[-1])
    else:
        _do(*task)
    return True


def _wake(case_id: int) -> bool:
    try:
        with transaction():
            case = cases.lock_case(case_id)
            due = [timer.step for timer in cases.timers_of(case_id) if timer.due_at <= now()]
            if not due:
                return False
            note(case, "timer fired", by=SYSTEM, steps=due)
            advance(
                case,
                lambda drawing, state, days, moment: engine.fire_timers(
                    drawing, state, moment, calendar=days
                ),
                by=SYSTEM,
            )
    except Unavailable:
        raise
    except Exception as fault:
        _put_off(case_id, fault)
        return False
    return True


def _put_off(case_id: int, fault: Exception) -> None:
    """A case whose timer cannot fire waits for an administrator; the others go on."""
    log.error("timer failed", case_id=case_id, error=str(fault))
    with transaction():
        case = cases.lock_case(case_id)
        db.session.add(Incident(case_id=case_id, what=told(str(fault))[:500], at=now()))
        note(case, "incident opened", by=SYSTEM)


def _do(row_id: int, case_id: int, key: str, name: str, params: dict, attempts: int) -> None:
    try:
        finish = operations.perform(name, Order(key, case_id, params))
        with transaction():
            case = cases.lock_case(case_id)
            row = db.session.get_one(Outbox, row_id, populate_existing=True)
            if row.done_at is None:
                row.done_at = now()
                _finish(case, key, finish)
    except Exception as fault:
        log.warning("work failed", case_id=case_id, operation=name, attempt=attempts, error=str(fault))
        _failed(row_id, case_id, str(fault), attempts)


def _finish(case: Case, key: str, finish: Callable[[Case], dict]) -> None:
    result = finish(case)
    advance(
        case,
        lambda drawing, state, days, moment: engine.finish_operation(
            drawing, state, key, result, moment, calendar=days
        ),
        by=SYSTEM,
    )


def _failed(row_id: int, case_id: int, reason: str, attempts: int) -> None:
    with transaction():
        case = cases.lock_case(case_id)
        row = db.session.get_one(Outbox, row_id, populate_existing=True)
        if row.done_at or row.dead_at:
            return  # another worker took it over in the meantime
        row.fault = told(reason)[:500]
        row.run_at = later(attempts)
        if attempts >= ATTEMPTS:
            row.dead_at = now()
            db.session.add(Incident(case_id=case_id, outbox_id=row.id, what=row.fault, at=now()))
            note(case, "incident opened", by=SYSTEM, operation=row.operation)
