"""Versions of a service: what runs stays on its own until it is moved on purpose, and can be put back exactly."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.storage import cases, db
from app.storage.cases import Case
from app.usecases import (
    carrying,
    casework,
    catalogue,
    correction,
    diary,
    inbox,
    version_batches,
    versions,
)
from app.usecases import clock as worker
from app.usecases.drafts import Posted
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


class Crash(BaseException):
    """The process is gone in the middle of it."""


def test_a_batch_that_died_goes_on_where_it_was(
    each_city: Flask, publish: Publish, clock: Clock, monkeypatch
):
    moved = [at("sahkan_rt", index).id for index in range(4)]
    publish()
    real, calls = carrying.carry, []

    def dying(case, row, batch, judge):
        real(case, row, batch, judge)
        calls.append(case.id)
        if len(calls) == 3:
            raise Crash

    monkeypatch.setattr(carrying, "carry", dying)
    with pytest.raises(Crash):
        versions.migrate("usaha", 2, mapping={}, reason=REASON)
    db.session.remove()
    assert last_batch().counts == {"moved": 2, "waiting": 2}
    assert worker.settle()
    assert last_batch().counts == {"moved": 3, "waiting": 1}, (
        "the others do not wait for what the dead one held"
    )
    clock.forward(seconds=worker.HELD.total_seconds() + 1)
    assert worker.settle()
    assert last_batch().counts == {"moved": 4}
    assert last_batch().batch.phase == "done"
    kinds = [[entry.kind for entry in cases.diary_of(case_id)].count("case migrated") for case_id in moved]
    assert kinds == [1, 1, 1, 1]
    assert calls == [moved[0], moved[1], moved[2], moved[3], moved[2]]


def test_one_that_cannot_go_stays_with_its_reason_and_stops_no_other(
    city: Flask, publish: Publish, monkeypatch
):
    moved = [at("sahkan_rt", index) for index in range(3)]
    before = rows(moved[1].id)
    publish()
    real = carrying._realign

    def failing(case, old, standing):
        real(case, old, standing)
        if case.id == moved[1].id:
            raise ValueError("boom")

    monkeypatch.setattr(carrying, "_realign", failing)
    batch = versions.migrate("usaha", 2, mapping={}, reason=REASON)
    sheet = versions.open_batch(batch.id)
    assert sheet.line.counts == {"moved": 2, "refused": 1}
    assert (sheet.cases[0].number, sheet.cases[0].note.endswith("ValueError")) == (moved[1].number, True)
    assert rows(moved[1].id) == before


def test_a_case_is_judged_again_under_its_lock(city: Flask, publish: Publish, monkeypatch):
    stays, goes = at("sahkan_rw"), at("periksa_operator", 1)
    publish(RENAMED)
    monkeypatch.setattr(version_batches, "AT_ONCE", 0)
    batch = versions.migrate("usaha", 2, mapping={}, reason=REASON)
    factories.decide(factories.open_task(goes), "kembalikan")
    assert last_batch().counts == {"waiting": 1}
    versions.migrate("usaha", 2, mapping={"sahkan_rw": "sahkan_rukun_warga"}, reason=REASON)
    assert {line.batch.id: dict(line.counts) for line in versions.batches_of("usaha")} == {
        batch.id: {"waiting": 1}, batch.id + 1: {"waiting": 1}
    }  # fmt: skip
    worker.settle()
    assert (version(stays), version(goes)) == (2, 2)


def test_what_happened_since_is_not_lost_when_a_move_is_called_off(city: Flask, publish: Publish):
    taken, shifted, done = at("periksa_operator"), at("setujui_kasi", 1), at("sahkan_rt", 2)
    publish(OTHER_LANE)
    batch = versions.migrate("usaha", 2, mapping={"setujui_kasi": "setujui_kasi"}, reason=REASON)
    for case in (taken, shifted):
        task = factories.open_task(case)
        inbox.take(task.id, actor=factories.holder(task))
    factories.decide(factories.open_task(done))

    versions.revert(batch.id, reason=REASON)
    assert (version(taken), version(shifted), version(done)) == (1, 2, 2)
    assert factories.open_task(taken).taken_by_id is not None
    notes = {line.number: line.note for line in versions.open_batch(batch.id).cases if line.status == "kept"}
    assert notes == {shifted.number: carrying.CHANGED, done.number: carrying.WENT_ON}
    with pytest.raises(Conflict):
        versions.revert(batch.id, reason=REASON)


def test_what_was_typed_for_a_correction_stays(city: Flask, publish: Publish):
    case = at("periksa_operator")
    factories.decide(factories.open_task(case), "kembalikan")
    worker.settle()
    wanted = correction.wanted_fields(case)
    name = next(
        name for name in wanted if isinstance(casework.answers_of(case.id)["permohonan"].get(name), str)
    )
    correction.keep(case.id, Posted(wanted, MultiDict({name: "Warung Baru"})))
    publish()
    before = rows(case.id)
    assert before["draft"]
    batch = versions.migrate("usaha", 2, mapping={}, reason=REASON)
    assert differing(before, rows(case.id)) == ["version_id"]
    assert rows(case.id)["draft"] == before["draft"]
    versions.revert(batch.id, reason=REASON)
    assert rows(case.id) == before


def test_what_only_the_new_version_reads_comes_from_the_answers(city: Flask, publish: Publish):
    case = at("sahkan_rt")
    publish((r'(setuju"|setuju&quot;)(\s*</bpmn:conditionExpression>)', r"\1 and nama != 'x'\2"))
    assert "nama" not in case.variables
    versions.migrate("usaha", 2, mapping={}, reason=REASON)
    db.session.refresh(case)
    assert case.variables["nama"] == case.applicant_name
    factories.walk(case)
    assert case.outcome == "terbit"


def test_only_the_administrator_moves_retires_and_looks(city: Flask, publish: Publish):
    case = at("sahkan_rt")
    publish()
    lurah = factories.actor("lurah", "35.74.03.1002")
    batch = versions.migrate("usaha", 2, mapping={}, reason=REASON)
    for refused in (
        lambda: versions.services(actor=lurah),
        lambda: versions.versions_of("usaha", actor=lurah),
        lambda: versions.rehearse("usaha", 2, actor=lurah),
        lambda: versions.migrate("usaha", 1, mapping={}, reason=REASON, actor=lurah),
        lambda: versions.revert(batch.id, reason=REASON, actor=lurah),
        lambda: versions.batches_of("usaha", actor=lurah),
        lambda: versions.open_batch(batch.id, actor=lurah),
        lambda: versions.retire("usaha", reason=REASON, actor=lurah),
        lambda: versions.offer_again("usaha", actor=lurah),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert version(case) == 2


def test_a_retired_service_takes_no_applications_and_what_runs_goes_on(city: Flask, publish: Publish):
    case = at("sahkan_rt")
    with pytest.raises(Invalid):
        versions.retire("usaha", reason="sudah", actor=admin())
    versions.retire("usaha", reason=REASON, actor=admin())
    with pytest.raises(NotFound):
        catalogue.offered("usaha")
    with pytest.raises(Conflict):
        versions.retire("usaha", reason=REASON, actor=admin())
    publish(LATER)
    with pytest.raises(NotFound):
        catalogue.offered("usaha")
    factories.walk(case)
    assert case.outcome == "terbit"
    versions.offer_again("usaha", actor=admin())
    assert catalogue.offered("usaha").name
    versions.offer_again("usaha", number=1, reason=REASON, actor=admin())
    assert version(factories.apply("usaha", index=5)) == 1
    assert [deed.kind for deed in versions.versions_of("usaha").deeds] == ["offered", "offered", "retired"]
