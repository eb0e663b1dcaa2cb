"""One request key, one deed: the answer is kept with the deed in one transaction, or neither is."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Conflict, NotFound
from app.storage import cases, database, db
from app.storage.cases import Case, Diary
from app.storage.work import RequestKey
from app.usecases import once
from app.usecases.once import Asked
from app.usecases.parts import now
from tests.api.conftest import Life
from tests.api.machines import ADDRESS, Machine, machine
from tests.api.test_walk import decision, filled, parcel
from tests.conftest import Clock
from tests.web import visitors


def count(app: Flask, model: type) -> int:
    with visitors.inside(app):
        return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_request_gets_the_same_answer_and_opens_one_case(app: Flask, system: Machine) -> None:
    with visitors.inside(app):
        answers, files = filled("domisili")
    first, again = (
        system.ask("POST", "/applications", key="kunci-satu", **parcel(answers, files, service="domisili"))
        for _ in range(2)
    )
    assert (first.status_code, first.data) == (201, again.data) and again.status_code == 201
    assert first.headers["Location"] == again.headers["Location"]
    assert count(app, Case) == 1

    another = system.ask(
        "POST", "/applications", key="kunci-satu",
        **parcel(answers | {"keperluan": "Lain"}, files, service="domisili"),
    )  # fmt: skip
    assert another.status_code == 422 and another.json["detail"] == once.ANOTHER
    assert count(app, Case) == 1


def test_a_finished_step_is_answered_again_and_not_done_again(
    app: Flask, system: Machine, life: Life
) -> None:
    with visitors.inside(app):
        body = {"answers": decision(life.task, "kembalikan")}
    first = system.post(f"/tasks/{life.task}/complete", body, key="kunci-satu")
    lines = count(app, Diary)
    again = system.post(f"/tasks/{life.task}/complete", body, key="kunci-satu")
    assert first.status_code == again.status_code == 200 and first.data == again.data
    assert count(app, Diary) == lines
    assert system.post(f"/tasks/{life.task}/complete", body).status_code == 409


def test_eight_at_once_open_one_case(app: Flask, system: Machine) -> None:
    with visitors.inside(app):
        answers, files = filled("usaha")
    together, told = threading.Barrier(8), []

    def send() -> None:
        mine = Machine(app.test_client(), system.secret)
        together.wait()
        said = mine.ask("POST", "/applications", key="kunci-satu", **parcel(answers, files, service="usaha"))
        told.append((said.status_code, said.data))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(told)) == 1 and told[0][0] == 201
    assert count(app, Case) == 1


def test_a_refused_deed_keeps_nothing_and_frees_its_key(app: Flask, system: Machine) -> None:
    with visitors.inside(app):
        answers, files = filled("domisili")
        kept = stored(app)
    broken = answers | {"nik": "123"}
    refused = system.ask(
        "POST", "/applications", key="kunci-satu", **parcel(broken, files, service="domisili")
    )
    assert refused.status_code == 422 and "answers.nik" in refused.json["fields"]
    assert count(app, RequestKey) == 0
    assert stored(app) == kept
    sent = system.ask("POST", "/applications", key="kunci-satu", **parcel(answers, files, service="domisili"))
    assert sent.status_code == 201


def test_what_dies_at_the_commit_leaves_neither_deed_nor_answer(
    app: Flask, system: Machine, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the answer kept in a transaction of its own, the step would be done and its answer lost."""
    with visitors.inside(app):
        body = {"answers": decision(life.task, "kembalikan")}
    lines = count(app, Diary)

    with monkeypatch.context() as broken:
        broken.setattr(once, "_seal", _die)
        assert system.post(f"/tasks/{life.task}/complete", body, key="kunci-satu").status_code == 500
    assert (count(app, Diary), count(app, RequestKey)) == (lines, 0)
    assert system.post(f"/tasks/{life.task}/complete", body, key="kunci-satu").status_code == 200


def test_a_key_belongs_to_its_system_its_path_and_its_office(system: Machine, life: Life) -> None:
    assert system.post(f"/tasks/{life.task}/take", key="kunci-satu").status_code == 200
    assert system.post(f"/tasks/{life.task}/release", key="kunci-satu").status_code == 422


