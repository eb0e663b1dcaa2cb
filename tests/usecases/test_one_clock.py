"""Due times are compared by the database's clock: a worker whose machine is two hours wrong fires nothing wrongly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask

from app.storage import cases, db
from app.usecases import workers
from app.usecases.parts import DatabaseClock, keep_time, parts
from tests import factories
from tests.conftest import Clock
from tests.engine.diagrams import build
from tests.usecases import talking

FAST, SLOW = timedelta(hours=2), timedelta(hours=-2)


def hurried() -> bytes:
    """A task that goes to somebody else after ten minutes."""
    edge = build.boundary("lewat", "kerja", build.timer("timeDuration", "PT10M"))
    nodes = [build.start(**talking.ASKS), build.end(), edge, *map(talking.decision, ("kerja", "ganti"))]
    flows = "mulai>kerja kerja>selesai lewat>ganti ganti>selesai"
    lanes = [build.lane("Lurah", ["kerja", "ganti"], role="lurah")]
    return build.bpmn("buru", nodes, flows, lanes)


@pytest.fixture
def hurry(each_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    with each_app.app_context():
        talking.publish(tmp_path / "baru", {"buru": hurried()})
        yield each_app
        db.session.remove()


def sent(clock: Clock, ago: timedelta) -> int:
    """The id of a case that was sent so long ago by the true time."""
    clock.set(datetime.now(UTC) - ago)
    return factories.apply("buru").id


def work_with(wrong: timedelta, case_id: int) -> None:
    """A worker on a machine whose clock is wrong by this much, until this case has moved."""
    here, end = parts(), monotonic() + 20
    tests_own = here.clock, here.machine
    here.clock = here.machine = lambda: datetime.now(UTC) + wrong
    workers.run(lambda: steps(case_id) != ["kerja"] or monotonic() > end, pause=0.01)
    here.clock, here.machine = tests_own


def steps(case_id: int) -> list[str]:
    return [task.step for task in cases.open_tasks_of(case_id)]


@pytest.mark.parametrize("each_app", ["postgres_url"], indirect=True)
@pytest.mark.parametrize("wrong", [FAST, SLOW])
def test_a_wrong_clock_fires_what_is_due_and_nothing_else(hurry: Flask, clock: Clock, wrong: timedelta):
    """Without `keep_time` the fast worker fires both and the slow one neither."""
    due, early = sent(clock, timedelta(minutes=11)), sent(clock, timedelta(minutes=8))

    work_with(wrong, due)

    assert (steps(due), steps(early)) == (["ganti"], ["kerja"])


@pytest.mark.parametrize("each_app", ["postgres_url"], indirect=True)
def test_a_task_that_a_wrong_clock_opens_has_the_true_time(hurry: Flask, clock: Clock):
    case_id = sent(clock, timedelta(minutes=11))

    work_with(FAST, case_id)

    (task,) = cases.open_tasks_of(case_id)
    assert abs(task.created_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("each_app", ["sqlite_url"], indirect=True)
def test_a_database_without_a_clock_goes_by_the_machines(hurry: Flask, clock: Clock):
    due, early = sent(clock, timedelta(minutes=11)), sent(clock, timedelta(minutes=8))

    work_with(timedelta(), due)

    assert (steps(due), steps(early)) == (["ganti"], ["kerja"])


def test_a_clock_that_tests_set_stays(hurry: Flask, clock: Clock):
    keep_time()

    assert parts().clock is clock


def test_the_time_that_was_told_is_carried_on():
    told = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
    carried = DatabaseClock(told)
    first, second = carried(), carried()
    assert told <= first <= second < told + timedelta(minutes=1)
