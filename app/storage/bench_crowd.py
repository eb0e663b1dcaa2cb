"""Scratch databases with very many cases, to measure pages in: real ones, copied row by row inside the database."""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from sqlalchemy import Column, Connection, Table, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from app.errors import Invalid, Unavailable
from app.storage.cases import Case
from app.storage.database import Moment, db
from app.storage.events import Wait
from app.storage.work import Incident

NAMED = {"token", "operation_id", "key", "task_id"}  # texts that no two rows share, or that name such a one
PLAN = (
    "case_id bigint PRIMARY KEY", "template_id bigint", "home_id bigint", "number text", "name text",
    "nik_index text", "seconds bigint", "reached {reached}",
)  # fmt: skip
PLAN_COLUMNS = ", ".join(column.split()[0] for column in PLAN)
SLOTS = "CREATE {kind} TABLE bench_slot (case_id bigint, unit_id bigint, slot text, PRIMARY KEY (case_id, unit_id))"
PLACES = (
    "CREATE {kind} TABLE bench_place (home_id bigint, slot text, unit_id bigint, PRIMARY KEY (home_id, slot))"
)


@dataclass(frozen=True)
class Copy:
    """One case to be: whose copy, where at home, by which number and name, how much later than its template."""

    case_id: int
    template_id: int
    home_id: int
    number: str
    name: str
    nik_index: str
    seconds: int
    reached: list[int]


class Places:
    """Addresses of the scratch databases: one, and a copy of it that may grow."""

    def __init__(self, address: URL, folder: Path) -> None:
        self._address, self._folder = address, folder
        self._names: list[str] = []
        self._on_postgres = address.get_backend_name() == "postgresql"

    def new(self) -> str:
        """The address of an empty one."""
        name = self._take_name()
        if self._on_postgres:
            self._administer(f"CREATE DATABASE {name}")
        return self._told(name)

    def copy(self) -> str:
        """The address of a copy of the last one; nobody may be connected to that."""
        origin, name = self._names[-1], self._take_name()
        if self._on_postgres:
            self._administer(f"CREATE DATABASE {name} TEMPLATE {origin}")
        else:
            copyfile(self._folder / origin, self._folder / name)
        return self._told(name)

    def drop(self) -> None:
        for name in self._names if self._on_postgres else ():
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _take_name(self) -> str:
        self._names.append(f"alur_bench_{secrets.token_hex(6)}")
        return self._names[-1]

    def _told(self, name: str) -> str:
        if self._on_postgres:
            return self._address.set(database=name).render_as_string(hide_password=False)
        return f"sqlite:///{self._folder / name}"

    def _administer(self, statement: str) -> None:
        owner = create_engine(
            self._address, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT"
        )
        with owner.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def places(url: str | None) -> Iterator[Places]:
    """Scratch databases on the server of this address, else files; gone when the measurement ends.

    Raises Invalid where the address is not one, Unavailable where nobody answers or may create a database.
    """
    try:
        address = make_url(url or "sqlite://")
    except ArgumentError as fault:
        raise Invalid("Alamat basis data itu tidak dapat dibaca.") from fault
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Invalid("Hanya sqlite:/// dan postgresql:// yang dikenal.")
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    with tempfile.TemporaryDirectory(prefix="alur-bench-") as folder:
        made = Places(address, Path(folder))
        try:
            yield made
        except (OperationalError, ProgrammingError) as fault:
            raise Unavailable("Basis data itu tidak menjawab. Periksa alamat dan haknya.") from fault
        finally:
            made.drop()


def prepare(slots: Iterable[tuple[int, int, str]], homes: Iterable[tuple[int, str, int]]) -> None:
    """Say which unit of a template stands for which rank, and which unit has that rank above every home."""
    with db.engine.begin() as connection:
        kind = "UNLOGGED" if _on_postgres(connection) else ""
        for statement in (SLOTS, PLACES, f"CREATE {{kind}} TABLE bench_plan ({', '.join(PLAN)})"):
            reached = "bigint[]" if _on_postgres(connection) else "json"
            connection.execute(text(statement.format(kind=kind, reached=reached)))
        _insert(connection, "bench_slot", ("case_id", "unit_id", "slot"), slots)
        _insert(connection, "bench_place", ("home_id", "slot", "unit_id"), homes)


def grow(copies: Iterable[Copy], *, lightly: bool) -> None:
    """Write these copies with all their rows; `lightly`: with indexes and rules off meanwhile (PostgreSQL)."""
    with db.engine.begin() as connection:
        aside = _set_aside(connection) if lightly and _on_postgres(connection) else []
        connection.execute(text("DELETE FROM bench_plan"))
        _plan(connection, copies)
        for table in _tables():
            connection.execute(text(_statement(table, on_postgres=_on_postgres(connection))))
        for statement in aside:
            connection.execute(text(statement))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if _on_postgres(connection) else "ANALYZE"))


def make_light() -> None:
    """Let the tables of a scratch database do without a log (PostgreSQL): a crash may take them."""
    with db.engine.begin() as connection:
        if not _on_postgres(connection):
            return
        rules = connection.execute(text(RULES)).all()
        for table, name, _definition in rules:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        for (table,) in connection.execute(text(LOGGED)).all():
            connection.execute(text(f"ALTER TABLE {table} SET UNLOGGED"))
        for table, name, definition in rules:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


