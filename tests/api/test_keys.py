"""Keys of other systems: shown once, kept as a hash, limited to scopes and offices, gone when revoked (ASVS 6, 8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain import keys as form
from app.errors import Conflict, Invalid, NotAllowed, TooMany
from app.storage import db, people, transaction
from app.storage.cases import Diary, Task
from app.storage.keys import ApiClient
from app.storage.people import Mandate, Person, Position
from app.usecases import keys
from app.usecases.keys import KeyNeeded
from app.usecases.parts import today
from tests import factories
from tests.api.conftest import KELURAHAN, Life
from tests.api.machines import Machine, machine, position_of
from tests.api.test_walk import decision
from tests.conftest import Clock
from tests.web import visitors

ALL = list(form.SCOPES)


def test_a_key_has_the_bits_and_finds_its_slips() -> None:
    made = {form.new_key() for _ in range(200)}
    assert len(made) == 200 and all(map(form.looks_right, made))
    assert len(form.ALPHABET) ** form.RANDOM > 2**128
    key = made.pop()
    for at in range(len(form.PREFIX), len(key)):
        wrong = key[:at] + ("2" if key[at] != "2" else "3") + key[at + 1 :]
        assert not form.looks_right(wrong)
        swapped = key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :]
        assert swapped == key or not form.looks_right(swapped)
    assert not any(map(form.looks_right, ("", form.PREFIX, key[:-1], key + "2", key.lower(), "x" * len(key))))


def test_a_key_is_told_once_and_kept_as_a_hash(city: Flask) -> None:
    client, secret = keys.create("SIAK", ["services:read"], [], actor=None)
    row = db.session.get_one(ApiClient, client.id)
    assert secret not in repr(vars(row)) and keys.client_of(secret).id == client.id
    with pytest.raises(Conflict, match="sudah dipakai"):
        keys.create("SIAK", ["services:read"], [], actor=None)


def test_what_a_key_lacks_is_said(city: Flask) -> None:
    for name, scopes, positions, wrong in (
        ("x", ["services:read"], [], {"nama"}),
        ("SIAK", [], [], {"lingkup"}),
        ("SIAK", ["semua"], [], {"lingkup"}),
        ("SIAK", ["tasks:read"], [], {"jabatan"}),
        ("SIAK", ["tasks:read"], [999_999], {"jabatan"}),
    ):
        with pytest.raises(Invalid) as refused:
            keys.create(name, scopes, positions, actor=None)
        assert set(refused.value.fields) == wrong


def test_only_an_administrator_makes_and_revokes(city: Flask) -> None:
    lurah, admin = factories.actor("lurah", KELURAHAN), factories.actor("admin_sistem", "diskominfo")
    client, _secret = keys.create("SIAK", ["services:read"], [], actor=admin)
    assert client.created_by.startswith(f"{admin.name} selaku")
    for deed in (
        lambda: keys.create("Lain", ["services:read"], [], actor=lurah),
        lambda: keys.revoke(client.id, actor=lurah),
        lambda: keys.list_keys(lurah),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_revoked_key_ends_at_the_next_request(app: Flask, system: Machine) -> None:
    assert system.get("/services").status_code == 200
    with visitors.inside(app):
        client = keys.client_of(system.secret)
        keys.revoke(client.id, actor=None)
        first = keys.revoke(client.id, actor=None).revoked_at
        assert keys.revoke(client.id, actor=None).revoked_at == first
    assert system.get("/services").status_code == 401


def test_wrong_keys_are_slowed_and_the_right_one_is_not(app: Flask, system: Machine) -> None:
    wrong = Machine(system.client, form.new_key())
    told = [wrong.get("/services").status_code for _ in range(22)]
    assert told == [401] * 20 + [429] * 2
    assert wrong.get("/services").headers["Retry-After"] == "900"
    assert system.get("/services").status_code == 200


def test_the_last_use_is_kept_now_and_then(city: Flask, clock: Clock) -> None:
    _client, secret = keys.create("SIAK", ["services:read"], [], actor=None)
    first = keys.client_of(secret).used_at
    clock.forward(minutes=2)
    assert keys.client_of(secret).used_at == first == clock.now - timedelta(minutes=2)
    clock.forward(minutes=4)
    assert keys.client_of(secret).used_at == clock.now


def test_a_system_sits_in_its_office_alone(city: Flask) -> None:
    lurah = position_of("lurah", KELURAHAN)
    client, _secret = keys.create("SIAK", ["tasks:read"], [lurah], actor=None)
    acting = keys.actor_for(client, str(lurah))
    assert [seat.position_id for seat in acting.seats] == [lurah] and acting.via == "SIAK"
    assert acting.selaku(acting.seats[0]) == "Lurah Mangunharjo melalui SIAK"
    for other in (position_of("seklur", KELURAHAN), "", "x", "9" * 20, "-1", "١"):
        with pytest.raises(NotAllowed):
            keys.actor_for(client, str(other))


def test_an_office_that_changes_hands_stays_the_keys(city: Flask) -> None:
    before = position_of("lurah", KELURAHAN)
    client, _secret = keys.create("SIAK", ["tasks:read"], [before], actor=None)
    with transaction():
        old = db.session.get_one(Position, before)
        old.until = today() - timedelta(days=1)
    with pytest.raises(Conflict, match="kosong"):
        keys.actor_for(client, str(before))
    with transaction():
        person = Person(username="lurah.baru", name="Lurah Baru", password_hash="x")
        person.positions.append(Position(role_key="lurah", unit_id=old.unit_id, since=today()))
        db.session.add(person)
    assert keys.actor_for(client, str(before)).person_id == person.id


def test_while_a_mandate_runs_the_system_reads_and_does_not_decide(
    app: Flask, system: Machine, life: Life
) -> None:
    with visitors.inside(app):
        answered = {"answers": decision(life.task)}
        deputy = people.holder("seklur", people.find_unit(KELURAHAN).id, today())
        with transaction():
            office = position_of("operator_kelurahan", KELURAHAN)
            since, until = today(), today()
            db.session.add(
                Mandate(
                    position_id=office,
                    person_id=deputy.person_id,
                    kind="Plh.",
                    order_number="1",
                    since=since,
                    until=until,
                )
            )
    assert system.get(f"/tasks/{life.task}").json["may_act"] is False
    assert system.post(f"/tasks/{life.task}/complete", answered).status_code == 403


def test_a_signature_needs_a_scope_of_its_own(
    app: Flask, position: Callable[[str], int], system: Machine
) -> None:
    with visitors.inside(app):
        case = factories.apply("domisili")
        factories.walk(case, until="tandatangan_lurah")
        task = factories.open_task(case).id
        agreed, refused = decision(task), decision(task, "kembalikan")
    office = ("lurah", KELURAHAN)
    modest = machine(app, office, scopes=[scope for scope in ALL if scope != "tasks:sign"])
    assert modest.post(f"/tasks/{task}/complete", {"answers": agreed}).status_code == 403
    with visitors.inside(app):
        assert db.session.get_one(Task, task).status == "open"
    assert modest.post(f"/tasks/{task}/complete", {"answers": refused}).status_code == 200


def test_the_door_refuses_what_the_scopes_leave_out(city: Flask) -> None:
    """Even where a route were declared with too small a scope."""
    from app.usecases import inbox

    case = factories.apply("domisili")
    office = position_of("rt", factories.SITI_HOME)
    client, _secret = keys.create("SIAK", ["tasks:read"], [office], actor=None)
    with pytest.raises(NotAllowed):
        inbox.take(factories.open_task(case).id, keys.actor_for(client, str(office)))


def test_reading_a_secret_case_by_machine_and_by_hand_are_two_readings(city: Flask) -> None:
    from app.usecases import cases as desk

    case = factories.apply("pengaduan")
    office = position_of("verifikator_pengaduan", "diskominfo")
    client, _secret = keys.create("SIAK", ["cases:read"], [office], actor=None)
    for reader in (
        keys.actor_for(client, str(office)),
        factories.actor("verifikator_pengaduan", "diskominfo"),
    ) * 2:
        desk.open_case(case.number, reader)
    query = select(Diary.by).where(Diary.kind == "confidential case read").order_by(Diary.seq)
    assert len(db.session.scalars(query).all()) == 4


def test_the_page_makes_shows_once_and_revokes(app: Flask, client: FlaskClient) -> None:
    admin = visitors.holder_of(app, "admin_sistem", "diskominfo")
    found = admin.post(
        "/admin/kunci/baru", data={"aksi": "cari", "cari": "lurah mangunharjo", "nama": "SIAK"}
    )
    assert "Lurah Mangunharjo" in found.text and 'value="SIAK"' in found.text
    with visitors.inside(app):
        office = position_of("lurah", KELURAHAN)
    wish = {"aksi": "buat", "nama": "SIAK", "lingkup": ["tasks:read"], "jabatan": [str(office)]}
    made = admin.post("/admin/kunci/baru", data=wish)
    secret = made.text.partition('id="kunci">')[2].partition("<")[0]
    assert (
        made.status_code == 200 and form.looks_right(secret) and made.headers["Cache-Control"] == "no-store"
    )
    assert Machine(app.test_client(), secret, [office]).get("/tasks").status_code == 200
    assert admin.post("/admin/kunci/baru", data=wish).status_code == 409
    assert admin.post("/admin/kunci/baru", data={"aksi": "buat"}).status_code == 422

    listed = admin.get("/admin/kunci").text
    assert "SIAK" in listed and secret not in listed and f"Alur-Position: {office}" in listed
    with visitors.inside(app):
        number = keys.client_of(secret).id
    assert admin.post(f"/admin/kunci/{number}/cabut").status_code == 302
    assert Machine(app.test_client(), secret, [office]).get("/tasks").status_code == 401
    assert visitors.holder_of(app, "lurah", KELURAHAN).get("/admin/kunci").status_code == 403


def test_the_command_makes_lists_and_revokes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.cli import key as command

    monkeypatch.setattr("app.cli.inside.create_app", lambda: app)
    shell = CliRunner()
    wish = ["create", "SIAK", "--scope", "tasks:read", "--office", "lurah", KELURAHAN]
    made = shell.invoke(command.key, wish)
    assert made.exit_code == 0 and "Alur-Position: " in made.output
    secret = made.output.split("\n")[0].rpartition(" ")[2]
    assert form.looks_right(secret)
    listed = shell.invoke(command.key, ["list"]).output
    assert "SIAK  berlaku" in listed and "Lurah Mangunharjo" in listed and secret not in listed
    number = listed.split()[0]
    assert "dicabut" in shell.invoke(command.key, ["revoke", number]).output
    with app.app_context(), pytest.raises((KeyNeeded, TooMany)):
        keys.client_of(secret)
    assert shell.invoke(command.key, ["create", "X", "--scope", "tasks:read"]).exit_code == 1
    assert shell.invoke(command.key, ["revoke", "999"]).exit_code == 1
