"""What happens without people: timers come due, outside work is done, messages go from case to case.

`look` does what one wake-up is about, `settle` everything that is due by the rows, asked for or not.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from app import engine
from app.logs import told
from app.storage import cases, db, jobs, transaction, work
from app.storage.cases import Case
from app.storage.work import Incident, Outbox
from app.usecases import calendar_changes, events, operations, reminders, version_batches
from app.usecases.advance import advance
from app.usecases.attempts import (
    ATTEMPTS,
    HELD,
    LEASE,
    LOST,
    SYSTEM,
    CutShort,
    counted,
    give_back,
    later,
    nearly,
)
from app.usecases.diary import note
from app.usecases.letters import Order
from app.usecases.parts import now

log = structlog.get_logger()


def settle(most: int = 1000) -> int:
    """Do everything that is due now; returns how many pieces of work were done."""
    give_back()
    done = 0
    while done < most and _take_turns():
        done += 1
    return done


def look(kind: str, subject: str) -> datetime | None:
    """Do what is due of one subject; when to look at it again, if it has to be."""
    looks: dict[str, Callable[[str], datetime | None]] = {
        jobs.TIMERS: fire_timers,
        jobs.ORDER: _do_order,
        jobs.POST: events.bring,
        jobs.LISTENER: events.listen,
        jobs.REMINDER: reminders.remind,
        jobs.RECOUNT: calendar_changes.count,
        jobs.CARRY: version_batches.look,
    }
    if kind not in looks:
        log.warning("work of an unknown kind", kind=kind)  # a newer release knows it, and finds it again
        return None
    return looks[kind](subject)


def _take_turns() -> bool:
    """Something of every kind of work, so that none waits for another to run out."""
    turns = (
        fire_due_timers, do_next, events.do_next, reminders.send_due, calendar_changes.do_next, version_batches.do_next,
    )  # fmt: skip
    return any([turn() for turn in turns])


def fire_due_timers(limit: int = 50) -> int:
    """Wake every case whose waiting time is over; returns how many were woken."""
    db.session.rollback()
    return sum(_fire(case_id) for case_id in work.due_cases(now(), limit))


def fire_timers(case: str) -> datetime | None:
    """Wake this case if its waiting time is over; when to look again, where that is about to be."""
    db.session.rollback()
    due = work.first_timer(int(case))
    if due is None or due > now():
        return nearly(due)
    _fire(int(case))
    return None


def do_next(key: str | None = None) -> bool:
    """Do one piece of outside work; False when nothing is due. What keeps failing becomes an incident."""
    with transaction():
        row = work.take_work(now(), LEASE, key)
        if row is None:
            return False
        task = (row.id, row.case_id, row.key, row.operation, dict(row.params), row.attempts)
    if task[-1] > ATTEMPTS:  # every attempt ended without a word: it takes its worker down with it
        _failed(task[0], task[1], LOST, task[-1])
    else:
        _do(*task)
    return True


def _do_order(key: str) -> datetime | None:
    took = do_next(key)
    due = work.due_again(key)
    return due if took else nearly(due)


def _fire(case_id: int) -> bool:
    """The attempt is counted first: a case that takes its worker down with it is not tried for ever."""
    with transaction():
        attempts = jobs.begin(jobs.TIMERS, case_id, now=now(), until=now() + HELD)
    if attempts is None:
        return False
    if attempts > ATTEMPTS:
        _put_off(case_id, LOST)
        return False
    return _wake(case_id, attempts)


def _wake(case_id: int, attempts: int) -> bool:
    try:
        with counted(jobs.TIMERS, case_id, attempts), transaction():
            case = cases.lock_case(case_id)
            jobs.end(jobs.TIMERS, case_id)
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
    except CutShort:
        raise
    except Exception as fault:
        _put_off(case_id, str(fault))
        return False
    return True


def _put_off(case_id: int, reason: str) -> None:
    """A case whose timer cannot fire waits for an administrator; the others go on."""
    log.error("timer failed", case_id=case_id, error=reason)
    with transaction():
        case = cases.lock_case(case_id)
        jobs.end(jobs.TIMERS, case_id)
        db.session.add(Incident(case_id=case_id, what=told(reason)[:500], at=now()))
        note(case, "incident opened", by=SYSTEM)


def _do(row_id: int, case_id: int, key: str, name: str, params: dict, attempts: int) -> None:
    try:
        with counted(jobs.ORDER, key, attempts):
            finish = operations.perform(name, Order(key, case_id, params))
            _keep(row_id, case_id, key, finish)
    except CutShort:
        raise
    except Exception as fault:
        log.warning("work failed", case_id=case_id, operation=name, attempt=attempts, error=str(fault))
        _failed(row_id, case_id, str(fault), attempts)


def _keep(row_id: int, case_id: int, key: str, finish: Callable[[Case], dict]) -> None:
    """The case moves on with what was done outside, unless it went on without it."""
    with transaction():
        case = cases.lock_case(case_id)
        row = db.session.get_one(Outbox, row_id, populate_existing=True)
        if row.done_at is None:
            row.done_at = now()
            _finish(case, key, finish)


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
