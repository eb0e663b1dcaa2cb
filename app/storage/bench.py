"""A scratch place to measure in: a database of its own beside a city's, or a file in the same folder."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from app.errors import Invalid, Unavailable
from app.storage.database import db


@contextmanager
def scratch(url: str | None = None) -> Iterator[str]:
    """The address of an empty place beside this database, gone afterwards.

    Raises Invalid where the address is not one, Unavailable where nobody answers.
    """
    address = _address(url)
    place = _database(address) if address.get_backend_name() == "postgresql" else _file(address)
    try:
        with place as beside:
            yield beside.render_as_string(hide_password=False)
    except OperationalError as fault:
        raise Unavailable("Basis data itu tidak menjawab. Periksa alamat dan haknya.") from fault


def told() -> str:
    """The kind and version of the portal's database."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    with db.engine.connect() as connection:
        version = ".".join(map(str, connection.dialect.server_version_info))
    return f"{names[db.engine.dialect.name]} {version}"


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
def _database(address: URL) -> Iterator[URL]:
    name = f"alur_bench_{secrets.token_hex(6)}"
    owner = create_engine(address, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield address.set(database=name)
    finally:
        with owner.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _file(address: URL) -> Iterator[URL]:
    beside = Path(address.database).resolve().parent if address.database else None
    try:
        folder = tempfile.TemporaryDirectory(prefix="alur-bench-", dir=beside)
    except OSError as fault:
        raise Invalid("Folder berkas SQLite itu tidak dapat ditulisi.") from fault
    with folder as path:
        yield URL.create("sqlite", database=str(Path(path) / "bench.db"))
