"""Named queries of the desk: the tasks of an inbox, and the cases and letters within a reader's reach.

Every list is paged by the last row shown (keyset), so that a page costs the same however long the list grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.storage.cases import Case, Task
from app.storage.database import db
from app.storage.letters import Letter
from app.storage.people import Person, Unit
from app.storage.processes import Service
from app.storage.reach import Conflicted, Reach

Key = tuple[datetime | None, str | int]


@dataclass(frozen=True)
class Reader:
    """Who looks, and from which offices: (role, unit id)."""

    person_id: int
    offices: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class TaskSearch:
    """What an inbox is narrowed to."""

    text: str = ""
    nik_index: str | None = None
    service: str = ""
    home: str = ""  # path of a unit the case must be at home in
    holder: str = ""  # "bebas": nobody took it; "diambil": somebody did
    taken_by: int | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class CaseSearch:
    """What the list of cases is narrowed to."""

    text: str = ""
    nik_index: str | None = None
    service: str = ""
    state: str = ""  # berjalan | perbaikan | terlambat | an outcome
    moment: datetime | None = None  # what "late" is measured against


def inbox(
    reader: Reader, search: TaskSearch, *, order: str, after: Key | None, limit: int
) -> list[tuple[Task, str | None]]:
    """Open tasks of the reader's offices with the name of whoever took them; case and service are loaded."""
    query = (
        _waiting(reader)
        .outerjoin(Person, Person.id == Task.taken_by_id)
        .join(Case.service)
        .with_only_columns(Task, Person.name)
        .options(contains_eager(Task.case).options(contains_eager(Case.service), joinedload(Case.home_unit)))
        .where(*_task_terms(search))
    )
    column, descending = _ORDERS[order]
    if after is not None:
        query = query.where(beyond(column, Task.id, after, descending=descending))
    query = query.order_by(*order_by(column, Task.id, descending=descending)).limit(limit)
    return [(task, name) for task, name in db.session.execute(query)]


def count_inbox(reader: Reader, *, moment: datetime, day_ends: datetime) -> tuple[int, int, int, int]:
    """How many open tasks: all, taken by the reader, late, due before the day ends."""
    today = and_(Task.due_at >= moment, Task.due_at < day_ends)
    query = _waiting(reader).with_only_columns(
        func.count(Task.id),
        func.count(Task.id).filter(Task.taken_by_id == reader.person_id),
        func.count(Task.id).filter(Task.due_at < moment),
        func.count(Task.id).filter(today),
    )
    everything, mine, late, due = db.session.execute(query).one()
    return everything, mine, late, due


def services_waiting(reader: Reader) -> list[Service]:
    """The services whose tasks wait in this inbox."""
    waiting = _waiting(reader).with_only_columns(Case.service_code)
    return list(db.session.scalars(select(Service).where(Service.code.in_(waiting)).order_by(Service.name)))


def areas_below(unit_ids: Sequence[int]) -> list[Unit]:
    """The areas one level below these units; for an office without areas, those of the unit it belongs to."""
    below = select(Unit).where(Unit.level.in_(("kecamatan", "kelurahan", "rw", "rt"))).order_by(Unit.code)
    found = list(db.session.scalars(below.where(Unit.parent_id.in_(unit_ids))))
    if found:
        return found
    parents = select(Unit.parent_id).where(Unit.id.in_(unit_ids), Unit.level.in_(("instansi", "vertikal")))
    return list(db.session.scalars(below.where(Unit.parent_id.in_(parents))))


def cases_within(reader: Reader, search: CaseSearch, *, after: Key | None, limit: int) -> list[Case]:
    """Cases that came to one of the reader's offices, newest first; service and home unit are loaded."""
    query = (
        select(Case)
        .where(in_reach(reader), *_case_terms(search))
        .options(joinedload(Case.service), joinedload(Case.home_unit))
        .order_by(*order_by(Case.opened_at, Case.id, descending=True))
        .limit(limit)
    )
    if after is not None:
        query = query.where(beyond(Case.opened_at, Case.id, after, descending=True))
    return list(db.session.scalars(query))


def waiting_in(case_ids: Sequence[int]) -> dict[int, list[Task]]:
    """The open tasks of these cases, their units loaded."""
    found: dict[int, list[Task]] = {case_id: [] for case_id in case_ids}
    query = (
        select(Task).where(Task.case_id.in_(case_ids), Task.status == "open").options(joinedload(Task.unit))
    )
    for task in db.session.scalars(query.order_by(Task.created_at, Task.id)):
        found[task.case_id].append(task)
    return found


