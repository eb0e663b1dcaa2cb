"""No key sees or changes a case of another office: every route, as every role elsewhere and without scopes (ASVS 8.2).

The canaries and the words that must not turn up are those of tests/web/test_foreign_cases.py.
"""

import pytest
from flask import Flask

from app.api.operations import OPERATIONS, PREFIX
from app.domain.keys import SCOPES
from app.storage import people
from tests import factories
from tests.api.machines import Machine, machine
from tests.web.test_foreign_cases import ELSEWHERE, Canary, home_chain, plant, portrait

ADMINISTRATOR = "admin_sistem"
MENDING = {
    f"{PREFIX}/incidents",
    f"{PREFIX}/incidents/<incident_id>",
    f"{PREFIX}/incidents/<incident_id>/retry",
}
"""What an administrator does for every case without reading it, as on the pages."""
KNOWN_BY_TOKEN = {f"{PREFIX}/verification", f"{PREFIX}/verification/<token>"}  # anybody with the QR may
ANYTHING = {"code": "domisili", "batch_id": "1", "version": "1"}
CODE = "HJK-4MR-7TX"


@pytest.fixture
def canaries(app: Flask) -> list[Canary]:
    nik = {"nama": "Kenari Sedang", "nik": "3574037112904417"}
    with app.app_context():
        return [
            plant("domisili", mark="4417", until="periksa_operator", **nik),
            plant("domisili", mark="5528", nama="Kenari Selesai", nik="3574037112905528"),
            plant("pengaduan", mark="6639", kejadian="Uraian kenari 6639"),
        ]


def walk(system: Machine, canaries: list[Canary], *, but: set[str] = frozenset()) -> dict[str, set[str]]:
    """Ask for everything that names the canaries; gives "GET rule" → what of them was shown."""
    shown: dict[str, set[str]] = {}
    for (method, rule), known in OPERATIONS.items():
        asked = canaries if "<" in rule or known.takes or known.asks else canaries[:1]
        for canary in asked if rule not in but | KNOWN_BY_TOKEN else ():
            address = named(rule, canary)
            words = [canary.words[name] for name in ("nomor", "nama", "nik") if name in canary.words]
            queries = [f"?q={word}" for word in words] if known.asks and "q" in known.asks.fields else [""]
            for query in queries:
                body = {"json": sent(known.takes.fields, canary)} if known.takes else {}
                answer = system.ask(method, address + query, code=CODE, **body)
                assert answer.status_code < 500, f"{method} {rule}: {answer.status_code}"
                for each in canaries:
                    if found := each.found_in(answer.data, address + query):
                        shown.setdefault(f"{method} {rule}", set()).update(found)
    return shown


def named(rule: str, canary: Canary) -> str:
    facts = {"number": canary.number, "task_id": canary.task_id, "file": canary.attachment_id}
    facts |= ANYTHING | {"token": canary.token, "incident_id": canary.incident_id}
    address = rule.removeprefix(PREFIX)
    for name, value in facts.items():
        address = address.replace(f"<{name}>", value)
    assert "<" not in address, f"{rule}: say in this test what stands there for a canary"
    return address


def sent(fields: dict, canary: Canary) -> dict:
    known = {
        "answers": {"keputusan": "setuju"},
        "name": "Jawaban",
        "case": canary.number,
        "service": "domisili",
    }
    known |= {
        "reason": "Alasan yang cukup panjang",
        "text": "halo",
        "rating": 4,
        "files": {"bpmn/x.bpmn": "x"},
    }
    return {name: value for name, value in known.items() if name in fields}


def test_no_key_of_another_office_sees_or_changes_a_case(app: Flask, canaries: list[Canary]) -> None:
    visit_from_elsewhere(app, canaries, {"rt", "lurah", ADMINISTRATOR})


@pytest.mark.long
def test_no_key_of_any_other_office_does(app: Flask, canaries: list[Canary]) -> None:
    with app.app_context():
        roles = set(people.roles())
    assert len(roles) > 20
    # every complaint comes there first
    visit_from_elsewhere(app, canaries, roles - {"verifikator_pengaduan"})


def visit_from_elsewhere(app: Flask, canaries: list[Canary], roles: set[str]) -> None:
    before = portrait(app, canaries)
    with app.app_context():
        offices = {
            role.key: (role.key, _unit_of(role)) for role in people.roles().values() if role.key in roles
        }
    system = machine(app, *offices.values())
    shown = {}
    for role, position in zip(offices, system.positions, strict=True):
        one = Machine(system.client, system.secret, [position])
        shown[role] = walk(one, canaries, but=MENDING if role == ADMINISTRATOR else frozenset())

    assert {role: found for role, found in shown.items() if found} == {}
    assert portrait(app, canaries) == before


def test_no_key_without_the_scope_reaches_the_case_of_its_own_office(
    app: Flask, canaries: list[Canary]
) -> None:
    with app.app_context():
        chain = home_chain()
    offices = [office for office in chain if office[0] in {"rt", "lurah", "operator_kelurahan"}]
    before = portrait(app, canaries[:2])
    for scopes in (
        ["services:read", "applications:read", "applications:write", "letters:verify"],
        ["calendar:read"],
    ):
        for office in offices:
            assert walk(machine(app, office, scopes=scopes), canaries[:2]) == {}
    assert portrait(app, canaries[:2]) == before


def test_not_even_the_home_office_sees_a_complaint(app: Flask, canaries: list[Canary]) -> None:
    complaint = canaries[2:]
    with app.app_context():
        system = machine_of(app, home_chain())
    for position in system.positions[::3]:
        assert walk(Machine(system.client, system.secret, [position]), complaint) == {}


def test_the_walk_finds_a_leak_where_there_is_one(app: Flask, canaries: list[Canary]) -> None:
    """The same walk by those whose case it is: it must find what it looks for, or it proves nothing."""
    system = machine(
        app, ("lurah", "35.74.03.1002"), ("verifikator_pengaduan", "diskominfo"), scopes=[*SCOPES][:-1]
    )
    own = walk(system, canaries[:2])
    assert {"nama", "pesan", "lampiran"} <= own["GET /api/v1/cases/<number>"]
    assert "nama" in own["GET /api/v1/cases"] and "surat" in own["GET /api/v1/letters"]
    assert own["GET /api/v1/cases/<number>/files/<file>"] == {"isi berkas"}
    assert "isi berkas" in own["GET /api/v1/letters/<token>"]
    secret = walk(Machine(system.client, system.secret, system.positions[1:]), canaries[2:])
    assert "kejadian" in secret["GET /api/v1/cases/<number>"]


def machine_of(app: Flask, offices: list[tuple[str, str]]) -> Machine:
    held = [
        office
        for office in offices
        if people.holder(office[0], people.find_unit(office[1]).id, factories.today())
    ]
    return machine(app, *held)


def _unit_of(role: people.Role) -> str:
    units = [unit.code for unit in people.units_holding(role.key)]
    return ELSEWHERE.get(role.level) or next(
        code for code in units if code != "diskominfo" or len(units) == 1
    )
