"""The pages of versions: services, the rehearsal with its decisions, moving, putting back, retiring."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import db
from app.storage.cases import Case
from app.usecases import versions as deeds
from tests import factories
from tests.usecases import versioning
from tests.web import visitors
from tests.web.browser import Look
from tests.web.scenario_desk import Official
from tests.web.test_query_counts import counted

HOME = "/admin/versi"
REASON = "Perbaikan alur sesuai surat edaran"
POSTS = {
    "versions.retire": [f"{HOME}/tidak-ada/hentikan"],
    "versions.offer": [f"{HOME}/tidak-ada/tawarkan"],
    "versions.migrate": [f"{HOME}/sktm/pindah/{number}" for number in ("1", "x", "9" * 40)],
    "versions.revert": [f"/admin/pindahan/{number}/batalkan" for number in ("99", "x", "9" * 40)],
}
RENAMED = (r"\bsahkan_rw\b", "sahkan_rukun_warga")
GONE_RT = (r"\bsahkan_rt\b", "sahkan_ketua_rt")


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    return visitors.holder_of(app, "admin_sistem", "diskominfo")


@pytest.fixture
def prepared(app: Flask, tmp_path) -> Callable[..., list[int]]:
    """Three running cases of one service, and a new version of it with these changes."""

    def prepare(*changes: tuple[str, str]) -> list[int]:
        with visitors.inside(app):
            ids = []
            for index, step in enumerate(["sahkan_rt", "sahkan_rw", "periksa_operator"]):
                case = factories.apply("usaha", index=index)
                factories.walk(case, until=step)
                ids.append(case.id)
            versioning.publish(tmp_path / "baru", "usaha", *changes)
        return ids

    return prepare


def version_of(app: Flask, case_id: int) -> int:
    with visitors.inside(app):
        return db.session.get_one(deeds.ProcessVersion, db.session.get_one(Case, case_id).version_id).number


def statements(app: Flask, admin: FlaskClient, page: str) -> int:
    with counted(app) as told:
        assert admin.get(page).status_code == 200
    return told.statements


def counts(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"<dd><b>(\d+)</b> berkas", page)]


def test_from_the_list_to_the_move_and_back(app: Flask, admin: FlaskClient, prepared):
    ids = prepared(RENAMED)
    assert "versi 1: 3 berkas" in admin.get(HOME).text
    assert f"{HOME}/usaha/uji/2" in admin.get(f"{HOME}/usaha").text

    first = admin.get(f"{HOME}/usaha/uji/2").text
    assert counts(first) == [2, 1, 0]
    assert "“Mengesahkan warga RW” (sahkan_rw) tidak ada lagi di versi baru" in first
    assert "Pindahkan 2 berkas" in first
    decided = {"ganti.sahkan_rw": "sahkan_rukun_warga"}
    assert counts(admin.get(f"{HOME}/usaha/uji/2", query_string=decided).text) == [3, 0, 0]

    answer = admin.post(f"{HOME}/usaha/pindah/2", data=decided | {"alasan": REASON})
    assert answer.status_code == 302
    page = admin.get(answer.location).text
    assert page.count("Dipindahkan</span>") == 3
    assert [version_of(app, each) for each in ids] == [2, 2, 2]

    with visitors.inside(app):
        task = factories.open_task(db.session.get_one(Case, ids[2]))
        factories.decide(task)
    back = admin.post(f"{answer.location}/batalkan", data={"alasan": REASON}, follow_redirects=True).text
    assert "Berkas sudah berjalan sejak dipindahkan." in back
    assert [version_of(app, each) for each in ids] == [1, 1, 2]


def test_a_reason_is_asked_for_and_what_was_decided_is_kept(admin: FlaskClient, prepared):
    prepared(RENAMED)
    sent = {"ganti.sahkan_rw": "sahkan_rukun_warga", "alasan": "ya"}
    answer = admin.post(f"{HOME}/usaha/pindah/2", data=sent)
    assert answer.status_code == 422
    assert "Tulis alasan, sedikitnya 10 karakter." in answer.text
    assert '<input type="hidden" name="ganti.sahkan_rw" value="sahkan_rukun_warga">' in answer.text
    assert counts(answer.text) == [3, 0, 0]


def test_a_decision_that_names_nothing_is_refused(admin: FlaskClient, prepared):
    prepared(RENAMED)
    for sent in ({"ganti.tidak_ada": "x"}, {"ganti.sahkan_rw": "tidak_ada"}):
        answer = admin.get(f"{HOME}/usaha/uji/2", query_string=sent)
        assert (answer.status_code, counts(answer.text)) == (422, [2, 1, 0])


def test_retired_and_offered_again(app: Flask, admin: FlaskClient, client: FlaskClient, prepared):
    (first, *_others) = prepared()
    assert admin.post(f"{HOME}/usaha/hentikan", data={"alasan": "-"}).status_code == 422
    admin.post(f"{HOME}/usaha/hentikan", data={"alasan": REASON})
    assert "Tidak ditawarkan" in admin.get(HOME).text
    assert client.get("/layanan/usaha").status_code == 404
    with visitors.inside(app):
        case = db.session.get_one(Case, first)
        factories.walk(case)
        assert case.outcome == "terbit"
    admin.post(f"{HOME}/usaha/tawarkan", data={})
    assert client.get("/layanan/usaha").status_code == 200
    page = admin.post(
        f"{HOME}/usaha/tawarkan", data={"versi": "1", "alasan": REASON}, follow_redirects=True
    ).text
    assert page.count(f"Alasan: “{REASON}”") == 2
    with visitors.inside(app):
        new = factories.apply("usaha", index=9)
        assert version_of(app, new.id) == 1


def test_only_administrators_come_in_and_wrong_addresses_lead_nowhere(
    app: Flask, admin: FlaskClient, prepared
):
    prepared()
    lurah = visitors.holder_of(app, "lurah", "35.74.03.1002")
    for address in (HOME, f"{HOME}/usaha", f"{HOME}/usaha/uji/2", "/admin/pindahan/1"):
        assert lurah.get(address).status_code == 403
    for deed in (f"{HOME}/usaha/hentikan", f"{HOME}/usaha/tawarkan", f"{HOME}/usaha/pindah/2"):
        assert lurah.post(deed, data={"alasan": REASON}).status_code == 403
    for address in (
        "/tidak-ada",
        "/usaha/uji/99",
        "/usaha/uji/x",
        "/usaha/uji/2?kelompok=safe-9",
        "/usaha/uji",
    ):
        assert admin.get(HOME + address).status_code == 404
    assert admin.get("/admin/pindahan/77").status_code == 404


def test_secret_cases_are_counted_and_not_named(app: Flask, admin: FlaskClient, tmp_path):
    with visitors.inside(app):
        number = factories.apply("pengaduan").number
        versioning.publish(tmp_path / "baru", "pengaduan")
    page = admin.get(f"{HOME}/pengaduan/uji/2").text
    assert "1 berkas rahasia" in page
    answer = admin.post(f"{HOME}/pengaduan/pindah/2", data={"alasan": REASON}, follow_redirects=True)
    assert "Berkas rahasia" in answer.text
    assert number not in page + answer.text


def test_the_pages_ask_no_more_of_the_database_when_more_runs(app: Flask, admin: FlaskClient, prepared):
    prepared(RENAMED)
    pages = (HOME, f"{HOME}/usaha", f"{HOME}/usaha/uji/2")
    admin.get(pages[-1])  # both drawings are read once
    before = [statements(app, admin, page) for page in pages]
    with visitors.inside(app):
        for index in range(3, 8):
            factories.apply("usaha", index=index)
    assert [statements(app, admin, page) for page in pages] == before


@pytest.mark.browser
def test_the_pages_look_well_on_a_phone_and_at_a_desk(
    app: Flask, officials: Callable[..., Official], look: Look, prepared
):
    ids = prepared(RENAMED, (r'name="batas_waktu" value="2 jk"', 'name="batas_waktu" value="4 jk"'))
    desk = officials("admin-sistem.diskominfo").page
    for name, address in (
        ("versi", HOME), ("versi-layanan", f"{HOME}/usaha"), ("versi-uji", f"{HOME}/usaha/uji/2")
    ):  # fmt: skip
        desk.goto(address)
        look(desk, name)
    desk.get_by_label("Mengesahkan warga RW").select_option("sahkan_rukun_warga")
    desk.get_by_role("button", name="Uji ulang dengan keputusan ini").click()
    look(desk, "versi-uji-diputuskan")
    desk.get_by_label("Alasan memindahkan").fill(REASON)
    desk.get_by_role("button", name="Pindahkan 2 berkas").click()
    desk.get_by_role("heading", name="Hasil per berkas").wait_for()
    look(desk, "versi-pindahan")
    desk.get_by_label("Alasan membatalkan").fill(REASON)
    desk.get_by_role("button", name="Batalkan pemindahan").click()
    desk.get_by_text("Dikembalikan").first.wait_for()
    assert version_of(app, ids[0]) == 1
