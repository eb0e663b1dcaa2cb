"""A case that would turn for ever waits for an administrator, and all others go on. (ASVS 5.0: 15.2.2)"""

import time
from pathlib import Path

import pytest
from flask import Flask

from app.storage import cases, db, work
from app.storage.cases import Case
from app.usecases import clock as worker
from app.usecases import diary
from tests import factories
from tests.conftest import Clock
from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.usecases import talking

OTHERS = 20
ROUND = "m>s s>g g>selesai:d\ng>m[1 == 1]"
BOX = build.sub("s", [build.start("awal"), build.script("t", "x = 1"), build.end("akhir")], "awal>t t>akhir")
TURNS = [
    build.xor("m"),
    BOX,
    build.xor("g", "d"),
    build.end(),
]  # no rule of the checker sees that nobody waits here
LATE = build.timer("timeDuration", "PT1H")
HAIL = drawn.signal("S", "Siaga")


@pytest.fixture
def each_city(each_app: Flask):
    with each_app.app_context():
        yield each_app
        db.session.remove()


def _service(name: str, way_in: list[str], flows: str, *, endless: bool, roots: str = "") -> bytes:
    """Somebody looks; then something happens without people, and after that it turns for ever, or somebody reads."""
    after = TURNS if endless else [talking.decision("baca"), build.end()]
    flows += f" lanjut>{'m' if endless else 'baca'} " + (ROUND if endless else "baca>selesai")
    decides = ("lihat", *(() if endless else ("baca",)))
    nodes = [
        build.start(**talking.ASKS),
        talking.decision("lihat"),
        *way_in,
        build.script("lanjut", "y = 1"),
        *after,
    ]
    return build.document(roots, talking.process(name, nodes, flows, decides=decides))


WAYS = {
    "timer": ([build.boundary("habis", "lihat", LATE)], "mulai>lihat lihat>selesai habis>lanjut", ""),
    "outside work": (
        [build.service("kabari", "status.publik", {"status": '"diproses"'})],
        "mulai>lihat lihat>kabari kabari>lanjut", "",
    ),
    "signal": (
        [build.boundary("siaga", "lihat", drawn.on_signal("S"))], "mulai>lihat lihat>selesai siaga>lanjut", HAIL,
    ),
}  # fmt: skip


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, each_city: Flask, tmp_path: Path) -> str:
    """What makes the case go on without people; the services are published."""
    nodes, flows, roots = WAYS[request.param]
    talking.publish(
        tmp_path / "baru",
        {
            "putar": _service("putar", nodes, flows, endless=True, roots=roots),
            "wajar": _service("wajar", nodes, flows, endless=False, roots=roots),
            "siar": build.document(HAIL, talking.speaker("siar", drawn.on_signal("S"))),
        },
    )
    return request.param


def _set_off(way: str, waiting: list[Case], clock: Clock) -> None:
    """Let happen to all of these cases what needs nobody."""
    if way == "timer":
        clock.forward(hours=2)
    elif way == "signal":
        factories.apply("siar", index=99)
    else:
        for case in waiting:
            talking.decide(case)


def test_an_endless_case_becomes_an_incident_and_others_go_on(way, clock: Clock):
    sick = factories.apply("putar", index=50)
    well = [factories.apply("wajar", index=number) for number in range(OTHERS)]
    before = sick.state
    _set_off(way, [sick, *well], clock)

    began = time.monotonic()
    worker.settle()
    assert time.monotonic() - began < 2.1 + 0.5 * OTHERS
    assert [talking.steps(case) for case in well] == [["baca"]] * OTHERS
    _wear_out(sick, clock)

    (incident,) = work.open_incidents_of(sick.id)
    assert "berputar tanpa henti" in incident.what
    db.session.refresh(sick)
    assert talking.steps(sick) == ([] if way == "outside work" else ["lihat"])
    assert way == "outside work" or sick.state == before
    assert diary.broken_at(sick.id) is None
    for case in well:
        assert not work.open_incidents_of(case.id)
        talking.decide(case)
        assert not cases.open_tasks_of(case.id)
    assert worker.settle() == 0, "the sick case is left alone until somebody looks"


def _wear_out(case: Case, clock: Clock) -> None:
    """The worker tries as often as it is patient."""
    for _attempt in range(worker.ATTEMPTS):
        if work.open_incidents_of(case.id):
            return
        clock.forward(minutes=10)
        worker.settle()
