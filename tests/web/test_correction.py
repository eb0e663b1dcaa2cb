"""Correcting what was sent back: only that opens, nothing typed is lost, and what was there before stays on record."""

from collections.abc import Callable
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db
from app.storage.cases import Answers
from app.usecases import casework
from tests import factories
from tests.web import siti


def test_only_what_was_sent_back_opens_and_goes_to_who_asked(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened(then=siti.send_back)
    page = siti.unlock(client, number, code)
    assert "Perlu tindakan Anda" in page and siti.REASON in page and "Foto rumah" in page

    form = client.get(f"/lacak/{number}/perbaiki").text
    assert 'name="foto_rumah"' in form and 'name="nama"' not in form and siti.REASON in form
    fields = {"foto_rumah": (siti.photo("green"), "rumah.jpg"), "nama": "Bukan Siti", "aksi": "kirim"}
    answer = siti.upload(client, f"/lacak/{number}/perbaiki", fields)

    assert answer.status_code == 302
    assert "Perlu tindakan Anda" not in client.get(f"/lacak/{number}").text
    with app.app_context():
        case = cases.find_case(number)
        assert factories.open_task(case).step == "periksa_operator"
        answers = casework.answers_of(case.id)[casework.APPLICATION]
        assert answers["nama"] != "Bukan Siti"
        rows = [row for row in cases.all_answers(case.id) if row.step == casework.APPLICATION]
        before, after = (casework.open_answers(row)["foto_rumah"] for row in rows)
        assert before != after
        kept = cases.attachments_of(case.id)
        assert {*before, *after} <= set(kept)
        assert case.variables["isi_berubah"] is True


def test_a_wrong_correction_keeps_what_was_good(app: Flask, client: FlaskClient, opened: Callable):
    def ask(case: cases.Case) -> None:
        task = factories.open_task(case)
        factories.decide(task, "kembalikan", alasan=siti.REASON, perbaikan=["nama", "foto_rumah"])

    number, code = opened(then=ask)
    siti.unlock(client, number, code)
    address = f"/lacak/{number}/perbaiki"

    wrong = siti.upload(
        client, address, {"nama": "", "foto_rumah": (siti.photo(), "baru.jpg"), "aksi": "kirim"}
    )
    assert wrong.status_code == 422
    assert "Isi Nama lengkap" in wrong.text and "baru.jpg" in wrong.text

    bad = siti.upload(
        client, address, {"nama": "Siti A.", "foto_rumah": (BytesIO(b"x"), "x.exe"), "aksi": "kirim"}
    )
    assert bad.status_code == 422
    assert 'value="Siti A."' in bad.text and "baru.jpg" in bad.text

    assert siti.upload(client, address, {"nama": "Siti A.", "aksi": "kirim"}).status_code == 302
    again = siti.upload(client, address, {"nama": "Siti B.", "aksi": "kirim"})
    assert again.status_code == 302
    with app.app_context():
        case = cases.find_case(number)
        assert casework.answers_of(case.id)[casework.APPLICATION]["nama"] == "Siti A."
        assert db.session.query(Answers).filter_by(case_id=case.id, step=casework.APPLICATION).count() == 2


def test_an_unchanged_correction_is_not_said_to_change_anything(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened(then=siti.send_back)
    siti.unlock(client, number, code)

    siti.upload(client, f"/lacak/{number}/perbaiki", {"aksi": "kirim"})

    with app.app_context():
        case = cases.find_case(number)
        assert factories.open_task(case).step == "periksa_operator"
        assert not case.variables.get("isi_berubah")


def test_nothing_can_be_corrected_that_was_not_sent_back(client: FlaskClient, opened: Callable):
    number, code = opened()
    siti.unlock(client, number, code)

    assert client.get(f"/lacak/{number}/perbaiki").status_code == 302
    assert siti.upload(client, f"/lacak/{number}/perbaiki", {"aksi": "kirim", "nama": "x"}).status_code == 302
