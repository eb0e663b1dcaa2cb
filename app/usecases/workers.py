"""A worker: it looks at what is asked for, sweeps up what was not, and lives through a database that is away."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from time import monotonic

import structlog

from app.errors import Unavailable
from app.storage import DatabaseFault, db, jobs, jobs_due, jobs_embedded, transaction
from app.usecases import attempts, clock, drafts, leftovers, once
from app.usecases.attempts import LEASE, later
from app.usecases.parts import entrance, keep_time, now, parts

SWEEP = timedelta(seconds=20)
TAKE_OVER = timedelta(seconds=1)  # how often it looks for workers that have died
CLEAN = timedelta(hours=1)
AHEAD = 3 * SWEEP  # what is due so soon is asked for by a sweep
SOON = timedelta(seconds=1)

log = structlog.get_logger()


def run(until: Callable[[], bool], *, pause: float = 0.5) -> None:
    """Work until told to stop, resting when there is nothing to do or the database is away.

    What is in hand is done to its end.
    """
    chores = [Chore(SWEEP, sweep), Chore(TAKE_OVER, take_over), Chore(CLEAN, clean)]
    hands = _Alone() if parts().settings.database_url.startswith("sqlite") else _Procrastinate()
    log.info("worker started", engine=hands.name)
    jobs_due.limit_waits()
    try:
        while not until():
            if not _go_on(hands, chores):
                db.session.remove()
                time.sleep(pause)
    finally:
        hands.stop()


def sweep() -> None:
    """Ask for what is due, or soon will be, by its own rows and was not asked for."""
    with transaction():
        jobs_due.ask_for(jobs_due.due(now() + AHEAD))


def clean() -> None:
    """Throw away what nobody will come back for."""
    drafts.sweep()
    once.sweep()
    leftovers.sweep()


def take_over() -> None:
    """Set free what dead workers held, each time a little later, and what the database cut short."""
    attempts.give_back()
    with transaction():
        for kind, subject, times in jobs_due.put_back(longest=2 * LEASE):
            log.warning("taken over from a dead worker", kind=kind, times=times)
            jobs_due.let_go(kind, subject, at=later(times))


class Chore:
    """Something a worker does every so often, by the steady count of its machine."""

    def __init__(self, every: timedelta, deed: Callable[[], None]) -> None:
        self._every, self._deed, self._done = every.total_seconds(), deed, None

    def do_if_due(self) -> None:
        if self._done is None or monotonic() - self._done >= self._every:
            self._deed()
            self._done = monotonic()


class _Alone:
    """The embedded engine: this thread looks itself."""

    name = "embedded"

    def work(self) -> bool:
        db.session.rollback()
        job = jobs_embedded.next_job(now())
        if job is None:
            return False
        kind, subject, since = job
        again = _look(kind, subject)
        with transaction():
            jobs_embedded.looked(kind, subject, since, again=again)
        return True

    def stop(self) -> None:
        """Nothing is in hand between two looks."""


class _Procrastinate:
    """The engine on PostgreSQL: another thread looks, this one does the chores."""

    name = "procrastinate"

    def __init__(self) -> None:
        self._hands = None

    def work(self) -> bool:
        if self._hands is None:
            from app.storage.jobs_procrastinate import Hands  # a web process does without

            self._hands = Hands(parts().settings.database_url, _looking(entrance()))
            self._hands.start()
        return False

    def stop(self) -> None:
        if self._hands is not None:
            self._hands.stop()


def _go_on(hands: _Alone | _Procrastinate, chores: list[Chore]) -> bool:
    try:
        keep_time()
        for chore in chores:
            chore.do_if_due()
        return hands.work()
    except (Unavailable, DatabaseFault) as fault:
        log.warning("database unavailable", error=type(fault).__name__)
        return False


def _looking(enter: Callable[[], AbstractContextManager]) -> Callable[[str, str], None]:
    def look(kind: str, subject: str) -> None:
        with enter():
            again = _look(kind, subject)
            if again is not None:
                with transaction():
                    jobs.ask_again(kind, subject, wait=max(again - now(), timedelta()))

    return look


def _look(kind: str, subject: str) -> datetime | None:
    """When to look again; nothing that goes wrong with one subject ends the worker."""
    try:
        return clock.look(kind, subject)
    except (Unavailable, DatabaseFault) as fault:
        log.warning("database unavailable", error=type(fault).__name__)
        return now() + SOON
    except Exception as fault:
        log.error("look failed", kind=kind, error=type(fault).__name__)
        return now() + SWEEP
