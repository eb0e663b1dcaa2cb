"""Drafts: nothing typed is lost, nothing undeclared is kept, nothing outlives its month."""

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.errors import NotFound, TooMany
from app.storage import db
from app.storage.cases import Attachment
from app.storage.drafts import Draft
from app.usecases import catalogue, drafts
from app.usecases.drafts import Posted
from app.usecases.parts import parts
from app.usecases.uploads import Upload, safe_name
from tests.conftest import Clock
from tests.web import siti

SUPPORT = "berkas_pendukung"


def keep(token: str = "", **posted: object) -> tuple:
    names = tuple(posted.pop("names", ("nama",)))
    files = posted.pop("files", ())
    return drafts.keep("sktm", token, Posted(names, MultiDict(posted), files))


def test_only_declared_fields_of_the_page_are_kept(city: Flask):
    paper, _problems = keep(nama="Siti", typename="x", __class__="y", nik="3574035205900001")

    assert paper.typed == {"nama": "Siti"}


def test_what_was_typed_lies_sealed(city: Flask):
    keep(nama="Siti Aminah Kenari")

    assert b"Kenari" not in db.session.query(Draft).one().sealed


def test_several_files_gather_and_one_too_many_is_refused(city: Flask):
    token = ""
    for number in range(4):
        upload = Upload(SUPPORT, f"{number}.jpg", siti.photo())
        paper, problems = keep(token, names=[SUPPORT], files=[upload])
        token = paper.token

    assert len(paper.files(SUPPORT)) == 3
    assert "paling banyak 3 berkas" in problems[SUPPORT]
    assert db.session.query(Attachment).count() == 3
    assert len(list(parts().files.keys())) == 3


def test_a_file_for_a_field_that_takes_none_is_left_behind(city: Flask):
    for field in ("nama", "bukan_isian", "foto_rumah"):
        paper, problems = keep(names=["nama"], nama="Siti", files=[Upload(field, "a.jpg", siti.photo())])
        assert (dict(paper.uploads), problems) == ({}, {})


def test_a_stored_picture_tells_nothing_but_its_pixels(city: Flask):
    content = siti.photo().read()
    marked = content[:2] + b"\xff\xe1\x00\x10Exif\x00\x00GPSKANARI" + content[2:]

    paper, problems = keep(names=["foto_rumah"], files=[Upload("foto_rumah", "a.jpg", BytesIO(marked))])

    assert problems == {}
    (stored,) = paper.files("foto_rumah")
    assert b"KANARI" not in parts().files.get(stored.file_key)


def test_a_draft_is_not_found_with_another_token(city: Flask):
    keep(nama="Siti")

    with pytest.raises(NotFound):
        drafts.resume("HJK-4MR-7TX", "203.0.113.5")
    assert drafts.open_paper(catalogue.offered("sktm"), "HJK-4MR-7TX").typed == {}


def test_a_draft_of_one_service_does_not_open_another(city: Flask):
    paper, _problems = keep(nama="Siti")

    assert drafts.open_paper(catalogue.offered("domisili"), paper.token).typed == {}


def test_codes_are_not_guessed_quickly(city: Flask):
    for _attempt in range(20):
        with pytest.raises(NotFound):
            drafts.resume("HJK-4MR-7TX", "203.0.113.5")

    with pytest.raises(TooMany):
        drafts.resume("HJK-4MR-7TX", "203.0.113.5")
    with pytest.raises(NotFound):
        drafts.resume("HJK-4MR-7TX", "203.0.113.6")


def test_old_drafts_are_forgotten_with_their_files(city: Flask, clock: Clock):
    keep(names=["foto_rumah"], files=[Upload("foto_rumah", "a.jpg", siti.photo())])
    clock.forward(days=20)
    young, _problems = keep(nama="Baru")
    clock.forward(days=11)

    assert drafts.sweep() == 1

    assert db.session.query(Draft).count() == 1
    assert (db.session.query(Attachment).count(), list(parts().files.keys())) == (0, [])
    assert drafts.open_paper(catalogue.offered("sktm"), young.token).typed["nama"] == "Baru"


@pytest.mark.parametrize(
    ("posted", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Foto\\rumah.JPG", "rumah.JPG"),
        ("a\x00b\u202ecod.exe", "abcod.exe"),
        ("", "berkas"),
        ("..", "berkas"),
        ("x" * 500 + ".pdf", "x" * 90 + ".pdf"),
    ],
)
def test_posted_file_names_are_only_shown(posted: str, shown: str):
    assert safe_name(posted) == shown
