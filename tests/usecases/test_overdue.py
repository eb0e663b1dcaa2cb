"""Scenario C3, by the clock that tests set: a task over Christmas is reminded of, handed up twice, and stays late."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from app.domain.due import due_words
from app.storage import cases, db
from app.storage.cases import Case, Task
from app.usecases import case_sheet, casework, diary, inbox, inbox_list, track
from app.usecases import cases as desk
from app.usecases import clock as worker
from app.usecases.cases import CaseWish
from app.usecases.inbox_list import InboxWish
from app.usecases.parts import calendar, parts
from tests import factories
from tests.conftest import START, Clock
from tests.engine.diagrams import build
from tests.usecases import player, talking

HOME = "35.74.02.1007.RW01.RT01"  # Kelurahan and Kecamatan Wonoasih
WONOASIH = "35.74.02"
REACHED = datetime(2026, 12, 21, 9, 0, tzinfo=START.tzinfo)
CHAIN = (
    ("periksa_kasi", "kasi_pelayanan_kecamatan", "3 hk", "hari_kerja(3)"),
    ("ambil_alih_sekcam", "sekcam", "1 hk", "hari_kerja(1)"),
    ("ambil_alih_camat", "camat", "1 hk", ""),
)


def business_letter() -> bytes:
    """A case for the Kasi of the kecamatan; whoever lets its time run out loses it to the office above."""
    nodes, flows, lanes = [build.start(**talking.ASKS), build.end()], ["mulai>periksa_kasi"], []
    for (step, role, limit, escalates), above in zip(CHAIN, [*CHAIN[1:], None], strict=True):
        nodes.append(build.user(step, batas_waktu=limit, label_publik=step, **talking.DECIDES))
        flows.append(f"{step}>selesai")
        members = [step]
        if above is not None:
            nodes.append(build.boundary(f"lewat_{step}", step, build.timer("timeDate", escalates)))
            flows.append(f"lewat_{step}>{above[0]}")
            members.append(f"lewat_{step}")
        lanes.append(build.lane(role, members, role=role))
    return build.bpmn("sku", nodes, " ".join(flows), lanes, waktu_layanan="3 hk", jenis="keterangan")


@pytest.fixture
def each_city(each_app: Flask, tmp_path: Path):
    with each_app.app_context():
        talking.publish(tmp_path / "baru", {"sku": business_letter()})
        yield each_app
        db.session.remove()


@pytest.fixture
def agus(each_city: Flask, clock: Clock) -> Case:
    """The case of Agus Wijaya, since Monday the 21st of December at nine with the Kasi."""
    clock.set(REACHED)
    return factories.send("sku", home=HOME, nama="Agus Wijaya").case


def at(clock: Clock, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """The worker has done all that is due at this moment of December."""
    clock.set(REACHED.replace(day=day, hour=hour, minute=minute, second=second))
    worker.settle()
    db.session.expire_all()
    return clock.now


def waiting(case: Case) -> Task:
    return factories.open_task(case)


def status(case: Case, role: str) -> str:
    (line,) = desk.list_cases(factories.actor(role, WONOASIH), CaseWish()).lines
    assert line.case.id == case.id
    return line.status


def test_it_is_due_when_the_third_working_day_closes(agus: Case, clock: Clock):
    task = waiting(agus)
    assert (task.step, task.role_key, task.unit.code) == (
        "periksa_kasi",
        "kasi_pelayanan_kecamatan",
        WONOASIH,
    )
    assert task.due_at == agus.due_at == REACHED.replace(day=28, hour=15)
    assert due_words(task.due_at, clock.now, calendar()).text == "3 hari kerja lagi"
    assert status(agus, "kasi_pelayanan_kecamatan") == "menunggu"


def test_the_office_is_reminded_once_when_three_quarters_are_used(agus: Case, clock: Clock):
    at(clock, 28, 8, 14, 59)
    assert waiting(agus).reminded_at is None and not cases.messages_to(agus.id, "kasi_pelayanan_kecamatan")

    at(clock, 28, 8, 15)

    assert waiting(agus).reminded_at == clock.now
    (notice,) = cases.messages_to(agus.id, "kasi_pelayanan_kecamatan")
    said = parts().sealer.open_text(notice.sealed, f"message:{agus.id}")
    assert "tiga perempat waktu" in said and "Senin, 28 Desember 2026 pukul 15.00" in said
    assert notice.unit_id == waiting(agus).unit_id
    sheet = case_sheet.read_sheet(agus, factories.actor("kasi_pelayanan_kecamatan", WONOASIH))
    assert said in [message.text for message in sheet.messages]
    assert said not in [message.text for message in track.messages_of(agus)]
    (line,) = inbox_list.open_inbox(factories.actor("kasi_pelayanan_kecamatan", WONOASIH), InboxWish()).lines
    assert line.reminded and (line.due.state, line.due.text) == ("segera", "hari ini sampai 15.00")
    at(clock, 28, 8, 16)
    assert len(cases.messages_to(agus.id, "kasi_pelayanan_kecamatan")) == 1
    assert [entry.kind for entry in cases.diary_of(agus.id)].count("notice sent") == 1


def test_nobody_is_reminded_of_what_is_done(agus: Case, clock: Clock):
    factories.decide(waiting(agus))

    at(clock, 28, 8, 15)

    assert not cases.messages_to(agus.id, "kasi_pelayanan_kecamatan")


def test_a_reminder_that_cannot_be_sent_stops_no_other(agus: Case, clock: Clock, monkeypatch):
    other = factories.send("sku", home=HOME, index=1).case
    kasi, agus_id, tell = "kasi_pelayanan_kecamatan", agus.id, casework.tell

    def fails(case: Case, *said: str, **more: object) -> None:
        assert case.id != agus_id
        tell(case, *said, **more)

    monkeypatch.setattr(casework, "tell", fails)
    at(clock, 28, 8, 15)
    assert (len(cases.messages_to(agus_id, kasi)), len(cases.messages_to(other.id, kasi))) == (0, 1)

    monkeypatch.setattr(casework, "tell", tell)
    at(clock, 28, 9, 15)
    assert len(cases.messages_to(agus_id, kasi)) == 1


def test_it_goes_up_the_chain_as_drawn_and_stays_late(agus: Case, clock: Clock):
    at(clock, 28, 14, 59, 59)
    assert waiting(agus).step == "periksa_kasi" and not track.read(agus).is_late

    at(clock, 28, 15)
    at(clock, 29, 8)
    task = waiting(agus)
    assert (task.step, task.role_key) == ("ambil_alih_sekcam", "sekcam")
    assert status(agus, "sekcam") == status(agus, "kasi_pelayanan_kecamatan") == "terlambat"
    seen = track.read(agus)
    assert seen.is_late and seen.usage.sentence == "terpakai 4 dari 3 hari kerja"
    (kasi,) = [each for each in cases.tasks_of(agus.id) if each.step == "periksa_kasi"]
    assert kasi.status == "cancelled"

    at(clock, 29, 14, 59, 59)
    assert waiting(agus).id == task.id
    at(clock, 29, 15)
    task = waiting(agus)
    assert (task.step, task.role_key) == ("ambil_alih_camat", "camat")
    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=factories.actor("camat", WONOASIH))

    db.session.refresh(agus)
    assert agus.closed_at > agus.due_at and track.read(agus).is_late, "late for every count to come"
    assert [entry.kind for entry in cases.diary_of(agus.id)].count("timer fired") == 2
    assert diary.broken_at(agus.id) is None


def test_a_return_stops_the_clock_and_keeps_what_was_left(each_city: Flask, clock: Clock):
    clock.set(REACHED)
    case = factories.apply("domisili", home=HOME)  # 4 working days
    at(clock, 22, 10)
    factories.decide(factories.open_task(case), "kembalikan")
    at(clock, 28, 16)
    assert track.read(case).usage.sentence == (
        "terpakai 1 dari 4 hari kerja; berhenti sejak 22 Desember menunggu pemohon"
    )
    player.correct(case, {}, {})

    db.session.refresh(case)
    # three working days were left: 29, 30, 31 December
    assert case.due_at == REACHED.replace(day=31, hour=15)
    at(clock, 30, 9)
    assert track.read(case).usage.sentence == (
        "terpakai 3 dari 4 hari kerja; berhenti 22–28 Desember menunggu pemohon"
    )
