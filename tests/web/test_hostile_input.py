"""Whatever is sent to whatever route: a clear sentence in Indonesian and never a 500 (ASVS 2.2.1, 16.5.1)."""

import itertools
import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.storage import cases, letters
from tests import factories
from tests.web import every_page, siti, visitors
from tests.web.every_page import ADMIN
from tests.web.test_versions import POSTS as VERSIONS

NAMES = (
    *siti.WHO, *siti.WHAT, *siti.PAPERS, "nomor", "kode", "nama", "sandi", "sandi_lama", "sandi_baru", "sandi_ulang",
    "lanjut", "nilai", "catatan", "pesan", "aksi", "kunci", "keputusan", "alasan", "perbaikan", "berkas",
    "tanggal", "berlaku", "jenis", "jam", "perkiraan", "tambah",
)  # fmt: skip
QUERIES = (
    "cari",
    "jenis",
    "layanan",
    "asal",
    "status",
    "lihat",
    "urut",
    "setelah",
    "keadaan",
    "nomor",
    "ubah",
    "lanjut",
)
FORM = "application/x-www-form-urlencoded"
ADDRESSES = itertools.count(1)
HOSTILE_NAMES = (
    "typename",
    "__class__",
    "__proto__",
    "constructor",
    "prototype",
    "nama[$ne]",
    "tanggungan.0.__class__",
)
NASTY = {
    "NUL": "Si\x00ti",
    "right to left and zero width": "\u202egnp.exe\u200b\ufeff",
    "markup": "<script>alert(1)</script>{{7*7}}${7*7}",
    "SQL": "' OR 1=1 -- %_\\",
    "long": "9" * 5_000,
    "emoji and combining": "😀" * 50 + "e" + "\u0301" * 500,
    "a number out of range": "99999999999999999999999999",
}
RAW = {
    "half of a character": "%ED%A0%80",
    "not UTF-8": "%FF%FE%80",
    "NUL": "%00",
    "a broken escape": "%zz%",
}
CURSORS = (
    "~", "-~", "1~", "~1", "x~y", "1~1~1", "99999999999999999~1",
    "1~%00", "-~%00", "1~" + "9" * 200, "٣~٣", "-1~-1",
)  # fmt: skip


@pytest.fixture
def life(app: Flask, client: FlaskClient) -> dict[str, str]:
    """A case that waits for the operator, a returned one, an issued one; opened by a citizen."""
    with visitors.inside(app):
        waiting, returned, issued = factories.send("sktm"), factories.send("sktm"), factories.send("domisili")
        complaint = factories.send("pengaduan")
        factories.walk(waiting.case, until="periksa_operator")
        factories.walk(returned.case, until="periksa_operator")
        factories.decide(factories.open_task(returned.case), "kembalikan")
        factories.walk(issued.case)
        (letter,) = letters.letters_of(issued.case.id)
        found = {
            "number": waiting.case.number,
            "returned": returned.case.number,
            "issued": issued.case.number,
            "complaint": complaint.case.number,
            "task": factories.open_task(waiting.case).id,
            "attachment": next(iter(cases.attachments_of(waiting.case.id))),
            "token": letter.token,
        }
        codes = [(each.case.number, each.code) for each in (waiting, returned, issued, complaint)]
    for number, code in codes:
        client.post("/lacak", data={"nomor": number, "kode": code})
    return found


@pytest.fixture
def operator(app: Flask, life: dict) -> FlaskClient:
    return visitors.holder_of(app, "operator_kelurahan", "35.74.03.1002")


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return visitors.holder_of(app, "admin_sistem", "diskominfo")


