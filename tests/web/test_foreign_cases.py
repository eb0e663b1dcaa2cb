"""Nobody sees or changes a case of another office: every route, as every role elsewhere and as nobody (ASVS 8.2, 8.3).

Three canaries are planted: a case under way, one that ended in a letter, and a confidential complaint. Whatever a
stranger asks for, no answer may hold a word of them that the stranger did not bring along, and nothing of them changes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from app.domain import permissions
from app.storage import cases, db, letters, people, transaction
from app.storage.cases import Answers, Attachment, Case, Diary, Message, Task, Timer
from app.storage.letters import Letter
from app.storage.work import Incident
from app.usecases.parts import now, parts
from app.web import access
from tests import factories
from tests.web import every_page

HOME = "35.74.03.1002.RW05.RT03"
ELSEWHERE = {
    "rt": "35.74.01.1002.RW01.RT01",
    "rw": "35.74.01.1002.RW01",
    "kelurahan": "35.74.01.1002",
    "kecamatan": "35.74.01",
    "vertikal": "polsek-kademangan",
}
PUBLIC_FACTS = {"verify.show": ("surat",), "verify.check": ("surat",)}  # what anybody with the QR may read
MENDING = {"incidents.index", "incidents.incident", "incidents.retry", "incidents.skip"}
"""What an administrator may do for every case without reading it; a test of its own says what it shows."""
NAMING = {
    "number": "number",
    "task_id": "task_id",
    "attachment_id": "attachment_id",
    "file": "attachment_id",
    "token": "token",
    "incident_id": "incident_id",
}
"""What an address may name a case by, and which fact of a canary it is."""
ANYTHING = {
    "key": "0" * 16,
    "client_id": "0",
    "batch_id": "1",
    "version": "1",
    "code": "domisili",
    "page": "1",
    "filename": "ikon.svg",
}
LAST = ("session.sign_out",)
TABLES = (Task, Answers, Diary, Attachment, Message, Timer, Letter)


@dataclass
class Canary:
    """One planted case: the words and bytes that must not turn up, and what addresses name it by."""

    case_id: int
    number: str
    task_id: str
    attachment_id: str
    token: str
    incident_id: str
    words: dict[str, str]
    contents: list[bytes] = field(repr=False, default_factory=list)

    def found_in(self, answer: bytes, brought: str) -> list[str]:
        """Which of its words stand in an answer, except those the reader brought along."""
        found = [name for name, word in self.words.items() if word.encode() in answer and word not in brought]
        return found + ["isi berkas" for content in self.contents if content in answer]


def plant(service: str, *, mark: str, until: str | None = None, **answers: object) -> Canary:
    """Make a canary; its words carry a mark that stands nowhere else."""
    case = factories.send(service, **answers).case
    attachment = next(iter(cases.attachments_of(case.id).values()), None)
    message = f"Pesan kenari {mark}"
    with transaction():
        if attachment is not None:
            db.session.get_one(Attachment, attachment.id).name = f"kenari-{mark}.jpg"
        sealed = parts().sealer.seal_text(message, f"message:{case.id}")
        db.session.add(Message(case_id=case.id, audience="pemohon", sealed=sealed, at=now()))
        incident = Incident(case_id=case.id, what=f"Gangguan kenari {mark}", at=now())
        db.session.add(incident)
    if service != "pengaduan":
        factories.walk(case, until=until)
    letter = next(iter(letters.letters_of(case.id)), None)
    words = {"nomor": case.number, "pesan": message, "lampiran": f"kenari-{mark}.jpg"}
    words["gangguan"] = f"Gangguan kenari {mark}"
    words |= {name: str(text) for name, text in answers.items()}
    words |= {"surat": letter.number} if letter else {}
    contents = [parts().files.get(attachment.file_key)] if attachment else []
    contents += [parts().files.get(key) for key in (letter.signed_key, letter.original_key)] if letter else []
    waiting = cases.open_tasks_of(case.id)
    return Canary(
        case_id=case.id,
        number=case.number,
        task_id=waiting[0].id if waiting else cases.tasks_of(case.id)[-1].id,
        attachment_id=attachment.id if attachment else "tidak-ada",
        token=letter.token if letter else "tidak-ada",
        incident_id=str(incident.id),
        words=words,
        contents=contents,
    )


@pytest.fixture
def canaries(app: Flask) -> list[Canary]:
    with app.app_context():
        return [
            plant(
                "domisili",
                mark="4417",
                until="periksa_operator",
                nama="Kenari Sedang",
                nik="3574037112904417",
            ),
            plant("domisili", mark="5528", nama="Kenari Selesai", nik="3574037112905528"),
            plant("pengaduan", mark="6639", kejadian="Uraian kenari 6639"),
        ]


def strangers(app: Flask) -> dict[str, str]:
    """Role → the user name of somebody who holds it elsewhere, or who holds an office no canary has come to."""
    with app.app_context():
        found = {}
        for role in people.roles().values():
            units = [unit.code for unit in people.units_holding(role.key)]
            unit = ELSEWHERE.get(role.level) or next(
                code for code in units if code != "diskominfo" or len(units) == 1
            )
            found[role.key] = factories.account(role.key, unit)
        found.pop("verifikator_pengaduan")  # the one office every complaint comes to first
        return found


def addresses(rule: Rule, canaries: list[Canary], *, search: bool) -> Iterator[str]:
    """The addresses of a route: one for every canary it can name, and searches for them where it is a list."""
    for name in rule.arguments:
        assert name in NAMING or name in ANYTHING, f"{rule}: say in this test what <{name}> is for a canary"
    named = canaries if rule.arguments & NAMING.keys() else canaries[:1]
    for canary in named:
        values = ANYTHING | {name: getattr(canary, attribute) for name, attribute in NAMING.items()}
        address = str(rule).replace("<path:", "<")
        for name in rule.arguments:
            address = address.replace(f"<{name}>", values[name])
        yield address
    if search and not rule.arguments and "GET" in rule.methods:
        for canary in canaries:
            asked = [canary.words[name] for name in ("nomor", "nama", "nik") if name in canary.words]
            yield from (f"{rule}?cari={text}&nomor={text}" for text in asked)


def walk(
    client: FlaskClient, app: Flask, canaries: list[Canary], *, but: Collection[str] = ()
) -> dict[str, set[str]]:
    """Ask for everything that names the canaries; gives "GET endpoint" → what of them was shown."""
    shown: dict[str, set[str]] = {}
    asked = (rule for rule in every_page.rules(app) if rule.endpoint not in but)
    rules = sorted(asked, key=lambda rule: (rule.endpoint in LAST, str(rule)))
    for rule in rules:
        is_public = app.view_functions[rule.endpoint].open_to in (access.EVERYBODY, access.MACHINES)
        for address in addresses(rule, canaries, search=not is_public or client.get_cookie("alur") is None):
            for method in sorted(rule.methods & {"GET", "POST"}):
                answer = ask(client, method, address, canaries[0])
                for canary in canaries:
                    found = canary.found_in(answer, address)
                    if kept := set(found) - set(PUBLIC_FACTS.get(rule.endpoint, ())):
                        shown.setdefault(f"{method} {rule.endpoint}", set()).update(kept)
    return shown


def ask(client: FlaskClient, method: str, address: str, canary: Canary) -> bytes:
    """One request; whatever it says, it is no fault of ours."""
    typed = {"keputusan": "setuju", "alasan": "Alasan yang cukup panjang", "teks": "halo", "nilai": "4"}
    typed |= {"tugas": canary.task_id, "kunci": "kunci-asing", "kode": "HJK-4MR-7TX"}
    answer = client.open(address, method=method, data=typed if method == "POST" else None)
    content = answer.get_data()
    answer.close()
    assert answer.status_code < 500, f"{method} {address}: {answer.status_code}"
    return content


def portrait(app: Flask, canaries: list[Canary]) -> dict[str, list]:
    """Everything that is stored of the canaries."""
    ids = [canary.case_id for canary in canaries]
    with app.app_context():
        found = {
            model.__tablename__: [
                tuple(row)
                for row in db.session.execute(
                    select(model.__table__).where(model.case_id.in_(ids)).order_by(model.__table__.c.id)
                )
            ]
            for model in TABLES
        }
        table = Case.__table__
        found["case"] = [
            tuple(row)
            for row in db.session.execute(select(table).where(table.c.id.in_(ids)).order_by(table.c.id))
        ]
        return found


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "open_to")
    ]
    assert undeclared == []


def test_a_route_that_says_nothing_answers_nobody(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/lupa-dinyatakan", "lupa", lambda: "rahasia")
    assert client.get("/lupa-dinyatakan").status_code == 404


def test_nobody_elsewhere_sees_or_changes_a_case(
    app: Flask, client: FlaskClient, canaries: list[Canary]
) -> None:
    before = portrait(app, canaries)
    people_elsewhere = strangers(app)
    assert len(people_elsewhere) >= 20

    shown = {
        role: walk(
            reader(app, username), app, canaries, but=MENDING if role == permissions.ADMINISTRATOR else ()
        )
        for role, username in people_elsewhere.items()
    }
    shown["siapa pun"] = walk(app.test_client(), app, canaries)

    assert {role: found for role, found in shown.items() if found} == {}
    assert portrait(app, canaries) == before


def test_an_administrator_mends_cases_without_reading_them(
    app: Flask, client: FlaskClient, canaries: list[Canary]
) -> None:
    with app.app_context():
        administrator = factories.account(permissions.ADMINISTRATOR, "diskominfo")
    others = {rule.endpoint for rule in every_page.rules(app)} - MENDING

    for canary in canaries[:2]:
        shown = walk(reader(app, administrator), app, [canary], but=others)
        assert shown["GET incidents.index"] == {"nomor"}
        assert set().union(*shown.values()) == {"nomor", "gangguan"}
    assert walk(reader(app, administrator), app, canaries[2:], but=others) == {}


def test_not_even_the_home_office_sees_a_complaint(
    app: Flask, client: FlaskClient, canaries: list[Canary]
) -> None:
    complaint = canaries[2]
    before = portrait(app, [complaint])
    with app.app_context():
        chain = {role: factories.account(role, unit) for role, unit in home_chain()}

    for role, username in chain.items():
        assert walk(reader(app, username), app, [complaint]) == {}, role

    assert portrait(app, [complaint]) == before


def test_the_walk_finds_a_leak_where_there_is_one(
    app: Flask, client: FlaskClient, canaries: list[Canary]
) -> None:
    """The same walk by those whose case it is: it must find what it looks for, or it proves nothing."""
    with app.app_context():
        lurah = factories.account("lurah", "35.74.03.1002")
        handler = factories.account("verifikator_pengaduan", "diskominfo")

    running = walk(reader(app, lurah), app, canaries[:1])
    ended = walk(reader(app, lurah), app, canaries[1:2])
    secret = walk(reader(app, handler), app, canaries[2:])

    assert {"nama", "pesan", "lampiran"} <= running["GET cases.case"]
    assert "nama" in running["GET cases.index"]
    assert running["GET cases.attachment"] == {"isi berkas"}
    assert "isi berkas" in ended["GET letters.letter"]
    assert "surat" in ended["GET letters.index"]
    assert "kejadian" in secret["GET inbox.task"]


def reader(app: Flask, username: str) -> FlaskClient:
    return factories.sign_in(app.test_client(), username)


def home_chain() -> list[tuple[str, str]]:
    units = {
        unit.level: unit.code for unit in people.units_by_id(people.find_unit(HOME).ancestor_ids).values()
    }
    return [(role.key, units[role.level]) for role in people.roles().values() if role.level in units]
