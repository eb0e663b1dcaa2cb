"""One raising and one killing piece of work among many: both are given up and mended, and the others do not wait."""

import os
from dataclasses import replace

from app.storage import work
from app.usecases import clock, mending, operations
from app.usecases.attempts import ATTEMPTS, LOST
from app.usecases.letters import Order
from tests.faults import invariants, lives, wrong
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong
from tests.usecases import stuck
from tests.usecases.mortal_worker import KILLED

OTHERS = 8


def poisoned(stage: Stage) -> tuple[int, int]:
    """The ids of the case whose notice raises and of the one whose notice kills, among others."""
    ids = []
    for index in range(OTHERS + 2):
        ids.append(stage.send("kabar", index))
        stage.decide(ids[-1])
    return ids[2], ids[5]


def work_until_quiet(stage: Stage, raising: int, killing: int, mistake: Wrong) -> int:
    """One worker after the other, each after the lease of the one before; gives how many died."""

    def outside(order: Order) -> None:
        if order.case_id == killing:
            os._exit(KILLED)
        if order.case_id == raising:
            raise RuntimeError(stuck.TROUBLE)

    def lived(say: lives.Say) -> None:
        mistake(say)
        operations.NAMES[stuck.NOTICE] = replace(operations.NAMES[stuck.NOTICE], outside=outside)
        stage.work()

    codes = []
    for _life in range(2 * ATTEMPTS):
        codes.append(lives.live(stage.app, lived).code)
        stage.wait()
    assert set(codes) <= {0, KILLED}
    return codes.count(KILLED)


def finished(stage: Stage) -> int:
    with stage.inside():
        return OTHERS + 2 - len({row.case_id for row in _undone()})


def _undone() -> list:
    return [row for row in work.db.session.query(work.Outbox).filter(work.Outbox.done_at.is_(None))]


def test_poisoned_work_is_given_up_and_mended(each_stage: Stage):
    raising, killing = poisoned(each_stage)

    assert work_until_quiet(each_stage, raising, killing, wrong.nothing) == ATTEMPTS
    assert finished(each_stage) == OTHERS
    with each_stage.inside():
        assert invariants.broken() == []
        what = {incident.case_id: incident.what for incident in work.open_incidents()}
        assert what == {raising: stuck.TROUBLE, killing: LOST}
        for incident in work.open_incidents():
            mending.retry(incident.id)
        clock.settle()
        assert [*invariants.broken(), *invariants.unfinished()] == []


def test_attempts_that_are_counted_afterwards_would_be_found(stage: Stage):
    raising, killing = poisoned(stage)

    assert work_until_quiet(stage, raising, killing, wrong.counted_afterwards) > ATTEMPTS
