"""Every official step of every service can return and refuse, and what follows is the same everywhere."""

from collections.abc import Iterator

import pytest

from app.errors import Conflict, Invalid
from app.storage import cases, db, letters, processes
from app.storage.cases import Case, Task
from app.storage.letters import NumberRegister
from app.usecases import casework, clock, correction, diary, inbox, track
from app.usecases.parts import parts
from tests import factories
from tests.usecases import player

SERVICES = ("sktm", "domisili", "usaha", "keramaian", "legalisasi", "pengaduan")
AGENCIES = ("periksa_satpolpp", "periksa_dishub", "periksa_polsek")
DETOURS = ("setujui_ulang_lurah", "putuskan_camat")  # on the way only after something unusual
REASON = "Foto tidak terbaca, mohon diulang"


def official_steps(service: str) -> list[str]:
    drawing = casework.drawing_of(processes.find_service(service).current_version_id)
    return [step.id for step in drawing.outline if step.role != casework.APPLICANT]


def usual_steps(service: str) -> list[str]:
    return [
        step for step in official_steps(service) if not step.startswith("ambil_alih") and step not in DETOURS
    ]


def offers(task: Task, decision: str) -> bool:
    form = casework.step_form(task.case.version_id, task.step)
    return decision in [option.value for option in form.field("keputusan").options]


def let_it_be_handed_over(case: Case) -> bool:
    """Nobody does anything until the deadline hands the task over; False where none is drawn."""
    before = {task.step for task in cases.open_tasks_of(case.id)}
    for _ in range(5):
        parts().clock.forward(days=1)
        clock.settle()
        if {task.step for task in cases.open_tasks_of(case.id)} != before:
            return True
    return False


def return_and_correct(case: Case, task: Task) -> None:
    """Sent back from here, mended without a change of content, it waits here again."""
    step, unit = task.step, task.unit_id
    elsewhere = {other.step for other in cases.open_tasks_of(case.id)} - {step}
    factories.decide(task, "kembalikan", alasan=REASON)
    clock.settle()
    waiting = {other.step: other for other in cases.open_tasks_of(case.id)}
    assert set(waiting) == elsewhere | {"perbaiki"}
    assert track.read(case).deed.reason == REASON
    player.correct(case, {}, {})
    clock.settle()
    again = {other.step: other for other in cases.open_tasks_of(case.id)}
    assert set(again) == elsewhere | {step}
    assert again[step].unit_id == unit and again[step].id != task.id


def walk_returning(case: Case) -> Iterator[str]:
    """To the end, every step once returned before it agrees; gives the steps that were returned from."""
    while waiting := cases.open_tasks_of(case.id):
        step = waiting[0].step
        if offers(waiting[0], "kembalikan"):
            return_and_correct(case, waiting[0])
            yield step
        factories.decide(factories.open_task(case, step))
        clock.settle()


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_gets_back_what_it_returned(city, service):
    case = factories.apply(service)
    returned = list(walk_returning(case))

    assert set(returned) == set(usual_steps(service))
    db.session.refresh(case)
    assert case.outcome in {"terbit", "selesai"}
    assert len(cases.pauses_of(case.id)) == len(returned)
    assert diary.broken_at(case.id) is None


@pytest.mark.parametrize("service", ["sktm", "pengaduan"])
def test_every_stand_in_gets_back_what_it_returned(city, service):
    wanted = {step for step in official_steps(service) if step.startswith("ambil_alih")}
    case, returned = factories.apply(service), set()
    while waiting := cases.open_tasks_of(case.id):
        step = waiting[0].step
        if waits_for_stand_in(case, step):
            for _ in range(25):
                if let_it_be_handed_over(case):
                    break
            (stand_in,) = cases.open_tasks_of(case.id)
            step = stand_in.step
            if offers(stand_in, "kembalikan"):
                return_and_correct(case, stand_in)
                returned.add(step)
        factories.decide(factories.open_task(case, step))
        clock.settle()
    assert returned == wanted
    db.session.refresh(case)
    assert case.outcome in {"terbit", "selesai"}


def waits_for_stand_in(case: Case, step: str) -> bool:
    steps = casework.drawing_of(case.version_id).steps.values()
    return any(
        other.id.startswith("ambil_alih") and other.properties.get("menggantikan") == step for other in steps
    )


