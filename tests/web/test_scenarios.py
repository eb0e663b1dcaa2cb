"""Scenario C1 of the acceptance basis, played by people through real pages on PostgreSQL.

The citizen has a phone of 360 px without JavaScript and no account; every official signs in as themselves on a device
of their own. `look` examines every page on the way and photographs it for `manage.py pictures`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.storage import cases, db, letters
from app.storage.letters import NumberRegister
from tests.conftest import Clock
from tests.web import scenario_letter as letter_tools
from tests.web import siti
from tests.web.browser import Look, Site, Visitor
from tests.web.scenario_citizen import Citizen, papers, photo
from tests.web.scenario_desk import Official, work_is_done

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # with pictures, beside other work

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=WIB)
PHONE = 360
DEPENDANTS = (("Dewi Lestari", "anak"), ("Bayu Pratama", "anak"), ("Sumiati", "orang_tua"))


def test_c1_returned_once_then_issued(
    site: Site, citizen: Visitor, officials: Callable[..., Official], clock: Clock, look: Look, tmp_path: Path
):
    clock.set(MONDAY)
    siti_at = Citizen(citizen)
    number, code = _siti_applies(siti_at, look)
    _the_neighbourhood_agrees(number, officials, clock, look)
    rina = officials("operator-kelurahan.mangunharjo")
    _rina_returns_it(rina, number, look)
    clock.set(MONDAY + timedelta(days=1))
    _siti_sends_a_better_photo(siti_at, number, code, look)
    assert not officials("rt03.rw05.mangunharjo", width=PHONE).inbox().count()
    _rina_sees_what_changed(rina, number, look)
    _the_chain_agrees(site, number, officials, clock, look)
    _history_shows_one_return(officials("camat.mayangan"), number, look)
    _the_lurah_finds_the_letter(officials("lurah.mangunharjo"), look)
    _others_see_nothing(officials("lurah.kanigaran"), number)

    siti_at.track(number, code)
    look(siti_at.page, "26-lacak-terbit")
    pdf = siti_at.download()
    _the_service_is_rated(siti_at, look)
    letter_number = _the_letter_is_signed(site, pdf, number, look, tmp_path)
    _its_page_says_so(siti_at, pdf, letter_number, look)


def _siti_applies(siti_at: Citizen, look: Look) -> tuple[str, str]:
    page = siti_at.page
    look(page, "01-beranda")
    siti_at.choose("Tidak Mampu")
    look(page, "03-layanan-sktm")
    siti_at.begin()
    siti_at.fill({"nama": "S", "nik": "3574035305900001"})
    siti_at.go_on()
    assert page.locator(".problems a").count() > 5
    assert page.locator("[name=nama]").input_value() == "S"
    look(page, "04-formulir-salah")
    siti_at.fill(siti.WHO)
    look(page, "05-formulir-pemohon")
    siti_at.go_on()
    siti_at.fill({name: value for name, value in siti.WHAT.items() if "." not in name})
    for row, (name, relation) in enumerate(DEPENDANTS):
        siti_at.press("Tambah anggota keluarga")
        siti_at.fill({f"tanggungan.{row}.nama": name, f"tanggungan.{row}.hubungan": relation})
    look(page, "06-formulir-isi")
    siti_at.go_on()
    siti_at.attach(papers(("berkas_ktp", "berkas_kk", "surat_pernyataan")))
    siti_at.go_on()
    assert "Foto rumah tampak depan" in page.locator(".problems").inner_text()
    look(page, "07-formulir-berkas")
    siti_at.attach({"foto_rumah": photo("Foto rumah", "#8f9aa0")})
    siti_at.go_on()
    look(page, "08-periksa")
    siti_at.press("Kirim permohonan")
    look(page, "09-tanda-terima")
    return siti_at.receipt()


def _the_neighbourhood_agrees(
    number: str, officials: Callable[..., Official], clock: Clock, look: Look
) -> None:
    """RT and RW, each on a phone."""
    for username, name in (("rt03.rw05.mangunharjo", "rt"), ("rw05.mangunharjo", "rw")):
        clock.forward(minutes=20)
        official = officials(username, width=PHONE)
        official.inbox()
        look(official.page, f"11-{name}-kotak-tugas")
        official.open(number)
        look(official.page, f"12-{name}-tugas")
        assert official.decide().status == 302


def _rina_returns_it(rina: Official, number: str, look: Look) -> None:
    rina.open(number)
    look(rina.page, "14-operator-tugas")
    rina.say(alasan="Foto rumah buram", perbaikan=["foto_rumah"])
    look(rina.page, "15-operator-kembalikan")
    assert rina.decide("kembalikan").status == 302
    assert not rina.inbox().count()
    look(rina.page, "16-kotak-tugas-kosong")


def _siti_sends_a_better_photo(siti_at: Citizen, number: str, code: str, look: Look) -> None:
    siti_at.track(number, code)
    look(siti_at.page, "17-lacak-perlu-tindakan")
    assert siti_at.page.locator("main section").first.inner_text().startswith("Perlu tindakan Anda")
    told = siti_at.words()
    assert "Foto rumah buram" in told and "Waktu layanan berhenti" in told
    assert "menunggu pemohon" in told
    siti_at.page.get_by_role("link", name="Perbaiki sekarang").click()
    look(siti_at.page, "18-perbaiki")
    assert siti_at.open_fields() == {"foto_rumah"}
    siti_at.attach({"foto_rumah": photo("Foto rumah, jelas", "#e8f1d4")})
    siti_at.press("Kirim perbaikan")
    assert "Perlu tindakan Anda" not in siti_at.words()
    assert siti_at.words().count("foto_rumah.jpg") == 1
    look(siti_at.page, "19-lacak-sesudah-perbaikan")


def _rina_sees_what_changed(rina: Official, number: str, look: Look) -> None:
    rina.open(number)
    assert "Pemohon sudah memperbaiki isiannya" in rina.page.locator("main").inner_text()
    look(rina.page, "20-operator-sesudah-perbaikan")
    assert rina.decide().status == 302


def _the_chain_agrees(
    site: Site, number: str, officials: Callable[..., Official], clock: Clock, look: Look
) -> None:
    """From the Kasi to the Camat; no number is taken before the last of them has agreed."""
    for username in (
        "kasi-pelayanan-kelurahan.mangunharjo", "seklur.mangunharjo", "lurah.mangunharjo",
        "operator-kecamatan.mayangan", "kasi-pelayanan-kecamatan.mayangan", "sekcam.mayangan", "camat.mayangan",
    ):  # fmt: skip
        clock.forward(minutes=15)
        official = officials(username)
        official.open(number)
        if username == "lurah.mangunharjo":
            look(official.page, "21-lurah-tugas")
        with site.app.app_context():
            assert not db.session.query(NumberRegister).count()
        assert official.decide().status == 302
        work_is_done(site.app)


def _history_shows_one_return(camat: Official, number: str, look: Look) -> None:
    history = camat.history(number)
    assert len([line for line in history if "Dikembalikan untuk perbaikan" in line]) == 1
    assert len([line for line in history if "ditandatangani" in line]) == 1
    look(camat.page, "23-berkas")


def _the_lurah_finds_the_letter(lurah: Official, look: Look) -> None:
    lurah.page.goto("/surat?cari=Siti")
    assert "Siti Aminah" in lurah.page.locator("main").inner_text()
    look(lurah.page, "24-surat")


def _others_see_nothing(stranger: Official, number: str) -> None:
    assert not stranger.inbox().count()
    stranger.page.goto(f"/berkas?cari={number}")
    assert "Siti" not in stranger.page.content()
    answer = stranger.page.goto(f"/berkas/{number}")
    assert answer.status in (403, 404) and "Siti" not in stranger.page.content()


def _the_service_is_rated(siti_at: Citizen, look: Look) -> None:
    siti_at.page.get_by_label("Sangat puas").check()
    siti_at.page.get_by_label("Saran").fill("Cepat dan jelas.")
    siti_at.press("Kirim penilaian")
    assert "Penilaian Anda tersimpan" in siti_at.words()
    look(siti_at.page, "27-dinilai")


def _the_letter_is_signed(site: Site, pdf: bytes, number: str, look: Look, folder: Path) -> str:
    """Both signatures hold and one number was taken; gives it."""
    with site.app.app_context():
        (letter,) = letters.letters_of(cases.find_case(number).id)
        assert [row.last for row in db.session.query(NumberRegister)] == [letter.seq] == [1]
        letter_number = letter.number
    signed = letter_tools.signatures(pdf, folder)
    assert len(signed) == 2 and all("Signature is Valid." in one for one in signed)
    assert "Agung Wicaksono" in signed[0] and "Ratna Dewanti" in signed[1]
    words = letter_tools.text(pdf)
    assert letter_number in words and "Siti Aminah" in words
    look.keep(letter_tools.pages(pdf)[0], "32-surat")
    return letter_number


def _its_page_says_so(siti_at: Citizen, pdf: bytes, letter_number: str, look: Look) -> None:
    """The page behind the QR knows the letter, its very file and a spoiled one, and tells no more than it may."""
    (address,) = letter_tools.qr_addresses(pdf)
    page = siti_at.page
    page.goto(address)
    look(page, "28-verifikasi")
    assert siti_at.verdict() == "SAH"
    shown = siti_at.words()
    for fact in (
        letter_number,
        "24 November 2026",
        "Agung Wicaksono",
        "Ratna Dewanti",
        "S*** A****",
        "Kota Probolinggo",
    ):
        assert fact in shown
    secrets = {siti.WHO[name] for name in ("nama", "nik", "kk", "alamat", "telepon")}
    assert not [secret for secret in (*secrets, "Dewi Lestari", "900.000") if secret in page.content()]
    assert siti_at.check_file(address, pdf) == "SAH"
    assert "persis" in siti_at.words()
    look(page, "29-verifikasi-berkas-sah")
    assert siti_at.check_file(address, letter_tools.spoiled(pdf)) == "BERUBAH"
    assert "tidak sah" in siti_at.words()
    look(page, "30-verifikasi-berkas-berubah")
    page.goto(address[:-4] + "XXXX")
    assert siti_at.verdict() == "TIDAK DITEMUKAN"
    look(page, "31-verifikasi-tidak-ditemukan")
