"""The guards around every route: headers, cookies, tokens and where a sign-in leads (ASVS 3.3, 3.4, 3.5, 7.2, 7.4)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from app.storage import db
from app.web.access import EVERYBODY, MACHINES
from tests import factories, founding
from tests.conftest import Clock
from tests.web import every_page, siti, visitors

PUBLIC = {"home", "catalogue", "information", "verify", "health"}  # features that show the same to everybody
GUARDS = (
    "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
)  # fmt: skip
OFFICIAL = "operator-kelurahan.mangunharjo"
ELSEWHERE = (
    "//evil.example",
    "https://evil.example",
    "http:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/%0d%0aSet-Cookie:x=1",
    "/\r\nSet-Cookie: x=1",
    "http://localhost@evil.example/",
    "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "data:text/html,x",
    "//localhost/..//evil.example",
)


@pytest.fixture
def life(app: Flask, client: FlaskClient) -> dict:
    return every_page.begin(app)


def sign_in(client: FlaskClient, username: str, *, lanjut: str = "", **others: object) -> TestResponse:
    answer = client.post(
        "/masuk", data={"nama": username, "sandi": factories.PASSWORD, "lanjut": lanjut}, **others
    )
    assert answer.status_code == 302
    return answer


def answers(app: Flask, life: dict) -> Iterator[tuple[str, TestResponse]]:
    """(endpoint, answer) of every page, opened by somebody who may."""
    people = every_page.readers(app, life)
    for endpoint, address in every_page.pages(life).items():
        yield endpoint, people[every_page.reader_of(endpoint)].get(address)


def test_every_page_carries_its_guards(app: Flask, life: dict):
    for endpoint, answer in answers(app, life):
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src 'unsafe" not in policy, endpoint
        assert headers["X-Content-Type-Options"] == "nosniff", endpoint
        assert headers["X-Frame-Options"] == "SAMEORIGIN" and "frame-ancestors 'self'" in policy, endpoint
        assert headers["Referrer-Policy"] == "same-origin", endpoint
        assert "Server" not in headers and "X-Powered-By" not in headers
        assert all(len(headers.getlist(name)) == 1 for name in GUARDS), endpoint
        if answer.mimetype == "text/html":
            assert (
                "unsafe" not in policy and "form-action 'self'" in policy and "base-uri 'none'" in policy
            ), endpoint
            assert not re.search(
                r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*src=)|javascript:", answer.text
            ), endpoint
        if endpoint.split(".")[0] not in PUBLIC and endpoint != "track.find":
            assert headers["Cache-Control"] == "no-store", endpoint


def test_pages_of_somebody_signed_in_are_never_kept(app: Flask, life: dict):
    reader = visitors.holder_of(app, "lurah", every_page.KELURAHAN)
    for endpoint, address in every_page.pages(life).items():
        reader.get(address)
        answer = reader.get(address)
        if endpoint.split(".")[0] != "health":
            assert answer.headers["Cache-Control"] == "no-store", endpoint


def test_refusals_carry_the_guards_too(app: Flask, client: FlaskClient):
    for answer in (
        client.get("/tidak-ada"),
        client.get("/tugas"),
        client.delete("/lacak"),
        client.get("/berkas/%00"),
    ):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_files_of_the_desk_cannot_run_anything(app: Flask, life: dict):
    operator = visitors.holder_of(app, "operator_kelurahan", every_page.KELURAHAN)
    answer = operator.get(every_page.pages(life)["cases.attachment"])
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    letter = operator.get(every_page.pages(life)["letters.letter"])
    assert "script-src" not in letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in letter.headers["Content-Security-Policy"]


def test_the_cookie_is_for_this_portal_alone(client: FlaskClient):
    (cookie,) = sign_in(client, OFFICIAL).headers.getlist("Set-Cookie")
    assert (
        cookie.startswith("alur=")
        and "HttpOnly" in cookie
        and "SameSite=Lax" in cookie
        and "Path=/" in cookie
    )
    assert "Domain=" not in cookie and "Secure" not in cookie


def test_behind_https_the_cookie_and_the_browser_stay_there(postgres_url: str, tmp_path, clock: Clock):
    app = create_app(
        founding.settings(postgres_url, tmp_path / "files", ALUR_BASE_URL="https://layanan.example.go.id")
    )
    app.extensions["alur"].clock = clock
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = sign_in(client, OFFICIAL, base_url="https://layanan.example.go.id")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    founding.close(app)


def test_a_refused_form_is_not_kept_either(app: Flask, client: FlaskClient):
    app.config["WTF_CSRF_ENABLED"] = True
    for address, body in (("/layanan/sktm/ajukan/1", siti.WHO), ("/lanjutkan", {"kode": "ABC-DEF"})):
        client.post(address, data=body)
        answer = client.post(address, data=body)
        assert answer.status_code == 400
        assert answer.headers["Cache-Control"] == "no-store"
        assert next(iter(body.values())) in answer.text


def test_every_post_route_demands_its_token(app: Flask, life: dict):
    """With `csrf.init_app` left out, every one of them fails here."""
    app.config["WTF_CSRF_ENABLED"] = False
    people = every_page.readers(app, life)
    app.config["WTF_CSRF_ENABLED"] = True
    before = everything(app)
    routes = [rule for rule in every_page.rules(app) if "POST" in rule.methods]
    assert len(routes) > 15
    for rule in routes:
        known = {
            "number": life["returned"][0],
            "task_id": life["task"],
            "code": "sktm",
            "page": "1",
            "token": life["letter"],
        }
        address = re.sub(r"<(\w+)>", lambda part, known=known: known.get(part[1], "x"), rule.rule)
        open_to = app.view_functions[rule.endpoint].open_to
        reader = people["citizen"] if open_to in (EVERYBODY, MACHINES) else people["operator"]
        for token in ({}, {"csrf_token": "salah"}, {"csrf_token": "salah", "keputusan": "setuju"}):
            answer = reader.post(address, data=token)
            assert answer.status_code == 400, rule.rule
            assert "sekali lagi" in answer.text or "kirim lagi" in answer.text, rule.rule
    assert everything(app) == before


def everything(app: Flask) -> dict[str, int]:
    """How many rows every table has, sessions of readers left out."""
    with visitors.inside(app):
        tables = [table for table in db.metadata.sorted_tables if table.name != "session"]
        return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}


def test_a_right_token_opens_the_same_route(app: Flask):
    """The twin: the routes above are refused for their token and nothing else."""
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lacak").text)[1]
    assert client.post("/lacak", data={"csrf_token": token, "nomor": "x", "kode": "y"}).status_code == 404


def test_a_sign_in_never_leads_elsewhere(client: FlaskClient):
    sign_in(client, OFFICIAL)
    for onward in ELSEWHERE:
        assert leads_home(client.get("/masuk", query_string={"lanjut": onward})), onward
    for onward in ELSEWHERE[:4]:
        assert leads_home(sign_in(client, OFFICIAL, lanjut=onward)), onward


def leads_home(answer: TestResponse) -> bool:
    """Whether a browser stays with us: one slash first, and nothing it would read as another place."""
    place = answer.location
    return (
        answer.status_code == 302 and bool(re.match(r"/(?!/)[^\\\s]*$", place)) and not urlsplit(place).netloc
    )


def test_a_sign_in_leads_on_to_what_was_asked_for(client: FlaskClient):
    asked = client.get("/berkas?keadaan=terbit")
    assert asked.status_code == 302 and "lanjut=" in asked.location
    onward = "/berkas?keadaan=terbit"
    assert sign_in(client, OFFICIAL, lanjut=onward).location == onward


def test_a_sign_in_starts_anew(client: FlaskClient):
    siti.post(client, 1, siti.WHO, action="simpan")
    with client.session_transaction() as kept:
        kept["ditanam"] = "penyerang"
    factories.sign_in(client, OFFICIAL)
    with client.session_transaction() as kept:
        first = kept["_user_id"]
        assert "ditanam" not in kept and "konsep" not in kept
    factories.sign_in(client, OFFICIAL)
    with client.session_transaction() as kept:
        assert kept["_user_id"] != first


def test_a_token_of_ones_own_making_opens_nothing(client: FlaskClient):
    with client.session_transaction() as kept:
        kept["_user_id"] = "dikarang-sendiri"
    assert client.get("/tugas").status_code == 302


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, client: FlaskClient):
    factories.sign_in(client, OFFICIAL)
    with client.session_transaction() as kept:
        stolen = dict(kept)
    assert client.get("/tugas").status_code == 200
    client.post("/keluar")
    thief = app.test_client()
    with thief.session_transaction() as kept:
        kept.update(stolen)
    assert thief.get("/tugas").status_code == 302
    assert client.get("/tugas").status_code == 302
