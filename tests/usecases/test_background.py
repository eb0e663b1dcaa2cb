"""The contract of work in the background, the same for both of its engines."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from app.storage import db, jobs, transaction, work
from app.usecases import clock, mending, workers
from app.usecases.attempts import ATTEMPTS, LEASE
from app.usecases.parts import now
from tests.usecases import background, stuck
from tests.usecases.background import asked, at_work, is_told, order, real_time, to_be_told, wait_until
from tests.usecases.live_worker import KILLED, NOTICE

MANY = 12


@pytest.fixture
def portal(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        real_time()
        yield each_app
        db.session.remove()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, datetime]]:
    """(kind, subject, when) of every look; nothing else is done."""
    seen: list[tuple[str, str, datetime]] = []
    monkeypatch.setattr(clock, "look", lambda kind, subject: seen.append((kind, subject, datetime.now(UTC))))
    return seen


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Let what tells applicants do something else outside."""
    return lambda outside: stuck.breaks(monkeypatch, NOTICE, outside)


def ask(kind: str, subject: str, **later: float) -> datetime:
    at = now() + timedelta(**later)
    with transaction():
        jobs.ask(kind, subject, at=at)
    return at


def test_what_is_asked_for_comes_to_nothing_with_its_transaction(portal: Flask):
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.ask(jobs.TIMERS, 1, at=now())
        raise ZeroDivisionError
    assert asked() == []
    ask(jobs.TIMERS, "2")
    assert asked() == [("timers", "2")], "nothing is left of the first"


def test_outside_a_transaction_nothing_is_asked_for(portal: Flask):
    with pytest.raises(RuntimeError):
        jobs.ask(jobs.TIMERS, 1, at=now())


def test_one_transaction_asks_in_one_statement_and_only_if_something_is_wanted(portal: Flask):
    sent = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    with transaction():
        db.session.connection()
    nothing = len(sent)
    with transaction():
        for subject in range(5):
            jobs.ask(jobs.TIMERS, subject, at=now())
    assert len(sent) - nothing == nothing + 1


def test_it_is_looked_at_at_its_time_and_not_before(portal: Flask, looked: list):
    later, at_once = ask(jobs.TIMERS, "2", seconds=1.5), ask(jobs.TIMERS, "1")
    with at_work(portal):
        wait_until(lambda: len(looked) == 2)
    assert [subject for _kind, subject, _at in looked] == ["1", "2"]
    assert looked[0][2] >= at_once and later <= looked[1][2] < later + timedelta(seconds=3)
    assert asked() == [], "nothing is left of what is done"


def test_what_is_far_off_lies_in_no_queue_of_postgresql(app: Flask):
    with app.app_context():
        real_time()
        ask(jobs.TIMERS, "1", days=3)
        assert asked() == [], "a sweep asks when its time comes"
        db.session.remove()


def test_what_fails_is_tried_again_after_longer_and_longer_waits(portal: Flask, telling, monkeypatch):
    case_id, key = to_be_told()
    tried: list[float] = []

    def outside(_order: object) -> None:
        tried.append(time.monotonic())
        if len(tried) <= 3:
            raise RuntimeError("server surel tidak menjawab")

    telling(outside)
    monkeypatch.setattr(clock, "later", lambda times: now() + timedelta(seconds=0.2 * 2**times))
    with at_work(portal):
        wait_until(lambda: is_told(case_id))
    waits = [after - before for before, after in pairwise(tried)]
    assert all(wait >= 0.2 * 2**times for times, wait in enumerate(waits, start=1))
    assert order(key).attempts == 4 and (jobs.ORDER, key) not in asked()


def test_what_is_given_up_is_an_incident_and_its_retry_brings_it_to_its_end(
    portal: Flask, telling, monkeypatch
):
    (case_id, key), (other_id, _key) = to_be_told(0), to_be_told(1)
    broken = [True]

    def outside(asked_for: object) -> None:
        if broken and asked_for.case_id == case_id:
            raise RuntimeError("server surel tidak menjawab")

    telling(outside)
    monkeypatch.setattr(clock, "later", lambda _times: now() + timedelta(seconds=0.02))
    with at_work(portal):
        wait_until(lambda: work.open_incidents_of(case_id))
        assert is_told(other_id) and order(key).attempts == ATTEMPTS
        broken.clear()
        (incident,) = work.open_incidents_of(case_id)
        mending.retry(incident.id)
        wait_until(lambda: is_told(case_id))
    assert not work.open_incidents() and (jobs.ORDER, key) not in asked()


