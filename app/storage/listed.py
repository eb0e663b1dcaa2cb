"""What lists show of a case, its tasks and its letters: plain values, because a page shows many and changes none."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.storage.cases import Case, Task
from app.storage.database import db
from app.storage.letters import Letter
from app.storage.people import Person, Unit, ids_of
from app.storage.processes import Service
from app.storage.reach import Reach


class Home(NamedTuple):
    """The unit a case is at home in."""

    id: int
    level: str
    name: str
    path: str

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the city down to this unit itself."""
        return list(ids_of(self.path))


class ListedCase(NamedTuple):
    """A case as a line of a list."""

    id: int
    number: str
    applicant_name: str
    confidential: bool
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    service_code: str
    service: str
    icon: str
    home: Home

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ListedTask(NamedTuple):
    """A task as a line of an inbox."""

    id: str
    name: str
    created_at: datetime
    due_at: datetime | None
    reminded: bool
    holder: str | None  # who took it
    number: str
    applicant_name: str
    confidential: bool
    service: str
    icon: str
    home: Home


class WaitingTask(NamedTuple):
    """What a case waits for."""

    case_id: int
    name: str
    role_key: str
    unit: str | None


class ListedLetter(NamedTuple):
    """A letter as a line of a list."""

    id: int
    token: str
    number: str
    title: str
    dated: date
    valid_until: date | None
    signed_at: datetime
    revoked_at: datetime | None
    unit: str
    applicant_name: str
    case_number: str
    icon: str


ICON = func.coalesce(Service.settings["ikon"].as_string(), "surat")
HOLDER = select(Person.name).where(Person.id == Task.taken_by_id).scalar_subquery()
HOME = (Unit.id, Unit.level, Unit.name, Unit.path)
CASE = (
    Case.id, Case.number, Case.applicant_name, Case.confidential, Case.opened_at, Case.due_at, Case.closed_at,
    Case.outcome, Case.service_code, Service.name, ICON, *HOME,
)  # fmt: skip
TASK = (
    Task.id, Task.name, Task.created_at, Task.due_at, Task.reminded_at.is_not(None), HOLDER,
    Case.number, Case.applicant_name, Case.confidential, Service.name, ICON, *HOME,
)  # fmt: skip
WAITING = Task.case_id, Task.name, Task.role_key, Unit.name
LETTER = (
    Letter.id, Letter.token, Letter.number, Letter.title, Letter.dated, Letter.valid_until, Letter.signed_at,
    Letter.revoked_at, Unit.name, Case.applicant_name, Case.number, ICON,
)  # fmt: skip


def rename(case: Case) -> None:
    """Let a case be found by its applicant's present name wherever it is listed."""
    for model in (Reach, Task, Letter):
        known = update(model).where(model.case_id == case.id).values(applicant_search=case.applicant_search)
        db.session.execute(known, execution_options={"synchronize_session": False})


def read(lines: Callable[[bool], Select], ids: Sequence) -> Sequence[Row]:
    """The lines of these rows, by a statement that `lines` makes for SQLite (True) or PostgreSQL."""
    return db.session.execute(lines(db.engine.dialect.name == "sqlite"), {"ids": list(ids)}).all()


def among(column: ColumnElement, on_sqlite: bool) -> ColumnElement[bool]:
    """Whether a row is one of those; PostgreSQL gets them as one value, so that it knows the statement again."""
    if on_sqlite:
        return column.in_(bindparam("ids", expanding=True))
    return column == any_(bindparam("ids", type_=ARRAY(column.type)))


def with_home(query: Select) -> Select:
    """The rows beside a case that its line is read from."""
    return query.join(Case.home_unit).join(Case.service)


def case_line(values: Sequence) -> ListedCase:
    """A row of CASE."""
    return ListedCase(*values[:-4], Home(*values[-4:]))


def task_line(values: Sequence) -> ListedTask:
    """A row of TASK."""
    return ListedTask(*values[:-4], Home(*values[-4:]))
