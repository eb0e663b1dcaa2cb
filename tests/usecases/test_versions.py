"""Versions of a service: what runs stays on its own until it is moved on purpose, and can be put back exactly."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.storage import cases, db
from app.storage.cases import Case
from app.usecases import diary, versions
from app.usecases.versions import BatchLine
from tests import factories
from tests.conftest import Clock
from tests.usecases import versioning
from tests.usecases.versioning import differing, rows

REASON = "Perbaikan alur sesuai surat edaran"
LATER = (r"hari_kerja\(1\)", "hari_kerja(2)")
RENAMED = (r"\bsahkan_rw\b", "sahkan_rukun_warga")
OTHER_LANE = (
    r"(?s)<bpmn:flowNodeRef>setujui_kasi</bpmn:flowNodeRef>(.*?)(<bpmn:flowNodeRef>tandatangan_lurah</bpmn:flowNodeRef>)",
    r"\1<bpmn:flowNodeRef>setujui_kasi</bpmn:flowNodeRef>\2",
)

Publish = Callable[..., int]


@pytest.fixture
def each_city(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        yield each_app
        db.session.remove()


@pytest.fixture
def publish(tmp_path) -> Publish:
    return lambda *changes, **how: versioning.publish(tmp_path / "baru", "usaha", *changes, **how)


def at(step: str, index: int = 0) -> Case:
    case = factories.apply("usaha", index=index)
    factories.walk(case, until=step)
    return case


def admin():
    return factories.actor("admin_sistem", "diskominfo")


def last_batch() -> BatchLine:
    return versions.batches_of("usaha")[0]


def version(case: Case) -> int:
    db.session.refresh(case)
    return versions.db.session.get(versions.ProcessVersion, case.version_id).number


def test_a_running_case_stays_on_its_version_and_a_new_one_takes_the_newest(city: Flask, publish: Publish):
    before = at("sahkan_rt")
    publish(LATER)
    after = at("sahkan_rt", 1)

    assert (version(before), version(after)) == (1, 2)
    assert [(line.number, line.running, line.is_current) for line in versions.versions_of("usaha").versions] == [
        (2, 1, True), (1, 1, False)
    ]  # fmt: skip
    factories.walk(before)
    factories.walk(after)
    assert (before.outcome, after.outcome, version(before), version(after)) == ("terbit", "terbit", 1, 2)


def test_cases_move_and_come_back_to_the_last_byte(each_city: Flask, publish: Publish, clock: Clock):
    moved = [at(step, index) for index, step in enumerate(["sahkan_rt", "sahkan_rw", "periksa_operator"])]
    before = [rows(case.id) for case in moved]
    publish()
    clock.forward(hours=2)

    batch = versions.migrate("usaha", 2, mapping={}, reason=REASON, actor=admin())
    assert last_batch().counts == {"moved": 3}
    after = [rows(case.id) for case in moved]
    assert [differing(was, now) for was, now in zip(before, after, strict=True)] == [["version_id"]] * 3
    assert [cases.diary_of(case.id)[-1].kind for case in moved] == ["case migrated"] * 3

    clock.forward(hours=2)
    versions.revert(batch.id, reason=REASON, actor=admin())
    assert last_batch().counts == {"reverted": 3}
    assert [rows(case.id) for case in moved] == before
    assert cases.diary_of(moved[0].id)[-1].kind == "migration reverted"
    assert not diary.broken_cases()


def test_everything_a_decision_changes_in_a_case_comes_back_too(each_city: Flask, publish: Publish):
    here, there = at("sahkan_rw"), at("setujui_kasi", 1)
    before = [rows(here.id), rows(there.id)]
    publish(
        LATER, RENAMED, OTHER_LANE, (r'name="batas_waktu" value="\d hk"', 'name="batas_waktu" value="9 hk"')
    )

    found = versions.rehearse("usaha", 2)
    assert len(found.undecided) == 2
    assert {each.element for each, _reasons, _count in found.questions} == {"sahkan_rw", "setujui_kasi"}
    batch = versions.migrate(
        "usaha", 2, mapping={"sahkan_rw": "sahkan_rukun_warga", "setujui_kasi": "setujui_kasi"}, reason=REASON
    )
    (task,), (other,) = cases.open_tasks_of(here.id), cases.open_tasks_of(there.id)
    assert (task.step, task.due_at - task.created_at > timedelta(0)) == ("sahkan_rukun_warga", True)
    assert (other.role_key, other.step) == ("lurah", "setujui_kasi")
    assert "task" in differing(before[0], rows(here.id))
    assert {"task", "case_reach"} <= set(differing(before[1], rows(there.id)))

    versions.revert(batch.id, reason=REASON)
    assert [rows(here.id), rows(there.id)] == before
