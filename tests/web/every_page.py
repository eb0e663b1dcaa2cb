"""Every page of the portal and who may open it: the walks that counts, headers and words are checked on."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.storage import cases, db, letters, transaction
from app.storage.versions import Batch
from app.storage.work import Incident
from app.usecases import clock
from app.usecases.parts import now
from tests import factories
from tests.web import siti, visitors

KELURAHAN = "35.74.03.1002"
DESK = {"account", "inbox", "cases", "letters"}  # the features behind the sign-in
ADMIN = {"incidents", "calendar", "versions", "keys"}  # those for the administrator


def begin(app: Flask) -> dict:
    """Five cases, one in each usual state, and somebody's half-filled form."""
    with visitors.inside(app):
        waiting, returned, issued = (
            factories.send("sktm"),
            factories.send("sktm"),
            factories.send("domisili"),
        )
        factories.walk(waiting.case, until="periksa_operator")
        factories.walk(returned.case, until="periksa_operator")
        factories.decide(factories.open_task(returned.case), "kembalikan")
        factories.walk(issued.case)
        refused = factories.apply("usaha")
        factories.decide(factories.open_task(refused), "tolak")
        complaint = factories.apply("pengaduan")
        clock.settle()
        (letter,) = letters.letters_of(issued.case.id)
        task = factories.open_task(waiting.case)
        with transaction():
            incident = Incident(case_id=returned.case.id, what="tidak dapat dijalankan", at=now())
            batch = Batch(
                service_code="sktm", version_id=waiting.case.version_id, mapping={}, phase="done", at=now(), by="Uji",
                reason="untuk dilihat",
            )  # fmt: skip
            db.session.add_all([incident, batch])
        return {
            "ids": [case.id for case in (waiting.case, returned.case, issued.case, refused, complaint)],
            "waiting": (waiting.case.number, waiting.code),
            "returned": (returned.case.number, returned.code),
            "issued": (issued.case.number, issued.code),
            "attachment": next(iter(cases.attachments_of(waiting.case.id))),
            "letter": letter.token,
            "task": task.id,
            "incident": incident.id,
            "batch": batch.id,
        }


PLAIN = {
    "home.index": "/",
    "catalogue.index": "/layanan",
    "catalogue.service": "/layanan/sktm",
    "apply.begin": "/layanan/sktm/ajukan",
    "apply.show": "/layanan/sktm/ajukan/periksa",
    "apply.saved": "/layanan/sktm/simpan",
    "apply.receipt": "/layanan/domisili/terima",
    "apply.resume": "/lanjutkan",
    "track.find": "/lacak",
    "verify.ask": "/verifikasi",
    "information.index": "/informasi",
    "information.complaints": "/pengaduan",
    "information.service_standards": "/standar-pelayanan",
    "information.privacy": "/informasi/privasi",
    "information.accessibility": "/informasi/aksesibilitas",
    "information.verification": "/informasi/verifikasi",
    "information.privacy_short": "/privasi",
    "information.accessibility_short": "/aksesibilitas",
    "session.sign_in": "/masuk",
    "health.alive": "/sehat",
    "health.ready": "/siap",
    "account.index": "/akun",
    "account.password": "/akun/sandi",
    "inbox.index": "/tugas",
    "cases.index": "/berkas",
    "letters.index": "/surat",
    "incidents.index": "/admin/insiden",
    "calendar.index": "/admin/kalender",
    "calendar.day": "/admin/kalender/hari",
    "calendar.hours": "/admin/kalender/jam",
    "versions.index": "/admin/versi",
    "versions.service": "/admin/versi/sktm",
    "versions.rehearsal": "/admin/versi/sktm/uji/1",
    "versions.choose": "/admin/versi/sktm/uji?versi=1",
    "keys.index": "/admin/kunci",
    "keys.new": "/admin/kunci/baru",
}


def pages(life: dict) -> dict[str, str]:
    """An address for every GET route, by endpoint; several for lists."""
    number, returned, issued = life["waiting"][0], life["returned"][0], life["issued"][0]
    return PLAIN | {
        "track.show": f"/lacak/{number}",
        "track.withdraw": f"/lacak/{number}/batalkan",
        "track.correct": f"/lacak/{returned}/perbaiki",
        "track.upload": f"/lacak/{number}/berkas/{life['attachment']}",
        "track.letter": f"/lacak/{issued}/surat/{life['letter']}",
        "verify.show": f"/verifikasi/{life['letter']}",
        "inbox.task": f"/tugas/{life['task']}",
        "cases.case": f"/berkas/{number}",
        "cases.attachment": f"/berkas/{number}/lampiran/{life['attachment']}",
        "cases.first_page": f"/berkas/{number}/lampiran/{life['attachment']}/halaman-1.png",
        "cases.draft_letter": f"/berkas/{number}/konsep",
        "cases.draft_picture": f"/berkas/{number}/konsep/halaman-1.png",
        "letters.letter": f"/surat/{life['letter']}",
        "letters.original": f"/surat/{life['letter']}/asli",
        "incidents.incident": f"/admin/insiden/{life['incident']}",
        "versions.batch": f"/admin/pindahan/{life['batch']}",
    }


def rules(app: Flask) -> list[Rule]:
    """The routes for people; those for other systems are walked in tests/api."""
    return [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api/v1")]


def reader_of(endpoint: str) -> str:
    """Which of `readers` may open a page."""
    feature = endpoint.split(".")[0]
    return "admin" if feature in ADMIN else "operator" if feature in DESK else "citizen"


def readers(app: Flask, life: dict) -> dict[str, FlaskClient]:
    """A citizen with a half-filled form and three opened cases, and officials of four offices."""
    citizen = app.test_client()
    siti.fill_in(citizen)
    for number, code in (life["waiting"], life["returned"], life["issued"]):
        assert citizen.post("/lacak", data={"nomor": number, "kode": code}).status_code == 302
    return {
        "citizen": citizen,
        "operator": visitors.holder_of(app, "operator_kelurahan", KELURAHAN),
        "lurah": visitors.holder_of(app, "lurah", KELURAHAN),
        "camat": visitors.holder_of(app, "camat", "35.74.03"),
        "verifikator": visitors.holder_of(app, "verifikator_pengaduan", "diskominfo"),
        "admin": visitors.holder_of(app, "admin_sistem", "diskominfo"),
    }
