"""What is wrong with a request is said as a problem (RFC 9457), whatever was sent (ASVS 1.5, 2.2, 4.1, 16.5)."""

import io
import json
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.api import bodies, operations, problems
from app.errors import Unavailable
from app.web.intake import PortalRequest
from tests.api.conftest import OFFICES, Life, lived_in
from tests.api.machines import ADDRESS, Machine, machine
from tests.web import visitors

JSON = "application/json"


@pytest.fixture(scope="module")
def app(shared_app: Flask) -> Flask:
    return shared_app


@pytest.fixture(scope="module")
def system(app: Flask) -> Machine:
    return machine(app, *OFFICES)


@pytest.fixture(scope="module")
def life(app: Flask) -> Life:
    return lived_in(app)


APPLY = "/applications/check"


def said(answer: TestResponse, status: int) -> dict:
    """The problem of an answer, complete and in words."""
    assert (answer.status_code, answer.mimetype) == (status, problems.MEDIA_TYPE), answer.text
    found = answer.json
    assert found.keys() - {"fields"} == {"type", "title", "status", "detail"} and found["status"] == status
    assert found["type"] == f"urn:alur:problem:{problems.NAMES[status]}" and len(found["detail"]) > 10
    return found


UNREADABLE = (
    b"",
    b"{",
    b"[]",
    b'"teks"',
    b"null",
    b'{"service": NaN}',
    b'{"service": Infinity}',
    b'{"service": "\xff"}',
    b'{"service": "\\ud800"}',
    b'{"service": "sktm\\u0000"}',
    b'{"answers": {"\\u0000": 1}}',
    b'{"answers": {"a": ' + b'{"a": ' * 30 + b"1" + b"}" * 30 + b"}}",
    b'{"a":' * 5000,
    b"[" * 100_000,
    b'{"service": 1e999}',
)


def test_what_is_no_json_of_ours_is_unreadable(system: Machine) -> None:
    for body in UNREADABLE:
        said(system.ask("POST", APPLY, data=body, content_type=JSON), 400)


def test_unknown_and_unfitting_fields_are_named(system: Machine) -> None:
    body = {"service": "domisili", "answers": {}, "lain": 1}
    assert said(system.post(APPLY, body), 422)["fields"] == {"lain": "Isian ini tidak dikenal."}
    answers = {"nama": 7, "wilayah": [], "berkas_ktp": "x", "asing": None, "__class__": "x"}
    found = said(system.post(APPLY, {"service": "domisili", "answers": answers}), 422)["fields"]
    assert found.keys() == {f"answers.{name}" for name in answers}
    assert said(system.post(APPLY, {"answers": {}}), 422)["fields"] == {"service": "Wajib diisi."}
    assert "fields" in said(system.get("/tasks?lihat=semua"), 422)
    assert said(system.get("/tasks?view=semua&view=saya"), 422)["fields"] == {
        "view": "Sebutkan satu kali saja."
    }


def test_what_still_stands_in_the_way_is_said_before_sending(system: Machine) -> None:
    found = system.post(APPLY, {"service": "domisili", "answers": {"nik": "123"}}).json
    assert "answers.nik" in found["problems"] and "answers.nama" in found["problems"]
    assert not [path for path in found["problems"] if "berkas" in path]


