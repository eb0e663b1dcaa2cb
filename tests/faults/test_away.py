"""The database goes away in the middle of work, again and again: that costs the work none of its attempts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from app.errors import Unavailable
from app.storage import DatabaseFault, work
from app.usecases import attempts
from app.usecases.attempts import ATTEMPTS
from tests.faults import invariants
from tests.faults.deeds import DEEDS
from tests.faults.stage import Stage
from tests.postgres import Server

COUNTS = re.compile(r"\s*(UPDATE outbox|UPDATE event_post|INSERT INTO job)\b.*attempts", re.DOTALL)
MORE_THAN_PATIENT = ATTEMPTS + 1
BY_WORKER = [name for name, deed in DEEDS.items() if deed.by_worker]


class Cut:
    """The line to the database, cut when an attempt has just been counted; with `longer` nobody is let in until it is
    mended.
    """

    def __init__(self, stage: Stage, server: Server, *, longer: bool) -> None:
        self._address = server.url("postgres").replace("+psycopg", "")
        self._name = stage.app.config["SQLALCHEMY_DATABASE_URI"].split("?")[0].rsplit("/", 1)[-1]
        self._longer, self._kept, self._counted = longer, DefaultDialect.do_commit, False
        self.times = 0

    @contextmanager
    def once(self) -> Iterator[None]:
        self._counted = False
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DefaultDialect, "do_commit", lambda *line: self._commit(*line))
            event.listen(Engine, "before_cursor_execute", self._look)
            yield
            event.remove(Engine, "before_cursor_execute", self._look)
        self._let_in(True)

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self._counted |= COUNTS.match(statement) is not None

    def _commit(self, *line: Any) -> None:
        self._kept(*line)
        if self._counted:
            DefaultDialect.do_commit = self._kept
            self.times += 1
            self._let_in(not self._longer)
            self._say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", self._name)

    def _let_in(self, somebody: bool) -> None:
        self._say(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS {somebody}")

    def _say(self, statement: str, *values: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement, values)


def cut_short(stage: Stage, server: Server, name: str, *, longer: bool = False) -> None:
    """More often than the worker is patient; then nothing is in the way any more."""
    deed, cut = DEEDS[name], Cut(stage, server, longer=longer)
    thing = deed.prepare(stage)
    for _time in range(MORE_THAN_PATIENT):
        with cut.once(), suppress(Unavailable, DatabaseFault):
            stage.work()
        stage.wait()
    stage.work()
    with stage.inside():
        assert work.open_incidents() == [], "nothing was wrong with the work"
    assert cut.times == MORE_THAN_PATIENT
    deed.check(stage, thing, None)
    with stage.inside():
        found = invariants.broken()
        assert not found, found


@pytest.mark.parametrize("longer", [False, True])
def test_a_database_that_is_away_costs_no_attempt(stage: Stage, postgres_server: Server, longer: bool):
    for name in BY_WORKER:
        cut_short(stage, postgres_server, name, longer=longer)


def test_attempts_that_are_counted_all_the_same_would_be_found(
    stage: Stage, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempts, "is_away", lambda _fault: False)
    with pytest.raises(AssertionError, match="nothing was wrong with the work"):
        cut_short(stage, postgres_server, "notice")
