"""From an application to its letter over /api/v1 alone, and everything else a machine can do with a case."""

import io
import json
from collections.abc import Callable

from flask import Flask

from app.storage import cases, db, processes
from app.storage.cases import Task
from app.usecases import casework, demo_answers
from app.usecases.parts import parts
from tests import factories
from tests.api.conftest import Life
from tests.api.machines import Machine
from tests.web import visitors

PDF = "application/pdf"


def filled(service: str) -> tuple[dict, dict[str, bytes]]:
    """What an invented resident answers and sends; inside an app context."""
    version = processes.find_service(service).current_version_id
    form = casework.applicant_form(version)
    papers = demo_answers.files_for(form)
    clean = demo_answers.application(service, form, demo_answers.applicant(0, factories.SITI_HOME), papers)
    files = {paper.field: parts().files.get(paper.file_key) for paper in papers if paper.field in clean}
    return {name: value for name, value in clean.items() if not form.field(name).is_upload}, files


def parcel(answers: dict, files: dict[str, bytes], **texts: str) -> dict:
    """A multipart form."""
    sent = {name: (io.BytesIO(content), f"{name}.jpg") for name, content in files.items()}
    return {"data": texts | {"answers": json.dumps(answers)} | sent, "content_type": "multipart/form-data"}


def decision(task_id: str, choice: str = "setuju", **others: object) -> dict:
    """What the holder of a task's office would answer; inside an app context."""
    task = db.session.get_one(Task, task_id)
    form = casework.step_form(task.case.version_id, task.step)
    applied = casework.applicant_form(task.case.version_id)
    return (demo_answers.decision(form, choice, applied) if form else {}) | others


def test_from_the_application_to_the_letter(
    app: Flask, system: Machine, position: Callable[[str], int]
) -> None:
    with visitors.inside(app):
        answers, files = filled("domisili")
    sent = system.ask("POST", "/applications", **parcel(answers, files, service="domisili"))
    assert sent.status_code == 201
    number, code = sent.json["number"], sent.json["tracking_code"]
    assert sent.headers["Location"] == f"/api/v1/applications/{number}"

    done = []
    while waiting := open_tasks(app, system, number):
        (task,) = waiting
        office = position(task["role"])
        assert [each["id"] for each in system.get("/tasks", position=office).json["items"]] == [task["id"]]
        assert system.post(f"/tasks/{task['id']}/take", position=office).json == {"done": True}
        assert system.get(f"/tasks/{task['id']}", position=office).json["mine"]
        with visitors.inside(app):
            answered = decision(task["id"])
        finished = system.post(f"/tasks/{task['id']}/complete", {"answers": answered}, position=office)
        assert finished.status_code == 200 and finished.json["status"] == "done"
        done.append(task["step"])
    assert done[-1] == "tandatangan_lurah"

    tracked = system.get(f"/applications/{number}", code=code).json
    assert tracked["state"] == "terbit" and tracked["may"]["rate"]
    (letter,) = tracked["letters"]
    pdf = system.get(f"/applications/{number}/letters/{letter['token']}", code=code)
    assert pdf.mimetype == PDF and pdf.data.startswith(b"%PDF-")
    check = {"data": {"token": letter["token"], "file": (io.BytesIO(pdf.data), "surat.pdf")}}
    verdict = system.ask("POST", "/verification", content_type="multipart/form-data", **check).json
    assert (verdict["state"], verdict["file"], verdict["number"]) == ("sah", "persis", letter["number"])
    assert system.post(f"/applications/{number}/rating", {"rating": 4}, code=code).status_code == 200


