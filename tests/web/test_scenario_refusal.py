"""Scenario C2 of the acceptance basis: the RT refuses, and nothing goes on from there."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.storage import cases, db, letters
from app.storage.letters import NumberRegister
from tests.conftest import Clock
from tests.web.browser import Look, Site, Visitor
from tests.web.scenario_citizen import Citizen, papers
from tests.web.scenario_desk import Official, work_is_done

pytestmark = pytest.mark.browser

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


def test_c2_refused_by_the_rt(
    site: Site, citizen: Visitor, officials: Callable[..., Official], clock: Clock, look: Look
):
    clock.set(datetime(2026, 11, 23, 8, 10, tzinfo=ZoneInfo("Asia/Jakarta")))
    budi = Citizen(citizen)
    number, code = _budi_applies(budi)
    slamet = officials("rt02.rw01.kanigaran", width=360)
    slamet.open(number)

    slamet.say(alasan="Bukan")
    assert slamet.decide("tolak").status == 422
    assert "sedikitnya 10 karakter" in slamet.page.locator(".problems").inner_text()
    assert slamet.page.locator("[name=alasan]").input_value() == "Bukan"
    look(slamet.page, "40-tolak-alasan-pendek")
    slamet.say(alasan=NOT_OURS)
    assert slamet.decide("tolak").status == 302
    work_is_done(site.app)

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
