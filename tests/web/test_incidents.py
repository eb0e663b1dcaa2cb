"""The page of incidents: what it shows and to whom, what its two buttons do, and what a phone makes of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.storage import cases, db, people, reach, transaction, work
from app.storage.cases import Case
from app.storage.work import Incident
from app.usecases import operations
from app.web import incidents as pages
from tests import factories
from tests.conftest import Clock
from tests.usecases import stuck
from tests.web import visitors
from tests.web.browser import Look, Visitor
from tests.web.scenario_desk import Official
from tests.web.test_query_counts import counted

LIST = "/admin/insiden"
ADMIN = "admin-sistem.diskominfo"
REASON = "Pemohon sudah diberi tahu lewat telepon."
MANGUNHARJO = "35.74.03.1002"


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    return visitors.holder_of(app, "admin_sistem", "diskominfo")


@pytest.fixture
def planted(app: Flask, clock: Clock, monkeypatch) -> Callable[..., tuple[int, str]]:
    """Makes an incident; gives its number and its case's."""

    def plant(make: Callable = stuck.by_notice) -> tuple[int, str]:
        with visitors.inside(app):
            incident = make(monkeypatch, clock)
            return incident.id, db.session.get_one(Case, incident.case_id).number

    return plant


def complaint(monkeypatch, clock: Clock) -> Incident:
    return stuck.by_notice(monkeypatch, clock, stuck.refused("pengaduan"))


def address(number: int, deed: str = "") -> str:
    return f"{LIST}/{number}{'/' if deed else ''}{deed}"


def menu(answer: TestResponse) -> str:
    return re.search(r'<nav class="side".*?</nav>', answer.text, re.DOTALL)[0]


def test_the_list_and_the_page_say_what_went_wrong(admin: FlaskClient, planted):
    number, case_number = planted()
    listed, shown = admin.get(LIST).text, admin.get(address(number)).text
    for text in (listed, shown):
        assert "Mengirim pemberitahuan belum berhasil" in text and case_number in text
    assert "Beri tahu penolakan" in listed and "dicoba 5 kali" in listed and "berhenti baru saja" in listed
    assert "server surel tidak menjawab" in shown and "Oleh sistem: 5 kali" in shown
    assert f"/berkas/{case_number}" not in shown, "the administrator's office may not open that case"
    assert "Coba lagi" in shown and "Lewati pekerjaan ini" in shown


def test_the_case_is_linked_for_whoever_may_open_it(app: Flask, admin: FlaskClient, planted):
    number, case_number = planted()
    with visitors.inside(app), transaction():
        case, unit = cases.find_case(case_number), people.find_unit("diskominfo")
        reach.come_to(case, unit.id)
    assert f'href="/berkas/{case_number}"' in admin.get(address(number)).text


def test_without_incidents_the_list_says_that_all_is_well(admin: FlaskClient):
    answer = admin.get(LIST)
    assert answer.status_code == 200 and "Semua berkas berjalan" in answer.text
    assert "Insiden" in menu(answer) and "count" not in menu(answer)


def test_the_menu_counts_incidents_for_the_administrator_only(app: Flask, admin: FlaskClient, planted):
    planted()
    assert re.search(r'Insiden</span><span class="count">1<', menu(admin.get("/tugas")))
    lurah = visitors.holder_of(app, "lurah", MANGUNHARJO)
    assert "Insiden" not in lurah.get("/tugas").text


def test_both_buttons_do_what_they_say(app: Flask, admin: FlaskClient, planted):
    (retried, first), (skipped, second) = planted(), planted()
    again = admin.post(address(retried, "coba-lagi"), follow_redirects=True)
    on = admin.post(address(skipped, "lewati"), data={"alasan": REASON}, follow_redirects=True)
    factories.settle(app)

    assert f"Insiden {retried} dicoba lagi" in again.text and f"Insiden {skipped} dilewati" in on.text
    with visitors.inside(app):
        assert {cases.find_case(number).outcome for number in (first, second)} == {"ditolak"}
        assert not work.open_incidents()
    assert "Dicoba lagi oleh Arif Rahman" in admin.get(address(retried)).text
    assert REASON in admin.get(address(skipped)).text


def test_the_case_shows_why_its_step_was_skipped(app: Flask, admin: FlaskClient, planted):
    number, case_number = planted()
    admin.post(address(number, "lewati"), data={"alasan": REASON})
    lurah = visitors.holder_of(app, "lurah", MANGUNHARJO)
    record = lurah.get(f"/berkas/{case_number}").text
    assert "Langkah otomatis dilewati" in record and REASON in record and "selaku Administrator" in record


def test_a_second_click_is_answered_calmly(app: Flask, admin: FlaskClient, planted):
    number, _ = planted()
    admin.post(address(number, "coba-lagi"))
    for deed in ("coba-lagi", "lewati"):
        again = admin.post(address(number, deed), data={"alasan": REASON}, follow_redirects=True)
        assert again.status_code == 200 and "sudah ditangani oleh Arif Rahman" in again.text
        assert "Tindakan" in again.text and "Lewati pekerjaan ini" not in again.text


def test_a_short_reason_is_asked_for_again_with_what_was_typed(app: Flask, admin: FlaskClient, planted):
    number, _ = planted()
    answer = admin.post(address(number, "lewati"), data={"alasan": "sudah <b>"})
    assert answer.status_code == 422
    assert "sedikitnya 10 karakter" in answer.text and "sudah &lt;b&gt;</textarea>" in answer.text
    assert 'href="#isian-alasan"' in answer.text and "<title>Perlu diperbaiki:" in answer.text


