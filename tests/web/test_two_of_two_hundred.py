"""One raising and one killing piece of work among 200: the others go on, and the page brings both to their end."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.storage import cases, db, work
from app.storage.cases import Case, Message
from app.usecases import clock as worker
from app.usecases import diary, operations
from app.usecases.letters import Order
from tests.conftest import Clock
from tests.faults import lives
from tests.usecases import stuck
from tests.web import visitors

FINISHED, KILLED = 0, 9  # how a worker ended
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
def work_on(portal: Flask, clock: Clock) -> Callable[..., list[int]]:
    """One worker after the other, each in a process of its own and at its moment, until nothing is due or it dies; says
    how each ended.
    """

    def live(moment: datetime, outside: Callable[[Order], None]) -> int:
        def lived(_say: lives.Say) -> None:
            operations.NAMES[stuck.NOTICE] = replace(operations.NAMES[stuck.NOTICE], outside=outside)
            clock.set(moment)
            with visitors.inside(portal):
                worker.settle()

        ended = lives.live(portal, lived)
        assert ended.code in {FINISHED, KILLED}, ended.said
        return ended.code

    def work(*moments: datetime, raising: int = 0, killing: int = 0) -> list[int]:
        return [live(moment, sick(raising, killing)) for moment in moments]

    return work


def sick(raising: int, killing: int) -> Callable[[Order], None]:
    """What tells applicants of a refusal raises for one case and kills its process for another."""

    def outside(order: Order) -> None:
        if order.case_id == killing:
            os._exit(KILLED)  # nothing is cleaned up, nothing is said
        if order.case_id == raising:
            raise RuntimeError(stuck.TROUBLE)

    return outside


def test_two_incidents_hold_up_nobody_and_end_from_the_page(
    portal: Flask, clock: Clock, work_on: Callable[..., list[int]]
):
    """Were the attempt counted after the run, the killing case would kill every worker for ever; were its row not
    leased, every new worker would begin with it."""
    with visitors.inside(portal):
        ids = [stuck.refused(index=index).id for index in range(MANY)]
    raising, killing = two = ids[RAISING], ids[KILLING]
    trouble = {"raising": raising, "killing": killing}

    # The first dies of it; the second finds it in the dead one's hands and does the rest.
    assert work_on(clock.now, clock.now + AT_ONCE, **trouble) == [KILLED, FINISHED]
    assert finished(portal, ids) == set(ids) - set(two)

    later = [clock.now + turn * LONGER_THAN_A_LEASE for turn in range(1, worker.ATTEMPTS + 2)]
    assert work_on(*later, **trouble).count(KILLED) == worker.ATTEMPTS - 1
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
