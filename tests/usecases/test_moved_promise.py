"""What a new version promises a case that is moved to it."""

from pathlib import Path

from flask import Flask

from app.storage import cases, db
from app.usecases import correction, versions
from app.usecases.parts import calendar
from tests import factories
from tests.conftest import Clock
from tests.usecases import versioning

REASON = "Standar pelayanan yang baru"


def test_another_promise_counts_at_once_and_for_one_with_its_applicant_when_its_clock_goes_on(
    city: Flask, tmp_path: Path, clock: Clock
):
    running, still = (factories.apply("usaha", index=index) for index in range(2))
    factories.decide(factories.open_task(still), "kembalikan")
    promised = {case.id: case.due_at for case in (running, still)}
    versioning.publish(
        tmp_path, "usaha", (r'name="waktu_layanan" value="3 hk"', 'name="waktu_layanan" value="9 hk"')
    )

    versions.migrate("usaha", 2, mapping={"usaha": "usaha"}, reason=REASON)
    db.session.expire_all()

    days = calendar()
    assert promised[running.id] == days.due(running.opened_at, "3 hk")
    assert running.due_at == days.due(running.opened_at, "9 hk")
    assert still.due_at == promised[still.id]

    clock.forward(days=3)
    correction.send(still.id)
    db.session.expire_all()
    ((since, until),) = cases.pauses_of(still.id)
    assert still.due_at == days.due(still.opened_at, "9 hk", pauses=[(since, until)]) > running.due_at
