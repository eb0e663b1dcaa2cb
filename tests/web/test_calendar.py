"""The page of the calendar: what it shows and to whom, and how a change is first foreseen and then made."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.storage import days, db
from app.storage.cases import Case
from app.usecases import calendar_changes
from tests import factories
from tests.conftest import Clock
from tests.web import visitors
from tests.web.browser import Look, Visitor
from tests.web.scenario_desk import Official

PLACE = "/admin/kalender"
ADMIN = "admin-sistem.diskominfo"
NEW_DAY = {
    "tanggal": "2026-06-09", "nama": "Hari Jadi Kota", "jenis": "libur_daerah", "perkiraan": "ya",
    "alasan": "Surat Edaran Wali Kota Nomor 5 Tahun 2026",
}  # fmt: skip
NEW_HOURS = {
    "berlaku": "2026-06-09", **{f"hari.{day}": "07.30-12.00, 13.00-15.30" for day in range(4)},
    "hari.4": "07.30–11.00", "alasan": "Surat edaran jam kerja Ramadan",
}  # fmt: skip


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    return visitors.holder_of(app, "admin_sistem", "diskominfo")


@pytest.fixture
def running(app: Flask) -> Callable[[], tuple]:
    """A case under way; asked again, its promise now."""
    with visitors.inside(app):
        case_id = factories.apply("domisili").id

    def due() -> tuple:
        with visitors.inside(app):
            return f"{db.session.get_one(Case, case_id).due_at:%Y-%m-%d}"

    return due


def post(client: FlaskClient, place: str, deed: str, **typed: str) -> TestResponse:
    return client.post(f"{PLACE}/{place}", data={**typed, "aksi": deed})


def test_a_year_reads_by_month(admin: FlaskClient):
    page = unescape(admin.get(f"{PLACE}?tahun=2027").text)

    assert "Rabu, 10 Maret 2027" in page and "Hari Raya Idul Fitri" in page and "(perkiraan)" in page
    assert "3 hari libur masih perkiraan" in page
    assert "Senin–Kamis" in page and "08.00–11.30" in page
    assert page.index("Januari") < page.index("Maret <span") < page.index("Desember <span")
    assert "Hari libur 2029 belum diisi" in admin.get(f"{PLACE}?tahun=2029").text
    assert {admin.get(f"{PLACE}?tahun={year}").status_code for year in ("1999", "9999")} == {404}
    assert admin.get(f"{PLACE}?tahun=dua").status_code == 200


def test_a_day_off_is_foreseen_then_saved_and_its_cases_move(admin: FlaskClient, running):
    assert running() == "2026-06-12"

    seen = unescape(post(admin, "hari", "lihat", **NEW_DAY).text)
    assert "Libur daerah Selasa, 9 Juni 2026: Hari Jadi Kota (perkiraan)" in seen
    assert "1 permohonan dan 1 tugas yang sedang berjalan mendapat batas waktu lain." in seen
    assert 'value="simpan"' in seen and "Surat Edaran Wali Kota Nomor 5 Tahun 2026" in seen
    assert running() == "2026-06-12"

    done = post(admin, "hari", "simpan", **NEW_DAY)
    assert (done.status_code, done.location) == (302, f"{PLACE}?tahun=2026")
    assert running() == "2026-06-15"
    page = unescape(admin.get(done.location).text)
    assert "Selasa, 9 Juni 2026" in page and "1 permohonan mendapat batas waktu baru." in page
    assert "Alasan: Surat Edaran Wali Kota Nomor 5 Tahun 2026" in page


def test_a_day_off_is_given_back_to_work(admin: FlaskClient, running):
    post(admin, "hari", "simpan", **NEW_DAY)
    known = unescape(admin.get(f"{PLACE}/hari?tanggal=2026-06-09").text)
    assert "Ubah hari libur" in known and 'value="Hari Jadi Kota"' in known and "Jadikan hari kerja" in known

    typed = {"tanggal": "2026-06-09", "alasan": "Dipindah ke tahun depan"}
    assert 'value="hapus"' in post(admin, "hari", "lihat-hapus", **typed).text
    assert running() == "2026-06-15"
    assert post(admin, "hari", "hapus", **typed).status_code == 302

    assert running() == "2026-06-12"
    again = admin.post(f"{PLACE}/hari", data={**typed, "aksi": "hapus"}, follow_redirects=True)
    assert "Muat ulang kalender" in again.text


def test_other_hours_are_foreseen_saved_and_called_off(admin: FlaskClient, running):
    seen = unescape(post(admin, "jam", "lihat", **NEW_HOURS).text)
    assert (
        "Jam kerja sejak Selasa, 9 Juni 2026: Senin–Kamis 07.30–12.00, 13.00–15.30; Jumat 07.30–11.00" in seen
    )
    assert post(admin, "jam", "simpan", **NEW_HOURS).status_code == 302

    page = unescape(admin.get(PLACE).text)
    assert "Mulai Selasa, 9 Juni 2026" in page and "07.30–12.00, 13.00–15.30" in page
    coming = unescape(admin.get(f"{PLACE}/jam?berlaku=2026-06-09").text)
    assert 'value="07.30–11.00"' in coming and "Batalkan jam ini" in coming
    typed = {"berlaku": "2026-06-09", "alasan": "Surat edaran dicabut lagi"}
    assert post(admin, "jam", "hapus", **typed).status_code == 302
    assert "07.30–11.00" not in admin.get(PLACE).text.split("Perubahan terakhir")[0]


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        ("hari", {**NEW_DAY, "nama": ""}, "Tulis nama hari liburnya"),
        ("hari", {**NEW_DAY, "tanggal": "kemarin"}, "Isi tanggalnya"),
        ("jam", {**NEW_HOURS, "hari.4": "pagi"}, "bukan rentang jam"),
        ("jam", {**NEW_HOURS, "berlaku": "2026-06-01"}, "Pilih tanggal sejak"),
        ("jam", {}, "Isi jam kerja sedikitnya satu hari"),
    ],
)
@pytest.mark.parametrize("deed", ["lihat", "simpan"])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app, admin, place: str, typed: dict, said: str, deed: str
):
    answer = post(admin, place, deed, **typed)

    assert answer.status_code == 422 and said in unescape(answer.text)
    assert typed.get("alasan", "") in answer.text
    with visitors.inside(app):
        assert not days.latest_changes(1)


def test_a_long_count_says_that_the_worker_goes_on(app, admin, running, monkeypatch):
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 0)
    post(admin, "hari", "simpan", **NEW_DAY)
    assert "Sisanya sedang dihitung ulang oleh pekerja latar." in admin.get(PLACE).text

    with visitors.inside(app):
        while calendar_changes.do_next():
            pass

    assert "Sisanya sedang" not in admin.get(PLACE).text and running() == "2026-06-15"


def test_only_the_administrator_comes_in(app: Flask, client: FlaskClient, admin: FlaskClient):
    camat = visitors.holder_of(app, "camat", "35.74.03")
    for address in (PLACE, f"{PLACE}/hari", f"{PLACE}/jam"):
        assert client.get(address).status_code == 302
        assert camat.get(address).status_code == 403
        assert admin.get(address).status_code == 200
    assert post(camat, "hari", "simpan", **NEW_DAY).status_code == 403
    assert PLACE in admin.get("/tugas").text and PLACE not in camat.get("/tugas").text


@pytest.mark.browser
def test_the_calendar_in_a_browser(visit: Callable[..., Visitor], running, clock: Clock, look: Look):
    page = Official(visit(), ADMIN).page
    page.goto(PLACE)
    look(page, "95-kalender")
    page.get_by_role("link", name="Tambah hari libur").click()
    page.get_by_label("Tanggal").fill("2026-06-09")
    page.get_by_label("Nama hari libur").fill("Hari Jadi Kota")
    page.get_by_label("Libur daerah").check()
    page.get_by_role("button", name="Lihat akibatnya").click()
    look(page, "96-hari-libur-salah")
    page.get_by_label("Dasar atau alasan").fill("Surat Edaran Wali Kota Nomor 5 Tahun 2026")
    page.get_by_role("button", name="Lihat akibatnya").click()
    assert page.get_by_text("1 permohonan dan 1 tugas").is_visible()
    look(page, "97-hari-libur-akibat")
    page.get_by_role("button", name="Simpan hari libur").click()
    assert page.get_by_text("1 permohonan mendapat batas waktu baru.").first.is_visible()
    look(page, "98-kalender-diubah")
    page.get_by_role("link", name="Ubah jam kerja").click()
    look(page, "99-jam-kerja")
    assert running() == "2026-06-15"


@pytest.mark.browser
def test_the_calendar_on_a_phone_without_script(visit: Callable[..., Visitor], look: Look):
    page = Official(visit(width=360, script=False), ADMIN).page
    page.goto(f"{PLACE}?tahun=2027")
    look(page, "95-kalender-ponsel")
    page.get_by_role("link", name="Hari Raya Idul Fitri", exact=True).click()
    page.get_by_label("Dasar atau alasan").fill("SKB Tiga Menteri Nomor 1 Tahun 2027")
    page.get_by_role("button", name="Jadikan hari kerja").click()
    assert page.get_by_text("Tidak ada batas waktu yang sedang berjalan yang berubah.").is_visible()
