"""Outside work is done exactly once, whatever fails, dies or is slow; what cannot be done waits for a person."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.errors import Refused, Unavailable
from app.storage import cases, db, letters, work
from app.storage.cases import Case
from app.storage.work import Incident, Outbox
from app.usecases import clock as worker
from app.usecases import diary, drafts, mending, operations, workers
from app.usecases import letters as issuing
from app.usecases.operations import Operation
from tests import factories
from tests.conftest import START, Clock
from tests.usecases import player

NOTICE = "pemberitahuan.kirim"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Let the outside part of sending a notice do something else."""

    def breaks(outside: Callable) -> None:
        monkeypatch.setitem(operations.NAMES, NOTICE, replace(operations.NAMES[NOTICE], outside=outside))

    return breaks


def ordered(case: Case) -> Outbox:
    (row,) = work.unfinished_of(case.id)
    return row


def refused_case(index: int = 0) -> Case:
    """A case that only waits for its applicant to be told of a refusal."""
    case = factories.apply("domisili", index=index)
    factories.decide(factories.open_task(case), "tolak")
    return case


def test_what_fails_is_tried_again_later_and_then_becomes_an_incident(city: Flask, clock: Clock, broken):
    """With `ATTEMPTS` raised or the back-off taken out, this fails."""
    case, other = refused_case(0), refused_case(1)
    broken(lambda order: _fail_for(case.id, order))
    waits = []
    for attempt in range(1, worker.ATTEMPTS + 1):
        worker.settle()
        row = ordered(case)
        assert row.attempts == attempt and "surel" in row.fault
        waits.append(row.run_at - clock.now)
        clock.set(row.run_at)

    assert waits == [timedelta(seconds=2**attempt) for attempt in range(1, 6)]
    db.session.refresh(other)
    assert other.outcome == "ditolak", "one broken case stops nobody else"
    (incident,) = work.open_incidents_of(case.id)
    clock.forward(hours=1)
    assert worker.settle() == 0, "given up: an administrator has to look"

    broken(lambda order: None)
    mending.retry(incident.id)
    worker.settle()

    db.session.refresh(case)
    assert case.outcome == "ditolak" and not work.open_incidents_of(case.id)
    with pytest.raises(Refused):
        mending.retry(incident.id)
    assert diary.broken_at(case.id) is None


def test_work_that_kills_its_worker_becomes_an_incident_too(city: Flask, clock: Clock, broken):
    """Counting the attempt only afterwards would let it kill for ever (quality.md 1.4)."""
    case_id, other_id = refused_case(0).id, refused_case(1).id
    broken(lambda order: _die_for(case_id, order))
    deaths = 0
    for _ in range(3 * worker.ATTEMPTS):
        try:
            worker.settle()
        except SystemExit:
            deaths += 1
            db.session.remove()
        clock.forward(seconds=worker.LEASE.total_seconds() + 1)

    assert deaths == worker.ATTEMPTS
    assert db.session.get(Case, other_id).outcome == "ditolak"
    (incident,) = work.open_incidents_of(case_id)
    assert incident.what == worker.LOST


def test_a_timer_that_cannot_fire_waits_for_an_administrator(city: Flask, clock: Clock, monkeypatch):
    (sick, _), (well, _) = player.at_operator(), player.at_operator()
    real = worker.advance
    monkeypatch.setattr(
        worker, "advance", lambda case, *a, **k: _fail() if case.id == sick.id else real(case, *a, **k)
    )
    clock.forward(hours=3)
    worker.settle()
    clock.forward(hours=6)
    worker.settle()

    assert len(cases.messages_to(well.id, "operator_kelurahan")) == 1
    assert not cases.messages_to(sick.id, "operator_kelurahan")
    (incident,) = db.session.query(Incident).all()
    monkeypatch.setattr(worker, "advance", real)
    mending.retry(incident.id)
    worker.settle()
    assert len(cases.messages_to(sick.id, "operator_kelurahan")) == 1


