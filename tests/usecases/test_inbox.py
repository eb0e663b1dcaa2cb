"""The inbox: what it lists, who may take and finish a task, and what a decision needs."""

from io import BytesIO

import pytest
from flask import Flask

from app.domain.permissions import Actor
from app.errors import Conflict, Invalid, NotAllowed, NotFound, TaskAlreadyDone
from app.storage import cases, db, people, transaction
from app.storage.people import Person, Position
from app.storage.reach import Conflicted
from app.usecases import advance, casework, inbox, inbox_list, sign_in
from app.usecases import people as officials
from app.usecases.inbox_list import InboxWish
from app.usecases.parts import today
from app.usecases.uploads import Upload
from tests import factories

RT = factories.SITI_HOME
MANGUNHARJO = "35.74.03.1002"
OTHER_RT = "35.74.03.1002.RW05.RT02"
REASON = "Foto rumah buram, mohon difoto ulang."
CORRECT = {"keputusan": "kembalikan", "alasan": REASON, "perbaikan": ["alamat"]}


def rt() -> Actor:
    return factories.actor("rt", RT)


def colleague(role: str, unit_code: str) -> Actor:
    """Somebody else who holds the same office."""
    unit = people.find_unit(unit_code)
    with transaction():
        person = Person(
            username="rekan", name="Rekan Kerja", password_hash=sign_in.hash_password("sandi rekan kerja")
        )
        person.positions.append(Position(role_key=role, unit_id=unit.id, since=today()))
        db.session.add(person)
    return officials.actor_of(db.session.query(Person.id).filter_by(username="rekan").scalar())


def listed(actor: Actor, **wish: str) -> list[str]:
    return [line.number for line in inbox_list.open_inbox(actor, InboxWish(**wish)).lines]


def test_a_finished_step_passes_the_case_on_and_is_written_down(city: Flask) -> None:
    case = factories.apply("domisili")
    task = factories.open_task(case)

    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=rt())

    assert (task.status, task.decision, task.done_as) == ("done", "setuju", rt().seats[0].title)
    assert factories.open_task(case).role_key == "rw"
    last = cases.diary_of(case.id)[-1]
    assert (last.kind, last.by) == ("task completed", rt().selaku(rt().seats[0]))


def test_the_second_of_two_clicks_is_refused_by_name_and_changes_nothing(city: Flask) -> None:
    case = factories.apply("domisili")
    task = factories.open_task(case)
    first, second = rt(), colleague("rt", RT)
    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=first)

    with pytest.raises(TaskAlreadyDone, match=f"{first.name} pada .* pukul"):
        inbox.complete_task(task.id, {"keputusan": "tolak", "alasan": REASON}, actor=second)

    assert [entry.kind for entry in cases.diary_of(case.id)].count("task completed") == 1
    assert case.is_open


def test_the_same_request_sent_twice_is_answered_twice_and_done_once(city: Flask) -> None:
    case = factories.apply("domisili")
    task_id = factories.open_task(case).id

    for _ in range(2):
        answered = inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=rt(), request_key="kunci-1")
        assert (answered.id, answered.number) == (task_id, case.number)

    assert [entry.kind for entry in cases.diary_of(case.id)].count("task completed") == 1


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["keputusan"]),
        ({"keputusan": "mungkin"}, ["keputusan"]),
        ({"keputusan": "tolak"}, ["alasan"]),
        ({"keputusan": "tolak", "alasan": "pendek"}, ["alasan"]),
        ({"keputusan": "kembalikan", "alasan": REASON}, ["perbaikan"]),
        ({"keputusan": "kembalikan", "alasan": REASON, "perbaikan": ["bukan isian"]}, ["perbaikan"]),
    ],
)
def test_a_decision_says_why_and_what_to_mend(city: Flask, typed: dict, fields: list[str]) -> None:
    case = factories.apply("domisili")
    task = factories.open_task(case)

    with pytest.raises(Invalid) as refusal:
        inbox.complete_task(task.id, typed, actor=rt())

    assert list(refusal.value.fields) == fields
    assert cases.get_task(task.id).status == "open"


def test_a_return_opens_a_task_of_the_applicant(city: Flask) -> None:
    case = factories.apply("domisili")
    inbox.complete_task(factories.open_task(case).id, CORRECT, actor=rt())

    assert factories.open_task(case).role_key == "pemohon"
    assert casework.answers_of(case.id)["sahkan_rt"]["perbaikan"] == ["alamat"]


