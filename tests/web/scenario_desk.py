"""What an official does at the desk: signs in as themselves, finds a task in the inbox, decides it."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from playwright.sync_api import Locator, Page, Response

from tests import factories
from tests.web.browser import Visitor


class Official:
    """One official at a device of their own."""

    def __init__(self, visitor: Visitor, username: str) -> None:
        self.username = username
        self.page: Page = visitor.page("/masuk")
        self._sign_in()

    def inbox(self) -> Locator:
        """The tasks in the inbox, after signing in again where the session has ended."""
        self.page.goto("/tugas")
        if "/masuk" in self.page.url:
            self._sign_in()
        return self.page.locator(".task-row")

    def open(self, number: str) -> None:
        """Open the task of a case from the inbox."""
        self.inbox().filter(has_text=number).locator("a.task-link").click()
        self.page.locator("#putuskan").wait_for()

    def say(self, **answers: str | list[str]) -> None:
        """Fill in the step's form; lists are boxes to tick. What only a "no" asks is unfolded first."""
        for name, value in answers.items():
            field = self.page.locator(f"#putuskan [name='{name}']")
            if not field.first.is_visible():
                self.page.locator("#keputusan-lain > summary").click()
            if isinstance(value, list):
                for each in value:
                    self.page.locator(f"#putuskan [name='{name}'][value='{each}']").check()
            else:
                field.fill(value)

    def decide(self, decision: str = "setuju") -> Response:
        """Press the button of a decision; gives the answer to it."""
        pressed = self.page.locator(f"#putuskan button[name=keputusan][value={decision}]")
        if not pressed.is_visible():
            self.page.locator("#keputusan-lain > summary").click()
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            pressed.click()
        self.page.wait_for_load_state()
        return answered.value

    def agree(self, number: str) -> None:
        """Open the task of a case and let it go forward."""
        self.open(number)
        assert self.decide().status == 302, self.page.locator("main").inner_text()

    def history(self, number: str) -> list[str]:
        """The diary of a case, newest first, each entry on one line."""
        self.page.goto(f"/berkas/{number}")
        self.page.get_by_text("Riwayat", exact=False).first.click()
        return [
            " | ".join(entry.split("\n")) for entry in self.page.locator(".timeline .entry").all_inner_texts()
        ]

    def _sign_in(self) -> None:
        self.page.get_by_label("Nama pengguna").fill(self.username)
        self.page.get_by_label("Kata sandi").fill(factories.PASSWORD)
        self.page.locator("main").get_by_role("button", name="Masuk", exact=True).first.click()
        self.page.wait_for_url("**/tugas")


def work_is_done(app: Flask) -> None:
    """The worker's turn, on a thread of its own: the browser's driver holds this one's event loop."""
    with ThreadPoolExecutor(1) as hands:
        hands.submit(factories.settle, app).result(timeout=60)
