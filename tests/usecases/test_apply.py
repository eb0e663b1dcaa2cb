"""Sending an application exactly once, however often and however closely it comes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.errors import Conflict, Invalid, NotFound
from app.storage import cases, db, transaction
from app.storage.cases import Answers, Attachment, Case
from app.storage.work import RequestKey
from app.usecases import apply, casework, drafts
from app.usecases.drafts import Paper, Posted
from app.usecases.parts import parts
from app.usecases.uploads import Upload
from tests.web import siti


def filled(service: str = "sktm") -> Paper:
    """A whole SKTM as a draft, ready to be sent."""
    token = ""
    pages = casework.applicant_form(apply.catalogue.offered(service).current_version_id).pages
    for page, fields in zip(pages, (siti.WHO, siti.WHAT, {}), strict=True):
        files = [Upload(name, f"{name}.jpg", siti.photo()) for name in siti.PAPERS if name in page.names]
        paper, problems = drafts.keep(service, token, Posted(page.names, MultiDict(fields), files))
        assert problems == {}
        token = paper.token
    return paper


def test_the_case_gets_the_answers_and_the_files(city: Flask):
    paper = filled()

    receipt = apply.send("sktm", paper.token, paper.key)

    case = cases.find_case(receipt.number)
    answers = casework.answers_of(case.id)[casework.APPLICATION]
    assert answers["nama"] == "Siti Aminah" and answers["penghasilan"] == 900000
    assert set(cases.attachments_of(case.id)) == {answers[field][0] for field in siti.PAPERS}
    assert receipt.next_stop.label == "Pengesahan RT"


@pytest.mark.parametrize("copies", [2, 8])
def test_sends_at_the_same_moment_make_one_case_and_the_same_receipt(app: Flask, copies: int):
    with app.app_context():
        paper = filled()
        token, key = paper.token, paper.key
    together = Barrier(copies)

    def send(_at: int) -> tuple[str, str]:
        with app.app_context():
            together.wait()
            receipt = apply.send("sktm", token, key)
            return receipt.number, receipt.code

    with ThreadPoolExecutor(copies) as threads:
        receipts = set(threads.map(send, range(copies)))

    assert len(receipts) == 1
    with app.app_context():
        assert db.session.query(Case).count() == 1
        assert db.session.query(RequestKey).count() == 1


def test_a_second_draft_with_the_same_key_is_stopped_by_the_database(city: Flask):
    """Were the lock ever missed, the constraint would still hold."""
    first = filled()
    apply.send("sktm", first.token, first.key)
    row = db.session.query(RequestKey).one()

    with pytest.raises(Conflict, match="baru saja terkirim"), transaction():
        db.session.add(RequestKey(scope=row.scope, key=row.key, sealed=b"x", at=row.at))


def test_an_incomplete_application_is_not_sent_and_stays_a_draft(city: Flask):
    token = drafts.keep("sktm", "", Posted(("nama",), MultiDict({"nama": "Siti Aminah"})))[0].token
    paper = drafts.open_paper(apply.catalogue.offered("sktm"), token)

    with pytest.raises(Invalid) as refusal:
        apply.send("sktm", token, paper.key)

    assert "foto_rumah" in refusal.value.fields and "nama" not in refusal.value.fields
    assert drafts.open_paper(apply.catalogue.offered("sktm"), token).typed["nama"] == "Siti Aminah"
    assert db.session.query(Case).count() == 0


def test_a_page_is_not_held_up_by_fields_of_later_pages(city: Flask):
    form = casework.applicant_form(apply.catalogue.offered("sktm").current_version_id)
    paper, _problems = drafts.keep("sktm", "", Posted(form.pages[0].names, MultiDict(siti.WHO)))

    assert apply.check(paper, form.pages[0].names)["nik"] == siti.WHO["nik"]


def test_a_draft_of_one_service_is_not_sent_as_another(city: Flask):
    paper = filled()

    with pytest.raises(NotFound):
        apply.send("domisili", paper.token, paper.key)


def test_the_receipt_opens_with_its_key_only(city: Flask):
    paper = filled()
    apply.send("sktm", paper.token, paper.key)

    assert apply.find_receipt("") is None
    assert apply.find_receipt(paper.key + "x") is None
    assert paper.key not in db.session.query(RequestKey).one().key


def test_identity_numbers_and_codes_lie_nowhere_in_the_open(city: Flask):
    paper = filled()
    receipt = apply.send("sktm", paper.token, paper.key)

    case = cases.find_case(receipt.number)
    seen = [case.code_hash, case.nik_index, str(case.variables), case.state.decode("latin1")]
    seen += [row.sealed.decode("latin1") for row in db.session.query(Answers)]
    seen += [row.sealed.decode("latin1") for row in db.session.query(RequestKey)]
    for secret in (siti.WHO["nik"], siti.WHO["kk"], receipt.code):
        assert not [text for text in seen if secret in text]


def test_files_lie_sealed_in_the_store(city: Flask):
    filled()

    for row in db.session.query(Attachment):
        path = parts().settings.files / row.file_key[:2] / row.file_key
        assert b"JFIF" not in path.read_bytes()
        assert parts().files.get(row.file_key).startswith(b"\xff\xd8")
