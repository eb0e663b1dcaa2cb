"""Offices that work on one case at the same moment, and an official against the clock, on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from app.errors import Conflict
from app.storage import cases, db
from app.usecases import clock as worker
from app.usecases import diary, inbox
from tests import factories
from tests.conftest import Clock
from tests.usecases import player

RACES = 8


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[Conflict | None]:
    """Every deed on a connection of its own, begun together; gives who was refused."""
    together = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> Conflict | None:
        with app.app_context():
            together.wait(10)
            try:
                deed()
            except Conflict as refusal:
                return refusal
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(deeds)) as hands:
        return list(hands.map(do, deeds))


def test_three_agencies_answer_at_the_same_moment_and_none_is_lost(city: Flask):
    for _race in range(RACES // 2):
        case = factories.apply("keramaian")
        factories.walk(case, until="periksa_dishub")
        waiting = [(task.id, factories.holder(task)) for task in cases.open_tasks_of(case.id)]
        case_id = case.id
        db.session.remove()

        refused = at_once(city, *[_answer(task_id, actor) for task_id, actor in waiting])

        assert refused == [None, None, None]
        assert [task.step for task in cases.open_tasks_of(case_id)] == ["tandatangan_camat"]
        assert diary.broken_at(case_id) is None
        db.session.remove()


def test_an_official_and_the_clock_do_not_both_win(city: Flask, clock: Clock):
    ends = set()
    for _race in range(RACES):
        case, task = player.at_operator()
        actor, task_id, case_id = factories.holder(task), task.id, case.id
        clock.forward(days=14)
        db.session.remove()

        refused, _none = at_once(city, _answer(task_id, actor), worker.fire_due_timers)

        (open_task,) = cases.open_tasks_of(case_id)
        assert open_task.step == ("ambil_alih_operator" if refused else "setujui_kasi")
        assert cases.get_task(task_id).status == ("cancelled" if refused else "done")
        assert diary.broken_at(case_id) is None
        ends.add(open_task.step)
        db.session.remove()
    assert ends


def _answer(task_id: str, actor: object) -> Callable[[], object]:
    return lambda: inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=actor)
