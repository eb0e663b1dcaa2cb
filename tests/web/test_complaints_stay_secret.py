"""A complaint exists for nobody but its handlers and its complainant (ASVS 8.2.2, 8.4.1)."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.errors import ProcessFault
from app.gateways.sealing import Sealer
from app.storage import cases, db
from app.storage.cases import Answers, Case
from app.storage.people import Position
from app.usecases import clock, diary, inbox_list
from app.usecases import people as officials
from tests import factories
from tests.usecases import player
from tests.web import visitors

HOME = "35.74.05.1005"  # the kelurahan that pengaduan.json names
WORDS = ("Lampu jalan mati", "pasar mati sejak", "Jl. Mastrip", "Sudah tiga minggu")
UNKNOWN = "26-AAA-AAA-AAA"
SAMPLE = {"lurah": 2, "camat": 2, "penangan_pengaduan": 3}  # offices of one role; else one


@pytest.fixture
def complaint(app: Flask) -> dict:
    """A complaint that was verified and forwarded to the Dinas Perhubungan."""
    with visitors.inside(app):
        journey = player.read("pengaduan")
        case, receipt = player.play(journey, journey.moves[:1])
        (task,) = cases.open_tasks_of(case.id)
        (first,) = [task for task in cases.tasks_of(case.id) if task.status == "done"]
        (attachment,) = cases.attachments_of(case.id)
        made = {"id": case.id, "number": case.number, "code": receipt.code, "attachment": attachment}
        made |= {"tasks": [first.id, task.id], "lines": len(cases.diary_of(case.id))}
    return made


def offices() -> list[Position]:
    """A holder of every role, of some several: first those the complaint's home lies in, handlers left out."""
    handlers = {("verifikator_pengaduan", "diskominfo"), ("penangan_pengaduan", "dishub")}
    found: dict[str, list[Position]] = {}
    positions = db.session.query(Position).join(Position.unit).order_by(Position.id)
    for position in sorted(positions, key=lambda each: not HOME.startswith(each.unit.code)):
        if (position.role_key, position.unit.code) not in handlers:
            found.setdefault(position.role_key, []).append(position)
    return [
        position for of_role in found.values() for position in of_role[: SAMPLE.get(of_role[0].role_key, 1)]
    ]


def addresses(complaint: dict) -> Iterator[str]:
    number = complaint["number"]
    yield f"/berkas/{number}"
    yield f"/berkas/{number}/konsep"
    yield f"/berkas/{number}/lampiran/{complaint['attachment']}"
    yield f"/berkas/{number}/lampiran/{complaint['attachment']}/halaman-1.png"
    yield from (f"/tugas/{task}" for task in complaint["tasks"])


def lists(complaint: dict) -> Iterator[str]:
    yield from ("/tugas", "/berkas", "/surat")
    for path in ("/tugas", "/berkas", "/surat"):
        yield f"{path}?cari=lampu"
    yield "/berkas?layanan=pengaduan"
    yield "/tugas?layanan=pengaduan"


def test_nobody_else_sees_any_of_it(app: Flask, client: FlaskClient, complaint: dict):
    with visitors.inside(app):
        others = [(office.person.username, office.role_key, office.person_id) for office in offices()]
    assert {role for _name, role, _id in others} >= {
        "admin_sistem",
        "lurah",
        "camat",
        "inspektorat",
        "rt",
        "polsek",
    }
    for username, _role, person_id in others:
        reader = visitors.official(app, person_id)
        for address in addresses(complaint):
            answer = reader.get(address)
            assert answer.status_code == 404, (username, address)
            assert not _leaks(answer.text, complaint)
        for address in lists(complaint):
            answer = reader.get(address)
            assert answer.status_code == 200, (username, address)
            assert not _leaks(answer.text, complaint), (username, address)
        for path in ("/tugas", "/berkas", "/surat"):
            found, unknown = (
                reader.get(f"{path}?cari={number}").text for number in (complaint["number"], UNKNOWN)
            )
            assert _without_values(found.replace(complaint["number"], UNKNOWN)) == _without_values(unknown), (
                username
            )
        assert reader.post(f"/tugas/{complaint['tasks'][1]}", data={"keputusan": "setuju"}).status_code == 404
        assert reader.post(f"/tugas/{complaint['tasks'][1]}/ambil").status_code == 404
        with visitors.inside(app):
            assert inbox_list.count_waiting(officials.actor_of(person_id)) == 0
    with visitors.inside(app):
        assert len(cases.diary_of(complaint["id"])) == complaint["lines"], "nobody read it"


