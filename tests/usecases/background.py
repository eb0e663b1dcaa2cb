"""Background work under test: what has been asked for on either database, workers in threads and in processes."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from app.config import ROOT
from app.storage import db, work
from app.storage.cases import Case
from app.storage.work import Outbox
from app.usecases import workers
from app.usecases.parts import parts
from tests.usecases import stuck
from tests.web import visitors

WAITING = {
    "postgresql": "SELECT args->>'kind', args->>'subject' FROM procrastinate_jobs ORDER BY id",
    "sqlite": "SELECT kind, subject FROM job ORDER BY at",
}
FORGET = {"postgresql": "DELETE FROM procrastinate_jobs", "sqlite": "DELETE FROM job"}
PATIENCE = 60  # seconds; a busy machine is slow


def real_time() -> None:
    """Go by the true time, as an installation does."""
    here = parts()
    here.clock = here.machine = lambda: datetime.now(UTC)


def asked() -> list[tuple[str, str]]:
    """(kind, subject) of every wake-up there is."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(WAITING[db.engine.dialect.name]))]


def lose_all() -> None:
    """Every wake-up is gone, as after a restore."""
    with db.engine.begin() as connection:
        connection.execution_options(write=True).execute(text(FORGET[db.engine.dialect.name]))


def wait_until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        db.session.remove()
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def at_work(app: Flask, many: int = 1) -> Iterator[None]:
    """So many workers in threads of this process, while the block runs."""
    over = threading.Event()

    def work_on() -> None:
        with visitors.inside(app):
            workers.run(over.is_set, pause=0.02)

    hands = [threading.Thread(target=work_on) for _worker in range(many)]
    for hand in hands:
        hand.start()
    try:
        yield
    finally:
        over.set()
        for hand in hands:
            hand.join(PATIENCE)


@contextmanager
def process(app: Flask, files: Path, **trouble: float) -> Iterator[subprocess.Popen]:
    """A worker in a process of its own; it is killed if it still lives at the end."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-m", "tests.usecases.live_worker", url, str(files), json.dumps(trouble)]
    live = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
    try:
        yield live
    finally:
        live.kill()
        live.wait()
        live.stdout.close()


@contextmanager
def kept_alive(app: Flask, files: Path, **trouble: float) -> Iterator[list[int]]:
    """One worker after the other, as a service manager starts them; gives how each of them ended."""
    over, ended = threading.Event(), []

    def keep() -> None:
        while not over.is_set():
            with process(app, files, **trouble) as live:
                while live.poll() is None and not over.wait(0.05):
                    continue
                if live.poll() is not None:
                    ended.append(live.returncode)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield ended
    finally:
        over.set()
        keeper.join()


def to_be_told(index: int = 0) -> tuple[int, str]:
    """A new case that only waits for its applicant to be told of a refusal, and the key of that work."""
    case = stuck.refused(index=index)
    (order,) = work.unfinished_of(case.id)
    return case.id, order.key


def order(key: str) -> Outbox:
    db.session.rollback()
    return db.session.query(Outbox).filter_by(key=key).populate_existing().one()


def is_told(case_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Case, case_id, populate_existing=True).outcome == "ditolak"


def told() -> set[int]:
    """The cases whose applicants know of their refusal."""
    db.session.rollback()
    return set(db.session.scalars(select(Case.id).where(Case.outcome == "ditolak")))


def waiting() -> list[int]:
    """The cases that wait for an administrator."""
    db.session.rollback()
    return [incident.case_id for incident in work.open_incidents()]
