"""A signal reaches every other case that listens at that moment and opens the processes that begin with it, once."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.storage import db, events, transaction, work
from app.storage.cases import Case
from app.usecases import clock as worker
from app.usecases import diary, mending
from app.usecases import events as delivering
from tests import factories
from tests.conftest import Clock
from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.usecases import talking
from tests.usecases.test_advance import Killed, killed_at

SIGNAL = drawn.signal("s_banjir", "Banjir", '{"tinggi": 3}')
ON_SIGNAL = drawn.on_signal("s_banjir")
MOST_STATEMENTS = 200
MOSTLY = pytest.mark.parametrize(
    "each_app", ["postgres_url", pytest.param("sqlite_url", marks=pytest.mark.long)], indirect=True
)


@pytest.fixture
def each_city(each_app: Flask, tmp_path) -> Iterator[Flask]:
    """A city in which one can wait for a flood, tell of one, and be opened by one."""
    with each_app.app_context():
        talking.publish(tmp_path / "baru", services())
        yield each_app
        db.session.remove()


def services() -> dict[str, bytes]:
    rescue = talking.process(
        "tolong", [drawn.start_on("datang", ON_SIGNAL), talking.decision("bantu"), build.end("pulang")],
        "datang>bantu bantu>pulang", decides=("bantu",), role="camat",
    )  # fmt: skip
    return {
        "siaga": build.document(SIGNAL, talking.listener("siaga", ON_SIGNAL)),
        "umumkan": build.document(SIGNAL, talking.speaker("umumkan", ON_SIGNAL), rescue),
    }


def rescues() -> list[Case]:
    return db.session.query(Case).filter_by(process_id="tolong").all()


def test_all_that_listen_get_it_and_who_comes_later_does_not(each_city: Flask):
    listening = [factories.apply("siaga", index=index) for index in range(3)]
    sender = factories.apply("umumkan", index=3)
    (signal,) = talking.posts()
    worker.settle()
    late = factories.apply("siaga", index=4)
    worker.settle()

    assert [talking.steps(case) for case in listening] == [["baca"]] * 3
    assert [talking.kinds(case) for case in listening] == [["signal received"]] * 3
    assert talking.kinds(sender) == ["signal sent"] and talking.steps(late) == []
    (opened,) = rescues()
    assert opened.opened_by_id == sender.id and talking.steps(opened) == ["bantu"]
    assert talking.kinds(opened) == ["case opened"]
    copies = [post for post in talking.posts() if post.id != signal.id]
    assert {post.receiver_id for post in copies} == {case.id for case in (*listening, opened)}
    assert all(post.done_at and post.attempts == 1 for post in talking.posts())


def test_who_stops_listening_before_it_comes_is_passed_by(each_city: Flask):
    case = factories.apply("siaga")
    for index in (1, 2):
        factories.apply("umumkan", index=index)
    for _signal in range(2):
        assert delivering.do_next()  # both are spread while the case still listens for one
    worker.settle()
    assert talking.kinds(case) == ["signal received"]
    assert all(post.done_at for post in talking.posts()) and not work.open_incidents()


def test_one_receiver_that_cannot_take_it_holds_up_no_other(each_city: Flask, clock: Clock, monkeypatch):
    sick, well = factories.apply("siaga"), factories.apply("siaga", index=1)
    sick_id, real = sick.id, delivering.advance
    monkeypatch.setattr(
        delivering, "advance", lambda case, *a, **k: _fail() if case.id == sick_id else real(case, *a, **k)
    )
    factories.apply("umumkan", index=2)
    for _attempt in range(worker.ATTEMPTS):
        worker.settle()
        clock.forward(minutes=1)
    assert talking.steps(well) == ["baca"] and talking.steps(sick) == []
    (incident,) = work.open_incidents()
    assert incident.case_id == sick_id
    monkeypatch.setattr(delivering, "advance", real)
    mending.retry(incident.id)
    worker.settle()
    assert talking.steps(sick) == ["baca"]


def _fail() -> None:
    raise RuntimeError("rusak")


@MOSTLY
def test_a_worker_that_dies_anywhere_repeats_and_forgets_nobody(each_city: Flask, clock: Clock):
    """With the copies made one transaction each, or done_at written in another one than the move, this fails."""
    listening = [factories.apply("siaga", index=index).id for index in range(3)]
    factories.apply("umumkan", index=3)
    db.session.remove()

    assert die_everywhere(clock) > 30

    for case_id in listening:
        case = db.session.get(Case, case_id)
        assert talking.kinds(case) == ["signal received"]
        assert talking.steps(case) == ["baca"] and diary.broken_at(case_id) is None
    assert len(rescues()) == 1
    assert len(talking.posts()) == 1 + 3 + 1


@MOSTLY
def test_a_talk_survives_a_worker_that_dies_anywhere(each_city: Flask, clock: Clock, tmp_path):
    talking.publish(tmp_path / "lain", {"tanya": talking.two_pools(at_once=True)})
    case_id = factories.apply("tanya").id
    db.session.remove()

    assert die_everywhere(clock) > 30

    case = db.session.get(Case, case_id)
    (other,) = talking.opened_by(case)
    assert talking.kinds(case) == ["message sent", "message received"]
    assert talking.kinds(other) == ["case opened", "message sent"]
    assert talking.steps(case) == ["baca"] and other.outcome == "selesai"
    assert len(talking.posts()) == 2 and not work.open_incidents()


def die_everywhere(clock: Clock) -> int:
    """Bring every post on its way, each killed at its first statement, its second …; gives how often it died."""
    died = 0
    while True:
        for number in range(1, MOST_STATEMENTS):
            try:
                with killed_at(number):
                    went_on = delivering.do_next()
                break
            except Killed:
                died += 1
                clock.forward(seconds=worker.LEASE.total_seconds() + 1)
                _forget_attempts()
        if not went_on:
            return died


def _forget_attempts() -> None:
    """What the deaths cost does not count: a post that seemed deadly would be given up."""
    with transaction():
        for post in db.session.query(events.Post).filter(events.Post.done_at.is_(None)):
            post.attempts = 0
