"""Cases for tests, made the way people make them: an application is sent, officials decide, the worker works."""

from flask import Flask

from app.storage import cases, db
from app.storage.cases import Case, Task
from app.usecases import clock, demo_answers, demo_cases

SITI_HOME = "35.74.03.1002.RW05.RT03"


def apply(service: str, *, home: str = SITI_HOME, index: int = 0) -> Case:
    """An application of an invented resident; index makes another resident."""
    return db.session.get_one(Case, demo_cases.apply(service, demo_answers.applicant(index, home)))


def open_task(case: Case) -> Task:
    """The one task that waits."""
    (task,) = cases.open_tasks_of(case.id)
    return task


def decide(task: Task, decision: str = "setuju") -> None:
    """The holder of the task's office decides it."""
    demo_cases.decide(task, decision)


def walk(case: Case, *, until: str | None = None) -> None:
    """Everybody agrees, one after the other, until the named step waits or nobody is left."""
    for _ in range(30):
        clock.settle()
        waiting = cases.open_tasks_of(case.id)
        if not waiting or waiting[0].step == until:
            return
        decide(waiting[0])


def settle(app: Flask) -> int:
    """The worker does all that is due."""
    with app.app_context():
        return clock.settle()
