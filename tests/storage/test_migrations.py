"""The migrations build exactly what the classes say, on both databases, and can be undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from app.storage import db, schema
from tests import founding
from tests.postgres import Server


@pytest.fixture(params=["postgresql", "sqlite"])
def empty_app(
    request: pytest.FixtureRequest, tmp_path: Path, new_app: Callable[[str], Flask]
) -> Iterator[Flask]:
    """A portal on a database that holds nothing yet."""
    if request.param == "sqlite":
        app = new_app(f"sqlite:///{tmp_path}/empty.db")
    else:
        server: Server = request.getfixturevalue("postgres")
        with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
            connection.execute("CREATE DATABASE empty")
        app = new_app(server.url("empty"))
    with app.app_context():
        yield app
    founding.close(app)


def test_the_migrations_build_what_the_classes_say(empty_app: Flask) -> None:
    assert not schema.is_current()
    schema.upgrade()
    assert schema.is_current()
    with db.engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata
        )
    assert not differences


def test_the_migrations_can_be_undone_and_done_again(empty_app: Flask) -> None:
    schema.upgrade()
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    assert schema.is_current()
