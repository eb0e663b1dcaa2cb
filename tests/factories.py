"""Cases for tests, made the way people make them: an application is sent, officials decide, the worker works.

Call these inside an app context (fixture `city`), except `sign_in` and `settle`.
"""

from flask import Flask
from flask.testing import FlaskClient

from app.domain.permissions import Actor
from app.storage import cases, db, people, processes, transaction
from app.storage.cases import Case, Task
from app.storage.people import Position
from app.usecases import advance, casework, clock, demo_answers, inbox
from app.usecases import people as officials
from app.usecases.advance import Opened
from app.usecases.inbox import Finished
from app.usecases.parts import today

SITI_HOME = "35.74.03.1002.RW05.RT03"
PASSWORD = officials.DEMO_PASSWORD
MOST_STEPS = 40


def apply(service: str, *, home: str = SITI_HOME, index: int = 0) -> Case:
    """An application of an invented resident; index makes another resident."""
    return send(service, home=home, index=index).case


def send(service: str, *, home: str = SITI_HOME, index: int = 0, **answers: object) -> Opened:
    """The same with its tracking code; `answers` replace what the resident would have written."""
    with transaction():
        offered = processes.find_service(service)
        form = casework.applicant_form(offered.current_version_id)
        files = demo_answers.files_for(form)
        db.session.add_all(files)
        person = demo_answers.applicant(index, home)
        clean = demo_answers.application(service, form, person, files) | answers
        return advance.open_case(offered, offered.current_version_id, clean, files)


def open_task(case: Case, step: str | None = None) -> Task:
    """The one task that waits, or the one of a step where several do."""
    (task,) = [task for task in cases.open_tasks_of(case.id) if step in (None, task.step)]
    return task


def decide(task: Task, decision: str = "setuju", **answers: object) -> Finished:
    """The holder of the task's office decides it; `answers` replace what they would have written."""
    form = casework.step_form(task.case.version_id, task.step, task.case.process_id)
    applied = casework.applicant_form(task.case.version_id, task.case.process_id)
    typed = (demo_answers.decision(form, decision, applied) if form else {}) | answers
    return inbox.complete_task(task.id, typed, actor=holder(task))


def walk(case: Case, *, until: str | None = None) -> list[str]:
    """Everybody agrees, one after the other, until the named step waits or nobody is left; gives the steps done."""
    done: list[str] = []
    for _ in range(MOST_STEPS):
        clock.settle()
        waiting = cases.open_tasks_of(case.id)
        if not waiting or until in [task.step for task in waiting]:
            break
        done.append(waiting[0].step)
        decide(waiting[0])
    db.session.refresh(case)
    return done


def holder(task: Task) -> Actor:
    """Whoever holds the office a task waits for, as permission sees them."""
    return officials.actor_of(_position(task.role_key, task.unit_id).person_id)


def actor(role: str, unit: str) -> Actor:
    """Who holds an office, by role key and unit code."""
    return officials.actor_of(_position(role, people.find_unit(unit).id).person_id)


def account(role: str, unit: str) -> str:
    """The user name of who holds an office; everybody's password is PASSWORD."""
    return _position(role, people.find_unit(unit).id).person.username


def sign_in(client: FlaskClient, username: str) -> FlaskClient:
    """The test client, signed in as this official."""
    answer = client.post("/masuk", data={"nama": username, "sandi": PASSWORD})
    assert answer.status_code == 302, f"{username} cannot sign in: {answer.status_code}"
    return client


def settle(app: Flask) -> int:
    """The worker does all that is due."""
    with app.app_context():
        return clock.settle()


def _position(role: str, unit_id: int) -> Position:
    found = people.holder(role, unit_id, today())
    assert found, f"nobody holds {role} of unit {unit_id}"
    return found
