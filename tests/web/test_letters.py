"""Letters through the pages: the register, the signed file and the one before the signature."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import letters
from tests import factories


@pytest.fixture
def token(app: Flask) -> str:
    with app.app_context():
        case = factories.apply("domisili")
        factories.walk(case)
        return letters.letters_of(case.id)[0].token


def desk(app: Flask, client: FlaskClient, unit: str = "35.74.03.1002") -> FlaskClient:
    with app.app_context():
        username = factories.account("lurah", unit)
    return factories.sign_in(client, username)


def test_an_empty_register_says_so(app: Flask, client: FlaskClient) -> None:
    assert "Belum ada surat yang terbit" in desk(app, client).get("/surat").text


def test_a_letter_is_found_opened_and_downloaded(app: Flask, client: FlaskClient, token: str) -> None:
    reader = desk(app, client)
    assert f'href="/surat/{token}"' in reader.get("/surat").text
    assert f'href="/surat/{token}"' not in reader.get("/surat?cari=tidak+ada").text

    signed, original = reader.get(f"/surat/{token}"), reader.get(f"/surat/{token}/asli")

    assert signed.mimetype == original.mimetype == "application/pdf"
    assert signed.headers["Cache-Control"] == "no-store"
    assert signed.headers["Content-Disposition"].startswith("inline")
    assert reader.get(f"/surat/{token}?unduh=1").headers["Content-Disposition"].startswith("attachment")
    assert b"/ByteRange" in signed.data
    assert b"/ByteRange" not in original.data


def test_the_case_leads_to_its_letter(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context():
        number = letters.find_letter(token).case.number
    assert f'href="/surat/{token}"' in desk(app, client).get(f"/berkas/{number}").text


def test_a_letter_of_another_office_is_not_there(app: Flask, client: FlaskClient, token: str) -> None:
    stranger = desk(app, client, "35.74.03.1004")
    for address in (f"/surat/{token}", f"/surat/{token}/asli"):
        assert stranger.get(address).status_code == 404
    assert token not in stranger.get("/surat").text
