"""Scenarios C1 and C2 of the acceptance basis, played by people through real pages on PostgreSQL.

The citizen has a phone of 360 px without JavaScript and no account; every official signs in as themselves on a device
of their own. `look` examines every page on the way and photographs it for `manage.py pictures`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.storage import cases, db, letters
from app.storage.letters import NumberRegister
from tests import factories, founding
from tests.conftest import Clock
from tests.web import scenario_letter as letter_tools
from tests.web import siti
from tests.web.browser import Look, Site, Visitor
from tests.web.scenario_citizen import Citizen, papers, photo
from tests.web.scenario_desk import Official

pytestmark = pytest.mark.browser

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=WIB)
PHONE = 360
DEPENDANTS = (("Dewi Lestari", "anak"), ("Bayu Pratama", "anak"), ("Sumiati", "orang_tua"))
BUDI = {
    "nama": "Budi Santoso", "nik": "3574041708850002", "kk": "3574041203200005", "tempat_lahir": "Probolinggo",
    "tanggal_lahir": "1985-08-17", "jenis_kelamin": "L", "agama": "islam", "status_kawin": "kawin",
    "pekerjaan": "Pedagang", "telepon": "081234500002",
}  # fmt: skip
BUDI_LIVES = {
    "alamat_ktp": "Jl. Mastrip 4, Kota Probolinggo", "alamat": "Jl. Cokroaminoto 21",
    "wilayah": "35.74.04.1003.RW01.RT02", "sejak": "Januari 2024", "status_tempat": "kontrak",
    "pemilik": "Haji Umar", "keperluan": "Melamar pekerjaan",
}  # fmt: skip
BUDI_SHOWS = ("berkas_ktp", "berkas_kk", "bukti_tinggal", "surat_pernyataan")
NOT_OURS = "Tidak bertempat tinggal di RT ini"


@pytest.fixture
def officials(visit: Callable[..., Visitor]) -> Callable[..., Official]:
    """`officials("camat.mayangan")` is at the desk, signed in; asked again, the same person on the same device."""
    present: dict[str, Official] = {}

    def find(username: str, *, width: int = 1280) -> Official:
        if username not in present:
            present[username] = Official(visit(width=width), username)
        return present[username]

    return find


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
    _others_see_nothing(officials("lurah.kanigaran"), number)

    siti_at.track(number, code)
    look(siti_at.page, "26-lacak-terbit")
    pdf = siti_at.download()
    _the_service_is_rated(siti_at, look)
    _the_letter_holds(siti_at, pdf, number, site, look, tmp_path)


def test_c2_refused_by_the_rt(
    site: Site, citizen: Visitor, officials: Callable[..., Official], clock: Clock, look: Look
):
    clock.set(MONDAY)
    budi = Citizen(citizen)
    number, code = _budi_applies(budi)
    slamet = officials("rt02.rw01.kanigaran", width=PHONE)
    slamet.open(number)

    slamet.say(alasan="Bukan")
    assert slamet.decide("tolak").status == 422
    assert "sedikitnya 10 karakter" in slamet.page.locator(".problems").inner_text()
    assert slamet.page.locator("[name=alasan]").input_value() == "Bukan"
    look(slamet.page, "40-tolak-alasan-pendek")
    slamet.say(alasan=NOT_OURS)
    assert slamet.decide("tolak").status == 302
    _settle(site)

    for username in ("rw01.kanigaran", "lurah.kanigaran"):
        assert not officials(username).inbox().filter(has_text=number).count()
    with site.app.app_context():
        case = cases.find_case(number)
        assert (case.outcome, letters.letters_of(case.id)) == ("ditolak", [])
        assert [(task.step, task.decision) for task in cases.tasks_of(case.id)] == [("sahkan_rt", "tolak")]
        assert not db.session.query(NumberRegister).count()
    budi.track(number, code)
    look(budi.page, "41-lacak-ditolak")
    told = budi.words()
    assert NOT_OURS in told and "berhak mengajukan lagi" in told and "Unduh surat" not in told
    budi.page.get_by_role("link", name="Sampaikan pengaduan", exact=True).first.click()
    assert budi.page.url.endswith("/pengaduan")
    budi.page.go_back()
    budi.page.get_by_role("link", name="Ajukan lagi").click()
    assert budi.page.url.endswith("/layanan/domisili")


def test_the_real_worker_issues_the_letter(
    site: Site, citizen: Visitor, officials: Callable[..., Official], clock: Clock, postgres_url: str, tmp_path: Path
):
    """The same as above without anybody's hand: a second process does the work the Lurah's signature asked for."""
    clock.set(datetime.now(WIB) - timedelta(minutes=1))
    with site.app.app_context():
        sent = factories.send("domisili")
        factories.walk(sent.case, until="tandatangan_lurah")
        number, code = sent.case.number, sent.code
    officials("lurah.mangunharjo").agree(number)
    somebody = Citizen(citizen)
    somebody.track(number, code)
    assert "Unduh surat" not in somebody.words()

    with _worker(postgres_url, tmp_path / "files"):
        _wait_until(lambda: somebody.page.reload() and "Unduh surat" in somebody.words())

    assert len(letter_tools.signatures(somebody.download(), tmp_path)) == 1


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


def _budi_applies(budi: Citizen) -> tuple[str, str]:
    budi.choose("Domisili")
    budi.begin()
    budi.fill(BUDI)
    budi.go_on()
    budi.fill(BUDI_LIVES)
    budi.go_on()
    budi.attach(papers(BUDI_SHOWS))
    budi.go_on()
    budi.press("Kirim permohonan")
    return budi.receipt()


def _the_neighbourhood_agrees(number: str, officials: Callable[..., Official], clock: Clock, look: Look) -> None:
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
        _settle(site)


def _history_shows_one_return(camat: Official, number: str, look: Look) -> None:
    history = camat.history(number)
    assert len([line for line in history if "Dikembalikan untuk perbaikan" in line]) == 1
    assert len([line for line in history if "ditandatangani" in line]) == 1
    look(camat.page, "23-berkas")
    camat.page.goto("/surat")
    look(camat.page, "24-surat")


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


def _the_letter_holds(
    siti_at: Citizen, pdf: bytes, number: str, site: Site, look: Look, folder: Path
) -> None:
    with site.app.app_context():
        (letter,) = letters.letters_of(cases.find_case(number).id)
        assert [row.last for row in db.session.query(NumberRegister)] == [letter.seq] == [1]
        letter_number = letter.number
    signed = letter_tools.signatures(pdf, folder)
    assert len(signed) == 2 and all("Signature is Valid." in one for one in signed)
    assert "Agung Wicaksono" in signed[0] and "Ratna Dewanti" in signed[1]
    words = letter_tools.text(pdf)
    assert letter_number in words and "Siti Aminah" in words

    (address,) = letter_tools.qr_addresses(pdf)
    page = siti_at.page
    page.goto(address)
    look(page, "28-verifikasi")
    shown = siti_at.words()
    assert siti_at.verdict() == "SAH"
    for fact in (letter_number, "24 November 2026", "Agung Wicaksono", "Ratna Dewanti", "S*** A****", "Pemerintah Kota Probolinggo"):
        assert fact in shown
    for secret in (siti.WHO["nama"], siti.WHO["nik"], siti.WHO["kk"], siti.WHO["alamat"], "Dewi Lestari", "900.000"):
        assert secret not in page.content()
    assert siti_at.check_file(address, pdf) == "SAH"
    assert "persis" in siti_at.words()
    look(page, "29-verifikasi-berkas-sah")
    assert siti_at.check_file(address, letter_tools.spoiled(pdf)) == "BERUBAH"
    assert "tidak sah" in siti_at.words()
    look(page, "30-verifikasi-berkas-berubah")
    page.goto(address[:-4] + "XXXX")
    assert siti_at.verdict() == "TIDAK DITEMUKAN"
    look(page, "31-verifikasi-tidak-ditemukan")


def _settle(site: Site) -> None:
    """The worker's turn, on a thread of its own: the browser's driver holds this one's event loop."""
    with ThreadPoolExecutor(1) as hands:
        hands.submit(factories.settle, site.app).result(timeout=60)


@contextmanager
def _worker(url: str, files: Path) -> Iterator[None]:
    """`alur worker`, as an operator starts it."""
    settings = {"ALUR_SECRET_KEY": founding.SECRET, "ALUR_DATABASE_URL": url, "ALUR_FILES": str(files)}
    command = [sys.executable, "-c", "from app.cli import main; main()", "worker"]
    process = subprocess.Popen(command, env=os.environ | settings)
    yield
    process.terminate()
    assert process.wait(timeout=20) == 0


def _wait_until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.3)
