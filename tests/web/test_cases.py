"""Cases through the pages: the list, the case, and files that can do nothing (ASVS 5.0: 3.2, 5.4)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db, transaction
from app.storage.cases import Attachment
from app.usecases.parts import parts
from tests import factories


@pytest.fixture
def lurah(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        username = factories.account("lurah", "35.74.03.1002")
    return factories.sign_in(client, username)


@pytest.fixture
def number(app: Flask) -> str:
    with app.app_context():
        return factories.apply("domisili").number


def pdf(app: Flask, number: str, content: bytes) -> str:
    """One more attachment of a case, a PDF."""
    with app.app_context(), transaction():
        stored = parts().files.put(content)
        case = cases.find_case(number)
        db.session.add(
            Attachment(
                id="lampiran-pdf",
                case_id=case.id,
                field="berkas_ktp",
                name='kartu "kel" ü.pdf',
                media_type="application/pdf",
                size=stored.size,
                sha256=stored.sha256,
                file_key=stored.key,
                at=case.opened_at,
            )
        )
    return f"/berkas/{number}/lampiran/lampiran-pdf"


def drawn_pdf() -> bytes:
    from fpdf import FPDF

    document = FPDF()
    document.add_page()
    return bytes(document.output())


def test_the_list_leads_to_the_case(lurah: FlaskClient, number: str) -> None:
    assert f'href="/berkas/{number}"' in lurah.get("/berkas").text
    page = lurah.get(f"/berkas/{number}").text
    for words in ("Tahapan", "Riwayat", "Alur", "Permohonan diterima"):
        assert words in page


def test_a_list_without_a_hit_says_so(lurah: FlaskClient) -> None:
    assert "Tidak ada berkas yang cocok" in lurah.get("/berkas?cari=tidak+ada").text


def test_a_picture_is_shown_in_a_fence(lurah: FlaskClient, number: str) -> None:
    page = lurah.get(f"/berkas/{number}").text
    address = re.search(rf'src="(/berkas/{number}/lampiran/[^"]+)"', page)[1]

    answer = lurah.get(address)

    assert answer.mimetype in ("image/jpeg", "image/png")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert lurah.get(f"{address}?unduh=1").headers["Content-Disposition"].startswith("attachment")


def test_a_pdf_is_downloaded_and_previewed_as_a_picture(app: Flask, lurah: FlaskClient, number: str) -> None:
    address = pdf(app, number, drawn_pdf())

    answer = lurah.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    picture = lurah.get(f"{address}/halaman-1.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")


def test_a_pdf_that_cannot_be_drawn_is_only_not_previewed(
    app: Flask, lurah: FlaskClient, number: str
) -> None:
    address = pdf(app, number, b"%PDF-1.7 nothing of this can be drawn")
    answer = lurah.get(f"{address}/halaman-1.png")
    assert answer.status_code == 404
    assert lurah.get(address).status_code == 200


def test_a_picture_has_no_first_page(lurah: FlaskClient, number: str) -> None:
    page = lurah.get(f"/berkas/{number}").text
    address = re.search(rf'src="(/berkas/{number}/lampiran/[^"]+)"', page)[1]
    assert lurah.get(f"{address}/halaman-1.png").status_code == 404


def test_an_unknown_number_gets_a_sentence(lurah: FlaskClient) -> None:
    for number in ("26-AAA-AAA-AAA", "%00", "x" * 500, "..%2f..%2fetc"):
        assert lurah.get(f"/berkas/{number}").status_code == 404


def test_every_kind_of_diary_entry_reads_as_a_sentence(app: Flask, lurah: FlaskClient) -> None:
    with app.app_context():
        case = factories.apply("domisili")
        factories.decide(factories.open_task(case), "tolak")
        factories.walk(case)
        kinds = {entry.kind for entry in cases.diary_of(case.id)}
        number = case.number
    page = lurah.get(f"/berkas/{number}").text
    assert {"application received", "task completed", "notice sent", "case closed"} <= kinds
    for kind in kinds:
        assert kind not in page.lower()
