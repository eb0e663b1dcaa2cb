"""A case that another one opened, through the pages: its task, its record, and the first one's tracking page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db
from tests import factories
from tests.usecases import talking
from tests.web import visitors


@pytest.fixture
def talk(app: Flask, tmp_path) -> dict[str, str]:
    """A case that asked an office in another pool: its number and code, the other's number and task."""
    with visitors.inside(app):
        talking.publish(tmp_path / "baru", {"tanya": talking.two_pools()})
        sent = factories.send("tanya")
        factories.clock.settle()
        (other,) = talking.opened_by(sent.case)
        task = factories.open_task(other).id
        return {"number": sent.case.number, "code": sent.code, "other": other.number, "task": task}


@pytest.fixture
def camat(app: Flask, client: FlaskClient) -> FlaskClient:
    return visitors.holder_of(app, "camat", "35.74.03")


def test_the_office_finds_its_task_reads_the_case_and_answers(app: Flask, camat: FlaskClient, talk: dict):
    assert talk["other"] in camat.get("/tugas").text
    shown = camat.get(f"/tugas/{talk['task']}")
    assert shown.status_code == 200 and "Keputusan" in shown.text
    record = camat.get(f"/berkas/{talk['other']}")
    assert record.status_code == 200
    assert "Berkas dibuka oleh pesan “Permintaan”" in record.text
    assert camat.post(f"/tugas/{talk['task']}", data={"keputusan": "setuju"}).status_code == 302
    with visitors.inside(app):
        factories.clock.settle()
        case = cases.find_case(talk["number"])
        assert talking.steps(case) == ["baca"]
    told = camat.get(f"/berkas/{talk['number']}").text
    assert "Pesan “Permintaan” dikirim" in told and "Pesan “Jawaban” diterima" in told
    assert "Pesan “Jawaban” dikirim" in camat.get(f"/berkas/{talk['other']}").text


def test_the_applicant_follows_the_first_case_as_before(client: FlaskClient, talk: dict):
    answer = client.post(
        "/lacak", data={"nomor": talk["number"], "kode": talk["code"]}, follow_redirects=True
    )
    assert answer.status_code == 200 and talk["number"] in answer.text
    assert talk["other"] not in answer.text
    assert client.post("/lacak", data={"nomor": talk["other"], "kode": talk["code"]}).status_code == 404


def test_the_other_case_is_in_the_lists_of_its_offices_only(app: Flask, camat: FlaskClient, talk: dict):
    assert talk["other"] in camat.get("/berkas").text
    stranger = visitors.holder_of(app, "camat", "35.74.01")
    assert talk["other"] not in stranger.get("/berkas").text
    assert stranger.get(f"/berkas/{talk['other']}").status_code == 404
    with visitors.inside(app):
        assert db.session.query(cases.Case).count() == 2
