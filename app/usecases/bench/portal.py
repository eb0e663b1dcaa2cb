"""The portal that is measured: a real city in empty tables, the chain as a service, its cases and their offices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.domain.permissions import Actor
from app.storage import cases, db, holding, people, processes, schema, transaction
from app.storage.cases import Case
from app.usecases import advance, demo, inbox
from app.usecases import people as officials
from app.usecases import processes as publishing
from app.usecases.bench import chain
from app.usecases.city import seed_city
from app.usecases.parts import parts, today

HOME = "35.74.03.1002.RW05.RT03"

Place = tuple[bool, list[str]]  # whether a case still runs, and the steps that wait in it
OVER: Place = (False, [])


@dataclass(frozen=True)
class Waiting:
    """One open task, and who may finish it; nobody signed in for the applicant."""

    case_id: int
    task_id: str
    step: str
    person_id: int | None
    username: str


def found() -> None:
    """Fill an empty place: tables, city, an official in every office, the chain."""
    schema.upgrade()
    seed_city(parts().settings.city, neighbourhoods=(1, 1))
    demo.appoint_officials()
    publishing.publish(chain.SERVICE, by="alur bench")


def open_case(seed: int) -> int:
    """One application; gives the case's id."""
    with transaction():
        service = processes.find_service(chain.PROCESS)
        answers = {**chain.application(seed), "wilayah": HOME}
        return advance.open_case(service, service.current_version_id, answers, []).case.id


def waiting(case_id: int) -> Waiting:
    """The one task that waits in a case."""
    (task,) = cases.open_tasks_of(case_id)
    holder = people.holder(task.role_key, task.unit_id, today()) if task.unit_id else None
    person = holder.person if holder else None
    return Waiting(
        case_id, task.id, task.step, person.id if person else None, person.username if person else ""
    )


def place_of(case_id: int) -> Place:
    """Where a case stands."""
    case = db.session.get_one(Case, case_id, populate_existing=True)
    return case.is_open, sorted(task.step for task in cases.open_tasks_of(case_id))


def finish(task: Waiting, answers: Mapping[str, object]) -> None:
    """Finish a task as the inbox does, or as the applicant does."""
    if task.person_id is not None:
        inbox.complete_task(task.task_id, answers, actor=_actor(task.person_id), request_key=task.task_id)
        return
    with transaction():
        held = holding.hold_task(task.task_id)
        advance.complete_step(held, dict(answers), by="Pemohon", person_id=None, as_title="Pemohon")


def send_round(case_id: int, number: int) -> None:
    """The first office sends a case back, its applicant corrects it."""
    returned = chain.answers(chain.REVIEW, decision="kembalikan", number=number)
    finish(waiting(case_id), {**returned, "alasan": f"Kekurangan ke-{number}."})
    finish(waiting(case_id), chain.answers(chain.CORRECTION, number=number))


@cache
def _actor(person_id: int) -> Actor:
    return officials.actor_of(person_id)