def test_a_reminder_still_under_way_does_not_outlive_its_task(city: Flask, clock: Clock):
    case, task = player.at_operator()
    clock.forward(hours=3)
    worker.fire_due_timers()
    assert ordered(case).operation == NOTICE
    clock.set(START.replace(day=10, hour=15))
    worker.fire_due_timers()
    assert factories.open_task(case).step == "ambil_alih_operator"
    factories.walk(case)

    db.session.refresh(case)
    assert case.outcome == "terbit"
    assert not db.session.query(Incident).count() and not work.unfinished_of(case.id)


def test_two_workers_never_do_one_order_twice(app: Flask, broken):
    """Without `skip_locked` and the lease in take_work, orders are done by both."""
    done, both = Counter(), threading.Barrier(2)
    with _inside(app):
        ids = [refused_case(index).id for index in range(12)]
    broken(lambda order: done.update([order.operation_id]))

    def work_on(_worker: int) -> None:
        with _inside(app):
            both.wait(10)
            worker.settle()

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(work_on, range(2)))
    assert sorted(done.values()) == [1] * len(ids)
    with _inside(app):
        assert [len(cases.messages_to(case_id, "pemohon")) for case_id in ids] == [1] * len(ids)
        assert all(row.attempts == 1 for row in db.session.query(Outbox))


def test_a_slow_worker_that_was_overtaken_changes_nothing(city: Flask, clock: Clock, broken):
    """Its lease ran out, another one did the work: its own late answer and its late failure both count for nothing."""
    for index, fault in enumerate((None, _fail)):
        case = refused_case(index)
        turns = iter([_overtake(clock, fault)])
        broken(lambda order, turns=turns: next(turns, _do_it)())
        worker.settle()
        assert len(cases.messages_to(case.id, "pemohon")) == 1
    assert not db.session.query(Incident).count()
    assert all(row.done_at and not row.fault for row in db.session.query(Outbox))


def test_the_worker_lives_through_a_database_that_is_away(city: Flask, monkeypatch):
    case_id = refused_case().id
    faults = iter([Unavailable(), Unavailable()])
    real = worker.do_next

    def do_next(key: str | None = None) -> bool:
        if fault := next(faults, None):
            raise fault
        return real(key)

    monkeypatch.setattr(worker, "do_next", do_next)
    workers.run(lambda: not work.unfinished_of(case_id), pause=0)
    assert next(faults, None) is None and db.session.get(Case, case_id).outcome == "ditolak"


def test_the_worker_forgets_old_drafts(city: Flask, monkeypatch):
    swept = []
    monkeypatch.setattr(drafts, "sweep", lambda: swept.append(1))
    turns = iter([False, False, False, True])
    workers.run(lambda: next(turns), pause=0)
    assert swept == [1], "once an hour, not with every turn"


def test_a_number_is_taken_once_however_often_signing_fails(city: Flask, clock: Clock, monkeypatch):
    case = factories.apply("domisili")
    factories.walk(case, until="tandatangan_lurah")
    factories.decide(factories.open_task(case))
    real = operations.NAMES["surat.terbitkan"]
    monkeypatch.setitem(operations.NAMES, "surat.terbitkan", Operation(_reserve_then_fail, real.inside))
    worker.settle()
    assert letters.letters_of(case.id) == [], "no letter is shown before its signature is stored"
    monkeypatch.setitem(operations.NAMES, "surat.terbitkan", real)
    clock.forward(minutes=1)
    worker.settle()
    (letter,) = letters.letters_of(case.id)
    assert letter.seq == 1


def _fail() -> None:
    raise RuntimeError("server surel tidak menjawab")


def _fail_for(case_id: int, order) -> None:
    if order.case_id == case_id:
        _fail()


def _die_for(case_id: int, order) -> None:
    if order.case_id == case_id:
        raise SystemExit("killed")


def _do_it() -> None:
    """A worker that is as quick as usual."""


def _overtake(clock: Clock, fault: Callable | None) -> Callable:
    """What a worker meets that is silent for longer than its lease: another one does its work."""

    def is_silent() -> None:
        clock.forward(seconds=worker.LEASE.total_seconds() + 1)
        assert worker.do_next()
        if fault:
            fault()

    return is_silent


def _reserve_then_fail(order) -> None:
    issuing.reserve(order)
    _fail()


@contextmanager
def _inside(app: Flask):
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