def test_a_refusal_closes_the_case_without_a_number(city: Flask) -> None:
    case = factories.apply("domisili")
    typed = {"keputusan": "tolak", "alasan": "Tidak bertempat tinggal di RT ini."}
    inbox.complete_task(factories.open_task(case).id, typed, actor=rt())
    factories.walk(case)

    assert case.outcome == "ditolak"
    assert [task.role_key for task in cases.tasks_of(case.id)] == ["rt"]


@pytest.mark.parametrize(
    ("role", "unit"), [("rt", OTHER_RT), ("lurah", MANGUNHARJO), ("rw", "35.74.03.1002.RW05")]
)
def test_a_task_of_another_office_is_not_there(city: Flask, role: str, unit: str) -> None:
    task = factories.open_task(factories.apply("domisili"))
    stranger = factories.actor(role, unit)

    for deed in (
        lambda: inbox.open_task(task.id, stranger),
        lambda: inbox.take(task.id, stranger),
        lambda: inbox.release(task.id, stranger),
        lambda: inbox.keep_files(task.id, [], actor=stranger),
        lambda: inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=stranger),
    ):
        with pytest.raises(NotFound):
            deed()
    assert listed(stranger) == []
    assert cases.get_task(task.id).status == "open"


def test_somebody_in_conflict_neither_sees_nor_does(city: Flask) -> None:
    case = factories.apply("domisili")
    task = factories.open_task(case)
    with transaction():
        db.session.add(Conflicted(case_id=case.id, person_id=rt().person_id))

    assert listed(rt()) == []
    with pytest.raises(NotFound):
        inbox.open_task(task.id, rt())


def test_who_takes_a_task_keeps_others_from_it_until_it_is_released(city: Flask) -> None:
    task = factories.open_task(factories.apply("domisili"))
    first, second = rt(), colleague("rt", RT)
    inbox.take(task.id, first)

    for deed in (inbox.take, inbox.release):
        with pytest.raises(Conflict, match=first.name):
            deed(task.id, second)
    with pytest.raises(Conflict, match=first.name):
        inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=second)
    sheet = inbox.open_task(task.id, second)
    assert (sheet.holder, sheet.mine, sheet.may_act) == (first.name, False, False)

    inbox.release(task.id, first)
    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=second)

    kinds = [entry.kind for entry in cases.diary_of(task.case_id)]
    assert kinds[1:4] == ["task taken", "task released", "task completed"]


def test_taking_twice_is_one_taking(city: Flask) -> None:
    task = factories.open_task(factories.apply("domisili"))
    inbox.take(task.id, rt())
    inbox.take(task.id, rt())
    assert [entry.kind for entry in cases.diary_of(task.case_id)].count("task taken") == 1


def test_a_step_keeps_no_file_that_its_form_does_not_ask_for(city: Flask) -> None:
    task = factories.open_task(factories.apply("domisili"))

    kept, problems = inbox.keep_files(task.id, [Upload("alasan", "x.pdf", BytesIO(b"%PDF-"))], actor=rt())

    assert (kept, problems) == ({}, {})


def test_the_sheet_holds_what_a_decision_needs(city: Flask) -> None:
    case = factories.apply("sktm")
    sheet = inbox.open_task(factories.open_task(case).id, rt())

    told = {row.field: row.text for group in sheet.case.application for row in group.rows}
    assert told["nik"].count("•") >= 6
    assert sheet.may_act
    assert sheet.form is not None
    assert sheet.case.files
    assert sheet.case.current == {"sahkan_rt"}
    assert ("Mengesahkan warga RT", "now") in sheet.case.outline


def test_what_the_applicant_corrected_is_marked(city: Flask) -> None:
    case = factories.apply("domisili")
    inbox.complete_task(factories.open_task(case).id, CORRECT, actor=rt())
    answers = casework.answers_of(case.id)[casework.APPLICATION] | {"alamat": "Jl. Baru 7"}
    with transaction():
        task = cases.lock_task(factories.open_task(case).id)
        advance.complete_step(task, answers, by="Pemohon", person_id=None, as_title="Pemohon")

    sheet = inbox.open_task(factories.open_task(case).id, rt())

    assert sheet.case.changed == {"alamat"}
    assert [filled.title for filled in sheet.case.earlier] == ["Mengesahkan warga RT"]


def test_permission_is_asked_inside_the_use_case(city: Flask) -> None:
    """An actor whose office went since the page was shown is refused, whatever the page said."""
    task = factories.open_task(factories.apply("domisili"))
    stale = Actor(rt().person_id, rt().name, ())
    with pytest.raises((NotFound, NotAllowed)):
        inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=stale)