def test_the_diary_names_office_and_system_and_no_person(app: Flask, system: Machine, life: Life) -> None:
    with visitors.inside(app):
        answered = decision(life.task, "kembalikan")
        person = factories.holder(db.session.get_one(Task, life.task)).name
    assert system.post(f"/tasks/{life.task}/complete", {"answers": answered}).status_code == 200

    with visitors.inside(app):
        case = cases.find_case(life.waiting[0])
        line = next(
            each for each in cases.diary_of(case.id) if each.kind == "task completed" and "melalui" in each.by
        )
        assert line.by.startswith("Operator Kelurahan Mangunharjo melalui Sistem ")
        assert person not in line.by
        messages = [
            each["text"]
            for each in system.get(f"/applications/{case.number}", code=life.waiting[1]).json["messages"]
        ]
    assert any(text.startswith("Operator Kelurahan Mangunharjo mengembalikan") for text in messages)


def test_a_correction_goes_back_to_whoever_asked(app: Flask, system: Machine, life: Life) -> None:
    number, code = life.returned
    wanted = system.get(f"/applications/{number}", code=code).json["correction"]
    with visitors.inside(app):
        answers, files = filled("sktm")
    mended = {name: answers[name] for name in wanted["fields"] if name in answers}
    new = {name: files[name] for name in wanted["fields"] if name in files}

    unknown = system.post(f"/applications/{number}/correction", {"answers": {"tidak_ada": "x"}}, code=code)
    assert unknown.status_code == 422 and unknown.json["fields"] == {
        "answers.tidak_ada": "Isian ini tidak dikenal formulirnya."
    }
    sent = system.ask("POST", f"/applications/{number}/correction", code=code, **parcel(mended, new))
    assert sent.status_code == 200 and sent.json["correction"] is None and sent.json["state"] == "berjalan"
    assert [each["step"] for each in open_tasks(app, system, number)] == ["periksa_operator"]
    again = system.ask("POST", f"/applications/{number}/correction", code=code, **parcel(mended, {}))
    assert again.status_code == 409


def test_the_applicant_writes_and_withdraws(system: Machine, life: Life) -> None:
    number, code = life.complaint
    assert (
        system.post(f"/applications/{number}/messages", {"text": "Mohon kabarnya."}, code=code).status_code
        == 200
    )
    assert [each["text"] for each in system.get(f"/applications/{number}", code=code).json["messages"]] == [
        "Mohon kabarnya."
    ]
    number, code = life.waiting
    assert system.post(f"/applications/{number}/withdrawal", code=code).json["state"] == "dibatalkan"
    assert system.post(f"/applications/{number}/withdrawal", code=code).status_code == 409


def test_incidents_are_retried_and_skipped_by_the_administrator_alone(
    system: Machine, position: Callable[[str], int], life: Life
) -> None:
    admin = position("admin_sistem")
    (line,) = system.get("/incidents", position=admin).json["items"]
    assert str(line["id"]) == life.incident and line["kind"] == "timer"
    skipped = system.post(
        f"/incidents/{life.incident}/skip", {"reason": "Tidak diperlukan lagi."}, position=admin
    )
    assert skipped.status_code == 409 and "tidak dapat dilewati" in skipped.json["detail"]
    assert system.post(f"/incidents/{life.incident}/retry").status_code == 403
    retried = system.post(f"/incidents/{life.incident}/retry", position=admin)
    assert retried.json["handling"]["by"].startswith("Administrator ") and retried.json["handling"]["how"]
    assert system.get("/incidents", position=admin).json["items"] == []


def test_lists_come_in_pages(app: Flask, system: Machine) -> None:
    with visitors.inside(app):
        sent = {factories.apply("domisili", index=at).number for at in range(27)}
    first = system.get("/cases").json
    second = system.get("/cases", query_string={"cursor": first["next"]}).json
    assert len(first["items"]) == 25 and second["next"] is None
    assert {each["number"] for each in first["items"] + second["items"]} == sent


def open_tasks(app: Flask, system: Machine, number: str) -> list[dict]:
    """What waits in a case, after the worker did what was due."""
    factories.settle(app)
    return [task for task in system.get(f"/cases/{number}").json["tasks"] if task["status"] == "open"]
