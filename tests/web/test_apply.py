"""The application form through a browser without JavaScript."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import db
from app.storage.cases import Attachment, Case
from app.storage.drafts import Draft
from app.web.intake import PortalRequest
from tests.web import siti

HOSTILE = {
    "typename": "x",
    "__class__": "x",
    "nama[$ne]": "x",
    "tanggungan.0.__class__": "x",
    "langkah": "lurah",
}


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.query(model).count()


def test_a_whole_application_ends_in_a_receipt_and_one_case(app: Flask, client: FlaskClient):
    number, code = siti.send(client)

    assert count(app, Case) == 1
    assert count(app, Draft) == 0
    assert number.startswith("26-") and len(code.replace("-", "")) == 9
    receipt = client.get("/layanan/sktm/terima").text
    assert "Pengesahan RT" in receipt and "<svg" in receipt and "style=" not in receipt


def test_the_same_application_sent_twice_is_one_case_with_the_same_receipt(app: Flask, client: FlaskClient):
    key = siti.fill_in(client)

    first = client.post("/layanan/sktm/ajukan/periksa", data={"kunci": key})
    before = client.get("/layanan/sktm/terima").text
    again = client.post("/layanan/sktm/ajukan/periksa", data={"kunci": key})

    assert (first.status_code, again.status_code) == (302, 302)
    assert siti.receipt_on(client.get("/layanan/sktm/terima").text) == siti.receipt_on(before)
    assert count(app, Case) == 1


def test_what_was_typed_is_kept_when_a_field_is_wrong(client: FlaskClient):
    answer = siti.post(client, 1, siti.WHO | {"nik": "12"})

    assert answer.status_code == 422
    assert 'value="Siti Aminah"' in answer.text and 'value="12"' in answer.text
    assert 'href="#isian-nik"' in answer.text
    assert 'value="Siti Aminah"' in client.get("/layanan/sktm/ajukan/1").text


def test_good_files_are_kept_when_another_is_wrong(client: FlaskClient):
    siti.post(client, 1, siti.WHO)
    siti.post(client, 2, siti.WHAT)
    papers = siti.papers() | {"foto_rumah": (BytesIO(b"MZ not a picture"), "rumah.jpg")}

    answer = siti.post(client, 3, papers)

    assert answer.status_code == 422
    assert "berkas_ktp.jpg" in answer.text
    assert "rumah.jpg" in answer.text and "bukan JPG, PNG" in answer.text


def test_a_file_that_is_too_large_is_refused_and_the_others_stay(client: FlaskClient):
    large = BytesIO(b"\xff\xd8\xff" + b"0" * (6 * 1024 * 1024))

    answer = siti.post(client, 3, siti.papers() | {"berkas_kk": (large, "kk.jpg")})

    assert answer.status_code == 422
    assert "terlalu besar" in answer.text and "berkas_ktp.jpg" in answer.text


def test_a_body_that_is_too_large_shows_the_kept_page_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    siti.post(client, 1, siti.WHO, action="simpan")
    monkeypatch.setattr(PortalRequest, "max_content_length", 1000)

    answer = siti.post(client, 1, siti.WHO | {"alamat": "x" * 2000})

    assert answer.status_code == 413
    assert 'value="Siti Aminah"' in answer.text and "terlalu besar" in answer.text


def test_an_expired_page_shows_what_was_typed(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = siti.post(app.test_client(), 1, siti.WHO)

    assert answer.status_code == 400
    assert 'value="Siti Aminah"' in answer.text and "sekali lagi" in answer.text


def test_a_file_can_be_taken_away_and_a_second_one_replaces_the_first(app: Flask, client: FlaskClient):
    siti.post(client, 3, {"berkas_ktp": (siti.photo(), "satu.jpg")}, action="simpan")
    siti.post(client, 3, {"berkas_ktp": (siti.photo("red"), "dua.jpg")}, action="simpan")
    page = client.get("/layanan/sktm/ajukan/3").text
    assert "dua.jpg" in page and "satu.jpg" not in page
    with app.app_context():
        (kept,) = db.session.query(Attachment).all()

    siti.post(client, 3, {}, action=f"hapus-berkas:berkas_ktp:{kept.id}")

    assert "dua.jpg" not in client.get("/layanan/sktm/ajukan/3").text
    assert count(app, Attachment) == 0


def test_rows_are_added_and_taken_away_without_javascript(client: FlaskClient):
    added = siti.post(client, 2, siti.WHAT, action="tambah:tanggungan")
    assert added.status_code == 302 and added.location.endswith("#isian-tanggungan")
    assert 'name="tanggungan.1.nama"' in client.get("/layanan/sktm/ajukan/2").text

    siti.post(client, 2, siti.WHAT | {"tanggungan.1.nama": "Adi"}, action="hapus:tanggungan:0")

    page = client.get("/layanan/sktm/ajukan/2").text
    assert 'value="Adi"' in page and 'name="tanggungan.1.nama"' not in page


def test_an_area_is_chosen_step_by_step_without_javascript(client: FlaskClient):
    siti.post(client, 1, {"wilayah.kecamatan": "35.74.03"}, action="pilih:wilayah")
    page = client.get("/layanan/sktm/ajukan/1").text
    assert "Mangunharjo" in page and "35.74.03.1002" in page

    siti.post(
        client,
        1,
        {"wilayah.kecamatan": "35.74.03", "wilayah.kelurahan": "35.74.03.1002"},
        action="pilih:wilayah",
    )

    assert "35.74.03.1002.RW05.RT03" not in page
    assert 'value="35.74.03.1002.RW05.RT03"' in client.get("/layanan/sktm/ajukan/1").text


def test_a_draft_is_found_again_with_its_code_on_another_device(app: Flask, client: FlaskClient):
    saved = siti.post(client, 1, siti.WHO, action="simpan")
    code = siti.receipt_on('id="nomor">-<' + client.get(saved.location).text)[1]
    other = app.test_client()

    answer = other.post("/lanjutkan", data={"kode": code.lower().replace("-", " ")})

    assert answer.status_code == 302
    assert 'value="Siti Aminah"' in other.get(answer.location).text


def test_guessing_draft_codes_is_slowed_down(client: FlaskClient):
    answers = [client.post("/lanjutkan", data={"kode": f"HJK-4MR-{n}"}).status_code for n in range(21)]

    assert set(answers[:20]) == {404}
    assert answers[20] == 429


def test_the_review_says_what_is_missing_and_leads_there(client: FlaskClient):
    siti.post(client, 1, siti.WHO | {"nama": ""}, action="simpan")

    page = client.get("/layanan/sktm/ajukan/periksa").text

    assert "Isi Nama lengkap" in page and "/layanan/sktm/ajukan/1?ubah=1#isian-nama" in page
    assert "3574035205900001" not in page
    answer = client.post("/layanan/sktm/ajukan/periksa", data={"kunci": siti.key_on(page)})
    assert answer.status_code == 422


def test_a_wrong_request_key_sends_nothing(app: Flask, client: FlaskClient):
    siti.fill_in(client)

    answer = client.post("/layanan/sktm/ajukan/periksa", data={"kunci": "tebakan"})

    assert answer.status_code == 422
    assert count(app, Case) == 0


@pytest.mark.parametrize(
    "extra",
    [HOSTILE, {"nama": "a\x00b\ud800".encode("utf-8", "surrogatepass")}, {"alamat": "x" * 1_000_000}],
    ids=["names", "signs", "length"],
)
def test_hostile_fields_get_a_clear_page_and_are_never_stored(client: FlaskClient, extra: dict):
    answer = siti.post(client, 1, siti.WHO | extra)

    assert answer.status_code in (302, 422)
    assert client.get("/layanan/sktm/ajukan/1").status_code == 200


@pytest.mark.parametrize("address", ["0", "99", "-1", "1e1", "²", "periksa2", "../1", "%00"])
def test_unknown_pages_are_not_found(client: FlaskClient, address: str):
    assert client.get(f"/layanan/sktm/ajukan/{address}").status_code == 404
    assert client.post(f"/layanan/sktm/ajukan/{address}").status_code == 404


def test_a_page_is_not_opened_the_wrong_way(client: FlaskClient):
    assert client.post("/layanan/sktm/ajukan").status_code == 405
    assert client.delete("/layanan/sktm/ajukan/1").status_code == 405
    assert client.get("/layanan/tidak-ada/ajukan").status_code == 404


def test_the_receipt_is_shown_only_to_who_sent_it(app: Flask, client: FlaskClient):
    siti.send(client)

    assert app.test_client().get("/layanan/sktm/terima").status_code == 302


def test_a_draft_can_be_thrown_away(app: Flask, client: FlaskClient):
    siti.post(client, 3, siti.papers(), action="simpan")

    client.post("/layanan/sktm/hapus")

    assert (count(app, Draft), count(app, Attachment)) == (0, 0)
    assert "berkas_ktp.jpg" not in client.get("/layanan/sktm/ajukan/3").text


def test_form_pages_are_never_kept_by_a_cache(client: FlaskClient):
    assert client.get("/layanan/sktm/ajukan").headers["Cache-Control"] == "no-store"
