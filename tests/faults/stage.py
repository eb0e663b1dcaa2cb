"""A portal under attack: its services, its clock, its worker and the people who press a button again."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from app.storage import cases, db
from app.storage.cases import Case
from app.usecases import clock as worker
from tests import factories
from tests.conftest import Clock
from tests.web import visitors

LONGER_THAN_A_LEASE = worker.LEASE.total_seconds() + 1


@dataclass
class Stage:
    """One portal on its own database."""

    app: Flask
    clock: Clock

    def inside(self):
        return visitors.inside(self.app)

    def work(self) -> int:
        """A worker does all that is due, as `alur worker` does."""
        with self.inside():
            return worker.settle()

    def wait(self) -> None:
        """Whatever a dead worker held in its hands is free again."""
        self.clock.forward(seconds=LONGER_THAN_A_LEASE)

    def send(self, service: str, index: int = 0) -> int:
        """The id of a new case."""
        with self.inside():
            return factories.apply(service, index=index).id

    def decide(self, case_id: int, decision: str = "setuju", **answers: object) -> None:
        with self.inside():
            factories.decide(self.task(case_id), decision, **answers)

    def task(self, case_id: int):
        return factories.open_task(db.session.get_one(Case, case_id))

    def task_id(self, case_id: int) -> str:
        with self.inside():
            return self.task(case_id).id

    def steps(self, case_id: int) -> list[str]:
        with self.inside():
            return [task.step for task in cases.open_tasks_of(case_id)]

    def kinds(self, case_id: int) -> list[str]:
        """What the diary of a case says happened."""
        with self.inside():
            return [entry.kind for entry in cases.diary_of(case_id)]

    def lurah(self) -> FlaskClient:
        """The desk of the Lurah of the cases' kelurahan."""
        return visitors.holder_of(self.app, "lurah", "35.74.03.1002")

    def admin(self) -> FlaskClient:
        return visitors.holder_of(self.app, "admin_sistem", "diskominfo")
