"""One raising and one killing piece of work among many: both are given up and mended, and the others do not wait.

So it is with a case that kills whoever carries it over to another version, or back.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.storage import cases, work
from app.storage import versions as batches
from app.storage.cases import Case
from app.usecases import carrying, clock, mending, operations, version_batches
from app.usecases.attempts import ATTEMPTS, LOST
from app.usecases.letters import Order
from tests import factories
from tests.faults import invariants, lives, wrong
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong
from tests.usecases import stuck, versioning

KILLED = 9  # how a worker ends that is killed by its work
OTHERS = 8
MOVED = 3  # cases of a batch


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

    return deaths(stage, lived)


def deaths(stage: Stage, lived: Callable[[lives.Say], None]) -> int:
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


@pytest.fixture
def moving(
    each_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Stage, list[int], int]:
    """Cases that workers are to carry over to a new version: the portal, the cases and the batch."""
    with each_stage.inside():
        moved = [factories.apply("usaha", index=index).id for index in range(MOVED)]
        versioning.publish(tmp_path / "new", "usaha")
        with monkeypatch.context() as patch:
            patch.setattr(version_batches, "AT_ONCE", 0)
            batch = version_batches.migrate("usaha", 2, mapping={}, reason="Alur baru sesuai edaran.")
        return each_stage, moved, batch.id


def carry(stage: Stage, killing: int, deed: str, mistake: Wrong) -> int:
    """One worker after the other does this deed with the cases; gives how many died."""
    real = getattr(carrying, deed)

    def kills(case: Case, *others: object) -> None:
        if case.id == killing:
            os._exit(KILLED)
        real(case, *others)

    def lived(say: lives.Say) -> None:
        mistake(say)
        setattr(carrying, deed, kills)
        stage.work()

    return deaths(stage, lived)


def left(stage: Stage, batch_id: int) -> tuple[str, dict[str, str]]:
    """The phase of a batch, and status → note of what was not carried."""
    with stage.inside():
        lines = version_batches.open_batch(batch_id).cases
        went = {batches.MOVED, batches.REVERTED}
        return version_batches.get_batch(batch_id).phase, {
            line.status: line.note for line in lines if line.status not in went
        }


def test_a_case_that_kills_who_carries_it_over_holds_up_no_batch(moving: tuple[Stage, list[int], int]):
    stage, moved, batch_id = moving

    assert carry(stage, moved[1], "carry", wrong.nothing) == ATTEMPTS
    assert left(stage, batch_id) == (batches.DONE, {batches.REFUSED: version_batches.KILLS})

    with stage.inside():
        version_batches.revert(batch_id, reason="Kembali ke alur lama.")
    assert left(stage, batch_id)[0] == batches.UNDONE
    with stage.inside():
        factories.decide(factories.open_task(cases.db.session.get_one(Case, moved[1])))
        assert [*invariants.broken(), *invariants.unfinished()] == []


def test_a_case_that_kills_who_puts_it_back_holds_up_no_batch(
    moving: tuple[Stage, list[int], int], monkeypatch: pytest.MonkeyPatch
):
    stage, moved, batch_id = moving
    stage.work()
    with stage.inside():
        monkeypatch.setattr(version_batches, "AT_ONCE", 0)
        version_batches.revert(batch_id, reason="Kembali ke alur lama.")

    assert carry(stage, moved[0], "put_back", wrong.nothing) == ATTEMPTS
    assert left(stage, batch_id) == (batches.UNDONE, {batches.KEPT: version_batches.KILLS})


def test_a_batch_whose_attempts_are_not_counted_would_be_found(moving: tuple[Stage, list[int], int]):
    stage, moved, batch_id = moving

    assert carry(stage, moved[1], "carry", wrong.never_counted) > ATTEMPTS
    assert left(stage, batch_id)[0] == batches.MOVING
