"""A service that exists only as new files is published by the command, applied for and finished."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.config import ROOT
from app.storage import cases, db, letters, processes
from tests import factories, founding

SERVICE = Path(__file__).parent.parent / "services" / "kehilangan"


@pytest.fixture
def folder(tmp_path):
    """A copy of the new service's files, outside the project."""
    for path in SERVICE.rglob("*.*"):
        target = tmp_path / "baru" / path.relative_to(SERVICE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return tmp_path / "baru"


def publish(folder, url, tmp_path, monkeypatch):
    monkeypatch.setenv("ALUR_SECRET_KEY", founding.SECRET)
    monkeypatch.setenv("ALUR_DATABASE_URL", url)
    monkeypatch.setenv("ALUR_FILES", str(tmp_path / "files"))
    return CliRunner().invoke(main, ["process", "publish", str(folder)])


def test_new_files_make_a_whole_service(folder, postgres_url, city, tmp_path, monkeypatch):
    db.session.remove()
    answer = publish(folder, postgres_url, tmp_path, monkeypatch)
    assert answer.exit_code == 0, answer.output
    assert "Layanan kehilangan: versi 1." in answer.output

    case = factories.apply("kehilangan")
    factories.walk(case)

    db.session.refresh(case)
    assert case.outcome == "terbit"
    (letter,) = letters.letters_of(case.id)
    assert letter.number == "300/1/425.503.2/2026"
    assert [task.step for task in cases.tasks_of(case.id)] == ["tandatangani"]


def test_the_service_needs_no_python(folder):
    assert not list(folder.rglob("*.py"))
    known = subprocess.run(
        ["git", "grep", "-l", "kehilangan", "--", "app"], cwd=ROOT, capture_output=True, text=True
    )
    assert known.stdout == ""


def test_publishing_again_changes_nothing(folder, postgres_url, city, tmp_path, monkeypatch):
    db.session.remove()
    publish(folder, postgres_url, tmp_path, monkeypatch)

    again = publish(folder, postgres_url, tmp_path, monkeypatch)

    assert "versi 1 (tetap)" in again.output
    assert processes.latest_number("kehilangan") == 1


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("bpmn/kehilangan.bpmn", 'value="lurah"', 'value="lura"', "peran 'lura' tidak dikenal"),
        (
            "bpmn/kehilangan.bpmn",
            "keputusan.schema.json",
            "hilang.schema.json",
            "hilang.schema.json tidak ada",
        ),
        ("bpmn/kehilangan.bpmn", "surat.liquid", "lain.liquid", "lain.liquid tidak ada"),
        ("bpmn/kehilangan.bpmn", "surat.terbitkan", "surat.hapus", "surat.hapus"),
        ("forms/kehilangan/keputusan.schema.json", '"keputusan"]', '"putusan"]', "putusan"),
        ("templates/letters/kehilangan/surat.liquid", "klasifikasi: 300", "klasifikasi: x", "klasifikasi"),
    ],
)
def test_a_broken_service_is_refused_whole(
    folder, postgres_url, city, tmp_path, monkeypatch, path, old, new, said
):
    db.session.remove()
    broken = folder / path
    broken.write_text(broken.read_text().replace(old, new))

    answer = publish(folder, postgres_url, tmp_path, monkeypatch)

    assert answer.exit_code == 1
    assert said in answer.output
    assert processes.find_service("kehilangan") is None
