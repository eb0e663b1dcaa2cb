"""Scratch tables for measuring a step inside its whole transaction; gone when the measurement ends.

The transaction is as lean as the driver allows, and the same whoever moves the case: what differs between two
measurements is the step alone. The statements are text and not mapped classes for that reason only.
"""

import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    make_url,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema, DropSchema

from app.errors import Invalid, Unavailable
from app.storage.database import NAMES, Id, Moment

CASE = 1
CLEAR = ("DELETE FROM diary", "DELETE FROM timer", "DELETE FROM task", 'DELETE FROM "case"')
NEW_CASE = 'INSERT INTO "case" (id, revision, state) VALUES (:case, 0, :state)'
READ_CASE = 'SELECT state, revision FROM "case" WHERE id = :case'
READ_OPEN = (
    "SELECT id, step FROM task WHERE case_id = :case AND status = 'open'"
    " UNION ALL SELECT id, NULL FROM timer WHERE case_id = :case"
)
KEEP_CASE = (
    'UPDATE "case" SET state = :state, revision = revision + 1, closed_at = :closed'
    " WHERE id = :case AND revision = :seen"
)
CLOSE_TASK = "UPDATE task SET status = :status, done_at = :now WHERE id = :id"
OPEN_TASK = (
    "INSERT INTO task (id, case_id, step, status, created_at) VALUES (:id, :case, :step, 'open', :now)"
)
DROP_TIMER = "DELETE FROM timer WHERE id = :id"
SET_TIMER = "INSERT INTO timer (id, case_id, step, due_at) VALUES (:id, :case, :step, :due)"
NOTE = "INSERT INTO diary (case_id, kind, step, at) VALUES (:case, 'task completed', :step, :now)"

Write = tuple[str, dict[str, object]]


class Open(Protocol):
    """A task or a timer that a case waits for; a timer also says when it is due."""

    id: str
    step: str


class Stands(Protocol):
    """Where a case stands after a move, whoever moved it."""

    state: bytes
    waiting: Iterable[Open]
    timers: Iterable[Open]
    finished: bool


