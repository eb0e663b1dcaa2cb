"""What one step asks of the database, and that writing all at once is as safe as row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from psycopg import _queries
from sqlalchemy import event, text, update
from sqlalchemy.orm.exc import StaleDataError

from app.errors import Conflict
from app.storage import bench_rows, cases, db, holding, loading, transaction
from app.storage.cases import Case, Diary, Message, Task, Timer
from app.storage.sheet import put, strike
from app.storage.writing import write_out
from app.usecases import diary, processes
from app.usecases.bench import chain, portal, services
from app.usecases.diary import note
from tests import factories, lines
from tests.conftest import Clock

MOST_STATEMENTS = 2  # read all that stands around the case, keep all that follows
MOST_ON_SQLITE = 13  # read, and one for each row: nothing is far away


@pytest.fixture
def chained(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        processes.publish(chain.SERVICE, by="pengujian")
        yield each_app
        db.session.remove()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Statements and commits that go to the database."""
    said: list[str] = []

    def before(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    def kept(connection) -> None:
        if getattr(connection.connection.driver_connection, "autocommit", False) is not True:
            said.append("COMMIT")

    def kept_at_once(statement: str) -> None:
        if statement.startswith("WITH"):
            said.append("COMMIT")

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "commit", kept)
    deaf = lines.hear(said.append, kept_at_once)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
        event.remove(db.engine, "commit", kept)
        deaf()


def test_a_step_of_an_official_is_two_statements(chained: Flask, clock: Clock) -> None:
    """The applicant's, at the end, holds the case first."""
    clock.set(datetime.now(UTC))
    on_sqlite = db.engine.dialect.name == "sqlite"
    for _walk in range(2):  # what is read once in a process is no part of the step
        case_id, asked = portal.open_case(1), []
        for step in chain.WAY:
            task = portal.waiting(case_id)
            db.session.remove()
            with counted() as said:
                portal.finish(task, chain.answers(step))
            assert said.count("COMMIT") == 1
            asked.append(len(said) - 1)
    most = MOST_ON_SQLITE if on_sqlite else MOST_STATEMENTS
    assert max(asked[:-1]) <= most, asked
    assert asked[-1] <= most + 1, asked


@pytest.mark.parametrize(
    ("code", "most"), [("pengaduan", MOST_STATEMENTS), ("keramaian", MOST_STATEMENTS + 5)]
)
def test_a_step_towards_agencies_reads_all_it_needs_before_it_writes(
    chained: Flask, clock: Clock, code: str, most: int
) -> None:
    """Who holds the role of an agency that the drawing does not name is asked every time. In the hours in which
    something is due soon, a wake-up is sent after all else, or with it."""
    clock.set(datetime.now(UTC))
    walk = services.prepared(code).ours
    for _walk in range(2):  # what is read once in a process is no part of the step
        bench_rows.put_back(walk.case_id, walk.rows)
        asked = []
        for _step, given in walk.way:
            task = portal.waiting(walk.case_id)
            db.session.remove()
            with counted() as said:
                portal.finish(task, given)
            asked.append(
                [
                    each.split()[0]
                    for each in said
                    if each != "COMMIT" and not each.strip().startswith("SELECT procrastinate")
                ]
            )
    for words in asked:
        first_write = next(place for place, word in enumerate(words) if word not in ("BEGIN", "SELECT"))
        assert "SELECT" not in words[first_write:], words
        assert len(words) <= most or "BEGIN" in words, words


def test_what_the_driver_has_prepared_stays_prepared(app: Flask) -> None:
    with app.app_context():
        case_id = factories.apply("domisili").id
        for _time in range(8):
            with transaction():
                holding.held(cases.lock_case(case_id))
            cases.diary_of(case_id)
            db.session.remove()
        known = db.session.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
        assert any("json_agg" in statement for statement in known)


