"""The database is restarted in the middle of everything: who was told keeps it, who was not reads when to try again."""

import psycopg
import pytest
from flask import Response
from sqlalchemy import text

from app.storage import db
from tests.faults.siege import Siege
from tests.faults.stage import Stage
from tests.postgres import Server

PAUSE = 1.0


def set_synchronous(stage: Stage, server: Server, value: str) -> None:
    """Whether a commit waits until it is written, as it does wherever nobody has changed it."""
    name = stage.app.config["SQLALCHEMY_DATABASE_URI"].split("?")[0].rsplit("/", 1)[-1]
    with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {value}")


@pytest.mark.parametrize("times", [3, pytest.param(30, marks=pytest.mark.long)])
def test_a_restart_loses_nothing_and_breaks_no_page(stage: Stage, postgres_server: Server, times: int):
    set_synchronous(stage, postgres_server, "on")

    with Siege(stage) as siege:
        siege.restart(postgres_server, times, pause=PAUSE)

    assert siege.verdict() == []
    assert siege.met["503"], "somebody was told to try again"
    assert siege.met.keys() <= {"200", "302", "503"}, "and nobody was cut off"


def test_a_restart_would_find_what_was_told_too_early(stage: Stage, postgres_server: Server):
    """The database itself answers before it has written."""
    set_synchronous(stage, postgres_server, "off")

    with Siege(stage) as siege:
        siege.restart(postgres_server, 3, pause=PAUSE)

    assert siege.verdict() != []


def test_an_answer_is_given_though_the_database_goes_away_behind_it(stage: Stage, postgres_server: Server):
    """Flask tidies up when all is said; what fails then would take the answer away."""

    @stage.app.after_request
    def lose(answer: Response) -> Response:
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(postgres_server.url("postgres").replace("+psycopg", "")) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        return answer

    assert stage.app.test_client().get("/layanan").status_code == 200
