"""A move of a case happens whole or not at all, whatever statement it dies at, on both databases (quality.md 2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.engine import Standing
from app.errors import Conflict, TaskAlreadyDone
from app.storage import cases, db, jobs, letters, transaction, work
from app.storage.cases import Case
from app.storage.letters import NumberRegister
from app.usecases import casework, clock, diary, inbox, settling
from app.usecases import letters as issuing
from app.usecases.letters import Signed
from tests import factories, lines
from tests.usecases import player

MOST_STATEMENTS = 200
LEFT_OUT = {
    "job",
    "session",
    "attempt",
    "certificate",
    "unit",
    "person",
    "position",
    "process_file",
    "process_version",
}


class Killed(BaseException):
    """The process ends here: nothing of ours catches this."""


@pytest.fixture
def each_city(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        yield each_app
        db.session.remove()


@contextmanager
def killed_at(number: int) -> Iterator[list[int]]:
    """The process dies as it sends its `number`-th statement; gives how many were sent."""
    sent = [0]

    def before(*_call) -> None:
        sent[0] += 1
        if sent[0] == number:
            raise Killed

    event.listen(db.engine, "before_cursor_execute", before)
    deaf = lines.hear(before)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
        deaf()
        db.session.remove()


def kept() -> dict[str, list]:
    """Everything that moves, row by row."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in LEFT_OUT]
    found = {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}
    db.session.remove()
    return found


def die_everywhere(deed: Callable[[], object]) -> int:
    """Do the deed, killed at its first statement, its second …, until it is done; gives how often it died.

    Killed after its commit, it is done: said again, it changes nothing more.
    """
    before = kept()
    for number in range(1, MOST_STATEMENTS):
        try:
            with killed_at(number) as sent:
                deed()
        except Killed:
            after = kept()
            if after == before:
                continue
            deed()
            assert kept() == after, f"half a move was left by statement {number}"
        assert sent[0] <= number
        return number - 1
    raise AssertionError("it never got through")


def test_a_decision_is_kept_whole_or_not_at_all(each_city: Flask):
    case = factories.apply("sktm")
    factories.walk(case, until="setujui_kasi")
    task, case_id = factories.open_task(case), case.id
    actor, task_id = factories.holder(task), task.id
    db.session.remove()

    died = die_everywhere(
        lambda: inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=actor, request_key="k")
    )

    assert died > 2
    (waiting,) = cases.open_tasks_of(case_id)
    assert waiting.step == "paraf_seklur"
    assert diary.broken_at(case_id) is None
    assert [entry.kind for entry in cases.diary_of(case_id)].count("task completed") == 4


def test_an_application_is_kept_whole_or_not_at_all(city: Flask):
    died = die_everywhere(lambda: factories.apply("domisili"))
    assert died > 10
    assert db.session.query(Case).count() == 1


def test_a_timer_fires_whole_or_not_at_all(each_city: Flask, clock_forward):
    case_id = player.at_operator()[0].id
    clock_forward(days=3)
    db.session.remove()

    def fire_long_after_the_last_death() -> None:
        with transaction():
            # else it is left alone for a while, and given up after some deaths
            jobs.end(jobs.TIMERS, case_id)
        clock.fire_due_timers()

    died = die_everywhere(fire_long_after_the_last_death)

    assert died > 10
    assert [task.step for task in cases.open_tasks_of(case_id)] == ["ambil_alih_operator"]


def test_a_letter_gets_one_number_wherever_its_making_dies(each_city: Flask, clock_forward, monkeypatch):
    """Taking the number in the transaction that moves the case, or without the order's id, fails here."""
    monkeypatch.setattr(issuing, "draw", lambda letter, params: Signed(letter.id, letter.number, b"x", b"xy"))
    case = factories.apply("domisili")
    factories.walk(case, until="tandatangan_lurah")
    factories.decide(factories.open_task(case))
    case_id = case.id
    for number in range(1, MOST_STATEMENTS):
        try:
            with killed_at(number):
                clock.settle()
            break
        except Killed:
            clock_forward(seconds=clock.LEASE.total_seconds() + 1)
            with transaction():
                for row in work.unfinished_of(case_id):
                    row.attempts = 0
    assert number > 12
    (letter,) = letters.letters_of(case_id)
    assert letter.seq == db.session.query(NumberRegister.last).scalar() == 1
    assert db.session.get(Case, case_id).outcome == "terbit"
    assert len(player.told_applicant(db.session.get(Case, case_id))) == 1
    assert diary.broken_at(case_id) is None


def test_this_way_of_dying_finds_a_deed_in_two_halves(city: Flask):
    """The check can fail: a deed that commits twice is caught."""
    case_id = factories.apply("domisili").id
    db.session.remove()

    def in_two_halves() -> None:
        for words in ("satu", "dua"):
            with transaction():
                diary.note(cases.lock_case(case_id), words, by="pengujian")

    with pytest.raises(AssertionError, match="half a move"):
        die_everywhere(in_two_halves)


def test_what_one_completes_too_late_is_refused_with_who_and_when(city: Flask):
    case = factories.apply("domisili")
    task = factories.open_task(case)
    actor = factories.holder(task)
    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=actor)
    with pytest.raises(TaskAlreadyDone) as refusal:
        inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=actor)
    assert actor.name in str(refusal.value) and "pukul" in str(refusal.value)


def test_the_engine_itself_refuses_a_task_that_does_not_wait(city: Flask):
    case = factories.apply("domisili")
    first = factories.open_task(case)
    factories.decide(first)
    with pytest.raises(Conflict), transaction():
        held = cases.lock_task(first.id)
        held.status = "open"  # as if the row had been forgotten
        inbox.advance.complete_step(held, {"keputusan": "setuju"}, by="x", person_id=None, as_title="x")


def test_only_what_the_drawing_reads_enters_the_cases_own_data(city: Flask):
    case = factories.apply("sktm")
    factories.decide(factories.open_task(case), catatan="Rahasia petugas")
    db.session.refresh(case)
    assert set(case.variables) <= casework.drawing_of(case.version_id).variables | {"langkah"}


@pytest.fixture
def clock_forward(clock: object) -> Callable[..., None]:
    return clock.forward


def test_a_case_that_its_diagram_leaves_standing_is_told_to_the_administrator(each_city: Flask) -> None:
    case_id = factories.apply("domisili").id
    with transaction():
        case = db.session.get(Case, case_id)
        nobody = {name: () for name in ("waiting", "timers", "operations", "thrown", "listening")}
        told = Standing(state=case.state, **nobody, passed=(), ended=(), flows=(), finished=False)
        settling.settle(case, told, by="Sistem")
    incident = db.session.scalars(select(work.Incident).where(work.Incident.case_id == case_id)).one()
    assert incident.what == settling.STUCK
