"""The pages of keys at the desk: offices stay chosen, the key is shown once, revoking ends it."""

from collections.abc import Callable

from app.domain.keys import looks_right
from tests.web.browser import Look
from tests.web.scenario_desk import Official

ADMIN = "admin-sistem.diskominfo"


def test_a_key_is_made_and_revoked_at_the_desk(officials: Callable[..., Official], look: Look) -> None:
    page = officials(ADMIN).page
    page.goto("/admin/kunci")
    look(page, "kunci-kosong")
    page.get_by_role("link", name="Buat kunci").click()
    page.get_by_label("Nama sistem").fill("Mal Pelayanan Publik")
    page.get_by_label("Melihat kotak tugas jabatan").check()
    for words, office in (("lurah mangunharjo", "Lurah Mangunharjo"), ("camat mayangan", "Camat Mayangan")):
        page.get_by_label("Cari jabatan, unit").fill(words)
        page.get_by_label("Cari jabatan, unit").press("Enter")
        page.get_by_label(office).first.check()
    look(page, "kunci-baru")
    assert page.get_by_label("Nama sistem").input_value() == "Mal Pelayanan Publik"
    page.get_by_role("button", name="Buat kunci").click()

    assert looks_right(page.locator("#kunci").inner_text())
    assert (
        page.get_by_text("Camat Mayangan").is_visible() and page.get_by_text("Lurah Mangunharjo").is_visible()
    )
    look(page, "kunci-jadi")
    page.get_by_role("link", name="Selesai").click()
    page.get_by_text("1 lingkup, 2 jabatan").click()
    look(page, "kunci-daftar")
    page.get_by_role("button", name="Cabut kunci Mal Pelayanan Publik").click()
    assert page.get_by_text("dicabut. Permintaan berikutnya").is_visible()
    look(page, "kunci-dicabut")