def test_the_driver_reads_no_statement_of_a_step_twice(
    chained: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    real = _queries._query2pg_nocache
    monkeypatch.setattr(_queries, "_query2pg_nocache", lambda *text: read.append(text) or real(*text))
    case_id = portal.open_case(1)
    for step in chain.WAY:
        portal.finish(portal.waiting(case_id), chain.answers(step))
    assert read == []


def test_a_case_that_somebody_else_changed_is_not_written_over(chained: Flask) -> None:
    case_id = portal.open_case(1)
    with pytest.raises(StaleDataError), transaction():
        case = cases.lock_case(case_id)
        holding.held(case)
        db.session.execute(
            update(Case.__table__).where(Case.__table__.c.id == case_id).values(revision=case.revision + 1)
        )
        case.public_status = "lain"
        note(case, "notice sent", by="Sistem")
        write_out()
    assert db.session.get_one(Case, case_id).public_status == ""
    assert diary.broken_at(case_id) is None


def test_lines_written_together_follow_each_other(chained: Flask) -> None:
    case_id = portal.open_case(1)
    with transaction():
        case = cases.lock_case(case_id)
        holding.held(case)
        for number in range(3):
            note(case, "notice sent", by="Sistem", reader=str(number))
        write_out()
        note(case, "notice sent", by="Sistem", reader="3")
    assert [entry.seq for entry in cases.diary_of(case_id)] == [1, 2, 3, 4, 5]
    assert diary.broken_at(case_id) is None


def test_a_row_that_is_known_is_changed_and_deleted_without_being_read(chained: Flask) -> None:
    case_id = portal.open_case(1)
    (timer,) = cases.timers_of(case_id)
    name, later = timer.id, timer.due_at.replace(year=2030)
    db.session.remove()
    with transaction():
        loading.known(Timer, name).due_at = later
        write_out()
    assert [timer.due_at for timer in cases.timers_of(case_id)] == [later]
    with transaction():
        db.session.delete(loading.known(Timer, name))
        write_out()
    assert cases.timers_of(case_id) == []


def test_what_is_put_down_is_there_for_the_next_query_and_after_the_commit(chained: Flask) -> None:
    case_id = portal.open_case(1)
    line = {"case_id": case_id, "audience": "pemohon", "sealed": b"x", "at": datetime.now(UTC)}
    (timer,) = cases.timers_of(case_id)
    name = timer.id
    del timer
    db.session.remove()
    with transaction():
        put(Message, **line)
        assert len(cases.messages_to(case_id, "pemohon")) == 1
        put(Message, **line)
        strike(Timer, name)
    assert len(cases.messages_to(case_id, "pemohon")) == 2
    assert cases.timers_of(case_id) == []


def test_what_is_put_down_goes_with_the_use_case_that_fails(chained: Flask) -> None:
    case_id = portal.open_case(1)
    line = {"case_id": case_id, "audience": "pemohon", "sealed": b"x", "at": datetime.now(UTC)}
    with pytest.raises(Conflict), transaction():
        put(Message, **line)
        raise Conflict("tidak jadi")
    with transaction():
        cases.lock_case(case_id)
    assert cases.messages_to(case_id, "pemohon") == []
    with pytest.raises(RuntimeError, match="outside a transaction"):
        put(Message, **line)
    with pytest.raises(TypeError, match="Message has no reader"), transaction():
        put(Message, **line, reader="lurah")


def test_a_struck_row_that_the_session_has_at_hand_is_no_longer_its_own(chained: Flask) -> None:
    case_id = portal.open_case(1)
    with transaction():
        (timer,) = cases.timers_of(case_id)
        timer.step = "lain"
        strike(Timer, timer.id)
    assert timer not in db.session
    assert cases.timers_of(case_id) == []


def test_what_the_session_must_care_for_itself_is_left_to_it(chained: Flask) -> None:
    """Two cases at once, and rows of other kinds, are flushed as ever."""
    first, second = portal.open_case(1), portal.open_case(2)
    with transaction():
        for case_id in (first, second):
            case = cases.lock_case(case_id)
            case.public_status = "dua"
            note(case, "notice sent", by="Sistem")
        write_out()
        db.session.add(task := Task(id="t", case_id=first, step="x", name="x", role_key="rt", service_code="rantai",
                                    created_at=case.opened_at))  # fmt: skip
        write_out()
        assert task not in db.session
    assert {db.session.get_one(Case, case_id).public_status for case_id in (first, second)} == {"dua"}
    assert db.session.get_one(Task, "t").status == "open"
    assert db.session.query(Diary).count() == 4