def letters_within(
    reader: Reader, text: str, nik_index: str | None, *, after: Key | None, limit: int
) -> list[Letter]:
    """Signed letters of the reader's units, newest first; their cases are loaded and within reach."""
    units = [unit_id for _role, unit_id in reader.offices]
    query = (
        select(Letter)
        .join(Letter.case)
        .join(Case.service)
        .where(Letter.unit_id.in_(units), Letter.signed_at.is_not(None), in_reach(reader))
        .options(contains_eager(Letter.case).contains_eager(Case.service), joinedload(Letter.unit))
        .order_by(*order_by(Letter.signed_at, Letter.id, descending=True))
        .limit(limit)
    )
    if text:
        query = query.where(or_(Letter.number.contains(text, autoescape=True), _matches(text, nik_index)))
    if after is not None:
        query = query.where(beyond(Letter.signed_at, Letter.id, after, descending=True))
    return list(db.session.scalars(query))


_ORDERS = {
    "batas": (Task.due_at, False),
    "terlama": (Task.created_at, False),
    "terbaru": (Task.created_at, True),
}


def _waiting(reader: Reader) -> Select:
    addressed = [and_(Task.role_key == role, Task.unit_id == unit_id) for role, unit_id in reader.offices]
    terms = (or_(false(), *addressed), Task.status == "open", no_conflict(reader))
    return select(Task).join(Task.case).where(*terms)


def no_conflict(reader: Reader) -> ColumnElement[bool]:
    return Case.id.not_in(select(Conflicted.case_id).where(Conflicted.person_id == reader.person_id))


def in_reach(reader: Reader) -> ColumnElement[bool]:
    """The same rule as permissions.seat_for(…, "open case"), said to the database."""
    units = {unit_id for _role, unit_id in reader.offices}
    exact = or_(
        false(), *(and_(Reach.unit_id == unit, Reach.role_key == role) for role, unit in reader.offices)
    )
    by_office = select(Reach.case_id).where(exact)
    by_unit = select(Reach.case_id).where(or_(exact, and_(Reach.unit_id.in_(units), Reach.role_key == "")))
    secret = or_(not_(Case.confidential), Case.id.in_(by_office))
    return and_(Case.id.in_(by_unit), secret, no_conflict(reader))


def _task_terms(search: TaskSearch) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = []
    if search.text:
        terms.append(_matches(search.text, search.nik_index))
    if search.service:
        terms.append(Case.service_code == search.service)
    if search.home:
        below = select(Unit.id).where(Unit.path.startswith(search.home, autoescape=True))
        terms.append(Case.home_unit_id.in_(below))
    if search.holder:
        free = Task.taken_by_id.is_(None)
        terms.append(free if search.holder == "bebas" else not_(free))
    if search.taken_by is not None:
        terms.append(Task.taken_by_id == search.taken_by)
    if search.due_from is not None:
        terms.append(Task.due_at >= search.due_from)
    if search.due_before is not None:
        terms.append(Task.due_at < search.due_before)
    return terms


def _case_terms(search: CaseSearch) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = []
    if search.text:
        terms.append(_matches(search.text, search.nik_index))
    if search.service:
        terms.append(Case.service_code == search.service)
    if search.state in {"berjalan", "terlambat", "perbaikan"}:
        terms.append(Case.closed_at.is_(None))
    elif search.state:
        terms.append(Case.outcome == search.state)
    if search.state == "terlambat":
        terms.append(Case.due_at < search.moment)
    if search.state == "perbaikan":
        returned = select(Task.case_id).where(Task.role_key == "pemohon", Task.status == "open")
        terms.append(Case.id.in_(returned))
    return terms


def _matches(text: str, nik_index: str | None) -> ColumnElement[bool]:
    terms = [
        Case.number.startswith(text.upper(), autoescape=True),
        Case.applicant_search.contains(text.lower(), autoescape=True),
    ]
    return or_(*terms, Case.nik_index == nik_index) if nik_index else or_(*terms)


def order_by(column: ColumnElement, tie: ColumnElement, *, descending: bool) -> tuple:
    return (column.desc(), tie.desc()) if descending else (column.asc().nulls_last(), tie.asc())


def beyond(column: ColumnElement, tie: ColumnElement, after: Key, *, descending: bool) -> ColumnElement[bool]:
    """The rows that follow this one in the order of order_by."""
    value, last = after
    if descending:
        return or_(column < value, and_(column == value, tie < last))
    if value is None:
        return and_(column.is_(None), tie > last)
    return or_(column > value, and_(column == value, tie > last), column.is_(None))