_scratch = MetaData(naming_convention=NAMES)
Table(
    "case", _scratch,
    Column("id", Id, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("closed_at", Moment),
    Column("state", LargeBinary, nullable=False),
)  # fmt: skip
Table(
    "task", _scratch,
    Column("id", String, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("step", String, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_task_inbox", "step", "status", "created_at"),
)  # fmt: skip
Table(
    "timer", _scratch,
    Column("id", String, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("step", String, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
)  # fmt: skip
Table(
    "diary", _scratch,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("step", String, nullable=False),
    Column("at", Moment, nullable=False),
)  # fmt: skip


class Scratch:
    """One case in tables of its own, and the transaction in which a person finishes one of its tasks."""

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()
        self._driver = self._pooled.driver_connection
        self._on_postgres = engine.dialect.name == "postgresql"
        self.database = _told(engine)

    def close(self) -> None:
        self._pooled.close()

    def put(self, standing: Stands, now: datetime) -> None:
        """Forget whatever stands there and put one case there as it stands."""
        with self._transaction():
            for statement in CLEAR:
                self._run(statement)
            self._run(NEW_CASE, case=CASE, state=standing.state)
            for statement, values in _opened(standing.waiting, standing.timers, now):
                self._run(statement, **values)

    def step(self, step: str, act: Callable[[bytes, str], Stands], now: datetime) -> Stands:
        """One transaction: hold the case, read it, move it with `act`, write all that follows, commit."""
        with self._transaction():
            case, found = self._run(self._hold, case=CASE), self._run(READ_OPEN, case=CASE)
            state, revision = case.fetchone()
            known = dict(found.fetchall())
            done = next(name for name, where in known.items() if where == step)
            standing = act(bytes(state), done)
            kept = {"case": CASE, "state": standing.state, "seen": revision}
            self._write(
                (KEEP_CASE, {**kept, "closed": str(now) if standing.finished else None}),
                *_closed(known, done, standing, now),
                *_opened(
                    [task for task in standing.waiting if task.id not in known],
                    [timer for timer in standing.timers if timer.id not in known],
                    now,
                ),
                (NOTE, {"case": CASE, "step": step, "now": str(now)}),
            )
        return standing

    @property
    def _hold(self) -> str:
        return f"{READ_CASE} FOR UPDATE" if self._on_postgres else READ_CASE

    def _write(self, *writes: Write) -> None:
        """All that follows from a step: on PostgreSQL in one statement, because each would cost a message."""
        if self._on_postgres:
            values = {
                f"{name}_{place}": each
                for place, (_, given) in enumerate(writes)
                for name, each in given.items()
            }
            self._driver.execute(_joined(tuple(statement for statement, _ in writes)), values)
            return
        for statement, values in writes:
            self._driver.execute(statement, values)

    def _run(self, statement: str, **values: object) -> Any:
        return self._driver.execute(_named(statement) if self._on_postgres else statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """On PostgreSQL statements travel together until an answer is read; on SQLite the file is held at once."""
        if self._on_postgres:
            with self._driver.pipeline(), self._driver.transaction():
                yield
            return
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        self._driver.execute("COMMIT")


@contextmanager
def scratch(url: str | None = None) -> Iterator[Scratch]:
    """Tables beside those of this database: a schema on PostgreSQL, a file in the same folder for SQLite.

    Raises Invalid where the address is not one, Unavailable where nobody answers.
    """
    address = _address(url)
    place = _schema(address) if address.get_backend_name() == "postgresql" else _file(address)
    try:
        with place as beside:
            engine = create_engine(beside, poolclass=NullPool, hide_parameters=True)
            _scratch.create_all(engine)
            with closing(Scratch(engine)) as tables:
                yield tables
    except OperationalError as fault:
        raise Unavailable("Basis data itu tidak menjawab. Periksa alamat dan haknya.") from fault


def _address(url: str | None) -> URL:
    try:
        address = make_url(url or "sqlite://")
        backend = address.get_backend_name()
    except ArgumentError as fault:
        raise Invalid("Alamat basis data itu tidak dapat dibaca.") from fault
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise Invalid("Hanya sqlite:/// dan postgresql:// yang dikenal.")
    return address


@contextmanager
def _schema(address: URL) -> Iterator[URL]:
    name = f"alur_bench_{secrets.token_hex(6)}"
    owner = create_engine(address, poolclass=NullPool, hide_parameters=True)
    with owner.begin() as connection:
        connection.execute(CreateSchema(name))
    try:
        yield address.update_query_dict({"options": f"-csearch_path={name}"})
    finally:
        with owner.begin() as connection:
            connection.execute(DropSchema(name, cascade=True))


@contextmanager
def _file(address: URL) -> Iterator[URL]:
    beside = Path(address.database).resolve().parent if address.database else None
    try:
        folder = tempfile.TemporaryDirectory(prefix="alur-bench-", dir=beside)
    except OSError as fault:
        raise Invalid("Folder berkas SQLite itu tidak dapat ditulisi.") from fault
    with folder as path:
        yield URL.create("sqlite", database=str(Path(path) / "bench.db"))


def _told(engine: Engine) -> str:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    version = ".".join(map(str, engine.dialect.server_version_info))
    return f"{names[engine.dialect.name]} {version}"


def _closed(known: Mapping[str, str | None], done: str, standing: Stands, now: datetime) -> Iterator[Write]:
    still = {each.id for each in (*standing.waiting, *standing.timers)}
    for name, step in known.items():
        if name in still:
            continue
        if step is None:
            yield DROP_TIMER, {"id": name}
        else:
            yield CLOSE_TASK, {"id": name, "status": "done" if name == done else "cancelled", "now": str(now)}


def _opened(tasks: Iterable[Open], timers: Iterable[Open], now: datetime) -> Iterator[Write]:
    for task in tasks:
        yield OPEN_TASK, {"id": task.id, "case": CASE, "step": task.step, "now": str(now)}
    for timer in timers:
        yield SET_TIMER, {"id": timer.id, "case": CASE, "step": timer.step, "due": str(timer.due)}


@lru_cache
def _joined(statements: tuple[str, ...]) -> str:
    """One statement of PostgreSQL that does all of these; the names of each get its place."""
    *others, last = (_named(statement, f"_{place}") for place, statement in enumerate(statements))
    return "WITH " + ", ".join(f"w{place} AS ({each})" for place, each in enumerate(others)) + f" {last}"


@lru_cache
def _named(statement: str, suffix: str = "") -> str:
    return re.sub(r":(\w+)", rf"%(\1{suffix})s", statement)
