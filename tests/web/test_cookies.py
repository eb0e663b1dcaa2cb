"""What a browser carries: signed, so that nobody writes it but the portal (ASVS 5.0: 3.3, 7.1, 7.2)."""

import re
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from markupsafe import Markup

from tests import founding
from tests.web import every_page, visitors

DAY = 24 * 3600
FLASKS = SecureCookieSessionInterface()


@pytest.fixture
def official(app: Flask) -> FlaskClient:
    client = visitors.holder_of(app, "lurah", every_page.KELURAHAN)
    assert client.get("/tugas").status_code == 200
    return client


def carried(client: FlaskClient) -> str:
    return client.get_cookie("alur").value


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/tugas").status_code == 200


def said(app: Flask, client: FlaskClient) -> dict:
    return FLASKS.get_signing_serializer(app).loads(carried(client))


def test_a_changed_cookie_opens_nothing(official: FlaskClient) -> None:
    whole = carried(official)
    payload, moment, signature = whole.rsplit(".", 2)
    changed = [
        f"{payload[:9]}{payload[9:].swapcase()}.{moment}.{signature}",
        f"{payload}.{moment[::-1]}.{signature}",
        f"{payload}.{moment}.{signature[::-1]}",
        f"{payload}.{moment}.",
        f"{payload}.{signature}",
    ]
    for forged in (*changed, payload, whole[:20], "a", "=", "é", "....", whole + "AAAA", whole[4:]):
        official.set_cookie("alur", forged)
        assert not is_signed_in(official), forged
    official.set_cookie("alur", whole)
    assert is_signed_in(official)


def test_a_cookie_of_another_portal_opens_nothing(app: Flask, official: FlaskClient) -> None:
    kept, elsewhere = said(app, official), Flask("elsewhere")
    for secret in (founding.SECRET + "x", "x"):
        elsewhere.secret_key = secret
        official.set_cookie("alur", FLASKS.get_signing_serializer(elsewhere).dumps(kept))
        assert not is_signed_in(official)


def test_what_flask_itself_signed_is_read_and_what_we_sign_flask_reads(
    app: Flask, official: FlaskClient
) -> None:
    kept = said(app, official)
    official.set_cookie("alur", FLASKS.get_signing_serializer(app).dumps(kept))
    assert is_signed_in(official)
    many = {
        "kode": "MNR", "kosong": "", "satu": 1, "tidak": None, "deret": ["a", ["b"]], "pasang": ("ok", "x"),
        "tanda": {" t": "bukan tanda"}, "html": Markup("<b>"), "bita": b"\0", "id": UUID(int=7),
        "kapan": datetime(2026, 11, 23, tzinfo=UTC),
    }  # fmt: skip
    ours, flasks = app.session_interface.get_signing_serializer(app), FLASKS.get_signing_serializer(app)
    assert flasks.loads(ours.dumps(many)) == many == ours.loads(flasks.dumps(many))
    assert ours.dump_payload(many) == flasks.dump_payload(many)


def test_machines_need_not_agree_on_the_second_but_on_the_month(
    official: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, flasks = said(app, official), FLASKS.get_signing_serializer(app)
    for ahead, opens in ((90, True), (-30 * DAY, True), (-32 * DAY, False)):
        with monkeypatch.context() as elsewhere:
            moment = int(time.time()) + ahead
            elsewhere.setattr(TimestampSigner, "get_timestamp", lambda _self, moment=moment: moment)
            signed = flasks.dumps(kept)
        official.set_cookie("alur", signed)
        assert is_signed_in(official) is opens


def test_the_signer_is_made_once_and_another_salt_has_its_own(app: Flask) -> None:
    signature = app.session_interface.get_signing_serializer(app)
    assert signature is app.session_interface.get_signing_serializer(app)
    assert signature.make_signer() is signature.make_signer(signature.salt)
    assert signature.make_signer("another salt").salt == b"another salt"


def test_what_did_not_change_is_not_sent_again(official: FlaskClient) -> None:
    official.get("/tugas")
    answer = official.get("/tugas")
    assert "Set-Cookie" not in answer.headers and "Cookie" in answer.headers["Vary"]


def test_much_to_carry_is_packed_and_read_again(client: FlaskClient) -> None:
    drafts = {f"layanan-{number}": f"kode-{number}" * 5 for number in range(60)}
    with client.session_transaction() as kept:
        kept["konsep"] = drafts
    assert len(carried(client)) < 4000
    with client.session_transaction() as kept:
        assert kept["konsep"] == drafts


def test_a_notice_is_shown_on_the_next_page_and_once(client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        kept["_flashes"] = [("ok", "Sudah <b>selesai</b>.")]
    assert "Sudah &lt;b&gt;selesai&lt;/b&gt;." in client.get("/lacak").text
    assert "Sudah &lt;" not in client.get("/lacak").text


def test_every_session_has_a_token_of_its_own_for_its_forms(app: Flask) -> None:
    ours, others = app.test_client(), app.test_client()
    field = re.compile(r'name="csrf_token" value="([^"]+)"')
    mine, theirs = (field.search(each.get("/lacak").text)[1] for each in (ours, others))
    assert mine != theirs and len(mine) >= 43
    form = {"nomor": "x", "kode": "y"}
    assert ours.post("/lacak", data={"csrf_token": theirs, **form}).status_code == 400
    assert ours.post("/lacak?csrf_token=" + mine, data=form).status_code == 400
    assert app.test_client().post("/lacak", data={"csrf_token": "", **form}).status_code == 400
    assert ours.post("/lacak", data={"csrf_token": mine, **form}).status_code == 404


def test_on_https_a_form_comes_from_a_page_of_ours(postgres_url: str, tmp_path, clock) -> None:
    home = "https://layanan.example.go.id"
    app = founding.create_app(founding.settings(postgres_url, tmp_path / "files", ALUR_BASE_URL=home))
    app.extensions["alur"].clock = clock
    client = app.test_client()
    page = client.get("/lacak", base_url=home).text
    form = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1], "nomor": "x", "kode": "y"}
    for sender in (
        None,
        "https://jahat.example/",
        "http://layanan.example.go.id/lacak",
        f"{home}.jahat.example/",
    ):
        headers = {"Referer": sender} if sender else {}
        assert client.post("/lacak", data=form, base_url=home, headers=headers).status_code == 400, sender
    answer = client.post("/lacak", data=form, base_url=home, headers={"Referer": f"{home}/lacak"})
    assert answer.status_code == 404
    founding.close(app)
