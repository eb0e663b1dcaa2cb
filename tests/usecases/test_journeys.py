"""Every journey of tests/journeys reaches its end through the real deeds, with its outcome, letter and notices."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.domain import journeys
from app.domain.journeys import Journey
from app.storage import cases, letters, work
from app.storage.cases import Case
from app.usecases import casework, clock, diary, track
from tests.engine.diagrams import build
from tests.usecases import player, talking


def _shortly() -> Iterator:
    """Two journeys of each service in the suite, all of them in long runs; `alur process test` plays all of them."""
    seen: Counter[str] = Counter()
    for name in player.names():
        seen[name.partition("_")[0]] += 1
        yield pytest.param(name, marks=[] if seen[name.partition("_")[0]] < 3 else pytest.mark.long)


@pytest.mark.parametrize("name", list(_shortly()))
def test_the_journey_ends_as_it_says(city, name):
    journey = player.read(name)
    case, receipt = player.play(journey)

    assert case.outcome == journey.outcome
    assert case.closed_at is not None
    _nothing_waits(case)
    _letter_is_right(case, journey)
    _ways_were_right(case, journey)
    told = player.told_applicant(case)
    assert told, "the applicant is told of every end"
    for text in journey.notice_says:
        assert text in told[-1]
    assert track.unlock(receipt.number, receipt.code, "").id == case.id


def test_every_service_has_a_journey():
    played = {player.read(name).service for name in player.names()}
    assert played == {"sktm", "domisili", "usaha", "keramaian", "legalisasi", "pengaduan"}


def test_the_player_fails_where_a_journey_goes_elsewhere(city):
    """The checks above can fail: a refusal played as `domisili.json`'s last move ends otherwise."""
    journey = player.read("domisili")
    no = {"keputusan": "tolak", "alasan": "Bukan warga kelurahan ini"}
    case, _receipt = player.play(journey, [*journey.moves[:-1], replace(journey.moves[-1], answers=no)])

    assert case.outcome == "ditolak" != journey.outcome
    with pytest.raises(AssertionError):
        _letter_is_right(case, journey)


def test_messages_and_time_of_a_journey_reach_the_stored_case_too(city, tmp_path):
    """What `alur process test` plays on the engine alone, from the same file."""
    talking.publish(tmp_path, {"tanya": build.document(talking.REQUEST, talking.ANSWER, talking.asker())})
    told = {
        "service": "tanya", "title": "Jawaban datang", "sent": "2026-11-23T09:00:00+07:00", "outcome": "selesai",
        "applicant": {
            "nama": "Siti Aminah", "nik": "3574035205900001", "wilayah": "35.74.03.1002.RW05.RT03",
            "barang": "Dompet", "kejadian": "2026-11-21",
        },
        "moves": [
            {"until": "2026-11-24T09:00:00+07:00", "closes": ["baca"]},
            {"message": "Jawaban", "payload": {"nomor": "1", "jawaban": "ada"}, "opens": ["baca"]},
            {"step": "baca", "as": "lurah", "answers": {"keputusan": "setuju"}, "closes": ["baca"]},
        ],
    }  # fmt: skip
    case, _receipt = player.play(journeys.read("tanya.json", json.dumps(told).encode()))
    assert (case.outcome, case.closed_at.day) == ("selesai", 24)


def _nothing_waits(case: Case) -> None:
    assert not cases.open_tasks_of(case.id)
    assert not cases.timers_of(case.id)
    assert not work.unfinished_of(case.id)
    assert not work.open_incidents_of(case.id)
    assert diary.broken_at(case.id) is None
    assert all(until for _since, until in cases.pauses_of(case.id))
    assert clock.settle() == 0


def _letter_is_right(case: Case, journey: Journey) -> None:
    issued = letters.letters_of(case.id)
    assert len(issued) == bool(journey.letter)
    if issued:
        pages = player.letter_pages(case)
        assert issued[0].number in pages[0] and issued[0].signed_sha256 != issued[0].original_sha256
        assert len(pages) == (journey.sheets or len(pages))
        assert [wanted for wanted in journey.letter_says if wanted not in " ".join(pages)] == []


def _ways_were_right(case: Case, journey: Journey) -> None:
    tasks = cases.tasks_of(case.id)
    corrected = [task for task in tasks if task.role_key == casework.APPLICANT and task.status == "done"]
    assert len(corrected) == (journey.returns or 0)
    assert not {task.step for task in tasks} & set(journey.never)
    for step, unit in journey.units.items():
        assert player.tasks_of_step(case, step)[-1].unit.code == unit
