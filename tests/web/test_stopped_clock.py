"""Stop-the-clock in numbers: the same line of explanation on the citizen's page and on the desk's."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import db
from app.storage.cases import Case
from tests import factories
from tests.conftest import START, Clock
from tests.usecases import player
from tests.web import visitors

KELURAHAN = "35.74.03.1002"


@pytest.fixture
def pages(app: Flask, client: FlaskClient, opened: Callable) -> Callable[[], list[str]]:
    """A case of four working days, sent on Monday the 8th of June; gives its three pages as they read now."""
    number, code = opened("domisili")
    rt = f"{KELURAHAN}.RW05.RT03"

    def read() -> list[str]:
        with visitors.inside(app):
            case = find(number)
            task = next(
                (task for task in factories.cases.open_tasks_of(case.id) if task.role_key == "rt"), None
            )
            task_id = task.id if task else None
        head = visitors.holder_of(app, "rt", rt)
        addresses = [f"/berkas/{number}", *([f"/tugas/{task_id}"] if task_id else [])]
        assert client.post("/lacak", data={"nomor": number, "kode": code}).status_code == 302
        found = [client.get(f"/lacak/{number}"), *(head.get(address) for address in addresses)]
        assert {answer.status_code for answer in found} == {200}
        return [unescape(answer.text).lower() for answer in found]

    read.number = number
    return read


def find(number: str) -> Case:
    return db.session.query(Case).filter_by(number=number).one()


def test_both_sides_read_how_long_the_clock_stood_still(app: Flask, clock: Clock, pages: Callable):
    clock.forward(days=1)
    assert all("terpakai 1 dari 4 hari kerja" in page for page in pages())

    with visitors.inside(app):
        factories.decide(factories.open_task(find(pages.number)), "kembalikan")
    clock.forward(days=3)
    stopped = "terpakai 1 dari 4 hari kerja; berhenti sejak 9 juni menunggu pemohon"
    shown = pages()
    assert len(shown) == 2 and all(stopped in page for page in shown)

    clock.set(START.replace(day=15))
    with visitors.inside(app):
        player.correct(find(pages.number), {}, {})
    clock.set(START.replace(day=17, hour=10))
    shown = pages()
    going = "terpakai 2 dari 4 hari kerja; berhenti 9–15 juni menunggu pemohon"
    assert len(shown) == 3 and all(going in page for page in shown)
    assert "jumat, 19 juni 2026" in shown[0], "three days were left: 17, 18 and 19; the 16th is a holiday"


def test_a_case_that_runs_over_says_so_on_both_sides(app: Flask, clock: Clock, pages: Callable):
    clock.set(START.replace(day=12, hour=11, minute=31))

    citizen, case, task = pages()

    assert "melewati standar waktu" in citizen
    assert "terlambat" in case and "terpakai 4 dari 4 hari kerja" in task
