"""Every page outside the scenarios is fit for everybody too, and the eyes that judge all pages can see.

What `look` asks of a page stands in tests/web/browser.py; the scenarios ask it of every page they pass.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tests.conftest import Clock
from tests.web import siti
from tests.web.browser import Look, Site, Visitor
from tests.web.scenario_citizen import Citizen
from tests.web.scenario_desk import Official

pytestmark = pytest.mark.browser

WEDNESDAY = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
OPEN_TO_ALL = {
    "70-layanan": "/layanan",
    "71-layanan-cari": "/layanan?cari=usaha",
    "72-layanan-tidak-ada": "/layanan?cari=xyzzy",
    "73-layanan-pengaduan": "/layanan/pengaduan",
    "74-lacak": "/lacak",
    "75-lanjutkan": "/lanjutkan",
    "76-verifikasi": "/verifikasi",
    "77-informasi": "/informasi",
    "78-standar-pelayanan": "/standar-pelayanan",
    "79-privasi": "/informasi/privasi",
    "80-aksesibilitas": "/informasi/aksesibilitas",
    "81-cara-verifikasi": "/informasi/verifikasi",
    "82-pengaduan": "/pengaduan",
    "83-tidak-ada": "/halaman-yang-tidak-ada",
}
WAITING = (
    ("domisili", 2), ("usaha", 1), ("sktm", 1), ("domisili", 1),
    ("usaha", 0), ("sktm", 0), ("domisili", 0), ("sktm", 0),
)  # fmt: skip # which service, sent how many days ago
DARK = "<style>@media (prefers-color-scheme: dark) { p { color: #999; background: #aaa } }</style>"
FLAWS = {
    "light: image-alt": "<img src='data:,' width=50 height=50>",
    "dark: color-contrast": DARK + "<p>pudar di gelap</p>",
    "scrolls sideways": "<p style='width: 500px'>lebar</p>",
    "weighs": "<p>" + "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(20_000)) + "</p>",
}
PAGE = "<!doctype html><html lang=id><title>x</title><body class=public><main><h1>x</h1>{}</main>"


@pytest.mark.parametrize("group", range(3))
def test_the_pages_open_to_all(citizen: Visitor, look: Look, group: int):
    for name, address in list(OPEN_TO_ALL.items())[group::3]:
        look(citizen.page(address), name)


def test_the_pages_beside_the_straight_way(citizen: Visitor, look: Look):
    somebody = Citizen(citizen)
    page = somebody.page
    page.goto("/layanan/sktm/ajukan")
    somebody.fill(siti.WHO)
    somebody.press("Simpan dan lanjutkan nanti")
    look(page, "85-isian-tersimpan")
    somebody.track("26-7K3-MN4-TXC", "555-88X-5P7")
    look(page, "86-lacak-tidak-cocok")
    page.goto("/layanan/pengaduan/ajukan")
    look(page, "87-formulir-pengaduan")
    page.goto("/layanan/keramaian/ajukan")
    look(page, "88-formulir-keramaian")


def test_withdrawing_asks_once(site: Site, citizen: Visitor, look: Look):
    with site.app.app_context():
        sent = factories.send("domisili")
        number, code = sent.case.number, sent.code
    somebody = Citizen(citizen)
    somebody.track(number, code)
    somebody.page.get_by_role("link", name="Batalkan permohonan").click()
    look(somebody.page, "89-batalkan")
    somebody.press("Batalkan permohonan")
    look(somebody.page, "90-dibatalkan")
    assert "Pengesahan RT" not in somebody.page.locator(".stations").inner_text()


def test_the_desk_with_work_on_it(site: Site, visit: Callable[..., Visitor], clock: Clock, look: Look):
    number = _work_arrives(site, clock)
    site.app.extensions["alur"].settings = replace(site.app.extensions["alur"].settings, demo=True)
    door = visit().page("/masuk")
    look(door, "50-masuk")
    rina = Official(visit(), "operator-kelurahan.mangunharjo")
    page = rina.page
    look(page, "51-kotak-tugas")
    page.goto("/tugas?cari=tidak-ada-yang-bernama-ini")
    look(page, "52-kotak-tugas-tanpa-hasil")
    rina.open(number)
    page.get_by_role("button", name="Ambil tugas").click()
    look(page, "53-tugas")
    for part in page.locator(".record > details > summary").all():
        part.click()
    look(page, "54-tugas-terbuka")
    for name, address in {"55-berkas": "/berkas", "56-akun": "/akun", "57-sandi": "/akun/sandi"}.items():
        page.goto(address)
        look(page, name)
    page.goto("/berkas")
    assert page.locator(".task-row .badge").all_inner_texts() == ["Menunggu"] * len(WAITING)
    page.goto(f"/berkas/{number}")
    look(page, "58-berkas-satu")
    phone = Official(visit(width=360), "operator-kelurahan.mangunharjo")
    look(phone.page, "59-kotak-tugas-ponsel")


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_eyes_see(desk: Visitor, look: Look, flaw: str):
    page = desk.page("about:blank")
    page.set_content(PAGE.format(FLAWS[flaw]))

    with pytest.raises(AssertionError, match=flaw):
        look(page, "cacat")


def test_the_ears_hear(desk: Visitor):
    page = desk.page("/")

    with page.expect_console_message():
        page.evaluate("document.body.setAttribute('style', 'color: red')")

    assert "Content Security Policy" in desk.faults.pop()
    assert not desk.faults


def _work_arrives(site: Site, clock: Clock) -> str:
    """Some applications sent on some days, all waiting for the operator; gives the number of the newest."""
    with site.app.app_context():
        for index, (service, days) in enumerate(WAITING):
            clock.set(WEDNESDAY - timedelta(days=days, minutes=95 - 11 * index))
            case = factories.apply(service, index=index)
            factories.walk(case, until="periksa_operator")
        clock.set(WEDNESDAY)
        return case.number