def posts(life: dict) -> dict[str, list[str]]:
    """Addresses for every POST route; what ends something comes last."""
    return {
        "apply.post": [f"/layanan/sktm/ajukan/{page}" for page in (1, 2, 3, "periksa", 99, "x")],
        "apply.resume": ["/lanjutkan"],
        "track.unlock": ["/lacak"],
        "track.rate": [f"/lacak/{life['issued']}/nilai"],
        "track.write": [f"/lacak/{life['complaint']}/pesan", f"/lacak/{life['number']}/pesan"],
        "track.send_correction": [f"/lacak/{life['returned']}/perbaiki", f"/lacak/{life['number']}/perbaiki"],
        "verify.look_up": ["/verifikasi"],
        "verify.check": [f"/verifikasi/{life['token']}", "/verifikasi/tidak-ada"],
        "session.sign_in": ["/masuk"],
        "inbox.decide": [f"/tugas/{life['task']}", "/tugas/tidak-ada"],
        "inbox.take": [f"/tugas/{life['task']}/ambil"],
        "inbox.release": [f"/tugas/{life['task']}/lepaskan"],
        "account.password": ["/akun/sandi"],
        "account.end_session": ["/akun/sesi/tidak-ada/akhiri"],
        "apply.forget": ["/layanan/sktm/hapus"],
        "track.withdraw": [f"/lacak/{life['number']}/batalkan"],
        "track.close": [f"/lacak/{life['issued']}/tutup"],
        "calendar.day": ["/admin/kalender/hari", "/admin/kalender/hari?tanggal=2026-13-99"],
        "calendar.hours": ["/admin/kalender/jam", "/admin/kalender/jam?berlaku=x"],
        "incidents.retry": [f"/admin/insiden/{number}/coba-lagi" for number in ("99", "x", "9" * 40)],
        **VERSIONS,
        "incidents.skip": [f"/admin/insiden/{number}/lewati" for number in ("99", "x", "9" * 40)],
        "keys.new": ["/admin/kunci/baru"],
        "keys.revoke": [f"/admin/kunci/{number}/cabut" for number in ("99", "x", "9" * 40)],
        "session.sign_out": ["/keluar"],
    }


def bodies() -> Iterator[tuple[str, dict]]:
    """What is posted: (what it is, the arguments of a request)."""
    yield "nothing", {}
    for what, value in NASTY.items():
        yield what, {"data": urlencode([(name, value) for name in NAMES]), "content_type": FORM}
    for what, value in RAW.items():
        yield what, {"data": "&".join(f"{name}={value}" for name in NAMES), "content_type": FORM}
    yield (
        "hostile names",
        {"data": urlencode([(name, "x") for name in (*HOSTILE_NAMES, *RAW)]), "content_type": FORM},
    )
    yield "a megabyte", {"data": {"alasan": "x" * 1_000_000}}
    yield (
        "10,000 fields",
        {"data": "&".join(f"f{number}=1" for number in range(10_000)), "content_type": FORM},
    )
    yield (
        "far rows",
        {"data": {"tanggungan.99999.nama": "x", "tanggungan.-1.nama": "x", "tanggungan.0.0.0": "x"}},
    )
    yield from strange_bodies()


def strange_bodies() -> Iterator[tuple[str, dict]]:
    """What no browser sends by itself."""
    yield "files where text belongs", {"data": {name: (BytesIO(b"MZ"), "x.exe") for name in NAMES}}
    yield (
        "a file with a hostile name",
        {"data": {name: (BytesIO(b"%PDF-1.7"), "../../etc/\x00passwd") for name in NAMES}},
    )
    yield (
        "broken multipart",
        {
            "data": b"--x\r\nContent-Disposition: form-data; name=nama\r\n\r\nSi",
            "content_type": "multipart/form-data; boundary=x",
        },
    )
    yield "multipart without a boundary", {"data": b"--x", "content_type": "multipart/form-data"}
    yield "JSON", {"data": b'{"nama": {"$ne": null}}', "content_type": "application/json"}
    yield "an unknown charset", {"data": b"nama=x", "content_type": f"{FORM}; charset=x-user-defined"}
    yield "bytes", {"data": bytes(range(256)), "content_type": FORM}
    for action in (
        "tambah:",
        "hapus:tanggungan:99999",
        "hapus-berkas:::",
        "pilih:\x00",
        "unggah:x" * 5000,
        "kirim",
    ):
        yield f"the button {action[:20]!r}", {"data": {"aksi": action, "kunci": "\x00" * 3}}


