"""Deeds of an administrator that a kill may interrupt: given-up work tried again or passed over, a day closed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.storage import cases, db
from app.storage.cases import Case
from app.storage.days import CalendarChange
from tests.faults.stage import Stage
from tests.usecases import stuck

WHY = "Sesuai SKB tiga menteri."
ENOUGH = "Pemohon sudah diberi tahu lewat telepon."


def given_up(stage: Stage) -> tuple[FlaskClient, int, int]:
    """A case whose applicant could not be told, however often it was tried."""
    case_id = stage.send("kabar")
    stage.decide(case_id)
    with stage.inside(), pytest.MonkeyPatch.context() as patch:
        stuck.breaks(patch, stuck.NOTICE, lambda order: stuck._fail_for(case_id, order))
        incident = stuck.given_up(db.session.get_one(Case, case_id), stage.clock)
        return stage.admin(), case_id, incident.id


def mend(deed: str, **typed: str) -> Callable[[Stage, Any], int]:
    def press(_stage: Stage, thing: tuple[FlaskClient, int, int]) -> int:
        desk, _case_id, incident = thing
        return desk.post(f"/admin/insiden/{incident}/{deed}", data=typed).status_code

    return press


def retried_once(stage: Stage, thing: tuple[FlaskClient, int, int], status: int) -> None:
    assert status == 302
    stage.work()
    assert stage.kinds(thing[1])[-4:] == ["incident opened", "incident retried", "notice sent", "case closed"]


def skipped_once(stage: Stage, thing: tuple[FlaskClient, int, int], status: int) -> None:
    assert status == 302
    stage.work()
    assert stage.kinds(thing[1])[-3:] == ["incident opened", "incident skipped", "case closed"]
    with stage.inside():
        assert not cases.messages_to(thing[1], "pemohon")


def before_a_day_off(stage: Stage) -> tuple[FlaskClient, int, str, str]:
    """A case whose task would be due on a day that becomes one off; a working day of its own for every case."""
    stage.clock.forward(days=1)
    while stage.clock.now.weekday() > 3:
        stage.clock.forward(days=1)
    stage.clock.set(stage.clock.now.replace(hour=13))
    case_id = stage.send("uji")
    with stage.inside():
        due = stage.task(case_id).due_at.astimezone(stage.clock.now.tzinfo)
    return stage.admin(), case_id, due.date().isoformat(), due.isoformat()


def close_for_a_day(_stage: Stage, thing: tuple[FlaskClient, int, str, str]) -> TestResponse | int:
    typed = {
        "tanggal": thing[2],
        "nama": f"Libur {thing[2]}",
        "jenis": "libur_daerah",
        "alasan": WHY,
        "aksi": "simpan",
    }
    return thing[0].post("/admin/kalender/hari", data=typed).status_code


def closed_once(stage: Stage, thing: tuple[FlaskClient, int, str, str], status: int) -> None:
    assert status in (302, 422), "told that it is done, or that it stands so already"
    _desk, case_id, day, due = thing
    stage.work()
    stage.clock.forward(minutes=3)
    stage.work()
    with stage.inside():
        changes = db.session.query(CalendarChange).filter(CalendarChange.what.contains(f"Libur {day}")).all()
        assert [change.done_at is not None for change in changes] == [True]
        assert stage.task(case_id).due_at.isoformat() != due
    assert stage.kinds(case_id).count("deadline changed") == 1