def test_too_much_is_not_read(system: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    large = b'{"service": "' + b"x" * bodies.LARGEST_JSON + b'"}'
    said(system.ask("POST", APPLY, data=large, content_type=JSON), 413)
    monkeypatch.setattr(PortalRequest, "max_content_length", 2000)
    form = {"service": "domisili", "answers": "{}", "berkas_ktp": (io.BytesIO(b"x" * 3000), "ktp.jpg")}
    said(system.ask("POST", "/applications", data=form, content_type="multipart/form-data"), 413)


def test_other_types_of_content_are_refused(system: Machine, life: Life) -> None:
    said(system.ask("POST", APPLY, data=b"{}", content_type="text/plain"), 415)
    said(system.ask("POST", APPLY, data={"service": "x"}), 415)
    said(system.ask("POST", f"/tasks/{life.task}/take", data=b"{}", content_type=JSON), 400)


def test_parts_that_no_question_asks_for_are_refused(system: Machine) -> None:
    form = {"service": "domisili", "answers": "{}", "rahasia": (io.BytesIO(b"x"), "x.jpg")}
    found = said(system.ask("POST", "/applications", data=form, content_type="multipart/form-data"), 422)
    assert found["fields"] == {"rahasia": "Formulir tidak meminta berkas di sini."}
    twice = {"service": ["domisili", "sktm"], "answers": "{}"}
    said(system.ask("POST", "/applications", data=twice, content_type="multipart/form-data"), 422)
    nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\nteks\r\n--x--\r\n"
    said(
        system.ask("POST", "/applications", data=nameless, content_type="multipart/form-data; boundary=x"),
        400,
    )
    broken = {"service": "domisili", "answers": "[" * 9}
    said(system.ask("POST", "/applications", data=broken, content_type="multipart/form-data"), 400)


def test_other_addresses_and_methods_are_problems_too(system: Machine) -> None:
    said(system.get("/tidak-ada"), 404)
    said(system.get("/tasks/"), 404)
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        answer = system.ask(method, "/tasks")
        said(answer, 405)
        assert answer.headers["Allow"] == "GET, OPTIONS"


def test_without_a_key_nothing_is_told(app: Flask, system: Machine) -> None:
    client = app.test_client()
    for headers in (
        {},
        {"Authorization": "Basic x"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer salah"},
    ):
        for method, rule in operations.OPERATIONS:
            answer = client.open(rule.replace("<", "").replace(">", ""), method=method, headers=headers)
            if answer.status_code != 429:
                said(answer, 401)
                assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_answers_are_kept_by_nobody_and_set_no_cookie(system: Machine, life: Life) -> None:
    system.client.set_cookie("alur", "apa saja")
    for path in ("/services", "/tasks", f"/cases/{life.waiting[0]}", f"/letters/{life.letter}", "/tidak-ada"):
        answer = system.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if path != "/tidak-ada":
            assert answer.headers["Cache-Control"] == "no-store", path


def test_a_signed_in_officials_cookie_opens_nothing(app: Flask, life: Life) -> None:
    official = visitors.holder_of(app, "lurah", "35.74.03.1002")
    assert official.get("/tugas").status_code == 200
    assert official.get(f"{ADDRESS}/tasks").status_code == 401


def test_a_fault_and_a_busy_database_are_told_calmly(
    app: Flask, system: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(fault: Exception) -> Callable:
        def fail(*_given: object) -> None:
            raise fault

        return fail

    for fault, status in ((RuntimeError("rahasia-4417"), 500), (Unavailable(), 503)):
        monkeypatch.setattr("app.usecases.catalogue.offers", raises(fault))
        answer = system.get("/services")
        said(answer, status)
        assert "4417" not in answer.text


def test_letters_and_numbers_that_do_not_exist_look_like_those_of_others(system: Machine, life: Life) -> None:
    texts = {said(system.get(path), 404)["detail"] for path in ("/tasks/tidak-ada", "/tasks/00000000")}
    assert len(texts) == 1
    wrong = said(system.get(f"/applications/{life.waiting[0]}", code="222-222-222"), 404)
    assert wrong == said(system.get("/applications/26-AAA-AAA-AAA", code="222-222-222"), 404)


def test_every_answer_is_json_of_the_description_even_from_a_bare_key(app: Flask) -> None:
    bare = machine(app, scopes=["services:read"])
    assert json.loads(bare.get("/services").data)["items"]
    for method, rule in operations.OPERATIONS:
        if operations.OPERATIONS[method, rule].scope != "services:read":
            path = rule.removeprefix(ADDRESS).replace("<", "").replace(">", "")
            said(bare.ask(method, path), 403)
