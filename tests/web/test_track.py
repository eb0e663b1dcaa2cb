"""Following, correcting, answering, withdrawing and rating a case with nothing but its number and code."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db
from app.storage.cases import Attachment
from tests.conftest import Clock
from tests.web import siti


def bare(page: str, number: str) -> str:
    """The page without what differs from one request to the next."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(number, "")


def test_number_and_code_open_the_case(client: FlaskClient, opened: Callable):
    number, code = opened()

    page = siti.unlock(client, number.lower().replace("-", ""), f" {code.lower()} ")

    assert number in page and "Pengesahan RT" in page and "terpakai 0 dari" in page.lower()
    assert client.get(f"/lacak/{number}").headers["Cache-Control"] == "no-store"


def test_wrong_and_unknown_get_the_same_answer(client: FlaskClient, opened: Callable):
    number, _code = opened()

    wrong = client.post("/lacak", data={"nomor": number, "kode": "HJK-4MR-7TX"})
    unknown = client.post("/lacak", data={"nomor": "26-4HJ-KMN-P2R", "kode": "HJK-4MR-7TX"})

    assert wrong.status_code == unknown.status_code == 404
    assert bare(wrong.text, number) == bare(unknown.text, "26-4HJ-KMN-P2R")


def test_a_case_that_was_not_opened_here_is_like_an_unknown_one(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened()
    siti.unlock(client, number, code)
    stranger = app.test_client()

    for path in ("", "/batalkan", "/perbaiki", "/surat/abc", "/berkas/abc"):
        known, unknown = (stranger.get(f"/lacak/{n}{path}") for n in (number, "26-4HJ-KMN-P2R"))
        assert known.status_code == unknown.status_code == 302
        assert known.location.replace(number, "") == unknown.location.replace("26-4HJ-KMN-P2R", "")


def test_guessing_is_stopped_for_the_guesser_but_not_for_the_owner(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened()
    guesser = app.test_client()
    away = {"REMOTE_ADDR": "198.51.100.7"}

    answers = [
        guesser.post(
            "/lacak", data={"nomor": number, "kode": f"HJK-4MR-7T{n}"}, environ_base=away
        ).status_code
        for n in range(7)
    ]

    assert answers == [404] * 5 + [429] * 2
    assert number in siti.unlock(client, number, code)


def test_an_address_cannot_try_many_numbers(client: FlaskClient):
    answers = [client.post("/lacak", data={"nomor": f"26-{n}", "kode": "x"}).status_code for n in range(21)]

    assert answers == [404] * 20 + [429]


def test_guessing_is_possible_again_after_a_while(client: FlaskClient, clock: Clock):
    for n in range(21):
        client.post("/lacak", data={"nomor": f"26-{n}", "kode": "x"})

    clock.forward(minutes=16)

    assert client.post("/lacak", data={"nomor": "26-1", "kode": "x"}).status_code == 404


def test_the_clock_stands_still_while_the_case_is_with_the_applicant(
    client: FlaskClient, opened: Callable, clock: Clock
):
    number, code = opened(then=siti.send_back)

    clock.forward(days=7)

    page = siti.unlock(client, number, code).lower()
    assert "terpakai 0 dari" in page and "menunggu pemohon" in page


def test_a_refusal_shows_its_reason_and_the_ways_on(client: FlaskClient, opened: Callable):
    number, code = opened("domisili", then=siti.refuse)

    page = siti.unlock(client, number, code)

    assert "Tidak bertempat tinggal di RT ini" in page
    assert "/layanan/domisili" in page and "/pengaduan" in page
    assert "/surat/" not in page


def test_the_signed_letter_is_there_to_keep(client: FlaskClient, opened: Callable):
    number, code = opened("domisili", then=siti.finish)

    page = siti.unlock(client, number, code)
    address = page.split(f'href="/lacak/{number}/surat/')[1].split('"')[0]
    letter = client.get(f"/lacak/{number}/surat/{address}")

    assert letter.status_code == 200 and letter.data.startswith(b"%PDF")
    assert letter.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/lacak/{number}/surat/lain").status_code == 404


def test_own_files_come_back_as_downloads_only(app: Flask, client: FlaskClient, opened: Callable):
    number, code = opened()
    other, _code = opened()
    siti.unlock(client, number, code)
    with app.app_context():
        mine = next(iter(cases.attachments_of(cases.find_case(number).id)))
        foreign = next(iter(cases.attachments_of(cases.find_case(other).id)))

    answer = client.get(f"/lacak/{number}/berkas/{mine}")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/lacak/{number}/berkas/{foreign}").status_code == 404


def test_an_application_can_be_taken_back_after_one_question(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened()
    siti.unlock(client, number, code)
    assert "tidak dapat ditarik kembali" in client.get(f"/lacak/{number}/batalkan").text

    client.post(f"/lacak/{number}/batalkan")

    assert "Permohonan dibatalkan" in client.get(f"/lacak/{number}").text
    assert client.post(f"/lacak/{number}/batalkan").status_code == 409
    with app.app_context():
        case = cases.find_case(number)
        assert (case.outcome, case.is_open, cases.open_tasks_of(case.id)) == ("dibatalkan", False, [])


def test_the_service_is_rated_once_and_the_answer_may_change(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened("domisili", then=siti.refuse)
    siti.unlock(client, number, code)

    assert client.post(f"/lacak/{number}/nilai", data={"nilai": "9", "catatan": "lama"}).status_code == 422
    client.post(f"/lacak/{number}/nilai", data={"nilai": "2", "catatan": "Lama"})
    client.post(f"/lacak/{number}/nilai", data={"nilai": "3"})

    with app.app_context():
        assert cases.find_case(number).rating == 3
    assert "Ubah penilaian" in client.get(f"/lacak/{number}").text


def test_a_running_case_is_not_rated(client: FlaskClient, opened: Callable):
    number, code = opened()
    siti.unlock(client, number, code)

    assert "Bagaimana layanan kami" not in client.get(f"/lacak/{number}").text
    assert client.post(f"/lacak/{number}/nilai", data={"nilai": "4"}).status_code == 409


def test_a_complainant_and_the_handlers_write_to_each_other_by_code(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened("pengaduan")
    siti.unlock(client, number, code)

    assert client.post(f"/lacak/{number}/pesan", data={"pesan": " "}).status_code == 422
    long = client.post(f"/lacak/{number}/pesan", data={"pesan": "x" * 5000})
    assert long.status_code == 422 and "x" * 5000 in long.text
    client.post(f"/lacak/{number}/pesan", data={"pesan": "Lampunya <b>masih</b> mati."})

    assert "Lampunya &lt;b&gt;masih&lt;/b&gt; mati." in client.get(f"/lacak/{number}").text
    with app.app_context():
        case = cases.find_case(number)
        assert (case.applicant_name, case.code_sealed, case.nik_index) == ("", None, None)


def test_only_confidential_cases_take_messages(client: FlaskClient, opened: Callable):
    number, code = opened()
    siti.unlock(client, number, code)

    assert client.post(f"/lacak/{number}/pesan", data={"pesan": "Halo"}).status_code == 409


def test_a_complaint_keeps_no_file_name(app: Flask, client: FlaskClient):
    form = {"bukti": (siti.photo(), "foto-dari-hp-budi.jpg")}

    for page in range(1, 5):
        siti.post(client, page, form, action="simpan", code="pengaduan")

    with app.app_context():
        assert all("budi" not in row.name for row in db.session.query(Attachment).all())


def test_the_case_is_closed_on_this_device(client: FlaskClient, opened: Callable):
    number, code = opened()
    siti.unlock(client, number, code)

    client.post(f"/lacak/{number}/tutup")

    assert client.get(f"/lacak/{number}").status_code == 302


def test_an_opened_case_closes_by_itself(client: FlaskClient, opened: Callable, clock: Clock):
    number, code = opened()
    siti.unlock(client, number, code)

    clock.forward(hours=13)

    assert client.get(f"/lacak/{number}").status_code == 302


@pytest.mark.parametrize(
    "path", ["/lacak/%00", "/lacak/x" * 3, "/lacak/" + "9" * 3000, "/lacak/26-1/berkas/../.."]
)
def test_strange_addresses_are_answered_calmly(client: FlaskClient, path: str):
    assert client.get(path).status_code in (302, 404)


def test_every_page_to_write_on_has_a_request_key_of_its_own(client: FlaskClient, opened: Callable):
    number, code = opened("pengaduan")
    pages = [siti.unlock(client, number, code), client.get(f"/lacak/{number}").text]
    assert len({siti.key_on(page) for page in pages}) == 2

    refused = client.post(f"/lacak/{number}/pesan", data={"pesan": "", "kunci": "sama"})
    assert siti.key_on(refused.text) == "sama", "mended, it is still the same press"
