"""Signing in and out through the pages, the account page, and where a sign-in leads (ASVS 5.0: 3.7, 6.2, 7.2, 7.4)."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import sessions, transaction
from tests import factories
from tests.conftest import Clock

NEW = "perahu biru di dermaga"


@pytest.fixture
def lurah(app: Flask) -> str:
    with app.app_context():
        return factories.account("lurah", "35.74.03.1002")


def enter(client: FlaskClient, username: str, **others: str):
    return client.post("/masuk", data={"nama": username, "sandi": factories.PASSWORD, **others})


def cookie(client: FlaskClient) -> str:
    return client.get_cookie("alur").value


def test_a_page_of_the_desk_leads_through_the_sign_in_and_back(client: FlaskClient, lurah: str) -> None:
    answer = client.get("/berkas?keadaan=terbit")
    assert answer.status_code == 302
    assert "/masuk?lanjut=" in answer.location

    page = client.get(answer.location)
    assert 'value="/berkas?keadaan=terbit"' in page.text
    assert enter(client, lurah, lanjut="/berkas?keadaan=terbit").location == "/berkas?keadaan=terbit"


@pytest.mark.parametrize(
    "address",
    [
        "https://jahat.example",
        "//jahat.example/x",
        "/\\jahat.example",
        "\\\\jahat.example",
        "javascript:alert(1)",
        "/\t/jahat.example",
        "/\n/jahat.example",
        " //jahat.example",
        "tugas",
        "/" + "a" * 600,
    ],
)
def test_a_sign_in_never_leads_away(client: FlaskClient, lurah: str, address: str) -> None:
    assert enter(client, lurah, lanjut=address).location == "/tugas"
    assert client.get("/masuk", query_string={"lanjut": address}).location == "/tugas"


def test_a_wrong_password_keeps_the_name_and_never_the_password(client: FlaskClient, lurah: str) -> None:
    answer = client.post("/masuk", data={"nama": lurah, "sandi": "kata sandi yang salah"})

    assert answer.status_code == 422
    assert f'value="{lurah}"' in answer.text
    assert "kata sandi yang salah" not in answer.text
    assert 'role="alert"' in answer.text


def test_guessing_is_answered_with_wait(client: FlaskClient, lurah: str) -> None:
    for _ in range(8):
        client.post("/masuk", data={"nama": lurah, "sandi": "salah"})

    answer = enter(client, lurah)

    assert answer.status_code == 429
    assert "Tunggu 15 menit" in answer.text


def test_every_sign_in_begins_a_new_session(client: FlaskClient, lurah: str) -> None:
    enter(client, lurah)
    first = cookie(client)
    client.post("/keluar")
    enter(client, lurah)
    second = cookie(client)
    assert first != second

    client.set_cookie("alur", first)
    assert client.get("/tugas").status_code == 302
    client.set_cookie("alur", second)
    assert client.get("/tugas").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, lurah: str) -> None:
    said = enter(client, lurah).headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said


def test_signing_out_closes_the_desk_even_to_a_kept_cookie(client: FlaskClient, lurah: str) -> None:
    enter(client, lurah)
    kept = cookie(client)
    assert client.post("/keluar").location == "/masuk"

    client.set_cookie("alur", kept)

    assert client.get("/tugas").status_code == 302


def test_signing_out_needs_a_post(client: FlaskClient, lurah: str) -> None:
    enter(client, lurah)
    assert client.get("/keluar").status_code == 405
    assert client.get("/tugas").status_code == 200


def test_rights_change_with_the_next_request(
    app: Flask, client: FlaskClient, lurah: str, clock: Clock
) -> None:
    enter(client, lurah)
    with app.app_context(), transaction():
        person = sessions.find_person(lurah)
        person.positions[0].until = clock.now.date()
    assert client.get("/tugas").status_code == 200

    clock.forward(hours=1, minutes=50)
    assert client.get("/tugas").status_code == 200
    with app.app_context(), transaction():
        sessions.find_person(lurah).positions[0].until = clock.now.date().replace(day=7)
    assert client.get("/tugas").status_code == 403
    assert client.get("/akun").status_code == 200


def test_the_first_password_is_changed_before_anything_else(
    app: Flask, client: FlaskClient, lurah: str
) -> None:
    with app.app_context(), transaction():
        sessions.find_person(lurah).must_change_password = True
    enter(client, lurah)

    for page in ("/tugas", "/berkas", "/akun"):
        assert client.get(page).location == "/akun/sandi"
    assert client.get("/layanan").status_code == 200
    typed = {"sandi_lama": factories.PASSWORD, "sandi_baru": NEW, "sandi_ulang": NEW}
    assert client.post("/akun/sandi", data=typed).location == "/akun"
    assert client.get("/tugas").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        (factories.PASSWORD, "pendek", "pendek", "sedikitnya 12 karakter"),
        (factories.PASSWORD, NEW, "lain sama sekali", "tidak sama"),
        ("bukan yang lama", NEW, NEW, "Kata sandi lama salah"),
        (factories.PASSWORD, "probolinggo 2026", "probolinggo 2026", "terlalu umum"),
    ],
)
def test_a_poor_new_password_is_refused_in_words(
    client: FlaskClient, lurah: str, old: str, new: str, again: str, sentence: str
) -> None:
    enter(client, lurah)
    answer = client.post("/akun/sandi", data={"sandi_lama": old, "sandi_baru": new, "sandi_ulang": again})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert new not in answer.text


def test_a_session_elsewhere_is_ended_from_the_account_page(
    app: Flask, client: FlaskClient, lurah: str
) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, lurah)
    enter(client, lurah)
    page = client.get("/akun").text
    assert page.count("Sesi ini") == 1
    (address,) = re.findall(r'action="(/akun/sesi/[0-9a-f]+/akhiri)"', page)

    client.post(address)

    assert elsewhere.get("/tugas").status_code == 302
    assert client.get("/tugas").status_code == 200


def test_the_demo_accounts_are_shown_in_a_demo_only(app: Flask, client: FlaskClient, lurah: str) -> None:
    assert factories.PASSWORD not in client.get("/masuk").text
    assert "Akun peragaan" not in client.get("/masuk?cari=lurah").text

    portal = app.extensions["alur"]
    portal.settings = replace(portal.settings, demo=True)
    page = client.get("/masuk").text

    assert factories.PASSWORD in page
    assert f'value="{lurah}"' in page
    assert "lurah.jati" in client.get("/masuk?cari=lurah+jati").text
    assert "Tidak ada akun yang cocok" in client.get("/masuk?cari=%25%25").text


def test_what_signed_in_people_read_is_never_kept(client: FlaskClient, lurah: str) -> None:
    enter(client, lurah)
    for page in ("/tugas", "/berkas", "/surat", "/akun", "/akun/sandi"):
        assert client.get(page).headers["Cache-Control"] == "no-store"
    assert client.get("/masuk").headers["Cache-Control"] == "no-store"


def test_every_deed_asks_for_the_token(app: Flask, lurah: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    for address in ("/masuk", "/keluar", "/akun/sandi", "/tugas/x", "/tugas/x/ambil", "/tugas/x/lepaskan"):
        assert client.post(address, data={"nama": lurah, "sandi": factories.PASSWORD}).status_code == 400


def test_a_form_sent_after_its_session_ended_is_opened_again(
    app: Flask, client: FlaskClient, lurah: str
) -> None:
    enter(client, lurah)
    with app.app_context():
        case = factories.apply("domisili")
        factories.walk(case, until="tandatangan_lurah")
        address = f"/tugas/{factories.open_task(case).id}"
    client.post("/keluar")

    answer = client.post(f"{address}?urut=terbaru", data={"keputusan": "setuju"})

    assert answer.location == f"/masuk?lanjut={address}?urut%3Dterbaru"
    assert enter(client, lurah, lanjut=f"{address}?urut=terbaru").location == f"{address}?urut=terbaru"
    assert client.post(f"{address}/ambil").location == address
    client.post("/keluar")
    assert client.post(f"{address}/ambil").location == "/masuk"


def test_what_was_typed_is_forgotten_by_the_browser_once_it_was_taken(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        task_id = factories.open_task(factories.apply("domisili")).id
        factories.sign_in(client, factories.account("rt", factories.SITI_HOME))
    client.post(f"/tugas/{task_id}", data={"keputusan": "setuju"})
    assert f'data-konsep-selesai="tugas-{task_id}"' in client.get("/tugas").text
    assert "data-konsep-selesai" not in client.get("/tugas").text
