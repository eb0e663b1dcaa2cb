"""The list of the inbox: narrowed, searched, sorted, paged, counted, and what comes next."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.domain.permissions import Actor
from app.storage import cases, db, transaction
from app.storage.cases import Task
from app.storage.reach import Conflicted
from app.usecases import casework, inbox, inbox_list
from app.usecases.inbox import Finished
from app.usecases.inbox_list import InboxWish
from app.usecases.parts import now
from tests import factories
from tests.conftest import Clock

RT = factories.SITI_HOME
MANGUNHARJO = "35.74.03.1002"


def rt() -> Actor:
    return factories.actor("rt", RT)


def listed(actor: Actor, **wish: str) -> list[str]:
    return [line.number for line in inbox_list.open_inbox(actor, InboxWish(**wish)).lines]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def test_the_list_is_narrowed_to_what_is_asked_for(city: Flask, clock: Clock) -> None:
    first = factories.apply("domisili", index=1)
    clock.forward(days=9)
    second = factories.apply("sktm", index=2)
    inbox.take(factories.open_task(second).id, rt())

    assert listed(rt()) == [first.number, second.number]
    assert listed(rt(), order="terbaru") == [second.number, first.number]
    assert listed(rt(), view="saya") == [second.number]
    assert listed(rt(), view="terlambat") == [first.number]
    assert listed(rt(), holder="bebas") == [first.number]
    assert listed(rt(), holder="diambil") == [second.number]
    assert listed(rt(), service="sktm") == [second.number]
    counts = inbox_list.open_inbox(rt(), InboxWish()).counts
    assert (counts.everything, counts.mine, counts.late) == (2, 1, 1)


def test_the_list_is_searched_by_number_name_and_whole_nik(city: Flask) -> None:
    case = factories.apply("domisili", index=3)
    factories.apply("domisili", index=4)
    nik = casework.answers_of(case.id)[casework.APPLICATION]["nik"]

    for text in (case.number, case.number.lower(), case.applicant_name.upper(), nik):
        assert case.number in listed(rt(), text=text)
    assert listed(rt(), text=nik) == [case.number]
    assert listed(rt(), text=nik[:15]) == []
    assert listed(rt(), text="100%") == []


def test_where_a_case_is_at_home_narrows_the_list_of_those_above(city: Flask) -> None:
    near, far = (
        factories.apply("domisili", home=home, index=i)
        for i, home in enumerate((RT, f"{MANGUNHARJO}.RW01.RT01"))
    )
    for case in (near, far):
        factories.walk(case, until="periksa_operator")
    operator = factories.actor("operator_kelurahan", MANGUNHARJO)

    assert listed(operator, area=f"{MANGUNHARJO}.RW05") == [near.number]
    # an area that is not below this office narrows nothing
    assert len(listed(operator, area="35.74.04.1003")) == 2


def test_paging_shows_every_task_once_in_every_order(city: Flask, clock: Clock) -> None:
    numbers = set()
    for index in range(30):
        numbers.add(factories.apply("domisili", index=index).number)
        clock.forward(minutes=7)
    with transaction():  # some wait without a deadline
        for task in db.session.query(Task).order_by(Task.id).limit(8):
            task.due_at = None

    for order in inbox_list.ORDERS:
        first = inbox_list.open_inbox(rt(), InboxWish(order=order))
        second = inbox_list.open_inbox(rt(), InboxWish(order=order, cursor=first.next_cursor))
        shown = [line.number for line in (*first.lines, *second.lines)]
        assert len(first.lines) == inbox_list.PAGE
        assert second.next_cursor == ""
        assert sorted(shown) == sorted(numbers)


@pytest.mark.parametrize("cursor", ["~", "x~y", "1~", "99999999999999999~1", "-~", "~~~", "1" * 300])
def test_a_broken_cursor_is_the_lists_beginning_or_its_end(city: Flask, cursor: str) -> None:
    factories.apply("domisili")
    assert len(listed(rt(), cursor=cursor)) in (0, 1)


WISHES = [InboxWish(order="terlama"), InboxWish(), InboxWish(order="terlama", service="domisili")]


@pytest.mark.parametrize("wish", WISHES, ids=["by age", "by deadline", "narrowed"])
def test_the_next_task_of_the_same_list_follows_a_finished_one(
    city: Flask, clock: Clock, wish: InboxWish
) -> None:
    for index in range(3):
        factories.apply("domisili", index=index)
        clock.forward(hours=1)
    tasks = [line.id for line in inbox_list.open_inbox(rt(), wish).lines]

    def after(task_id: str) -> str | None:
        return inbox_list.next_task(
            rt(), wish, inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=rt())
        )

    assert after(tasks[1]) == tasks[2]
    assert after(tasks[2]) == tasks[0]
    assert after(tasks[0]) is None


@pytest.mark.parametrize("order", ["batas", "terlama", "terbaru"])
def test_who_follows_the_next_task_sees_the_list_in_its_order(city: Flask, clock: Clock, order: str) -> None:
    """Also from where tasks without a deadline begin, and never one whose official has an interest in it."""
    for index in range(7):
        factories.apply("domisili", index=index)
        clock.forward(hours=index % 2)
    with transaction():
        waiting = db.session.query(Task).filter_by(status="open").order_by(Task.id).all()
        for task in waiting[:3]:
            task.due_at = None
        db.session.add(Conflicted(case_id=waiting[3].case_id, person_id=rt().person_id))
    lines = [line.id for line in inbox_list.open_inbox(rt(), InboxWish(order=order)).lines]
    assert len(lines) == 6

    for place, task_id in enumerate(lines):
        task = cases.get_task(task_id)
        finished = Finished(task.id, task.case_id, "", task.created_at, task.due_at)
        following = inbox_list.next_task(rt(), InboxWish(order=order), finished)
        assert following == (lines[place + 1] if place < 5 else lines[0])


def test_the_list_asks_the_database_as_often_for_two_tasks_as_for_twenty(city: Flask) -> None:
    def statements() -> int:
        db.session.expire_all()
        with counted_statements() as heard:
            inbox_list.open_inbox(actor, InboxWish())
        return len(heard)

    actor = rt()
    factories.apply("domisili", index=0)
    factories.apply("sktm", index=1)
    few = statements()
    for index in range(18):
        factories.apply("usaha" if index % 2 else "domisili", index=index)
    assert statements() == few


def test_deadlines_are_said_in_working_days(city: Flask, clock: Clock) -> None:
    factories.apply("domisili")
    line = inbox_list.open_inbox(rt(), InboxWish()).lines[0]
    assert line.due.text.endswith("hari kerja lagi")

    clock.forward(days=14)
    line = inbox_list.open_inbox(rt(), InboxWish()).lines[0]
    assert (line.due.state, line.due.text.split()[0]) == ("terlambat", "terlambat")
    assert line.waiting == "14 hari"
    assert now() == clock.now
