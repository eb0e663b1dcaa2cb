"""Browser tests: the portal served on loopback, the system's Chromium, the eyes of axe-core, and the camera.

site        `site.url` of the test's own `app`, served by waitress in a thread; `site.app` is the app.
browser     one Chromium for the whole run.
citizen     a phone with JavaScript switched off: `citizen.page()` opens a new page (its own cookies).
desk        a desk with JavaScript: likewise. Both forget everything at the end of the test.
visit       `visit()` brings one more visitor, as far as wanted with another screen: `visit(width=360, script=False)`.
look        `look(page, "layanan")`: axe-core must find nothing in light and dark, the page must not scroll
            sideways at 360 px, a citizen's page weighs at most HEAVIEST_PAGE; and for `manage.py pictures` it
            photographs the page at 360 and 1280 px, light and dark.
"""

import gzip
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

from tests import chromium

AXE = Path(__file__).parents[2] / "app" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 1280)
HEAVIEST_PAGE = 30 * 1024  # bytes of a citizen's page, compressed: HTML, CSS and script together
SCHEMES = ("light", "dark")
RULES = (
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    ["color-contrast", "link-in-text-block"],
)


@dataclass(frozen=True)
class Site:
    """A portal that answers on loopback."""

    app: Flask
    url: str


class Visitor:
    """Somebody at a screen of their own."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.faults: list[str] = []
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        context.on("console", self._listen)

    def page(self, address: str = "/") -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page

    def _listen(self, message: object) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)


class Look:
    """Looks at a page as people with and without good eyes do; takes its picture when asked to."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._parts: dict[str, int] = {}

    def __call__(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        before = page.viewport_size
        page.emulate_media(reduced_motion="reduce")
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        overflow = page.evaluate(WIDER_THAN_SCREEN)
        page.set_viewport_size(before)
        assert not overflow, f"{name} scrolls sideways at {WIDTHS[0]} px: {overflow}"
        if page.locator("body.public").count():
            weight = self.weight(page)
            assert weight <= HEAVIEST_PAGE, f"{name} weighs {weight} bytes, compressed"
        with _with_script(page) as readable:
            found = _axe(readable)
        assert not found, f"{name}: axe-core found\n" + "\n".join(found)
        if self.folder is not None:
            self._photograph(page, name)
            page.set_viewport_size(before)

    def keep(self, picture: Image.Image, name: str) -> None:
        """A picture that is no page of the portal's, such as a letter."""
        if self.folder is not None:
            picture.save(self.folder / f"{name}.png")

    def weight(self, page: Page) -> int:
        """What a first visitor downloads, compressed: the page itself, its stylesheets and its scripts."""
        parts = page.locator("link[rel=stylesheet], script[src]").evaluate_all(
            "all => all.map(e => e.href || e.src)"
        )
        return _compressed(page.content().encode()) + sum(self._weight_of(page, part) for part in set(parts))

    def _weight_of(self, page: Page, address: str) -> int:
        if address not in self._parts:
            self._parts[address] = _compressed(page.request.get(address).body())
        return self._parts[address]

    def _photograph(self, page: Page, name: str) -> None:
        """The whole page at once: the window is made as tall as it is, so that nothing sticks in its middle."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            _make_window_as_tall_as_page(page)
            _wait_for_pictures(page)
            _make_window_as_tall_as_page(page)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=self.folder / f"{name}-{width}-{scheme}.png", animations="disabled")
        page.emulate_media(color_scheme=SCHEMES[0])


def _make_window_as_tall_as_page(page: Page) -> None:
    height = page.evaluate("scrollTo(0, 0), document.body.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})


def _wait_for_pictures(page: Page) -> None:
    for _ in range(50):
        if page.evaluate("[...document.images].every(one => one.complete)"):
            return
        page.wait_for_timeout(100)


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


WIDER_THAN_SCREEN = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className} (${e.textContent.trim().slice(0, 40)})`);
}"""


def _axe(page: Page) -> list[str]:
    """The violations on a page as lines, all of them in light and those of colour in dark.

    axe-core comes over the developer protocol, which no policy stops.
    """
    tools = page.context.new_cdp_session(page)
    tools.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = []
    for scheme, rules in zip(SCHEMES, RULES, strict=True):
        page.emulate_media(color_scheme=scheme)
        run = f"axe.run(document, {{runOnly: {rules!r}, resultTypes: ['violations']}})"
        answer = tools.send(
            "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
        )
        found += [
            f"{scheme}: {violation['id']} ({violation['impact']}): {violation['help']} at {node['target']}"
            for violation in answer["result"]["value"]["violations"]
            for node in violation["nodes"]
        ]
    page.emulate_media(color_scheme=SCHEMES[0])
    tools.detach()
    return found


@contextmanager
def _with_script(page: Page) -> Iterator[Page]:
    """The same page where axe-core can run: a page without JavaScript is copied to one that has it."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        yield page
        return
    html = re.sub(r"<script\b.*?</script>|</?noscript>", "", page.content(), flags=re.DOTALL)
    state, size = page.context.storage_state(), page.viewport_size
    context = page.context.browser.new_context(storage_state=state, viewport=size, reduced_motion="reduce")
    copy = context.new_page()
    copy.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy.goto(page.url)
    yield copy
    context.close()


def _serve(server: object) -> None:
    with suppress(OSError):  # its lines are closed under its hands when the test is over
        server.run()


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    parts = app.extensions["alur"]
    parts.settings = replace(parts.settings, base_url=url)
    yield Site(app, url)
    server.close()
    for line in [*server.active_channels.values()]:
        line.close()  # the browser keeps its lines open, and the server waits for the last of them
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    where = chromium.find()
    if where is None:
        raise RuntimeError("Chromium is missing: run `python3 manage.py test`, which brings it.")
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=where, args=list(chromium.FLAGS))
        yield chrome
        chrome.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def come(*, width: int = 1280, script: bool = True) -> Visitor:
        screen = {"java_script_enabled": script, "viewport": {"width": width, "height": 780}}
        place = {"base_url": site.url, "locale": "id-ID", "timezone_id": "Asia/Jakarta"}
        context = browser.new_context(**place, **screen)
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert not faults, f"The browser complained: {faults}"


@pytest.fixture
def citizen(visit: Callable[..., Visitor]) -> Visitor:
    return visit(width=360, script=False)


@pytest.fixture
def desk(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


@pytest.fixture
def look() -> Look:
    folder = os.environ.get("ALUR_PICTURES")
    return Look(Path(folder) if folder else None)
