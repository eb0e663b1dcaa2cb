"""PostgreSQL's driver itself: to a statement of our own it is what SQLAlchemy's connection is, faults included."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from app.errors import Unavailable
from app.storage import db, is_away, transaction
from app.storage.database import in_use
from app.storage.line import Line
from tests.storage.test_glance import kill_connections

TWICE = "INSERT INTO service (code, name) SELECT code, name FROM service LIMIT 1"


@pytest.fixture
def line(city: Flask) -> Iterator[Line]:
    db.session.remove()
    with closing(Line(db.engine)) as line:
        yield line
    assert db.engine.pool.checkedout() == 0


def test_it_gives_rows_and_counts(line: Line) -> None:
    assert line.exec_driver_sql("SELECT %s + 1", (1,)).first() == (2,)
    assert line.exec_driver_sql("SELECT 1 WHERE %(no)s", {"no": False}).first() is None
    assert line.exec_driver_sql("UPDATE person SET name = name WHERE id = -1", ()).rowcount == 0


def test_every_statement_is_kept_by_itself(line: Line) -> None:
    line.exec_driver_sql("UPDATE person SET rank = 'Pembina'", ())
    with pytest.raises(IntegrityError):
        line.exec_driver_sql(TWICE, ())
    assert line.exec_driver_sql("SELECT DISTINCT rank FROM person", ()).first() == ("Pembina",)


def test_a_broken_line_is_a_database_that_is_away_and_is_not_lent_again(
    city: Flask, postgres_url: str
) -> None:
    db.session.remove()
    with pytest.raises(OperationalError) as fault, closing(Line(db.engine)) as line:
        kill_connections(postgres_url)
        line.exec_driver_sql("SELECT 1", ())
    assert is_away(fault.value)
    with closing(Line(db.engine)) as other:
        assert other.exec_driver_sql("SELECT 1", ()).first() == (1,)


def test_a_deed_that_loses_its_line_is_told_that_the_database_is_away(city: Flask, postgres_url: str) -> None:
    with pytest.raises(Unavailable), transaction(held=False):
        in_use().reader().exec_driver_sql("SELECT 1", ())
        kill_connections(postgres_url)
        in_use().reader().exec_driver_sql("SELECT 1", ())
    assert db.engine.pool.checkedout() == 0


def test_a_line_that_is_given_back_stands_in_transactions_again(city: Flask) -> None:
    db.session.remove()
    Line(db.engine).close()
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.connection().exec_driver_sql("UPDATE person SET rank = 'tak disimpan'")
        raise ZeroDivisionError
    db.session.remove()
    with closing(Line(db.engine)) as line:
        assert line.exec_driver_sql("SELECT 1 FROM person WHERE rank = 'tak disimpan'", ()).first() is None