def test_two_agencies_may_ask_for_corrections_at_once(city):
    case = factories.apply("keramaian")
    factories.walk(case, until="periksa_dishub")
    asked = {"periksa_dishub": "denah", "periksa_polsek": "susunan_panitia"}
    for step, field in asked.items():
        reason = f"Mohon perbaiki {field} lebih dahulu"
        factories.decide(factories.open_task(case, step), "kembalikan", alasan=reason, perbaikan=[field])
        parts().clock.forward(minutes=1)
    for step, field in asked.items():
        assert track.read(case).deed.reason == f"Mohon perbaiki {field} lebih dahulu"
        assert correction.wanted_fields(case) == (field,)
        player.correct(case, {}, {field: "baru.jpg"})
        assert step in {task.step for task in cases.open_tasks_of(case.id)}
    assert {task.step for task in cases.open_tasks_of(case.id)} == set(AGENCIES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_that_may_refuse_ends_the_case_with_its_reason_and_no_number(city, service):
    refused = 0
    for step in usual_steps(service):
        case = factories.apply(service)
        factories.walk(case, until=step)
        task = factories.open_task(case, step)
        if step in AGENCIES or not offers(task, "tolak"):
            continue
        with pytest.raises(Invalid) as refusal:
            factories.decide(task, "tolak", alasan="Kurang")
        assert "alasan" in refusal.value.fields
        factories.decide(task, "tolak", alasan=REASON)
        clock.settle()
        refused_right(case)
        refused += 1
    assert refused >= 1
    assert db.session.query(NumberRegister).count() == 0


def refused_right(case: Case) -> None:
    db.session.refresh(case)
    assert case.outcome == "ditolak" and case.closed_at
    assert not cases.open_tasks_of(case.id) and not cases.timers_of(case.id)
    assert letters.letters_of(case.id) == []
    tracked = track.read(case)
    assert tracked.refusal == REASON
    assert [stop.state for stop in tracked.stations].count("refused") == 1
    assert REASON in player.told_applicant(case)[-1]


@pytest.mark.parametrize(
    ("changed", "follows"), [("Keringanan biaya operasi", "setujui_ulang_lurah"), ("", "mengetahui_camat")]
)
@pytest.mark.parametrize("asked_by", ["periksa_kecamatan", "mengetahui_camat"])
def test_content_changed_at_the_kecamatan_goes_to_the_lurah_before_the_camat(
    city, asked_by, changed, follows
):
    case = factories.apply("sktm")
    factories.walk(case, until=asked_by)
    factories.decide(factories.open_task(case), "kembalikan", perbaikan=["keperluan"])
    player.correct(case, {"keperluan": changed} if changed else {}, {})
    done = factories.walk(case, until=follows)
    assert "mengetahui_camat" not in done and factories.open_task(case).step == follows

    factories.walk(case)
    assert case.outcome == "terbit"
    wanted = casework.answers_of(case.id)[casework.APPLICATION]["keperluan"]
    assert wanted == changed or not changed
    assert wanted in " ".join(player.letter_pages(case))


def test_three_agencies_side_by_side_and_silence_lets_the_case_go_on(city):
    case = factories.apply("keramaian")
    factories.walk(case, until="periksa_dishub")
    waiting = {task.step: task for task in cases.open_tasks_of(case.id)}
    assert set(waiting) == set(AGENCIES)
    assert len({task.unit_id for task in waiting.values()}) == 3
    factories.decide(waiting["periksa_polsek"])
    factories.decide(waiting["periksa_dishub"], "tolak", alasan=REASON)
    assert [task.step for task in cases.open_tasks_of(case.id)] == ["periksa_satpolpp"]
    silent = waiting["periksa_satpolpp"]
    late = factories.holder(silent)

    parts().clock.set(silent.due_at)
    clock.settle()

    (camat,) = cases.open_tasks_of(case.id)
    assert camat.step == "putuskan_camat"
    assert "tidak menjawab" in case.public_status
    with pytest.raises(Conflict):
        inbox.complete_task(silent.id, {"keputusan": "setuju"}, actor=late)
    with pytest.raises(Invalid) as refusal:
        factories.decide(camat, "setuju", pertimbangan="")
    assert "pertimbangan" in refusal.value.fields
    factories.decide(camat, "setuju", pertimbangan="Lalu lintas dialihkan oleh panitia dan Polsek.")
    clock.settle()
    db.session.refresh(case)
    assert case.outcome == "terbit"
