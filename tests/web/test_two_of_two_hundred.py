"""One raising and one killing piece of work among 200: the others go on, and the page brings both to their end."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import ROOT
from app.storage import cases, db, work
from app.storage.cases import Case, Message
from app.usecases import clock as worker
from app.usecases import diary
from tests.conftest import Clock
from tests.usecases import stuck
from tests.usecases.mortal_worker import FINISHED, KILLED
from tests.web import visitors

MANY = 200
RAISING, KILLING = 60, 130  # their places in the worker's row
AT_ONCE = timedelta(seconds=1)  # ten would do
LONGER_THAN_A_LEASE = worker.LEASE + timedelta(seconds=1)


@pytest.fixture(params=["postgres_url", pytest.param("sqlite_url", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def portal(new_app: Callable[[str], Flask], url: str) -> Flask:
    app = new_app(url)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def work_on(url: str, tmp_path: Path) -> Callable[..., list[int]]:
    """One worker after the other, each at its moment, until nothing is due or it dies; says how each ended."""

    def live(*moments: datetime, raising: int = 0, killing: int = 0) -> list[int]:
        words = url, tmp_path / "files", raising, killing, *(moment.isoformat() for moment in moments)
        command = [sys.executable, "-m", "tests.usecases.mortal_worker", *map(str, words)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
        lives = [int(line) for line in ended.stdout.splitlines() if line.isdigit()]
        assert len(lives) == len(moments) and set(lives) <= {FINISHED, KILLED}, ended.stderr
        return lives

    return live


def test_two_incidents_hold_up_nobody_and_end_from_the_page(
    portal: Flask, clock: Clock, work_on: Callable[..., list[int]]
):
    """Were the attempt counted after the run, the killing case would kill every worker for ever; were its row not
    leased, every new worker would begin with it."""
    with visitors.inside(portal):
        ids = [stuck.refused(index=index).id for index in range(MANY)]
    raising, killing = two = ids[RAISING], ids[KILLING]
    sick = {"raising": raising, "killing": killing}

    # The first dies of it; the second finds it in the dead one's hands and does the rest.
    assert work_on(clock.now, clock.now + AT_ONCE, **sick) == [KILLED, FINISHED]
    assert finished(portal, ids) == set(ids) - set(two)

    later = [clock.now + turn * LONGER_THAN_A_LEASE for turn in range(1, worker.ATTEMPTS + 2)]
    assert work_on(*later, **sick).count(KILLED) == worker.ATTEMPTS - 1
    clock.set(later[-1])
    assert waiting(portal) == {raising: stuck.TROUBLE, killing: worker.LOST}

    mend_from_the_page(portal, 2)
    assert work_on(clock.now) == [FINISHED], "whatever was wrong is mended"
    assert finished(portal, ids) == set(ids) and not waiting(portal)
    with visitors.inside(portal):
        assert notices() == dict.fromkeys(ids, 1), "everybody was told once"
        for case_id in two:
            kinds = [line.kind for line in cases.diary_of(case_id)]
            assert kinds[-4:] == ["incident opened", "incident retried", "notice sent", "case closed"]
            assert diary.broken_at(case_id) is None


def mend_from_the_page(portal: Flask, many: int) -> None:
    """The administrator opens the list and has everything on it tried again."""
    admin = visitors.holder_of(portal, "admin_sistem", "diskominfo")
    listed = re.findall(r'href="(/admin/insiden/\d+)"', admin.get("/admin/insiden").text)
    assert len(listed) == many
    for address in listed:
        assert "Coba lagi" in admin.get(address).text
        assert admin.post(f"{address}/coba-lagi").status_code == 302
    assert "Tidak ada insiden" in admin.get("/admin/insiden").text


def finished(portal: Flask, ids: list[int]) -> set[int]:
    with visitors.inside(portal):
        return set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), Case.outcome == "ditolak")))


def waiting(portal: Flask) -> dict[int, str]:
    """Case → what is wrong with it."""
    with visitors.inside(portal):
        return {incident.case_id: incident.what for incident in work.open_incidents()}


def notices() -> dict[int, int]:
    """Case → how often its applicant was told something."""
    told = select(Message.case_id, func.count()).where(Message.audience == "pemohon")
    return dict(db.session.execute(told.group_by(Message.case_id)).all())
