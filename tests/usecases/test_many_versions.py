"""Many running cases, publications meanwhile: all end on their version; a rehearsal is quick, a move can be undone."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from flask import Flask

from app.storage import cases, db
from app.storage import versions as rows
from app.storage.cases import Case
from app.usecases import version_batches, versions
from tests import factories, founding
from tests.conftest import START
from tests.usecases import talking, versioning

CODE, REASON = "beruntun", "Alur baru menurut surat edaran"
SECONDS = 60  # for a rehearsal over ten thousand cases
FIRST, SECOND = ("periksa", "putus"), ("periksa", "tinjau", "putus")
THIRD, FOURTH = ("periksa", "putus", "arsip"), ("putus", "periksa")


def _published(folder: Path, *steps: str) -> None:
    talking.publish(folder, {CODE: versioning.small(*steps)})


def _open(index: int) -> int:
    case = factories.apply(CODE, index=index % 500)
    if index % 3 == 0:
        factories.decide(factories.open_task(case))
    return case.id


def _finish(case_id: int) -> tuple[str, ...]:
    case = db.session.get_one(Case, case_id)
    while case.is_open:
        factories.decide(factories.open_task(case))
        db.session.refresh(case)
    steps = tuple(task.step for task in cases.tasks_of(case_id))
    db.session.rollback()
    return steps


def _part(url: str, files: Path, work: Callable, numbers: list[int]) -> list:
    app = founding.portal(url, files, lambda: START)
    with app.app_context():
        found = [work(number) for number in numbers]
    founding.close(app)
    return found


def _spread(app: Flask, url: str, work: Callable, numbers: list[int], processes: int) -> list:
    """The same work for all of these, in so many processes."""
    if processes == 1:
        return [work(number) for number in numbers]
    files = app.extensions["alur"].settings.files
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waits = [
            pool.submit(_part, url, files, work, numbers[place::processes]) for place in range(processes)
        ]
        return [each for wait in waits for each in wait.result()]


def _carried(batch: versions.Batch) -> None:
    while version_batches.carry_on(batch.id, 1000):
        db.session.rollback()


def _told(what: str, since: float, count: int) -> float:
    spent = time.monotonic() - since
    print(f"{what}: {spent:.1f} s for {count} cases")
    return spent


def _play(app: Flask, url: str, folder: Path, count: int, processes: int = 1) -> None:
    _published(folder, *FIRST)
    began = time.monotonic()
    ids = _spread(app, url, _open, list(range(count)), processes)
    _told("opened", began, count)

    _published(folder, *SECOND)
    began = time.monotonic()
    found = versions.rehearse(CODE, 2)
    assert _told("rehearsed", began, count) <= SECONDS
    third = len(range(0, count, 3))
    assert (len(found.safe), len(found.undecided), len(found.impossible)) == (count - third, third, 0)

    before = versioning.everything()
    began = time.monotonic()
    batch = versions.migrate(CODE, 2, mapping={"putus": "putus"}, reason=REASON)
    _carried(batch)
    _told("moved", began, count)
    after = versioning.everything()
    assert {name for name in before if before[name] != after[name]} == {"case"}
    began = time.monotonic()
    _carried(versions.revert(batch.id, reason=REASON))
    _told("put back", began, count)
    assert versioning.everything() == before
    assert rows.progress([batch.id]) == {batch.id: {"reverted": count}}

    _published(folder, *THIRD)
    walked = _spread(app, url, _finish, ids[: count // 2], processes)
    _published(folder, *FOURTH)
    walked += _spread(app, url, _finish, ids[count // 2 :], processes)
    assert Counter(walked) == {FIRST: count}
    assert _finish(_open(1)) == FOURTH


def test_sixty_running_cases_end_on_their_version(city: Flask, postgres_url: str, tmp_path: Path):
    _play(city, postgres_url, tmp_path / "baru", 60)


@pytest.mark.long
@pytest.mark.timeout(5400)
def test_ten_thousand_running_cases_end_on_their_version(city: Flask, postgres_url: str, tmp_path: Path):
    _play(city, postgres_url, tmp_path / "baru", 10_000, processes=2)