def test_two_workers_never_hold_one_piece_of_work(portal: Flask, telling):
    """Without the lease, or `skip_locked`, both do it."""
    done, holding, most = Counter(), Counter(), Counter()
    guard = threading.Lock()

    def outside(asked_for: object) -> None:
        with guard:
            holding[asked_for.case_id] += 1
            most[asked_for.case_id] = max(most[asked_for.case_id], holding[asked_for.case_id])
        time.sleep(0.02)
        with guard:
            holding[asked_for.case_id] -= 1
            done[asked_for.case_id] += 1

    telling(outside)
    made = [to_be_told(index) for index in range(MANY)]
    with transaction():
        for _case_id, key in made:
            jobs.ask(jobs.ORDER, key, at=now())  # once more than needed
    with at_work(portal, 2):
        wait_until(lambda: all(is_told(case_id) for case_id, _key in made))
    assert set(done.values()) == set(most.values()) == {1} and len(done) == MANY


def test_what_nobody_was_woken_for_is_found_by_a_sweep(portal: Flask):
    """Without the sweep with which a worker begins, an upgraded or restored database would lie still."""
    case_id, _key = to_be_told()
    background.lose_all()
    with at_work(portal):
        wait_until(lambda: is_told(case_id))


def test_a_sweep_asks_for_nothing_twice(portal: Flask):
    to_be_told()
    before = asked()
    workers.sweep()
    workers.sweep()
    assert asked() == before


def test_work_of_a_newer_release_harms_nothing(portal: Flask):
    ask("ramalan", "1")
    case_id, _key = to_be_told()
    with at_work(portal):
        wait_until(lambda: is_told(case_id) and ("ramalan", "1") not in asked())


def test_a_look_that_raises_ends_no_worker(portal: Flask, monkeypatch):
    real = clock.look
    monkeypatch.setattr(
        clock, "look", lambda kind, subject: real(kind, subject) if kind == jobs.ORDER else 1 / 0
    )
    ask(jobs.TIMERS, "1")
    case_id, _key = to_be_told()
    with at_work(portal):
        wait_until(lambda: is_told(case_id))


def test_an_attempt_is_counted_before_it_kills_its_worker(portal: Flask, tmp_path: Path):
    (other_id, _key), (case_id, key) = to_be_told(0), to_be_told(1)
    with background.process(portal, tmp_path / "files", killing=case_id) as first:
        assert first.wait(background.PATIENCE) == KILLED
    assert order(key).attempts == 1 and order(key).done_at is None
    with background.process(portal, tmp_path / "files", killing=case_id):
        wait_until(lambda: is_told(other_id))


def test_a_timer_that_kills_its_worker_is_given_up(portal: Flask, monkeypatch):
    """Were its attempts not counted, it would kill for ever."""
    with transaction():
        for _attempt in range(ATTEMPTS):
            assert jobs.begin(jobs.TIMERS, 1, now=now(), until=now() - timedelta(seconds=1))
    given_up = []
    monkeypatch.setattr(clock, "_put_off", lambda case_id, reason: given_up.append((case_id, reason)))
    clock._fire(1)
    assert given_up == [(1, clock.LOST)]


def test_a_stopped_worker_first_ends_what_it_has_in_hand(portal: Flask, tmp_path: Path):
    case_id, key = to_be_told()
    with background.process(portal, tmp_path / "files", slow=case_id) as live:
        assert "slow\n" in live.stdout
        live.terminate()
        assert live.wait(background.PATIENCE) == 0
    assert order(key).attempts == 1 and is_told(case_id) and (jobs.ORDER, key) not in asked()


def test_what_a_dead_worker_held_is_taken_over(app: Flask, tmp_path: Path):
    """Without heartbeats its wake-up would be held for ever, and the work until the lease ends."""
    with app.app_context():
        real_time()
        case_id, key = to_be_told()
        with background.process(app, tmp_path / "files", killing=case_id) as first:
            first.wait(background.PATIENCE)
        with background.process(app, tmp_path / "files", silent=1.5):
            wait_until(lambda: is_told(case_id), seconds=LEASE.total_seconds() / 2)
        assert order(key).attempts == 2
        db.session.remove()


@pytest.mark.long
def test_one_that_raises_and_one_that_kills_hold_up_none_of_198_others(app: Flask, tmp_path: Path):
    """Within ten seconds, though the worker dies and another has to be started (quality.md 2)."""
    with app.app_context():
        real_time()
        made = [to_be_told(index)[0] for index in range(200)]
        raising, killing = made[60], made[130]
        others = set(made) - {raising, killing}
        began = time.monotonic()
        with background.kept_alive(app, tmp_path / "files", raising=raising, killing=killing) as ended:
            wait_until(lambda: others <= background.told())
            spent = time.monotonic() - began
            wait_until(lambda: set(background.waiting()) == {raising, killing}, seconds=400)
        assert spent <= 10 and set(ended) == {KILLED} and len(ended) == ATTEMPTS
        for incident in work.open_incidents():
            mending.retry(incident.id)
        with at_work(app):
            wait_until(lambda: background.told() == set(made))
        db.session.remove()
