"""Demonstration cases in every state, played through the real engine at moments of the last weeks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import engine
from app.errors import ProcessFault
from app.storage import cases, db, people, processes, transaction
from app.storage.cases import Task
from app.storage.people import Position
from app.storage.work import Announcement
from app.usecases import casework, clock, demo_answers
from app.usecases.advance import advance, complete_step, open_case
from app.usecases.demo_answers import Applicant
from app.usecases.parts import now, parts, today
from app.usecases.people import SHOWN_FIRST

HOMES = (
    "35.74.03.1002.RW01.RT02", "35.74.04.1003.RW01.RT02", "35.74.02.1001.RW02.RT01", "35.74.01.1009.RW03.RT03",
    "35.74.05.1005.RW01.RT01", "35.74.04.1001.RW02.RT03",
)  # fmt: skip
MOST_STEPS = 40


@dataclass(frozen=True)
class Plan:
    """One demo case: how it goes, until where, and how long ago it began."""

    service: str
    days_ago: float
    until: str | None = None  # stop when this step waits; None = to the end
    returned_at: str | None = None  # this step returns it once
    corrected: bool = True  # whether the applicant has corrected it
    refused_at: str | None = None
    withdrawn: bool = False
    rating: int | None = None


def play(say: Callable[[str], None]) -> int:
    """Play all plans, unless cases are there already; returns how many were made."""
    if cases.numbers():
        return 0
    plans = list(
        plans_for({service.code: service.current_version_id for service in processes.offered_services()})
    )
    play_plans(plans, say)
    _announce()
    return len(plans)


def play_plans(plans: Sequence[Plan], say: Callable[[str], None] = str) -> None:
    """Play these plans, one after the other."""
    for index, plan in enumerate(plans):
        with at(parts().clock() - timedelta(days=plan.days_ago)) as tick:
            _play_one(index, plan, tick)
        if index % 20 == 19:
            say(f"Permohonan peragaan: {index + 1} dari {len(plans)} …")


def plans_for(versions: dict[str, int]) -> Iterator[Plan]:
    """About thirteen cases a service: one waiting at every step, and some of each ending."""
    for turn, (service, version_id) in enumerate(versions.items()):
        steps = [
            step.id
            for step in casework.drawing_of(version_id).outline
            if step.role != casework.APPLICANT and step.public_label
        ]
        for place, step in enumerate(steps):
            yield Plan(service, 0.3 + place * 0.7 + turn * 0.1, until=step)
        middle, last = steps[len(steps) // 2], steps[-1]
        yield Plan(service, 6, returned_at=steps[min(1, len(steps) - 1)], corrected=False)
        yield Plan(service, 9, returned_at=middle, until=last)
        yield Plan(service, 12, refused_at=steps[0])
        yield Plan(
            service, 15, refused_at=next(step for step in reversed(steps) if _may_refuse(version_id, step))
        )
        yield Plan(service, 5, withdrawn=True)
        yield Plan(service, 20, until=middle)
        for number, days in enumerate((4, 8, 13, 21, 30)):
            yield Plan(service, days + turn * 0.2, rating=4 - (number + turn) % 3)


def _may_refuse(version_id: int, step: str) -> bool:
    form = casework.step_form(version_id, step)
    return form is not None and any(option.value == "tolak" for option in form.field("keputusan").options)


@contextmanager
def at(moment: datetime) -> Iterator[Callable[[float], None]]:
    """Set the one clock back to `moment`; the yielded function lets hours pass."""
    real, shown = parts().clock, [moment]
    parts().clock = lambda: shown[0]

    def pass_hours(hours: float) -> None:
        shown[0] = min(shown[0] + timedelta(hours=hours), real())

    try:
        yield pass_hours
    finally:
        parts().clock = real


def _play_one(index: int, plan: Plan, tick: Callable[[float], None]) -> None:
    home = SHOWN_FIRST if plan.until and not plan.returned_at else HOMES[index % len(HOMES)]
    applicant = demo_answers.applicant(index, home)
    case_id = apply(plan.service, applicant)
    for _ in range(MOST_STEPS):
        tick(1.3)
        clock.settle()
        task = next(iter(cases.open_tasks_of(case_id)), None)
        if task is None or task.step == plan.until or not _act(task, plan, applicant):
            break
    clock.settle()
    if plan.rating:
        _rate(case_id, plan.rating)


def apply(code: str, applicant: Applicant) -> int:
    """Send an invented application for a service; returns the case's id."""
    service = processes.find_service(code)
    form = casework.applicant_form(service.current_version_id)
    with transaction():
        service = processes.find_service(code)
        files = demo_answers.files_for(form)
        db.session.add_all(files)
        answers = demo_answers.application(code, form, applicant, files)
        return open_case(service, service.current_version_id, answers, files).case.id


def _act(task: Task, plan: Plan, applicant: Applicant) -> bool:
    """One more step of the plan; False when the case is to be left as it stands."""
    if plan.withdrawn:
        return _withdraw(task.case_id)
    if task.role_key == casework.APPLICANT:
        return plan.corrected and _correct(task)
    visits = [other for other in cases.tasks_of(task.case_id) if other.step == task.step]
    decision = "setuju"
    if task.step == plan.refused_at:
        decision = "tolak"
    if task.step == plan.returned_at and len(visits) == 1:
        decision = "kembalikan"
    return decide(task, decision)


def decide(task: Task, decision: str) -> bool:
    """The holder of a task's office decides it (setuju, kembalikan, tolak)."""
    position = _holder(task)
    title = position.title
    form = casework.step_form(task.case.version_id, task.step, task.case.process_id)
    applied = casework.applicant_form(task.case.version_id, task.case.process_id)
    with transaction():
        locked = cases.lock_task(task.id)
        answers = demo_answers.decision(form, decision, applied, task.case_id) if form else {}
        complete_step(
            locked,
            answers,
            by=f"{position.person.name} selaku {title}",
            person_id=position.person_id,
            as_title=title,
        )
    return True


def _correct(task: Task) -> bool:
    with transaction():
        locked = cases.lock_task(task.id)
        answers = casework.answers_of(locked.case_id)[casework.APPLICATION]
        complete_step(
            locked,
            answers,
            by="Pemohon",
            person_id=None,
            as_title="Pemohon",
            variables={"isi_berubah": False},
        )
    return True


def _withdraw(case_id: int) -> bool:
    with transaction():
        case = cases.lock_case(case_id)
        case.outcome = "dibatalkan"
        advance(
            case,
            lambda drawing, state, days, moment: engine.cancel(drawing, state, moment, calendar=days),
            by="Pemohon",
        )
    return False


def _rate(case_id: int, rating: int) -> None:
    with transaction():
        case = cases.lock_case(case_id)
        if not case.is_open:
            case.rating = rating


def _holder(task: Task) -> Position:
    holder = people.holder(task.role_key, task.unit_id, today())
    if holder is None:
        raise ProcessFault(f"nobody holds {task.role_key} of unit {task.unit_id}")
    return holder


def _announce() -> None:
    with transaction():
        db.session.add_all(
            [
                Announcement(
                    title="Layanan kelurahan kini tanpa antre",
                    body="Ajukan surat dari rumah, ikuti dengan nomor registrasi, dan unduh suratnya. Semua gratis.",
                    published_at=now(),
                ),
                Announcement(
                    title="Kantor tutup pada 24 dan 25 Desember 2026",
                    body="Permohonan tetap diterima. Batas waktu layanan tidak dihitung pada hari libur.",
                    published_at=now() - timedelta(days=2),
                ),
            ]
        )
