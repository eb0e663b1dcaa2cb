"""`alur process test`: journeys that go as they say, those that do not and where, and what none of them walks."""

import json
import shutil
from pathlib import Path

import pytest

from app.config import ROOT, SETTINGS
from app.domain import journeys
from tests.usecases.designing import EXAMPLE, NO, YES, run, told


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command needs none, and no database."""
    for row in SETTINGS:
        monkeypatch.delenv(row.name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "rancangan"))


def test_a_journey_that_goes_as_it_says_passes(folder: Path) -> None:
    answer = run(folder)
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert lines[0] == "lulus  kehilangan.json: Dompet hilang, surat terbit"
    assert lines[-1] == "1 perjalanan, 1 lulus."


def test_what_no_journey_walks_is_named_and_counted(folder: Path) -> None:
    output = run(folder).output
    assert (
        "Cakupan kehilangan, 1 perjalanan: "
        "alur 4/5 (80 %), langkah 2/2 (100 %), gerbang 1/1 (100 %), kejadian 2/3 (66 %)"
    ) in output
    assert output.split("Belum dilalui:\n")[1].splitlines()[:2] == [
        "  alur: tolak, dari “Keputusan Lurah?” ke “Ditolak”",
        "  kejadian: ditolak “Ditolak”",
    ]


def test_two_journeys_cover_together_what_one_alone_does_not(folder: Path) -> None:
    told(folder, "kehilangan_ditolak", moves=[{**YES, "answers": NO}], outcome="ditolak", letter=False)
    answer = run(folder, "--least", 100)
    assert answer.exit_code == 0, answer.output
    assert "alur 5/5 (100 %)" in answer.output and "Belum dilalui" not in answer.output


@pytest.mark.parametrize(("least", "status"), [(0, 0), (80, 0), (81, 1), (100, 1)])
def test_less_than_the_least_fails(folder: Path, least: int, status: int) -> None:
    answer = run(folder, "--least", least)
    assert answer.exit_code == status
    assert ("kehilangan: perjalanan melalui 80 % alur, kurang dari" in answer.output) == bool(status)


WRONG = {
    "another_step": (
        {"moves": [YES, YES]},
        "pada langkah 2 dari 2", "menunggu tandatangani “Menandatangani surat pengantar”",
        "berkas selesai dengan hasil terbit",
    ),
    "another_end": (
        {"moves": [{**YES, "answers": NO}]},
        "sesudah langkah terakhir", "berkas selesai dengan hasil terbit", "berkas selesai dengan hasil ditolak",
    ),
    "not_at_its_end": (
        {"moves": []},
        "sesudah langkah terakhir", "berkas selesai dengan hasil terbit",
        "menunggu tandatangani “Menandatangani surat pengantar”",
    ),
    "another_role": (
        {"moves": [{**YES, "as": "camat"}]},
        "pada langkah 1 dari 1", "tandatangani “Menandatangani surat pengantar” milik camat", "langkah itu milik lurah",
    ),
    "no_reason": (
        {"moves": [{**YES, "answers": {"keputusan": "tolak"}}]},
        "pada langkah 1 dari 1", "langkah ini diterima", "alasan: Tulis alasannya, sedikitnya 10 karakter.",
    ),
    "no_such_answer": (
        {"moves": [{**YES, "answers": {"keputusan": "setuju", "catatan": "x"}}]},
        "pada langkah 1 dari 1", "isian formulir “Keputusan Lurah”", "isian catatan tidak terbuka di sana",
    ),
    "bad_application": (
        {"applicant": {"nama": "Siti", "nik": "12", "wilayah": "35.74.99.1002.RW05.RT03", "kejadian": "2026-11-24"}},
        "saat permohonan dikirim", "langkah ini diterima", "wilayah: Pilih Tempat tinggal dari daftar.",
    ),
    "file_nobody_asked_for": (
        {"files": {"foto": "foto.jpg"}},
        "saat permohonan dikirim", "unggahan formulir", "unggahan foto tidak terbuka di sana",
    ),
    "no_letter": ({"letter": False}, "sesudah langkah terakhir", "tanpa surat", "1 surat terbit"),
    "no_return": ({"returns": 1}, "sesudah langkah terakhir", "memperbaiki 1 kali", "memperbaiki 0 kali"),
    "a_step_that_must_not_be": (
        {"never": ["tandatangani"]},
        "sesudah langkah terakhir", "tidak pernah menunggu tandatangani", "langkah itu pernah menunggu",
    ),
    "still_open": (
        {"moves": [{"until": "2026-11-24T09:00:00+07:00", "closes": ["tandatangani"]}]},
        "pada langkah 1 dari 1", "tidak lagi menunggu tandatangani", "menunggu tandatangani",
    ),
    "a_message_nobody_hears": (
        {"moves": [{"message": "Jawaban"}]},
        "pada langkah 1 dari 1", "menunggu “Jawaban”", "pesan dan sinyal yang ditunggu: tidak ada",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "expected", "actual"), WRONG.values(), ids=WRONG)
def test_a_journey_that_goes_otherwise_fails_and_says_where(
    folder: Path, changes, place, expected, actual
) -> None:
    told(folder, **changes)
    answer = run(folder)
    assert answer.exit_code == 1
    first, where, wanted, found, *_rest = answer.output.splitlines()
    assert first == "GAGAL  kehilangan.json: Dompet hilang, surat terbit"
    assert where.strip() == place
    assert wanted.strip().startswith("seharusnya: ") and expected in wanted
    assert found.strip().startswith("yang terjadi: ") and actual in found


BAD = {
    "step_unknown": ({"never": ["x"]}, "never: “x” tidak ada di diagram. Pakai id langkah yang tergambar."),
    "move_unknown": ({"moves": [YES, {"step": "x", "as": "rt"}]}, "langkah 2: “x” tidak ada di diagram."),
    "key_unknown": ({"moves": [{**YES, "jawab": {}}]}, "langkah 1: kunci “jawab” tidak dikenal. Pakai step, as,"),
    "key_missing": ({"moves": [{"step": "tandatangani"}]}, "langkah 1: kunci “as” belum ada. Tambahkan."),
    "outcome_missing": ({"outcome": None}, "kunci “outcome” belum ada. Tambahkan."),
    "two_in_one": ({"moves": [{**YES, "until": "2026-11-24T09:00:00+07:00"}]}, "langkah 1: harus berisi tepat satu"),
    "not_a_move": ({"moves": ["setuju"]}, "langkah 1: harus berisi tepat satu dari step, until, message, signal."),
    "no_zone": ({"sent": "2026-11-23T09:00:00"}, "“sent” harus waktu dengan zona, misalnya 2026-"),
    "no_such_year": ({"sent": "9999-12-31T23:59:00-12:00"}, "“sent” harus waktu dengan zona, misalnya 2026-"),
    "backwards": (
        {"moves": [{"until": "2026-11-22T09:00:00+07:00"}]},
        "langkah 1: until 2026-11-22T09:00:00+07:00 lebih awal dari 2026-11-23T09:00:00+07:00. Waktu hanya dapat maju.",
    ),
    "answers_in_a_list": ({"moves": [{**YES, "answers": []}]}, "langkah 1: “answers” harus objek {…}."),
    "another_service": ({"service": "dompet"}, "layanan “dompet” tidak ada di folder ini, atau nama berkasnya lain."),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_its_name_and_move_and_the_others_are_played(
    folder: Path, changes, sentence
) -> None:
    told(folder, "kehilangan_rusak", **changes)
    answer = run(folder)
    assert answer.exit_code == 1
    assert "lulus  kehilangan.json" in answer.output
    assert f"       kehilangan_rusak.json: {sentence}" in answer.output
    assert answer.output.rstrip().endswith("2 perjalanan, 1 lulus.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"service": "kehilangan",\n "moves": [}', "baris 2, kolom 12: bukan JSON yang benar."),
        (b"[]", "isinya harus satu objek {…}."),
        (b" " * (1024 * 1024 + 1), "berkas lebih dari 1 MB."),
    ],
)
def test_what_is_no_journey_at_all_is_refused_too(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "tests/journeys/kehilangan.json").write_bytes(content)
    answer = run(folder)
    assert answer.exit_code == 1 and f"kehilangan.json: {sentence}" in answer.output


def test_every_thing_to_mend_in_a_file_is_said_at_once(folder: Path) -> None:
    told(folder, sent="besok", moves=[{"step": 1, "as": "lurah"}, {}], title="")
    lines = [line.strip() for line in run(folder).output.splitlines() if line.startswith("       ")]
    assert [line.split(": ")[1].split(" ")[0] for line in lines] == [
        "“title”",
        "“sent”",
        "langkah",
        "langkah",
    ]


def test_the_machine_form_says_the_same(folder: Path) -> None:
    told(folder, "kehilangan_salah", moves=[YES, YES])
    answer = run(folder, "--json", "--least", 50)
    assert answer.exit_code == 1
    found = json.loads(answer.output)
    assert (found["ok"], found["least"]) == (False, 50)
    good, bad = found["journeys"]
    assert good == {
        "file": "kehilangan.json", "service": "kehilangan", "title": "Dompet hilang, surat terbit", "ok": True,
        "moves": 1, "at": None, "expected": "", "actual": "",
    }  # fmt: skip
    assert (bad["file"], bad["ok"], bad["at"], bad["moves"]) == ("kehilangan_salah.json", False, 2, 2)
    (service,) = found["services"]
    assert (service["service"], service["journeys"], service["ok"]) == ("kehilangan", 2, True)
    assert service["flows"] == {
        "total": 5, "walked": 4, "percent": 80,
        "missed": [{"id": "tolak", "name": "", "source": "Keputusan Lurah?", "target": "Ditolak"}],
    }  # fmt: skip
    assert service["events"]["missed"] == [{"id": "ditolak", "name": "Ditolak", "kind": "event"}]


def test_only_one_service_is_tested_where_one_is_named(folder: Path) -> None:
    answer = run("--service", "legalisasi", "--json")
    found = json.loads(answer.output)
    assert {each["service"] for each in found["journeys"]} == {"legalisasi"}
    assert [each["service"] for each in found["services"]] == ["legalisasi"]
    unknown = run(folder, "--service", "dompet")
    assert unknown.exit_code == 1
    assert "Tidak ada layanan dompet di rancangan/bpmn. Yang ada: kehilangan." in unknown.output


def test_a_folder_without_journeys_or_services_is_refused_and_told_what_to_do(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "tests/journeys/kehilangan.json").unlink()
    answer = run(folder)
    assert answer.exit_code == 1
    assert "Tulis misalnya tests/journeys/kehilangan.json." in answer.output
    (tmp_path / "kosong").mkdir()
    assert "letakkan bpmn/<kode>.bpmn" in run(tmp_path / "kosong").output


def test_the_citys_own_services_are_walked_to_nine_tenths_of_their_flows() -> None:
    answer = run("--least", 90, "--json")
    found = json.loads(answer.output)
    assert [each for each in found["journeys"] if not each["ok"]] == []
    assert {each["service"]: each["flows"]["percent"] for each in found["services"] if not each["ok"]} == {}
    assert answer.exit_code == 0


def test_the_manual_shows_what_the_command_says(folder: Path) -> None:
    manual = (ROOT / "docs" / "designer.md").read_text(encoding="utf-8")
    assert run(folder).output in manual
    told(folder, moves=[YES, YES])
    assert run(folder).output.split("\n\n")[0] in manual


def test_every_key_of_a_journey_is_described() -> None:
    described = (ROOT / "tests" / "journeys" / "README.md").read_text(encoding="utf-8")
    known = {*journeys.JOURNEY, *(key for keys in journeys.BY_FIRST_KEY.values() for key in keys)}
    assert not [key for key in known if f"`{key}`" not in described and f'"{key}"' not in described]