def told_size() -> int:
    """Bytes of this database."""
    with db.engine.connect() as connection:
        if _on_postgres(connection):
            return connection.scalar(text("SELECT pg_database_size(current_database())"))
        return Path(db.engine.url.database).stat().st_size


def told_engine() -> str:
    """Which database this is."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    with db.engine.connect() as connection:
        version = ".".join(map(str, connection.dialect.server_version_info))
    return f"{names[db.engine.dialect.name]} {version}"


def counts() -> dict[str, int]:
    """Rows in every table of cases."""
    with db.engine.connect() as connection:
        found = {
            str(table.name): connection.scalar(text(f'SELECT count(*) FROM "{table.name}"'))
            for table in _tables()
        }
        return {
            **found,
            "open_tasks": connection.scalar(text("SELECT count(*) FROM task WHERE status = 'open'")),
        }


RULES = """
SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
LOGGED = """
SELECT oid::regclass FROM pg_class
WHERE relkind = 'r' AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace
"""
INDEXES = """
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisunique AND relnamespace = 'public'::regnamespace
"""


def _set_aside(connection: Connection) -> list[str]:
    """Drop indexes and rules between tables; returns what brings them back."""
    back = []
    for name, definition in connection.execute(text(INDEXES)).all():
        connection.execute(text(f"DROP INDEX {name}"))
        back.append(definition)
    for table, name, definition in connection.execute(text(RULES)).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
    return back


def _plan(connection: Connection, copies: Iterable[Copy]) -> None:
    rows = (tuple(vars(copy).values()) for copy in copies)
    if not _on_postgres(connection):
        _insert(
            connection, "bench_plan", PLAN_COLUMNS.split(", "), ((*row[:-1], str(row[-1])) for row in rows)
        )
        return
    driver = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY bench_plan ({PLAN_COLUMNS}) FROM STDIN") as copying:
        for row in rows:
            copying.write_row(row)
    connection.execute(text("ANALYZE bench_plan"))


def _insert(connection: Connection, table: str, names: Iterable[str], rows: Iterable[tuple]) -> None:
    values = [dict(zip(names, row, strict=True)) for row in rows]
    places = ", ".join(f":{name}" for name in names)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"), values)


def _tables() -> list[Table]:
    """Everything a case brings with it; not what waits for another case or an administrator."""
    left_out = {"draft", Incident.__tablename__, Wait.__tablename__}
    ordered = (table for table in db.metadata.sorted_tables if table.name not in left_out)
    return [table for table in ordered if table is Case.__table__ or "case_id" in table.columns]


def _statement(table: Table, *, on_postgres: bool) -> str:
    """One statement that writes a table's rows of every copy."""
    columns = [column for column in table.columns if not _is_drawn(table, column)]
    values = ", ".join(_value(table, column, on_postgres) for column in columns)
    key, unit = ("id", "home_unit_id") if table is Case.__table__ else ("case_id", "unit_id")
    rank = (
        f"LEFT JOIN bench_slot s ON s.case_id = r.{key} AND s.unit_id = r.{unit}"
        if unit in table.columns
        else ""
    )
    place = "LEFT JOIN bench_place q ON q.home_id = p.home_id AND q.slot = s.slot" if rank else ""
    names = ", ".join(f'"{column.name}"' for column in columns)
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM bench_plan p '
        f'JOIN "{table.name}" r ON r.{key} = p.template_id {rank} {place} ORDER BY p.case_id'
    )


def _is_drawn(table: Table, column: Column) -> bool:
    """Whether the database counts it by itself."""
    return (
        column.primary_key
        and column.name == "id"
        and table is not Case.__table__
        and column.type.python_type is int
    )


def _value(table: Table, column: Column, on_postgres: bool) -> str:
    name, own = column.name, f'r."{column.name}"'
    if name == "case_id" or (table is Case.__table__ and name == "id"):
        return "p.case_id"
    if table is Case.__table__ and name in CASE_VALUES:
        return CASE_VALUES[name]
    if name == "applicant_search":
        return f"CASE WHEN {own} = '' THEN '' ELSE lower(p.name) END"
    if table.name == "letter" and name in LETTER_VALUES:
        return LETTER_VALUES[name]
    if name in NAMED or (name == "id" and column.primary_key):
        return f"{own} || '-' || p.case_id"
    if name in {"unit_id", "home_unit_id"}:
        return f"COALESCE(q.unit_id, {own})"
    if isinstance(column.type, Moment):
        return f"{own} + p.seconds * interval '1 second'" if on_postgres else LATER.format(own)
    return own


CASE_VALUES = {
    "number": "p.number",
    "applicant_name": "CASE WHEN r.confidential THEN '' ELSE p.name END",
    "applicant_search": "CASE WHEN r.confidential THEN '' ELSE lower(p.name) END",
    "nik_index": "CASE WHEN r.confidential THEN NULL ELSE p.nik_index END",
    "reached": "p.reached",
}
LETTER_VALUES = {
    "seq": "p.case_id", "case_number": "p.number",
    "number": "replace(r.number, '/' || r.seq || '/', '/' || p.case_id || '/')",
}  # fmt: skip
LATER = "strftime('%Y-%m-%d %H:%M:%f000', {}, p.seconds || ' seconds')"


def _on_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
