"""Journeys played on the engine alone: time, messages, outside work, and drawings that do not work."""

import shutil
from pathlib import Path

import pytest

from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.usecases import talking
from tests.usecases.designing import EXAMPLE, drawing, run, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "rancangan"))


def test_time_stops_at_every_timer_on_the_way(folder: Path) -> None:
    """Two days pass in one move: the first hand-over happens after one, so the second one too."""
    nodes = [
        build.start(**talking.ASKS), *map(talking.decision, ("satu", "dua", "tiga")), build.end(),
        build.boundary("lewat_satu", "satu", build.timer("timeDate", "hari_kerja(1)")),
        build.boundary("lewat_dua", "dua", build.timer("timeDate", "hari_kerja(1)")),
    ]  # fmt: skip
    flows = "mulai>satu satu>selesai lewat_satu>dua dua>selesai lewat_dua>tiga tiga>selesai"
    drawing(folder, nodes, flows, steps=("satu", "dua", "tiga"))
    late = {"until": "2026-11-25T15:00:00+07:00", "opens": ["tiga"], "closes": ["satu", "dua"]}
    end = {"step": "tiga", "as": "lurah", "answers": {"keputusan": "setuju"}}
    told(folder, moves=[late, end], outcome="selesai", letter=False)
    assert run(folder).exit_code == 0

    told(folder, moves=[{**late, "until": "2026-11-25T14:59:00+07:00"}], outcome="selesai")
    answer = run(folder)
    assert answer.exit_code == 1 and "pada langkah 1 dari 1" in answer.output
    assert (
        "menunggu tiga “Tugas tiga”" in answer.output
        and "yang terjadi: menunggu dua “Tugas dua”" in answer.output
    )


def test_holidays_of_the_city_are_no_working_days(folder: Path) -> None:
    nodes = [build.start(**talking.ASKS), talking.decision("satu"), build.end(), build.end("lewat")]
    nodes.append(build.boundary("batas", "satu", build.timer("timeDate", "hari_kerja(1)")))
    drawing(folder, nodes, "mulai>satu satu>selesai batas>lewat", steps=("satu",))
    free = {"until": "2026-12-27T23:00:00+07:00", "opens": ["satu"]}
    due = {"until": "2026-12-28T15:00:00+07:00", "closes": ["satu"]}
    told(folder, sent="2026-12-23T09:00:00+07:00", moves=[free, due], outcome="selesai", letter=False)
    answer = run(folder)
    assert answer.exit_code == 0, answer.output


def test_messages_are_told_and_bring_what_the_drawing_reads(folder: Path) -> None:
    process = talking.asker(name="kehilangan")
    (folder / "bpmn/kehilangan.bpmn").write_bytes(build.document(talking.REQUEST, talking.ANSWER, process))
    read = {"step": "baca", "as": "lurah", "answers": {"keputusan": "setuju"}}
    message = {"message": "Jawaban", "payload": {"nomor": "1", "jawaban": "ada"}, "opens": ["baca"]}
    told(folder, moves=[message, read], outcome="selesai", letter=False)
    answer = run(folder)
    assert answer.exit_code == 0, answer.output
    assert "alur 5/5 (100 %)" in answer.output


def test_signals_are_told_too(folder: Path) -> None:
    process = talking.listener("kehilangan", drawn.on_signal("s_bubar"))
    (folder / "bpmn/kehilangan.bpmn").write_bytes(build.document(drawn.signal("s_bubar", "Bubar"), process))
    read = {"step": "baca", "as": "lurah", "answers": {"keputusan": "setuju"}}
    told(folder, moves=[{"signal": "Bubar"}, read], outcome="selesai", letter=False)
    assert run(folder).exit_code == 0


@pytest.mark.parametrize(("results", "outcome"), [({"cek": {"ada": True}}, "ada"), (None, "kosong")])
def test_service_steps_bring_what_the_journey_says_or_nothing(folder: Path, results, outcome: str) -> None:
    nodes = [
        build.start(**talking.ASKS), build.service("cek", "status.publik", {"status": '"dicek"'}, "hasil_cek"),
        build.xor("tahu", default="tidak"), build.end("ada", hasil="ada"), build.end("kosong", hasil="kosong"),
    ]  # fmt: skip
    drawing(folder, nodes, "mulai>cek cek>tahu tahu>kosong:tidak\ntahu>ada[hasil_cek != {}]")
    told(folder, moves=[], results=results, outcome=outcome, letter=False)
    answer = run(folder)
    assert answer.exit_code == 0, answer.output


def test_what_a_called_part_draws_is_covered_with_its_caller(folder: Path) -> None:
    nodes = [build.start(**talking.ASKS), build.call("panggil", "bagian"), build.end()]
    part = [build.start("awal"), build.xor("pilih", default="biasa"), build.end("sini"), build.end("sana")]
    flows = 'awal>pilih pilih>sini:biasa\npilih>sana:lain[barang == "lain"]'
    (folder / "bpmn/bagian.bpmn").write_bytes(build.bpmn("bagian", part, flows))
    drawing(folder, nodes, "mulai>panggil panggil>selesai")
    told(folder, moves=[], outcome="selesai", letter=False)
    output = run(folder).output
    assert "alur 4/5 (80 %), langkah 1/1 (100 %), gerbang 1/1 (100 %), kejadian 4/5 (80 %)" in output
    assert output.split("Belum dilalui:\n")[1].splitlines()[0] == "  alur: lain, dari “pilih” ke “sana”"


def test_an_operation_that_nobody_knows_fails_where_it_is_reached(folder: Path) -> None:
    drawing(
        folder, [build.start(**talking.ASKS), build.service("kirim", "burung.merpati"), build.end()],
        "mulai>kirim kirim>selesai", steps=(),
    )  # fmt: skip
    told(folder, moves=[])
    answer = run(folder)
    assert answer.exit_code == 1 and "operasi burung.merpati tidak dikenal" in answer.output


def test_a_drawing_that_never_rests_fails_and_does_not_hang(folder: Path) -> None:
    nodes = [
        build.start(**talking.ASKS), build.xor("lagi"), build.service("kirim", "status.publik"),
        build.xor("cukup", default="belum"), build.end(),
    ]  # fmt: skip
    drawing(
        folder, nodes, 'mulai>lagi lagi>kirim kirim>cukup cukup>lagi:belum\ncukup>selesai[barang == "habis"]'
    )
    told(folder, moves=[])
    answer = run(folder)
    assert answer.exit_code == 1
    assert "saat permohonan dikirim" in answer.output and "diagram berputar" in answer.output


def test_a_drawing_that_cannot_run_is_refused_before_anything_is_played(folder: Path) -> None:
    drawing(folder, [build.start(**talking.ASKS), build.end()], "mulai>hilang")
    answer = run(folder)
    assert answer.exit_code == 1 and "lulus" not in answer.output
