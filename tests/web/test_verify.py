"""Anybody checks a letter: issued here, this exact file, still valid?"""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db, letters, transaction
from app.storage.letters import Letter
from app.usecases.parts import parts
from tests import factories
from tests.conftest import Clock
from tests.web import siti


@pytest.fixture
def letter(app: Flask) -> Letter:
    """A signed letter; its token, number and bytes."""
    with app.app_context():
        case = factories.apply("domisili")
        factories.walk(case)
        found = letters.letters_of(case.id)[0]
        db.session.refresh(found)
        found.content = parts().files.get(found.signed_key)
        found.name = cases.find_case(case.number).applicant_name
        db.session.expunge(found)
    return found


def check(client: FlaskClient, letter: Letter, content: bytes) -> str:
    return siti.upload(
        client, f"/verifikasi/{letter.token}", {"berkas": (BytesIO(content), "surat.pdf")}
    ).text


def test_a_letter_issued_here_is_valid_and_shows_only_what_anybody_may_know(
    client: FlaskClient, letter: Letter
):
    answer = client.get(f"/verifikasi/{letter.token}")

    page = answer.text
    assert answer.status_code == 200
    assert ">SAH<" in page and letter.number in page and letter.signers[0]["name"] in page
    assert letter.name not in page and f"{letter.name[0]}***" in page
    assert "3574" not in page.split("<main")[1]
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_exact_file_is_valid_and_one_changed_byte_is_not(client: FlaskClient, letter: Letter):
    assert "Sah: berkas ini persis" in check(client, letter, letter.content)

    middle = len(letter.content) // 3
    altered = bytearray(letter.content)
    altered[middle] ^= 1
    page = check(client, letter, bytes(altered))

    assert "tidak sah" in page and ">SAH<" not in page


def test_something_added_at_the_end_is_a_change(client: FlaskClient, letter: Letter):
    page = check(client, letter, letter.content + b"\n% ditambah\n")

    assert "tidak sah" in page and ">SAH<" not in page


@pytest.mark.parametrize("content", [b"halo", b"%PDF-1.7\n%%EOF", b"\x00" * 100])
def test_a_file_without_our_signature_is_not_valid(client: FlaskClient, letter: Letter, content: bytes):
    assert "TIDAK SAH" in check(client, letter, content)


def test_a_file_is_found_without_its_code(client: FlaskClient, letter: Letter):
    page = siti.upload(client, "/verifikasi", {"berkas": (BytesIO(letter.content), "surat.pdf")})
    assert "Sah: berkas ini persis" in page.text and letter.number in page.text

    other = siti.upload(client, "/verifikasi", {"berkas": (BytesIO(b"%PDF lain"), "surat.pdf")})
    assert other.status_code == 404 and "TIDAK DITEMUKAN" in other.text


def test_a_number_typed_by_hand_shows_no_name(client: FlaskClient, letter: Letter):
    page = client.post("/verifikasi", data={"nomor": letter.number}).text

    assert ">SAH<" in page and f"{letter.name[0]}***" not in page and letter.token not in page
    assert ">SAH<" in client.post("/verifikasi", data={"nomor": letter.token}).text


def test_a_revoked_letter_says_so_even_for_its_exact_file(
    app: Flask, client: FlaskClient, letter: Letter, clock: Clock
):
    with app.app_context(), transaction():
        db.session.get_one(Letter, letter.id).revoked_at = clock.now

    assert "DICABUT" in client.get(f"/verifikasi/{letter.token}").text
    page = check(client, letter, letter.content)
    assert "DICABUT" in page and "suratnya dicabut" in page and ">SAH<" not in page


def test_a_letter_past_its_time_no_longer_holds(
    app: Flask, client: FlaskClient, letter: Letter, clock: Clock
):
    with app.app_context(), transaction():
        db.session.get_one(Letter, letter.id).valid_until = (clock.now - timedelta(days=1)).date()

    page = client.get(f"/verifikasi/{letter.token}").text

    assert "TIDAK BERLAKU LAGI" in page and ">SAH<" not in page


def test_an_unsigned_letter_is_not_found(app: Flask, client: FlaskClient, letter: Letter):
    with app.app_context(), transaction():
        db.session.get_one(Letter, letter.id).signed_at = None

    assert client.get(f"/verifikasi/{letter.token}").status_code == 404


@pytest.mark.parametrize("token", ["abc", "%00", "x" * 3000, "é", "..%2f", "' OR 1=1 --"])
def test_unknown_codes_are_not_found(client: FlaskClient, token: str):
    answer = client.get(f"/verifikasi/{token}")

    assert answer.status_code == 404


def test_guessing_is_slowed_down(client: FlaskClient):
    answers = [client.get(f"/verifikasi/tebak{n}").status_code for n in range(31)]

    assert answers == [404] * 30 + [429]


def test_a_missing_or_oversized_file_is_explained(client: FlaskClient, letter: Letter):
    missing = siti.upload(client, f"/verifikasi/{letter.token}", {})
    assert missing.status_code == 422 and "Pilih berkas PDF" in missing.text

    large = siti.upload(
        client,
        f"/verifikasi/{letter.token}",
        {"berkas": (BytesIO(b"0" * (10 * 1024 * 1024 + 1)), "besar.pdf")},
    )
    assert large.status_code == 422 and "10 MB" in large.text
    assert client.post("/verifikasi", data={"nomor": " "}).status_code == 422


def test_legalised_sheets_are_counted(app: Flask, client: FlaskClient):
    with app.app_context():
        case = factories.apply("legalisasi")
        factories.walk(case)
        token = letters.letters_of(case.id)[0].token

    page = client.get(f"/verifikasi/{token}").text

    assert "sesuai dengan aslinya yang diperlihatkan pada" in page