@pytest.mark.parametrize(
    "make, why",
    [(stuck.by_timer, "Batas waktu adalah bagian"), (stuck.by_letter, "Surat tidak dapat dilewati")],
)
def test_what_cannot_be_skipped_says_why(app: Flask, client: FlaskClient, planted, make: Callable, why: str):
    number, _ = planted(make)
    admin = visitors.holder_of(app, "admin_sistem", "diskominfo")
    shown = admin.get(address(number))
    assert why in shown.text and "Coba lagi" in shown.text and "Lewati pekerjaan ini" not in shown.text
    answer = admin.post(address(number, "lewati"), data={"alasan": REASON})
    assert answer.status_code == 409 and why in answer.text


def test_of_a_confidential_case_nothing_is_shown(app: Flask, admin: FlaskClient, planted):
    number, case_number = planted(complaint)
    for answer in (admin.get(LIST), admin.get(address(number))):
        assert "Berkas rahasia" in answer.text
        for secret in (case_number, "Pengaduan Masyarakat", "pelapor", stuck.TROUBLE):
            assert secret.lower() not in answer.text.lower(), secret
    admin.post(address(number, "coba-lagi"))
    factories.settle(app)
    with visitors.inside(app):
        assert cases.find_case(case_number).outcome == "ditolak"


def test_nobody_else_comes_in(app: Flask, client: FlaskClient, planted):
    number, case_number = planted()
    asked = [("GET", LIST), ("GET", address(number)), ("POST", address(number, "coba-lagi"))]
    asked.append(("POST", address(number, "lewati")))
    with visitors.inside(app):
        roles = {role.key: people.units_holding(role.key)[0].code for role in people.roles().values()}
    del roles["admin_sistem"]
    assert len(roles) >= 20
    for role, unit in roles.items():
        reader = visitors.holder_of(app, role, unit)
        for method, path in asked:
            answer = reader.open(path, method=method, data={"alasan": REASON})
            assert answer.status_code == 403 and case_number not in answer.text, (role, path)
    for method, path in asked:
        answer = client.open(path, method=method)
        assert answer.status_code == 302 and "/masuk" in answer.headers["Location"]
    with visitors.inside(app):
        assert len(work.open_incidents()) == 1


@pytest.mark.parametrize("name", ["0", "99999", "9" * 17, "9" * 40, "-1", "1.0", "²", "abc", "1 OR 1"])
def test_what_is_not_there_is_not_found(admin: FlaskClient, name: str):
    for method, path in (("GET", ""), ("POST", "/coba-lagi"), ("POST", "/lewati")):
        answer = admin.open(f"{LIST}/{name}{path}", method=method, data={"alasan": REASON})
        assert answer.status_code == 404, path


def test_a_long_list_is_paged_and_costs_as_much_as_a_short_one(
    app: Flask, admin: FlaskClient, planted, clock
):
    number, _ = planted()
    _copy(app, number, 29)
    admin.get(LIST)
    with counted(app) as few:
        first = admin.get(LIST)
    second = admin.get(re.search(r'rel="next" href="([^"]+)"', first.text)[1])
    assert _numbers(first) + _numbers(second) == list(range(number, number + 30)), (
        "each was older than the last"
    )
    assert len(_numbers(second)) == 5 and "Ke awal daftar" in second.text
    _copy(app, number, 300)
    with counted(app) as many:
        admin.get(LIST)
    assert (few.statements, few.rows) == (many.statements, many.rows)


def test_every_operation_has_words(app: Flask):
    with app.test_request_context():
        assert not [name for name in operations.NAMES if name in pages.deed_words(name)]


def _copy(app: Flask, number: int, times: int) -> None:
    with visitors.inside(app), transaction():
        one = db.session.get_one(Incident, number)
        for place in range(1, times + 1):
            at = one.at - timedelta(seconds=place)
            db.session.add(Incident(case_id=one.case_id, outbox_id=one.outbox_id, what=one.what, at=at))


def _numbers(answer: TestResponse) -> list[int]:
    return [int(name) for name in re.findall(rf'href="{LIST}/(\d+)"', answer.text)]


@pytest.mark.browser
def test_the_pages_are_fit_for_everybody(
    app: Flask, visit: Callable[..., Visitor], look: Look, planted, clock: Clock
):
    empty = Official(visit(), ADMIN).page
    empty.goto(LIST)
    look(empty, "90-insiden-kosong")
    planted(stuck.by_timer)
    (number, _), (letter, _), _secret = planted(), planted(stuck.by_letter), planted(complaint)
    desk = Official(visit(), ADMIN).page
    desk.goto(LIST)
    look(desk, "91-insiden")
    desk.goto(address(letter))
    look(desk, "93-insiden-surat")
    desk.goto(address(number))
    look(desk, "92-insiden-satu")
    desk.locator("#lewati > summary").click()
    desk.locator("#isian-alasan").fill("pendek")
    desk.get_by_role("button", name="Lewati dan lanjutkan berkas").click()
    desk.locator(".problems").wait_for()
    look(desk, "94-insiden-alasan")
    desk.locator("#isian-alasan").fill(REASON)
    desk.get_by_role("button", name="Lewati dan lanjutkan berkas").click()
    desk.get_by_text("Berkas berjalan terus").wait_for()
    desk.goto(address(number))
    look(desk, "95-insiden-selesai")
    assert desk.evaluate("sessionStorage.length") == 0, "the draft of the reason is forgotten"
