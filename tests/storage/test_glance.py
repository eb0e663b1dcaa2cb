"""A question put to the driver itself: it never stands in a transaction, and a broken connection is nobody's fault."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, text

from app.storage import db, transaction
from app.storage.database import AFRESH
from app.usecases import sign_in
from tests import factories


@pytest.fixture
def token(city: Flask) -> str:
    username = factories.account("lurah", "35.74.03.1002")
    return sign_in.sign_in(username, factories.PASSWORD, address="192.0.2.1")


def kill_connections(url: str) -> int:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    where = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(plain) as line:
        return line.execute(f"{others} {where}").fetchone()[0]


def test_who_comes_is_known_although_the_connection_broke(token: str, postgres_url: str) -> None:
    known = sign_in.recognise(token)
    db.session.remove()
    assert kill_connections(postgres_url) == 1
    assert sign_in.recognise(token) == known


def test_a_connection_comes_back_as_it_was_lent(token: str) -> None:
    sign_in.recognise(token)
    assert db.engine.pool.checkedout() == 0
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.execute(text("UPDATE person SET name = 'bukan siapa-siapa'"))
        raise ZeroDivisionError
    assert sign_in.recognise(token).actor.name != "bukan siapa-siapa"


def test_the_question_is_prepared_also_after_one_that_must_not_be(token: str) -> None:
    db.session.remove()
    with db.engine.connect() as line:  # a list, which leaves the driver told to prepare nothing
        line.execute(text("SELECT 1").execution_options(**AFRESH))
    sign_in.recognise(token)
    with db.engine.connect() as line:
        prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%token_hash%'")
        assert line.scalar(prepared) == 1