@pytest.mark.parametrize(
    ("role", "unit"), [("verifikator_pengaduan", "diskominfo"), ("penangan_pengaduan", "dishub")]
)
def test_its_handlers_see_it_and_every_reading_is_noted(
    app: Flask, client: FlaskClient, complaint: dict, role, unit
):
    """The twin of the test above: the same pages are full for those who may see them."""
    with visitors.inside(app):
        person_id = factories.actor(role, unit).person_id
    reader = visitors.official(app, person_id)

    page = reader.get(f"/berkas/{complaint['number']}")
    again = reader.get(f"/berkas/{complaint['number']}/lampiran/{complaint['attachment']}")

    assert page.status_code == again.status_code == 200
    assert _leaks(page.text, complaint) and complaint["number"] in reader.get("/berkas").text
    with visitors.inside(app):
        told = cases.diary_of(complaint["id"])[complaint["lines"] :]
        assert [(entry.kind, entry.person_id) for entry in told] == [("confidential case read", person_id)]
        assert diary.broken_at(complaint["id"]) is None


def test_the_complainant_sees_it_with_the_code_only(client: FlaskClient, complaint: dict):
    assert client.get(f"/lacak/{complaint['number']}").status_code == 302
    wrong = client.post("/lacak", data={"nomor": complaint["number"], "kode": "A" * len(complaint["code"])})
    unknown = client.post("/lacak", data={"nomor": UNKNOWN, "kode": complaint["code"]})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text.replace(complaint["number"], "") == unknown.text.replace(UNKNOWN, "")

    client.post("/lacak", data={"nomor": complaint["number"], "kode": complaint["code"]})

    assert client.get(f"/lacak/{complaint['number']}").status_code == 200


def test_the_database_alone_tells_nothing_of_it(city: Flask):
    journey = player.read("pengaduan_petugas")
    case, _receipt = player.play(journey)
    clock.settle()
    secrets = [str(value) for value in journey.applicant.values() if len(str(value)) > 8]
    secrets += ["kuitansi", "Hendra", "Rp50.000", "Inspektorat telah memeriksa"]
    secrets.remove("35.74.01.1009")
    dumped = "\n".join(_dump())

    assert [secret for secret in secrets if secret in dumped] == []
    assert (case.applicant_name, case.applicant_search, case.nik_index, case.code_sealed) == (
        "",
        "",
        None,
        None,
    )
    rows = db.session.query(Answers).filter(Answers.case_id == case.id).all()
    stranger = Sealer("another-secret-0123456789-abcdefghijklmnop")
    for row in rows:
        with pytest.raises(ProcessFault):
            stranger.open_json(row.sealed, f"answers:{case.id}")


def test_the_dump_would_show_what_is_not_sealed(city: Flask):
    """The check above can fail: the name of an applicant who is not confidential stands in the dump."""
    factories.apply("domisili")
    name = db.session.query(Case.applicant_name).scalar()
    assert name in "\n".join(_dump())


def _dump() -> Iterator[str]:
    """Every value of every row, as a thief of the database reads it."""
    for table in db.metadata.sorted_tables:
        if table.name not in {"process_file", "unit", "person", "service"}:
            for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
                yield " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row
                )


def _leaks(page: str, complaint: dict) -> bool:
    return any(word in _without_values(page) for word in (*WORDS, complaint["number"], *complaint["tasks"]))


def _without_values(page: str) -> str:
    """Without what was typed into the search, and without the form's own token."""
    return re.sub(r'(value|content)="[^"]*"', "", page)
