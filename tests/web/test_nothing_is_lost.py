"""A refused form says why in a sentence and still holds what was typed (Must show 10)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases
from app.usecases import casework, drafts
from app.web.intake import PortalRequest
from tests import factories
from tests.usecases import player
from tests.web import siti, visitors

MEGABYTE = "Panjang sekali. " * 65_536
HOSTILE = {
    "typename": "x",
    "__class__": "x",
    "constructor": "x",
    "nama[$ne]": "x",
    "tanggungan.0.__class__": "x",
}


@pytest.fixture
def tracked(app: Flask, client: FlaskClient) -> Callable[..., str]:
    """Sends a case, lets officials act on it, and opens it in the browser; gives its number."""

    def track(service: str, then: Callable) -> str:
        with visitors.inside(app):
            opened = factories.send(service)
            then(opened.case)
            number, code = opened.case.number, opened.code
        assert client.post("/lacak", data={"nomor": number, "kode": code}).status_code == 302
        return number

    return track


@pytest.fixture
def task(app: Flask) -> str:
    """The task of an operator, in whose browser it is decided."""
    with visitors.inside(app):
        case = factories.apply("sktm")
        factories.walk(case, until="periksa_operator")
        return factories.open_task(case).id


@pytest.fixture
def operator(app: Flask, client: FlaskClient) -> FlaskClient:
    return visitors.holder_of(app, "operator_kelurahan", "35.74.03.1002")


def returned(case) -> None:
    factories.walk(case, until="periksa_operator")
    factories.decide(factories.open_task(case), "kembalikan", perbaikan=["alamat", "foto_rumah"])


def test_an_unknown_number_gets_a_sentence_and_stays(client: FlaskClient):
    for number in ("26-AAA-AAA-AAA", "bukan nomor", "' OR 1=1"):
        answer = client.post("/lacak", data={"nomor": number, "kode": "AAA-AAA-AAA"})
        assert answer.status_code == 404
        assert "tidak cocok" in answer.text
        assert number.replace("'", "&#39;") in answer.text


def test_an_unknown_draft_code_is_shown_again(client: FlaskClient):
    answer = client.post("/lanjutkan", data={"kode": "SALAH-KODE"})
    assert (
        answer.status_code == 404 and "Kode itu tidak dikenal" in answer.text and "SALAH-KODE" in answer.text
    )


def test_a_wrong_password_keeps_the_name_and_never_the_password(client: FlaskClient):
    answer = client.post("/masuk", data={"nama": "lurah.mangunharjo", "sandi": "rahasia-sekali"})
    assert answer.status_code == 422 and "kata sandi salah" in answer.text
    assert 'value="lurah.mangunharjo"' in answer.text and "rahasia-sekali" not in answer.text


def test_a_megabyte_in_a_field_of_the_form(client: FlaskClient):
    for field in ("nama", "alamat"):
        answer = siti.post(client, 1, siti.WHO | {field: MEGABYTE})
        assert answer.status_code == 422
        assert "paling panjang" in answer.text and MEGABYTE.strip() in answer.text
        assert f'value="{siti.WHO["telepon"]}"' in answer.text


def test_a_megabyte_in_a_message(tracked: Callable, client: FlaskClient):
    number = tracked("pengaduan", lambda case: None)
    answer = client.post(f"/lacak/{number}/pesan", data={"pesan": MEGABYTE})
    assert answer.status_code == 422
    assert "paling panjang" in answer.text and MEGABYTE.strip() in answer.text


def test_a_rating_without_a_mark_keeps_its_remark(tracked: Callable, client: FlaskClient):
    number = tracked("usaha", lambda case: factories.decide(factories.open_task(case), "tolak"))
    with visitors.inside(client.application):
        factories.clock.settle()
    answer = client.post(f"/lacak/{number}/nilai", data={"nilai": "", "catatan": "Petugasnya ramah"})
    assert answer.status_code == 422
    assert "Pilih salah satu penilaian" in answer.text and "Petugasnya ramah" in answer.text


def test_a_correction_that_is_too_long_or_of_the_wrong_type(tracked: Callable, client: FlaskClient):
    number = tracked("sktm", returned)
    parts = {"alamat": MEGABYTE, "foto_rumah": (BytesIO(b"MZ\x90\x00"), "rumah.jpg"), "aksi": "kirim"}
    answer = siti.upload(client, f"/lacak/{number}/perbaiki", parts)
    assert answer.status_code == 422
    assert MEGABYTE.strip() in answer.text and "bukan JPG, PNG" in answer.text
    assert MEGABYTE.strip() in client.get(f"/lacak/{number}/perbaiki").text


REFUSED = [
    ({"keputusan": "tolak", "alasan": "pendek"}, "10 karakter"),
    ({"keputusan": "tolak", "alasan": MEGABYTE}, "paling panjang"),
    ({"keputusan": "kembalikan", "alasan": "Foto rumah buram sekali"}, "isian"),
    ({"keputusan": "hapus", "alasan": "Foto rumah buram sekali"}, "Pilih"),
    ({"alasan": "Foto rumah buram sekali"}, "Pilih"),
    (HOSTILE | {"alasan": "Foto rumah buram sekali"}, "Pilih"),
]


def test_a_refused_decision_keeps_what_the_official_wrote(operator: FlaskClient, task: str):
    for typed, said in REFUSED:
        answer = operator.post(f"/tugas/{task}", data=typed)
        assert answer.status_code == 422
        assert said in answer.text and typed["alasan"].strip() in answer.text


def test_nothing_undeclared_is_stored_by_an_official(app: Flask, operator: FlaskClient, task: str):
    assert (
        operator.post(f"/tugas/{task}", data=HOSTILE | {"keputusan": "setuju", "langkah": "x"}).status_code
        == 302
    )
    with visitors.inside(app):
        stored = cases.get_task(task)
        form = casework.step_form(stored.case.version_id, stored.step)
        assert set(casework.answers_of(stored.case_id)["periksa_operator"]) <= set(form.names)
        assert stored.case.variables["langkah"] == "periksa_operator"


def test_nothing_undeclared_is_stored_of_a_form(app: Flask, client: FlaskClient):
    siti.post(client, 1, siti.WHO | HOSTILE | {"penghasilan": "1"})
    with client.session_transaction() as kept:
        token = kept["konsep"]["sktm"]
    with visitors.inside(app):
        service = drafts.catalogue.offered("sktm")
        draft = drafts.public.find_draft(drafts.token_hash(token))
        content = drafts._opened(draft)
        assert set(content["typed"]) <= set(
            casework.applicant_form(service.current_version_id).pages[0].names
        )


STRANGE = [
    ("surat.pdf", b"MZ\x90\x00", "tidak"),
    ("surat.pdf", b"", "berkas"),
    ("surat.exe", player.content("surat.pdf"), "tidak"),
    ("surat.pdf", b"%PDF-1.7\n" + b"0" * 16 * 1024 * 1024, "besar"),
]


def test_a_strange_file_to_verify_gets_a_sentence(client: FlaskClient):
    for name, content, said in STRANGE:
        answer = siti.upload(client, "/verifikasi", {"berkas": (BytesIO(content), name)})
        assert answer.status_code in {404, 422}
        assert said in answer.text


def test_a_body_that_is_too_large_gets_a_sentence(
    client: FlaskClient, operator, task, tracked, monkeypatch: pytest.MonkeyPatch
):
    number = tracked("sktm", returned)
    siti.post(client, 1, siti.WHO, action="simpan")
    monkeypatch.setattr(PortalRequest, "max_content_length", 1000)
    large = {"data": "alasan=" + "x" * 2000, "content_type": "application/x-www-form-urlencoded"}
    returned_form = f"/lacak/{number}/perbaiki"
    for address in ("/layanan/sktm/ajukan/1", "/lacak", returned_form, "/verifikasi", "/lanjutkan", "/masuk"):
        answer = client.post(address, **large)
        assert answer.status_code in {302, 413}, address
        assert answer.status_code == 302 or "terlalu besar" in answer.text, address
    answer = operator.post(f"/tugas/{task}", **large)
    assert answer.status_code == 413 and "terlalu besar" in answer.text
    assert 'value="Siti Aminah"' in client.get("/layanan/sktm/ajukan/1").text


def test_ten_thousand_parts_are_too_many_and_nothing_kept_is_lost(client: FlaskClient):
    siti.post(client, 1, siti.WHO, action="simpan")
    answer = siti.upload(client, "/layanan/sktm/ajukan/1", {f"f{number}": "1" for number in range(10_000)})
    assert answer.status_code == 413 and 'value="Siti Aminah"' in answer.text
