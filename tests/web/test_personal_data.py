"""One whole case of a canary: where her NIK, KK, phone and name may be read, and where never (ASVS 14.2, 16.2.5)."""

import logging
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from flask import Flask
from sqlalchemy import text

from app import logs
from app.storage import cases, db
from app.usecases import casework, clock
from tests import factories
from tests.web import siti, visitors

NAME = "Kanaria Burungwati"
CANARIES = {"nik": "3574035705910007", "kk": "3574032203150077", "telepon": "081298765432"}
TYPED = {
    **siti.WHO,
    **CANARIES,
    "nama": NAME,
    "tanggal_lahir": "1991-05-17",
    "alamat": "Jl. Kenari Kuning 77",
}
OFFICES = [
    ("rt", "35.74.03.1002.RW05.RT03"),
    ("rw", "35.74.03.1002.RW05"),
    ("operator_kelurahan", "35.74.03.1002"),
    ("lurah", "35.74.03.1002"),
    ("camat", "35.74.03"),
]


@pytest.fixture(params=["sqlite_app", "app"])
def portal(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal whose temporary files can be looked through."""
    found = request.getfixturevalue(request.param)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    found.config["WTF_CSRF_ENABLED"] = False
    return found


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything any library says, from DEBUG on."""
    logs.start("DEBUG")
    caplog.set_level(logging.DEBUG)
    yield caplog
    logs.start("WARNING")


def play(portal: Flask) -> tuple[str, dict[str, str]]:
    """Her SKTM through the real pages, with a return, a correction and a letter; gives its number and staff pages."""
    browser, pages = portal.test_client(), {}
    for page, fields in enumerate((TYPED, siti.WHAT, siti.papers()), start=1):
        assert siti.post(browser, page, fields).status_code == 302
    browser.get("/layanan/sktm/ajukan/periksa")
    browser.post(
        "/layanan/sktm/ajukan/periksa",
        data={"kunci": siti.key_on(browser.get("/layanan/sktm/ajukan/periksa").text)},
    )
    number, code = siti.receipt_on(browser.get("/layanan/sktm/terima").text)
    browser.post("/lacak", data={"nomor": number, "kode": code})
    with visitors.inside(portal):
        case = cases.find_case(number)
        factories.walk(case, until="periksa_operator")
        task = factories.open_task(case)
        factories.decide(task, "kembalikan", perbaikan=["alamat"])
        task_id = task.id
    browser.post(f"/lacak/{number}/perbaiki", data={"alamat": "Jl. Kenari Kuning 78", "aksi": "kirim"})
    with visitors.inside(portal):
        task_id = factories.open_task(cases.find_case(number)).id
    for role, unit in OFFICES:
        desk = visitors.holder_of(portal, role, unit)
        pages[f"{role} /tugas"] = desk.get("/tugas").text
        pages[f"{role} /berkas"] = desk.get(f"/berkas/{number}").text
        pages[f"{role} task"] = desk.get(f"/tugas/{task_id}").text
    desk = visitors.holder_of(portal, "operator_kelurahan", "35.74.03.1002")
    desk.get(f"/berkas?cari={CANARIES['nik']}")
    with visitors.inside(portal):
        factories.walk(cases.find_case(number))
        clock.settle()
    pages["pemohon"] = browser.get(f"/lacak/{number}").text
    browser.get("/lacak/" + CANARIES["nik"])
    browser.get("/layanan/sktm/ajukan/1?nik=" + CANARIES["nik"])
    return number, pages


def test_a_whole_case_leaves_no_trace_in_the_open(portal: Flask, heard, capfd, tmp_path: Path):
    number, pages = play(portal)
    said = "".join(capfd.readouterr()) + heard.text
    with visitors.inside(portal):
        case = cases.find_case(number)
        assert case.outcome == "terbit"
        answers = casework.answers_of(case.id)[casework.APPLICATION]
        assert answers["nik"] == CANARIES["nik"], "the canary did fly"
        dump = "\n".join(values(portal))
        diary = " ".join(f"{line.by} {line.facts}" for line in cases.diary_of(case.id))
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for what, value in CANARIES.items():
        assert value not in said, f"{what} in the logs"
        assert value not in dump, f"{what} in the database"
        assert value.encode() not in stored, f"{what} in a file"
        shown = [where for where, page in pages.items() if value in page]
        # who handles a case may ring up
        assert shown == [] or what == "telepon", f"{what} unmasked on {shown}"
    page = pages["operator_kelurahan task"]
    assert NAME in page and "3574" in page and "0007" in page, "officials read the NIK masked"
    assert NAME not in said and NAME not in diary
    assert NAME.encode() not in b"".join(
        inflated(path) for path in (tmp_path / "files").rglob("*") if path.is_file()
    )
    assert not list((tmp_path / "temporary").iterdir()), "a temporary file was left"


def test_this_search_finds_what_lies_open(app: Flask, tmp_path: Path):
    """The checks above can fail: the applicant's name is stored for the search, and both ways of looking find it."""
    with visitors.inside(app):
        name = factories.apply("domisili").applicant_name
        assert name in "\n".join(values(app))
        packed = zstandard.compress(b"NIK " + CANARIES["nik"].encode())
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "x").write_bytes(packed)
    assert CANARIES["nik"].encode() in inflated(tmp_path / "files" / "x")


def values(app: Flask) -> Iterator[str]:
    """Every value of every row, unpacked where it is packed."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
            for value in row:
                yield (
                    unpacked(bytes(value)).decode("latin-1")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                )


def inflated(path: Path) -> bytes:
    return unpacked(path.read_bytes())


def unpacked(content: bytes) -> bytes:
    """The content, and what it is compressed from where it is (a case's state has one byte before)."""
    for start in (0, 1):
        try:
            return content + zstandard.ZstdDecompressor().decompress(
                content[start:], max_output_size=50_000_000
            )
        except zstandard.ZstdError:
            continue
    try:
        return content + zlib.decompress(content)
    except zlib.error:
        return content
