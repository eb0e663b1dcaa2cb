"""A step that does not hold its case: kept whole where nobody came between, else begun anew with the row held."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.domain.permissions import Actor
from app.errors import TaskAlreadyDone
from app.storage import cases, db, jobs, transaction, writing
from app.storage.cases import Attachment, Case, Task
from app.storage.unheld import unheld
from app.storage.unit_of_work import MustHold
from app.usecases import casework, diary, inbox
from app.usecases.diary import note
from app.usecases.parts import now
from tests import factories

Deed = Callable[[], None]


@pytest.fixture
def waiting(city: Flask) -> Task:
    task = factories.open_task(factories.apply("domisili"))
    db.session.expunge(task)
    db.session.remove()
    return task


@pytest.fixture
def rt() -> Actor:
    return factories.actor("rt", factories.SITI_HOME)


def between(monkeypatch: pytest.MonkeyPatch, app: Flask, deed: Deed) -> list[str]:
    """Have somebody else do this when a step has read its case and is about to be kept; gives every try at that."""
    real, tried = writing._keep, []

    def keeps(*what: object, **how: object) -> None:
        tried.append("unheld")
        elsewhere(app, deed)
        real(*what, **how)

    monkeypatch.setattr(writing, "_keep", keeps)
    return tried


def elsewhere(app: Flask, deed: Deed) -> None:
    def done() -> None:
        with app.app_context():
            deed()

    other = threading.Thread(target=done)
    other.start()
    other.join()


def noted(case_id: int) -> None:
    with transaction():
        note(cases.lock_case(case_id), "notice sent", by="Sistem")


def only_held(case_id: int) -> None:
    with transaction():
        cases.lock_case(case_id)


def complete(task: Task, actor: Actor, key: str = "") -> None:
    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=actor, request_key=key)


def lines(case_id: int) -> list[str]:
    assert diary.broken_at(case_id) is None
    return [line.kind for line in cases.diary_of(case_id)]


@pytest.mark.parametrize(("deed", "line"), [(noted, ["notice sent"]), (only_held, [])])
def test_a_step_that_was_overtaken_is_done_anew(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch, deed: Callable, line: list[str]
) -> None:
    """Also by somebody who held the case and changed other rows than its own."""
    tried = between(monkeypatch, city, lambda: deed(waiting.case_id))

    complete(waiting, rt)

    assert tried == ["unheld"]
    assert lines(waiting.case_id) == ["application received", *line, "task completed"]
    assert [task.role_key for task in cases.open_tasks_of(waiting.case_id)] == ["rw"]


def test_a_statement_that_does_not_look_whether_it_was_overtaken_would_be_found(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing._if_still_there

    def careless(*what: object, **how: object) -> str:
        return real(*what, **how).replace("1 / (SELECT count(*) FROM moved)", "1")

    monkeypatch.setattr(writing, "_if_still_there", careless)
    between(monkeypatch, city, lambda: only_held(waiting.case_id))
    complete(waiting, rt)
    assert diary.broken_at(waiting.case_id) is not None


def test_a_step_waits_for_whoever_holds_its_case(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, may_go, real = threading.Event(), threading.Event(), writing._keep

    def holds() -> None:
        with city.app_context(), transaction():
            case = cases.lock_case(waiting.case_id)
            held.set()
            may_go.wait(10)
            note(case, "notice sent", by="Sistem")

    def keeps(*what: object, **how: object) -> None:
        holder.start()
        held.wait(10)
        threading.Timer(0.2, may_go.set).start()
        real(*what, **how)

    holder = threading.Thread(target=holds)
    monkeypatch.setattr(writing, "_keep", keeps)
    complete(waiting, rt)
    holder.join()
    assert lines(waiting.case_id) == ["application received", "notice sent", "task completed"]


def test_the_same_press_twice_at_once_is_one_step_with_one_answer(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing._keep

    def pressed_again() -> None:
        monkeypatch.setattr(writing, "_keep", real)
        complete(waiting, rt, "kunci")

    between(monkeypatch, city, pressed_again)
    complete(waiting, rt, "kunci")
    assert lines(waiting.case_id) == ["application received", "task completed"]


def test_rows_that_need_the_care_of_the_session_are_written_with_the_case_held(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = casework.store_answers

    def with_file(case: Case, *answers: object, **whose: object) -> None:
        real(case, *answers, **whose)
        db.session.add(Attachment(
            id="a" * 32, case_id=case.id, field="ktp", name="ktp.pdf", media_type="application/pdf", size=1,
            sha256="0" * 64, file_key="b" * 32, at=now(),
        ))  # fmt: skip

    monkeypatch.setattr(casework, "store_answers", with_file)
    complete(waiting, rt)
    assert "a" * 32 in cases.attachments_of(waiting.case_id)
    assert lines(waiting.case_id) == ["application received", "task completed"]


def test_a_wake_up_comes_with_the_statement(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = casework.store_answers

    def asks(*answers: object, **whose: object) -> None:
        real(*answers, **whose)
        jobs.ask(jobs.TIMERS, waiting.case_id, at=now())

    monkeypatch.setattr(casework, "store_answers", asks)
    tried = between(monkeypatch, city, lambda: None)
    complete(waiting, rt)
    asked = db.session.scalars(
        text("SELECT args ->> 'subject' FROM procrastinate_jobs WHERE args ->> 'kind' = 'timers'")
    )
    assert tried == ["unheld"]
    assert str(waiting.case_id) in asked.all()


def test_what_does_not_hold_its_case_neither_locks_nor_writes_by_itself(city: Flask, waiting: Task) -> None:
    for forbidden in (
        lambda: cases.lock_case(waiting.case_id),
        lambda: db.session.execute(text('UPDATE "case" SET outcome = outcome')),
        lambda: jobs.end(jobs.TIMERS, 1),
    ):
        with pytest.raises(MustHold), transaction(held=False):
            forbidden()


def test_a_change_after_everything_was_kept_is_a_fault_of_ours(
    city: Flask, waiting: Task, rt: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = inbox.advance.complete_step

    def goes_on(task: Task, *answers: object, **whose: object) -> None:
        real(task, *answers, **whose)
        db.session.add(Task(id="c" * 32))
        db.session.flush()

    monkeypatch.setattr(inbox.advance, "complete_step", goes_on)
    with pytest.raises(RuntimeError, match="after everything was kept"):
        complete(waiting, rt)


def test_a_refusal_is_said_once(city: Flask) -> None:
    tried = []

    def deed() -> None:
        tried.append(db.session().info["use_case"])
        raise TaskAlreadyDone(name="Siti", at="kini")

    with pytest.raises(TaskAlreadyDone):
        unheld(deed)
    assert tried == ["unheld"]
