"""Messages to waiting cases, and services published, exported, retired and moved from version to version by machine."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.config import ROOT
from app.storage import cases
from tests import factories
from tests.api.conftest import Life
from tests.api.machines import Machine, machine
from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.usecases import talking, versioning
from tests.web import visitors

Office = Callable[[str], int]
REASON = {"reason": "Diminta dinas, surat 12/2026."}


def files_of(code: str) -> dict[str, str]:
    """The seed of a service, as a machine sends it."""
    paths = [ROOT / "bpmn" / f"{code}.bpmn", *(ROOT / "forms" / code).iterdir()]
    paths += (ROOT / "templates" / "letters" / code).iterdir()
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}


def test_a_message_reaches_the_one_case_with_its_values(app: Flask, system: Machine, tmp_path: Path) -> None:
    with visitors.inside(app):
        talking.publish(tmp_path, {"tanya": talking.two_pools()})
        numbers = [factories.apply("tanya", index=at).number for at in range(2)]
    keys = {"Nomor": {"nomor_berkas": numbers[1]}}
    said = {
        "name": "Jawaban",
        "correlation": keys,
        "payload": {"nomor": numbers[1], "jawaban": "setuju", "lain": 1},
    }

    assert system.post("/messages", said).json == {"number": numbers[1]}
    assert system.post("/messages", said).status_code == 404
    with visitors.inside(app):
        told, other = (cases.find_case(number) for number in reversed(numbers))
        assert talking.steps(told) == ["baca"] and told.variables["jawaban"] == "setuju"
        assert "lain" not in told.variables and talking.steps(other) == []
        line = cases.diary_of(told.id)[-1]
        assert (line.kind, line.by[:40]) == ("message received", "Operator Kelurahan Mangunharjo melalui S")


def test_a_message_is_told_by_number_within_reach_or_not_at_all(
    app: Flask, system: Machine, tmp_path: Path
) -> None:
    message = drawn.message("m_kabar", "Kabar")
    with visitors.inside(app):
        talking.publish(
            tmp_path,
            {"nanti": build.document(message, talking.listener("nanti", drawn.on_message("m_kabar")))},
        )
        number, other = (factories.apply("nanti", index=at).number for at in range(2))
    elsewhere = machine(app, ("lurah", "35.74.01.1002"), scopes=["messages:write"])
    assert elsewhere.post("/messages", {"name": "Kabar", "case": number}).status_code == 404
    assert system.post("/messages", {"name": "Kabar"}).json["fields"].keys() == {"case"}
    assert system.post("/messages", {"name": "Lain", "case": number}).status_code == 404
    assert system.post("/messages", {"name": "Kabar", "case": number.lower()}).json == {"number": number}
    with visitors.inside(app):
        assert [talking.steps(cases.find_case(each)) for each in (number, other)] == [["baca"], []]


def test_a_service_is_checked_published_and_exported(system: Machine, position: Office) -> None:
    admin, files = position("admin_sistem"), files_of("domisili")
    same = system.post("/processes", {"files": files}, position=admin)
    assert same.status_code == 201 and same.json["items"] == [
        {"service": "domisili", "number": 1, "changed": False}
    ]

    files["bpmn/domisili.bpmn"] = files["bpmn/domisili.bpmn"].replace(
        "</bpmn:definitions>", "<!-- b --></bpmn:definitions>"
    )
    assert system.post("/processes", {"files": files}).status_code == 403
    newer = system.post("/processes", {"files": files}, position=admin)
    assert newer.json["items"] == [{"service": "domisili", "number": 2, "changed": True}]
    exported = system.get("/processes/domisili/files", position=admin).json
    assert exported["files"].items() >= files.items()
    published = system.get("/processes/domisili", position=admin).json["versions"][0]
    assert (
        published["published_by"].startswith("Administrator ")
        and "melalui Sistem" in published["published_by"]
    )


def test_what_is_wrong_with_a_drawing_is_said_and_nothing_is_published(
    system: Machine, position: Office
) -> None:
    admin, files = position("admin_sistem"), files_of("domisili")
    files["bpmn/domisili.bpmn"] = files["bpmn/domisili.bpmn"].replace(
        'keputusan == "setuju"', "open('/etc/passwd')"
    )
    verdict = system.post("/processes/check", {"files": files}, position=admin).json
    assert not verdict["ok"] and all(each["message"] for each in verdict["problems"])
    assert system.post("/processes", {"files": files}, position=admin).status_code == 422
    for path in ("../rahasia", "bpmn/../../x.bpmn", "/etc/passwd", "forms/a/b/c.json", "bpmn/x.exe"):
        answer = system.post("/processes/check", {"files": {path: "x"}}, position=admin)
        assert answer.status_code == 422 and f"files.{path}" in answer.json["fields"]
    assert len(system.get("/processes/domisili", position=admin).json["versions"]) == 1


def test_cases_are_rehearsed_moved_and_put_back(
    app: Flask, system: Machine, position: Office, life: Life, tmp_path: Path
) -> None:
    admin = position("admin_sistem")
    with visitors.inside(app):
        versioning.publish(tmp_path, "sktm")
    rehearsed = system.post("/processes/sktm/versions/2/rehearse", {}, position=admin).json
    assert {each["number"] for each in rehearsed["safe"]} == {life.waiting[0], life.returned[0]}

    moved = system.post("/processes/sktm/versions/2/migrate", REASON, position=admin)
    assert moved.status_code == 201 and "melalui Sistem" in moved.json["by"]
    assert system.get(f"/cases/{life.waiting[0]}").json["version"] == 2
    batch = f"/batches/{moved.json['id']}"
    assert moved.headers["Location"].endswith(batch)
    (listed,) = system.get("/processes/sktm/batches", position=admin).json["items"]
    assert listed["id"] == moved.json["id"] and sum(listed["counts"].values()) == 2

    assert system.post(f"{batch}/revert", REASON, position=admin).status_code == 200
    assert system.get(f"/cases/{life.waiting[0]}").json["version"] == 1
    again = system.post(f"{batch}/revert", REASON, position=admin)
    assert again.status_code == 409 and system.get(batch, position=admin).json["revert_reason"]


def test_a_service_is_retired_and_offered_again(system: Machine, position: Office) -> None:
    admin = position("admin_sistem")
    assert system.post("/processes/usaha/retire", {"reason": ""}, position=admin).json["fields"].keys() == {
        "reason"
    }
    assert system.post("/processes/usaha/retire", REASON, position=admin).json["retired"]
    assert system.get("/services/usaha").status_code == 404
    assert system.post("/processes/usaha/retire", REASON, position=admin).status_code == 409
    assert not system.post("/processes/usaha/offer", {}, position=admin).json["retired"]
    assert system.get("/services/usaha").status_code == 200
    codes = {each["code"] for each in system.get("/processes", position=admin).json["items"]}
    assert "usaha" in codes


def test_the_calendar_is_read(system: Machine, position: Office) -> None:
    year = system.get("/calendar?year=2026", position=position("admin_sistem")).json
    assert year["year"] == 2026 and any(each["day"] == "2026-08-17" for each in year["days_off"])
    assert system.get("/calendar?year=1999", position=position("admin_sistem")).status_code == 422