def test_a_deed_without_a_usable_key_is_refused(system: Machine, life: Life) -> None:
    for key in ("pendek", "a" * 101, "dengan spasi", "kunci-é-kunci"):
        answer = system.post(f"/tasks/{life.task}/take", key=key)
        assert answer.status_code == 400 and "Idempotency-Key" in answer.json["detail"]
    plain = {"Authorization": f"Bearer {system.secret}", "Alur-Position": str(system.positions[0])}
    assert system.client.post(f"{ADDRESS}/tasks/{life.task}/take", headers=plain).status_code == 400


def test_a_look_may_carry_a_key_too(system: Machine, life: Life) -> None:
    asked = {"number": life.letter}
    first = system.post("/verification", asked, key="kunci-satu")
    assert first.data == system.post("/verification", asked, key="kunci-satu").data
    assert system.post("/verification", {"number": "lain"}, key="kunci-satu").status_code == 422


def test_wrong_codes_count_though_the_deed_is_undone(system: Machine, life: Life) -> None:
    """A count that went with the refused deed would let codes be guessed for ever."""
    number = life.waiting[0]
    told = [
        system.post(f"/applications/{number}/withdrawal", code="222-222-222").status_code for _ in range(6)
    ]
    assert told == [404] * 5 + [429]


@pytest.mark.parametrize("dies", [False, True])
def test_joined_use_cases_are_refused_alone_and_kept_together(each_app: Flask, dies: bool) -> None:
    def write(key: str, *, refused: bool = False) -> None:
        with database.transaction():
            db.session.add(RequestKey(scope="x", key=key, sealed=b"", at=now()))
            db.session.flush()
            if refused:
                raise Conflict

    def deed() -> dict:
        write("kept")
        with suppress(Conflict):
            write("refused", refused=True)
        write("kept too")
        if dies:
            raise NotFound
        return {}

    with visitors.inside(each_app):
        with suppress(NotFound):
            once.once(Asked(1, "kunci-satu", "x"), deed)
        found = set(db.session.scalars(select(RequestKey.key).where(RequestKey.scope == "x")))
        assert found == (set() if dies else {"kept", "kept too"})
        assert "joined" not in db.session().info


def test_on_sqlite_the_same_request_gets_the_same_answer_too(sqlite_app: Flask) -> None:
    system = machine(sqlite_app, scopes=["applications:write"])
    with visitors.inside(sqlite_app):
        answers, files = filled("usaha")
    asked = [
        system.ask("POST", "/applications", key="kunci-satu", **parcel(answers, files, service="usaha"))
        for _ in "ab"
    ]
    assert asked[0].status_code == 201 and asked[0].data == asked[1].data and count(sqlite_app, Case) == 1


def stored(app: Flask) -> set[Path]:
    """The files in the store."""
    return {path for path in app.extensions["alur"].files.folder.rglob("*") if path.is_file()}


def _die(*_given: object) -> Callable:
    raise RuntimeError("dead")


def test_the_answer_cannot_be_read_without_its_key(app: Flask, system: Machine) -> None:
    with visitors.inside(app):
        answers, files = filled("domisili")
    sent = system.ask("POST", "/applications", key="kunci-satu", **parcel(answers, files, service="domisili"))
    with visitors.inside(app):
        rows = db.session.scalars(select(RequestKey)).all()
        assert all(sent.json["tracking_code"].encode() not in row.sealed for row in rows)
        assert cases.find_case(sent.json["number"]) is not None


def test_answers_are_forgotten_when_nobody_asks_any_more(city: Flask, clock: Clock) -> None:
    asked = Asked(1, "kunci-lama", once.fingerprint("satu"))
    once.once(asked, lambda: {"said": 1})
    clock.forward(days=29)
    once.sweep()
    assert once.once(asked, lambda: {"said": 2}) == {"said": 1}
    clock.forward(days=2)
    once.sweep()
    assert once.once(asked, lambda: {"said": 3}) == {"said": 3}
