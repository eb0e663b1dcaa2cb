"""What everybody reads: the first page, the catalogue, a service's page and the public information."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.config import ROOT
from app.storage import db, transaction
from app.storage.cases import Case
from app.storage.work import Announcement
from app.usecases.parts import now
from tests import factories
from tests.web import siti

PAGES = (
    "/", "/layanan", "/layanan/sktm", "/layanan/keramaian", "/layanan/pengaduan", "/layanan/sktm/ajukan",
    "/layanan/sktm/ajukan/2", "/layanan/sktm/ajukan/3", "/lacak", "/lanjutkan", "/verifikasi", "/pengaduan",
    "/informasi", "/standar-pelayanan", "/informasi/privasi", "/informasi/aksesibilitas", "/informasi/verifikasi",
)  # fmt: skip
MOST_BYTES = 30 * 1024
SERVICES = {"sktm", "domisili", "usaha", "keramaian", "legalisasi", "pengaduan"}


def services_on(page: str) -> set[str]:
    return set(re.findall(r'href="/layanan/([a-z]+)"', page.split("<main")[1]))


def test_the_catalogue_holds_every_service(client: FlaskClient):
    assert services_on(client.get("/layanan").text) == SERVICES


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("beasiswa", {"sktm"}),
        ("PUNGLI", {"pengaduan"}),
        ("domisili", {"domisili"}),
        ("tidak ada begini", set()),
    ],
)
def test_search_finds_services_by_the_words_people_use(client: FlaskClient, asked: str, found: set[str]):
    page = client.get("/layanan", query_string={"cari": asked}).text

    assert services_on(page) >= found
    assert ("Tidak ada layanan yang cocok" in page) is not bool(found)


def test_the_catalogue_is_narrowed_by_kind(client: FlaskClient):
    assert services_on(client.get("/layanan?jenis=rekomendasi").text) == {"keramaian"}


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", "%' OR 1=1", "\x00", "x" * 5000])
def test_hostile_searches_are_only_words(client: FlaskClient, asked: str):
    answer = client.get("/layanan", query_string={"cari": asked, "jenis": asked})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_service_page_says_what_it_takes(client: FlaskClient):
    page = client.get("/layanan/sktm").text

    for said in (
        "Gratis",
        "KTP pemohon",
        "hari kerja",
        "Pengesahan RT",
        "Camat mengetahui",
        "/layanan/sktm/ajukan",
    ):
        assert said in page
    assert "Biasanya" not in page
    assert "style=" not in page


def test_the_usual_time_is_told_once_enough_cases_have_ended(app: Flask, client: FlaskClient):
    with app.app_context():
        for index in range(5):
            case = factories.apply("domisili", index=index)
            with transaction():
                closed = db.session.get_one(Case, case.id)
                closed.opened_at, closed.closed_at = now() - timedelta(days=4 + index), now()
                closed.outcome = "terbit"

    page = client.get("/layanan/domisili").text

    assert "Biasanya" in page and re.search(r"\d+ hari kerja", page.split("Biasanya")[1])


def test_an_unknown_service_is_not_found(client: FlaskClient):
    assert client.get("/layanan/tidak-ada").status_code == 404
    assert client.get("/layanan/%00").status_code == 404


def test_figures_and_announcements_appear_on_the_first_page(app: Flask, client: FlaskClient):
    assert "Kinerja layanan" not in client.get("/").text
    with app.app_context():
        case = factories.apply("domisili")
        factories.decide(factories.open_task(case), "tolak", alasan="Bukan warga RT ini.")
        with transaction():
            db.session.get_one(Case, case.id).outcome = "ditolak"
            db.session.get_one(Case, case.id).closed_at = now()
            db.session.add(Announcement(title="Loket tutup", body="Hari Jumat.", published_at=now()))

    page = client.get("/").text

    assert "100%" in page and "Loket tutup" in page


def test_the_standards_have_fourteen_components(client: FlaskClient):
    page = client.get("/standar-pelayanan").text

    assert page.count('<th scope="row">') == 14 * len(SERVICES)


def test_every_page_of_the_citizen_is_light(client: FlaskClient):
    weights = {address: weight(client, address) for address in PAGES}

    assert {address: bytes_ for address, bytes_ in weights.items() if bytes_ > MOST_BYTES} == {}


def test_the_number_of_statements_does_not_grow_with_cases(app: Flask, client: FlaskClient):
    for address in PAGES:
        client.get(address)
    with app.app_context():
        factories.apply("domisili")
    few = {address: statements(app, client, address) for address in PAGES}
    with app.app_context():
        for index in range(1, 9):
            factories.apply("domisili", index=index)

    assert {address: statements(app, client, address) for address in PAGES} == few


def test_the_tracking_page_takes_as_many_statements_for_few_cases_as_for_many(
    app: Flask, client: FlaskClient, opened: Callable
):
    number, code = opened("domisili")
    siti.unlock(client, number, code)
    few = statements(app, client, f"/lacak/{number}")
    with app.app_context():
        for index in range(1, 6):
            factories.apply("domisili", index=index)

    assert statements(app, client, f"/lacak/{number}") == few
    assert few < 40


def weight(client: FlaskClient, address: str) -> int:
    """Compressed bytes of a page with its style and script."""
    answer = client.get(address)
    assets = set(re.findall(r'(?:href|src)="(/static/dist/[^"]+\.(?:css|js))"', answer.text))
    assert answer.status_code == 200
    assert len(assets) == 2
    files = [ROOT / "app" / name.lstrip("/") for name in assets]
    return len(gzip.compress(answer.data)) + sum(len(gzip.compress(file.read_bytes())) for file in files)


def statements(app: Flask, client: FlaskClient, address: str) -> int:
    """How many SQL statements one page takes."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    client.get(address)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
