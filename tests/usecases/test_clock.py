"""Time passes: reminders come and tasks go to the superior at their working-day moments, on both databases."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.errors import Conflict
from app.storage import cases, db
from app.usecases import clock as worker
from app.usecases import diary, inbox
from tests import factories
from tests.conftest import START, Clock
from tests.usecases import player


@pytest.fixture
def each_city(each_app: Flask):
    with each_app.app_context():
        yield each_app
        db.session.remove()


def test_a_reminder_comes_at_its_working_hour_and_not_before(each_city: Flask, clock: Clock):
    case, task = player.at_operator()

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
    case, task = player.at_operator()
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
    case, _task = player.at_operator()

    clock.set(datetime(2026, 12, 29, 14, 59, tzinfo=START.tzinfo))
    worker.settle()
    assert factories.open_task(case).step == "periksa_operator"
    clock.set(datetime(2026, 12, 29, 15, 0, tzinfo=START.tzinfo))
    worker.settle()
    assert factories.open_task(case).step == "ambil_alih_operator"


def test_a_case_nobody_corrects_is_closed_after_thirty_days(each_city: Flask, clock: Clock):
    case, task = player.at_operator()
    factories.decide(task, "kembalikan")
    returned = clock.now

    clock.set(returned + timedelta(days=30) - timedelta(seconds=1))
    worker.settle()
    assert factories.open_task(case).step == "perbaiki"
    clock.set(returned + timedelta(days=30))
    worker.settle()

    db.session.refresh(case)
    assert case.outcome == "dibatalkan" and not cases.open_tasks_of(case.id)
    assert cases.pauses_of(case.id) == [(returned, clock.now)]
    assert "30 hari" in player.told_applicant(case)[-1]


def test_the_promised_day_moves_by_the_time_with_the_applicant(each_city: Flask, clock: Clock):
    case = factories.apply("domisili")  # 4 working days
    assert case.due_at == START.replace(day=12, hour=11, minute=30)  # Fridays close earlier
    clock.forward(days=1)
    factories.decide(factories.open_task(case), "kembalikan")
    clock.forward(days=6)  # Tuesday the 9th to Monday the 15th
    player.correct(case, {}, {})

    db.session.refresh(case)
    assert cases.pauses_of(case.id) == [(START + timedelta(days=1), START + timedelta(days=7))]
    # One day was used; the three that are left run from the 15th, and the 16th is a holiday.
    assert case.due_at == START.replace(day=19, hour=11, minute=30)
