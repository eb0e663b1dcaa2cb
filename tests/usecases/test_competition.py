"""Two officials finish the same task at the same moment: one wins, the other is told who was faster."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.domain.permissions import Actor
from app.errors import TaskAlreadyDone
from app.storage import cases, db, people, transaction
from app.storage.people import Person, Position
from app.usecases import diary, inbox, sign_in
from app.usecases import people as officials
from app.usecases.parts import today
from tests import factories

SHORT, LONG = 40, 200  # pairs that race
Deed = Callable[[str, Actor, Barrier], None]


@pytest.fixture
def rivals(city: Flask) -> tuple[Actor, Actor]:
    """Two people who hold the office of one RT together."""
    unit = people.find_unit(factories.SITI_HOME)
    with transaction():
        rival = Person(
            username="rt.kedua", name="Rival", password_hash=sign_in.hash_password("kata sandi panjang")
        )
        rival.positions.append(Position(role_key="rt", unit_id=unit.id, since=today()))
        db.session.add(rival)
    return factories.actor("rt", factories.SITI_HOME), officials.actor_of(
        db.session.query(Person.id).filter_by(username="rt.kedua").scalar()
    )


def race(
    app: Flask, deed: Deed, task_id: str, rivals: tuple[Actor, Actor], hands: ThreadPoolExecutor
) -> list:
    """Both do the deed at once; gives what each got: None for the winner, the refusal for the other."""
    barrier = Barrier(2)

    def hand(actor: Actor) -> Exception | None:
        with app.app_context():
            barrier.wait(10)
            try:
                deed(task_id, actor, barrier)
            except TaskAlreadyDone as refusal:
                return refusal
        return None

    return list(hands.map(hand, rivals))


def complete(task_id: str, actor: Actor, _barrier: Barrier) -> None:
    inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=actor)


def complete_without_a_lock(task_id: str, actor: Actor, barrier: Barrier) -> None:
    """What a careless use case does: look, then act."""
    task = cases.get_task(task_id)
    if task.status != "open":
        raise TaskAlreadyDone(name="", at="")
    db.session.rollback()
    barrier.wait(10)
    with transaction():
        cases.get_task(task_id).done_by_id = actor.person_id


@pytest.mark.parametrize("pairs", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
def test_of_two_simultaneous_completions_exactly_one_wins(
    city: Flask, rivals: tuple[Actor, Actor], pairs: int
) -> None:
    opened = [factories.apply("domisili", index=index) for index in range(pairs)]
    waiting = [(case.id, factories.open_task(case).id) for case in opened]
    db.session.remove()

    with ThreadPoolExecutor(2) as hands:
        results = [race(city, complete, task_id, rivals, hands) for _case, task_id in waiting]

    assert [sorted(result is None for result in pair) for pair in results] == [[False, True]] * pairs
    names = {rival.name for rival in rivals}
    for case_id, task_id in waiting:
        task = cases.get_task(task_id)
        assert task.status == "done"
        kinds = [entry.kind for entry in cases.diary_of(case_id)]
        assert kinds.count("task completed") == 1
        assert [each.role_key for each in cases.open_tasks_of(case_id)] == ["rw"]
        assert diary.broken_at(case_id) is None
    losers = [refusal for pair in results for refusal in pair if refusal is not None]
    assert all(refusal.facts["name"] in names and "pukul" in refusal.facts["at"] for refusal in losers)


def test_the_race_would_catch_a_use_case_that_looks_before_it_locks(
    city: Flask, rivals: tuple[Actor, Actor]
) -> None:
    task_id = factories.open_task(factories.apply("domisili")).id
    db.session.remove()

    with ThreadPoolExecutor(2) as hands:
        assert race(city, complete_without_a_lock, task_id, rivals, hands) == [None, None]
