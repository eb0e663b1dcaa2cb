"""Two workers carry fifty messages between cases at the same moment, on PostgreSQL: each arrives once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.storage import cases, db, events, work
from app.storage.cases import Case
from app.storage.events import Post
from app.usecases import clock as worker
from app.usecases import diary
from app.usecases import events as delivering
from tests import factories
from tests.usecases import talking

ASKERS = 25  # each sends a request and gets an answer: fifty posts
PATIENCE = 30


@pytest.fixture
def asking(city: Flask, tmp_path) -> list[int]:
    """Cases that have just asked an office which answers by itself."""
    talking.publish(tmp_path / "baru", {"tanya": talking.two_pools(at_once=True)})
    found = [factories.apply("tanya", index=index).id for index in range(ASKERS)]
    db.session.remove()
    return found


def two_workers(app: Flask, deed=worker.settle) -> None:
    together = Barrier(2)

    def work_on(_worker: int) -> None:
        with app.app_context():
            together.wait(PATIENCE)
            try:
                deed()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(work_on, range(2)))


def test_each_of_fifty_posts_arrives_once(city: Flask, asking: list[int]):
    two_workers(city)
    worker.settle()

    assert len(talking.posts()) == 2 * ASKERS
    assert all(post.done_at and post.attempts == 1 and not post.fault for post in talking.posts())
    assert not work.open_incidents()
    for case_id in asking:
        case = db.session.get(Case, case_id)
        (other,) = talking.opened_by(case)
        assert talking.kinds(case) == ["message sent", "message received"]
        assert talking.kinds(other) == ["case opened", "message sent"]
        assert talking.steps(case) == ["baca"]
        assert diary.broken_at(case_id) is diary.broken_at(other.id) is None
    told = Counter(post.receiver_id for post in talking.posts())
    assert set(told.values()) == {1}


def test_the_race_would_catch_a_worker_that_looks_before_it_holds_the_post(city: Flask, asking, monkeypatch):
    """Neither lease nor lock: both workers find the same post undone, and both open a case."""
    both = Barrier(2)

    def look(post_id: int) -> Post:
        post = db.session.get_one(Post, post_id)
        db.session.refresh(post)
        both.wait(PATIENCE)
        return post

    first = talking.posts()[0]
    first_id, sender_id = first.id, first.sender_id
    db.session.remove()
    monkeypatch.setattr(
        delivering.rows, "take_post", lambda _now, _lease, _key: db.session.get_one(Post, first_id)
    )
    monkeypatch.setattr(delivering.rows, "lock_post", look)
    monkeypatch.setattr(delivering.cases, "lock_case", lambda case_id: db.session.get_one(Case, case_id))

    two_workers(city, delivering.do_next)

    assert len(talking.opened_by(db.session.get(Case, sender_id))) == 2


def test_a_worker_that_was_overtaken_brings_nothing_twice(city: Flask, asking, clock, monkeypatch):
    """While it looked for the receiver its lease ran out, and another worker did its work."""
    real, turns = delivering._bring, iter([True])

    def slow(delivery: delivering.Delivery) -> None:
        if next(turns, False):
            clock.forward(seconds=worker.LEASE.total_seconds() + 1)
            while delivering.do_next():
                pass
        real(delivery)

    monkeypatch.setattr(delivering, "_bring", slow)
    worker.settle()
    assert db.session.query(Case).count() == 2 * ASKERS
    assert [len(talking.opened_by(db.session.get(Case, case_id))) for case_id in asking] == [1] * ASKERS


def test_a_message_meets_its_listener_whichever_comes_first(city: Flask, tmp_path):
    """An official lets the case listen while the worker puts the message back: neither waits for the other."""
    talking.publish(tmp_path / "baru", {"tanya": talking.two_pools(busy_first=True, at_once=True)})
    waiting = []
    for index in range(8):
        case = factories.apply("tanya", index=index)
        assert delivering.do_next()
        waiting.append((case.id, factories.open_task(case).id, factories.holder(factories.open_task(case))))
    db.session.remove()

    def official() -> None:
        for _case_id, task_id, actor in waiting:
            factories.inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=actor)

    turns = iter([official, worker.settle])
    two_workers(city, lambda: next(turns)())
    worker.settle()

    for case_id, _task_id, _actor in waiting:
        assert [task.step for task in cases.open_tasks_of(case_id)] == ["baca"]
    assert not [post for post in talking.posts() if post.done_at is None]
    assert not db.session.query(events.Wait).count()
