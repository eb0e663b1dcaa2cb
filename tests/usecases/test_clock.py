"""What happens without people: reminders, hand-overs and outside work, on time and exactly once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.errors import Conflict, Refused, Unavailable
from app.storage import cases, db, letters, work
from app.storage.cases import Case, Task
from app.storage.work import Incident, Outbox
from app.usecases import clock as worker
from app.usecases import diary, drafts, inbox, operations
from app.usecases.operations import Operation
from tests import factories
from tests.conftest import START, Clock

NOTICE = "pemberitahuan.kirim"


@pytest.fixture
def each_city(each_app: Flask):
    with each_app.app_context():
        yield each_app
        db.session.remove()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Let the outside part of sending a notice do something else."""

    def breaks(outside: Callable) -> None:
        monkeypatch.setitem(operations.NAMES, NOTICE, replace(operations.NAMES[NOTICE], outside=outside))

    return breaks


def at_operator() -> tuple[Case, Task]:
    """An SKTM that waits for the operator of the kelurahan since START, a Monday at nine."""
    case = factories.apply("sktm")
    factories.walk(case, until="periksa_operator")
    return case, factories.open_task(case)


def ordered(case: Case) -> Outbox:
    (row,) = work.unfinished_of(case.id)
    return row


def refused_case(index: int = 0) -> Case:
    """A case that only waits for its applicant to be told of a refusal."""
    case = factories.apply("domisili", index=index)
    factories.decide(factories.open_task(case), "tolak")
    return case


def test_a_reminder_comes_at_its_working_hour_and_not_before(each_city: Flask, clock: Clock):
    case, task = at_operator()

    clock.set(START + timedelta(hours=3) - timedelta(seconds=1))
    assert worker.settle() == 0
    clock.set(START + timedelta(hours=3))
    worker.settle()

    db.session.refresh(task)
    assert task.status == "open" and task.reminded_at == clock.now
    (notice,) = cases.messages_to(case.id, "operator_kelurahan")
    assert notice.unit_id == task.unit_id
    assert [entry.by for entry in cases.diary_of(case.id) if entry.kind == "timer fired"] == ["Sistem"]
    worker.settle()
    assert len(cases.messages_to(case.id, "operator_kelurahan")) == 1


def test_a_silent_office_loses_the_task_to_its_superior(each_city: Flask, clock: Clock):
    case, task = at_operator()
    late = factories.holder(task)
    due = START.replace(day=10, hour=15)  # two working days later, when the counter closes

    clock.set(due - timedelta(seconds=1))
    worker.settle()
    assert factories.open_task(case).id == task.id
    clock.set(due)
    worker.settle()

    taken_over = factories.open_task(case)
    assert (taken_over.step, taken_over.role_key) == ("ambil_alih_operator", "kasi_pelayanan_kelurahan")
    db.session.refresh(task)
    assert task.status == "cancelled"
    with pytest.raises(Conflict):
        inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=late)
    factories.decide(taken_over)
    assert factories.open_task(case).step == "setujui_kasi"
    assert diary.broken_at(case.id) is None


def test_days_off_do_not_count(each_city: Flask, clock: Clock):
    """Domain C3: 24 and 25 December are off, so two working days from the 23rd end on the 29th."""
    clock.set(datetime(2026, 12, 23, 9, 0, tzinfo=START.tzinfo))
    case, _task = at_operator()

    clock.set(datetime(2026, 12, 29, 14, 59, tzinfo=START.tzinfo))
    worker.settle()
    assert factories.open_task(case).step == "periksa_operator"
    clock.set(datetime(2026, 12, 29, 15, 0, tzinfo=START.tzinfo))
    worker.settle()
    assert factories.open_task(case).step == "ambil_alih_operator"


def test_the_promised_day_moves_by_the_time_with_the_applicant(each_city: Flask, clock: Clock):
    case = factories.apply("domisili")  # 4 working days
    assert case.due_at == START.replace(day=12, hour=11, minute=30)  # Fridays close earlier
    clock.forward(days=1)
    factories.decide(factories.open_task(case), "kembalikan")
    clock.forward(days=6)  # Tuesday the 9th to Monday the 15th
    _correct(case)

    db.session.refresh(case)
    (pause,) = cases.pauses_of(case.id)
    assert (pause.since, pause.until) == (START + timedelta(days=1), START + timedelta(days=7))
    # One day was used; the three that are left run from the 15th, and the 16th is a holiday.
    assert case.due_at == START.replace(day=19, hour=11, minute=30)


def test_what_fails_is_tried_again_later_and_then_becomes_an_incident(each_city: Flask, clock: Clock, broken):
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
    worker.retry(incident.id, by="pengujian")
    worker.settle()

    db.session.refresh(case)
    assert case.outcome == "ditolak" and not work.open_incidents_of(case.id)
    with pytest.raises(Refused):
        worker.retry(incident.id, by="pengujian")
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
    (sick, _), (well, _) = at_operator(), at_operator()
    real = worker.advance
    monkeypatch.setattr(worker, "advance", lambda case, *a, **k: _fail() if case.id == sick.id else real(case, *a, **k))
    clock.forward(hours=3)
    worker.settle()
    clock.forward(hours=6)
    worker.settle()

    assert len(cases.messages_to(well.id, "operator_kelurahan")) == 1
    assert not cases.messages_to(sick.id, "operator_kelurahan")
    (incident,) = db.session.query(Incident).all()
    monkeypatch.setattr(worker, "advance", real)
    worker.retry(incident.id, by="pengujian")
    worker.settle()
    assert len(cases.messages_to(sick.id, "operator_kelurahan")) == 1


def test_a_reminder_still_under_way_does_not_outlive_its_task(city: Flask, clock: Clock):
    case, task = at_operator()
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

    def do_next() -> bool:
        if fault := next(faults, None):
            raise fault
        return real()

    monkeypatch.setattr(worker, "do_next", do_next)
    worker.run(lambda: not work.unfinished_of(case_id), pause=0)
    assert next(faults, None) is None and db.session.get(Case, case_id).outcome == "ditolak"


def test_the_worker_forgets_old_drafts(city: Flask, monkeypatch):
    swept = []
    monkeypatch.setattr(drafts, "sweep", lambda: swept.append(1))
    turns = iter([False, False, False, True])
    worker.run(lambda: next(turns), pause=0)
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


def _correct(case: Case) -> None:
    from tests.usecases import player

    player.correct(case, {}, {})


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
    from app.usecases import letters as issuing

    issuing.reserve(order)
    _fail()


@contextmanager
def _inside(app: Flask):
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
