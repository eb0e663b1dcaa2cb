"""Every page asks the database as often with 10,000 cases as with 10, and reads no more rows than it shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.storage import db
from app.storage.cases import Case
from tests.web import crowd, every_page, visitors

LEVELS = (10, 1_000, 10_000)
PLACES = (
    4  # a search that finds too little at a list's newest end looks in the indexes, and then further down
)


@dataclass
class Told:
    """What one page asked of the database."""

    statements: int = 0
    rows: int = 0


@pytest.fixture
def city_life(app: Flask, client: FlaskClient) -> dict:
    return every_page.begin(app)


NARROWED = {
    "operator": [
        "/tugas?lihat=saya", "/tugas?lihat=terlambat", "/tugas?lihat=hari-ini", "/tugas?urut=terlama",
        "/tugas?urut=terbaru&status=bebas", "/tugas?layanan=sktm&asal=35.74.03.1002.RW05", "/tugas?cari=26-",
        "/berkas?cari=siti", "/berkas?cari=3574035205900001", "/berkas?keadaan=perbaikan", "/berkas?keadaan=terlambat",
        "/berkas?keadaan=terbit&layanan=domisili", "/berkas?keadaan=ditolak",
    ],
    "lurah": ["/tugas", "/berkas", "/surat?cari=2026", "/surat?cari=siti"],
    "camat": ["/tugas", "/berkas", "/surat"],
    "verifikator": ["/tugas", "/berkas", "/berkas?layanan=pengaduan"],
}  # fmt: skip


@contextmanager
def counted(app: Flask) -> Iterator[Told]:
    """Counts what goes to the database while the block runs."""
    told = Told()

    def after(_connection, cursor, _statement, _parameters, _context, _many) -> None:
        told.statements += 1
        told.rows += max(cursor.rowcount, 0)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield told
    finally:
        event.remove(engine, "after_cursor_execute", after)


def visits(people: dict[str, FlaskClient], life: dict) -> Iterator[tuple[str, str]]:
    """Who opens what: every page once by somebody who may, and the lists in every narrowing."""
    for endpoint, address in every_page.pages(life).items():
        yield every_page.reader_of(endpoint), address
    for who, addresses in NARROWED.items():
        yield from ((who, address) for address in addresses)
    for path in ("/tugas", "/berkas"):
        further = re.search(rf'href="({path}\?[^"]*setelah=[^"]+)"', people["operator"].get(path).text)
        if further:
            yield "operator", further[1].replace("&amp;", "&")


def measure(app: Flask, people: dict[str, FlaskClient], life: dict) -> dict[str, Told]:
    found = {}
    for who, address in visits(people, life):
        people[who].get(address)  # what is read once and kept is not the page's own
        with counted(app) as told:
            answer = people[who].get(address)
        assert answer.status_code in {200, 302, 404}, (address, answer.status_code)
        found[f"{who} {re.sub(r'setelah=[^&]+', 'setelah=…', address)}"] = told
    return found


def test_every_get_route_is_measured(app: Flask):
    routes = {rule.endpoint for rule in every_page.rules(app) if "GET" in rule.methods} - {"static"}
    named = ("waiting", "returned", "issued", "attachment", "letter", "task", "incident", "batch")
    life = dict.fromkeys(named, "x")
    assert set(every_page.pages(life)) == routes


def test_statements_stay_the_same_and_rows_stay_bounded_from_10_to_10_000_cases(app: Flask, city_life: dict):
    """Seen to fail with a query for every line of the inbox, and with a list of cases that knows no page."""
    counts, before, people = {}, 1, every_page.readers(app, city_life)
    for level in LEVELS:
        with visitors.inside(app):
            crowd.copy(city_life["ids"], before, level // len(city_life["ids"]) - 1)
            assert db.session.query(Case).count() == level
        counts[level] = measure(app, people, city_life)
        before = level // len(city_life["ids"])

    few, many, most = (counts[level] for level in LEVELS)
    assert set(most) - set(few) == {"operator /tugas?setelah=…", "operator /berkas?setelah=…"}
    assert growing(few, most, "statements") == {}
    assert growing(many, most, "rows") == {}


def growing(before: dict[str, Told], after: dict[str, Told], what: str) -> dict[str, tuple[int, int]]:
    """The pages that asked for more when there were more cases; a search may look in its other places."""
    pairs = {page: (getattr(told, what), getattr(after[page], what)) for page, told in before.items()}
    return {
        page: (few, many)
        for page, (few, many) in pairs.items()
        if many > few + (PLACES if "?" in page else 0)
    }