def is_calm(answer: TestResponse) -> bool:
    """No fault, and a refusal is a page with a sentence in Indonesian."""
    if answer.status_code >= 500:
        return False
    if answer.status_code < 400:
        return True
    said = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return answer.mimetype == "text/html" and 'lang="id"' in answer.text and len(said.split()) > 8


def test_every_post_route_answers_every_body_calmly(
    app: Flask, client: FlaskClient, operator, admin, life: dict
):
    known = {rule.endpoint for rule in every_page.rules(app) if "POST" in rule.methods}
    assert set(posts(life)) == known
    wrong = []
    for (endpoint, addresses), (what, body) in itertools.product(posts(life).items(), bodies()):
        feature = endpoint.split(".")[0]
        reader = operator if feature in {"inbox", "account"} else admin if feature in ADMIN else client
        for address in addresses:
            where = {"REMOTE_ADDR": f"10.0.{next(ADDRESSES) % 250}.{next(ADDRESSES) % 250}"}
            answer = reader.post(address, environ_overrides=where, **_fresh(body))
            wrong += [] if is_calm(answer) else [(address, what, answer.status)]
    assert not wrong, wrong


def _fresh(body: dict) -> dict:
    """Streams are read up by the request they are sent with."""
    if not isinstance(body.get("data"), dict):
        return body
    rewound = {
        name: (BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
        for name, value in body["data"].items()
    }
    return {**body, "data": rewound}


def odd_paths(app: Flask) -> Iterator[str]:
    """Every route with a part of its address, that part replaced by something nobody sends."""
    odd = (
        "%00",
        "a%00b",
        "%FF",
        "%ED%A0%80",
        "%F0%9F%98%80",
        "x" * 3000,
        "..%2F..%2Fetc",
        "'%20OR%201=1",
        "__class__",
        "99999999999999999999",
    )
    for rule in every_page.rules(app):
        if rule.arguments and rule.endpoint != "static":
            for part in odd:
                yield re.sub(r"<[^>]+>", lambda _match, part=part: part, rule.rule)
    yield from (
        "/static/%00",
        "/static/..%2F..%2Fsetup.cfg",
        "/%00",
        "/%FF",
        "/tidak-ada",
        "//evil.example",
        "/layanan/..",
    )


def odd_questions(life: dict) -> Iterator[str]:
    lists = (
        "/layanan",
        "/lacak",
        "/tugas",
        "/berkas",
        "/surat",
        "/masuk",
        f"/tugas/{life['task']}",
        "/verifikasi",
        "/",
    )
    values = [*RAW.values(), *(quote(value[:3000]) for value in NASTY.values())]
    for path, value in itertools.product(lists, values):
        yield f"{path}?" + "&".join(f"{name}={value}" for name in QUERIES if name != "setelah")
    for path, name in itertools.product(lists, QUERIES):
        yield f"{path}?{name}=Si%00ti"
    for path, cursor in itertools.product(("/tugas", "/berkas", "/surat"), CURSORS):
        yield f"{path}?setelah={quote(cursor, safe='%')}"
    yield from (f"{path}?%00=1&%ED%A0%80=1&__class__=1&cari=a&cari=b" for path in lists)


def test_every_page_answers_odd_addresses_calmly(app: Flask, client: FlaskClient, operator, life: dict):
    addresses = [*odd_paths(app), *odd_questions(life)]
    readers = {"berkas", "tugas", "surat", "akun"}
    wrong = []
    for address in addresses:
        reader = operator if re.split(r"[/?]", address)[1] in readers else client
        answer = reader.get(address, environ_overrides={"REMOTE_ADDR": f"10.1.{next(ADDRESSES) % 250}.7"})
        wrong += [] if is_calm(answer) else [(address[:90], answer.status)]
    assert not wrong, wrong


def test_the_wrong_method_is_a_page_that_says_so(app: Flask, client: FlaskClient, operator, life: dict):
    for rule in every_page.rules(app):
        address = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - rule.methods:
            answer = operator.open(address, method=method)
            others = [
                other
                for other in every_page.rules(app)
                if other.rule == rule.rule and method in other.methods
            ]
            if not others:
                assert answer.status_code == 405 and is_calm(answer), (method, address)
