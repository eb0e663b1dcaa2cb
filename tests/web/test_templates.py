"""What every page template keeps to: words go through gettext, nothing the policy would block, nothing unused."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from app.config import ROOT

FOLDER = ROOT / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "data-confirm"}
BLOCKED = re.compile(r"\sstyle=|\son[a-z]+=|<style\b|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
NAMES = {
    "Alur",
    "F4",
    "PDF",
    "NIK",
    "KK",
    "QR",
    "RT",
    "RW",
    "NIP",
    "KB",
    "MB",
    "Enter",
    "required",
    "checked",
}
PIECES = re.compile(r"""[\w-]+="[^"]*"|\b[a-z]+-0""")  # of tags, in macros that write attributes
STANDALONE = {
    "pages/errors/500.html",
    "pages/errors/503.html",
}  # shown when nothing else works, gettext neither
REFERENCE = re.compile(r"""["']((?:pages|components|layouts|diary|mail)/[\w./-]+\.(?:html|txt))["']""")


class Words(HTMLParser):
    """Collects the words of a page that no translator would ever see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._note(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES:
                self._note(value or "")

    def _note(self, text: str) -> None:
        words = re.findall(r"[^\W\d_]{2,}", PIECES.sub(" ", text))
        if set(words) - NAMES:
            self.found.append(" ".join(text.split()))


def plain_text(source: str) -> str:
    """A template without its code; what stands in {% trans %} has been seen by translators."""
    text, in_block, in_trans = [], False, False
    for _line, kind, value in Environment(extensions=["jinja2.ext.i18n"], autoescape=True).lex(source):
        if kind == "block_begin":
            in_block = True
        elif kind == "name" and in_block:
            in_trans = value == "trans" or (in_trans and value != "endtrans")
            in_block = False
        elif kind == "variable_begin":
            text.append("0")
        elif kind == "data" and not in_trans:
            text.append(value)
    return "".join(text)


def told(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_words_go_through_gettext(path: Path) -> None:
    words = Words()
    words.feed(plain_text(path.read_text(encoding="utf-8")))
    assert not words.found or told(path) in STANDALONE


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_nothing_inline_that_the_policy_blocks(path: Path) -> None:
    assert not BLOCKED.findall(path.read_text(encoding="utf-8"))


def test_a_forgotten_word_and_a_blocked_script_would_be_seen() -> None:
    words = Words()
    words.feed(plain_text('<p title="Judul">{{ _("Baik") }} Kirim</p>{% trans %}Aman{% endtrans %}'))
    assert words.found == ["Judul", "0 Kirim"]
    assert BLOCKED.search('<p style="color:red">') and BLOCKED.search("<script>alert(1)</script>")


def test_every_template_is_used() -> None:
    sources = [*TEMPLATES, *(ROOT / "app").rglob("*.py")]
    named = {name for path in sources for name in REFERENCE.findall(path.read_text(encoding="utf-8"))}
    families = ("pages/errors/", "diary/")  # chosen by status and by kind at run time
    unused = {told(path) for path in TEMPLATES if not told(path).startswith(families)} - named
    assert not unused
    assert not {name for name in named if not (FOLDER / name).is_file()}
