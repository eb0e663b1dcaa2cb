"""What a citizen does on the portal's pages: applies, keeps number and code, follows, corrects, downloads, checks."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page

from tests.web.browser import Visitor


class Citizen:
    """One citizen at one device, without an account."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page("/")

    def choose(self, service: str) -> None:
        """From the home page through the catalogue to the page of a service."""
        self.page.locator("nav").get_by_role("link", name="Layanan", exact=True).click()
        self.page.get_by_role("link", name=service).first.click()

    def begin(self) -> None:
        self.page.get_by_role("link", name="Ajukan", exact=True).click()

    def fill(self, answers: Mapping[str, str]) -> None:
        """Type and tick what one page of the form asks, by the fields' names."""
        for name, value in answers.items():
            if name == "wilayah":
                self._choose_area(value)
            else:
                _answer(self.page, name, value)

    def attach(self, papers: Mapping[str, bytes]) -> None:
        for name, content in papers.items():
            file = {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": content}
            self.page.locator(f"[name='{name}']").first.set_input_files(file)

    def go_on(self) -> None:
        self.page.locator("main button.button-primary").click()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def receipt(self) -> tuple[str, str]:
        """Number and code as they stand on the receipt."""
        return self.page.locator("#nomor").inner_text(), self.page.locator("#kode").inner_text()

    def track(self, number: str, code: str) -> None:
        """Type number and code, as somebody does who comes back another day."""
        self.page.context.clear_cookies()
        self.page.goto("/lacak")
        self.page.get_by_label("Nomor registrasi").fill(number)
        self.page.get_by_label("Kode lacak").fill(code)
        self.press("Lacak")

    def download(self) -> bytes:
        """The letter, by the button of the tracking page."""
        with self.page.expect_download() as kept:
            self.page.get_by_role("link", name="Unduh surat").click()
        return Path(kept.value.path()).read_bytes()

    def check_file(self, address: str, content: bytes) -> str:
        """Hand a file to a letter's verification page; gives the large word it answers with."""
        self.page.goto(address)
        self.page.locator("[name=berkas]").set_input_files(
            {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        self.press("Periksa berkas")
        return self.verdict()

    def verdict(self) -> str:
        return self.page.locator(".verdict-word").inner_text()

    def words(self) -> str:
        """All that the page says."""
        return self.page.locator("main").inner_text()

    def open_fields(self) -> set[str]:
        """The names of the fields that can be filled in here."""
        fields = self.page.locator("main form :is(input, select, textarea):not([type=hidden])")
        return set(fields.evaluate_all("all => all.map(e => e.name)"))

    def _choose_area(self, code: str) -> None:
        """Without a script every choice is followed by the button that brings the next list."""
        district, village = code[:8], code[:13]
        self.page.locator("[name='wilayah.kecamatan']").select_option(district)
        self.press("Pilih kecamatan")
        self.page.locator("[name='wilayah.kelurahan']").select_option(village)
        self.press("Pilih kelurahan")
        self.page.locator("[name='wilayah.rt']").select_option(code)


def _answer(page: Page, name: str, value: str) -> None:
    fields: Locator = page.locator(f"[name='{name}']")
    kind = fields.first.evaluate("e => e.type")
    if kind == "radio":
        page.locator(f"[name='{name}'][value='{value}']").check()
    elif kind == "select-one":
        fields.select_option(value)
    else:
        fields.fill(value)


def photo(words: str, colour: str = "#dfe7ea") -> bytes:
    """A small photograph of a paper, with what it is written on it."""
    picture = Image.new("RGB", (480, 300), colour)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((14, 14, 466, 286), outline="#5b6b74", width=3)
    pen.text((34, 34), words, fill="#1d2b33", font_size=34)
    for line in range(4):
        pen.rectangle((34, 110 + 38 * line, 300 - 40 * (line % 2), 120 + 38 * line), fill="#a9b6bd")
    target = BytesIO()
    picture.save(target, "JPEG", quality=70)
    return target.getvalue()


def papers(names: Iterable[str]) -> dict[str, bytes]:
    return {name: photo(name.replace("_", " ").title()) for name in names}
