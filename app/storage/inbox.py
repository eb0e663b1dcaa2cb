"""Named queries of an official's inbox: the open tasks of their offices, narrowed, sorted, paged and counted.

Every office is one range of an index, in the order that is asked for; a page reads as far as it shows, and a count as
far as MOST_COUNTED.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from app.storage.case_list import RUNNING, fits, is_number, named, read_few, search_through
from app.storage.cases import Case, Task
from app.storage.database import AFRESH, db
from app.storage.keyset import Key, beyond, merged, order_by
from app.storage.people import Person, Unit
from app.storage.processes import Service
from app.storage.reach import Conflicted, Reader

MOST_COUNTED = 1_000  # beyond it a count only says that there are more


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


def inbox(
    reader: Reader, search: TaskSearch, *, order: str, after: Key | None, limit: int
) -> list[tuple[Task, str | None]]:
    """Open tasks of the reader's offices with the name of whoever took them; case and service are loaded."""
    ids = waiting_ids(reader, search, order=order, after=after, limit=limit)
    column, descending = _ORDERS[order]
    query = (
        select(Task, Person.name)
        .outerjoin(Person, Person.id == Task.taken_by_id)
        .join(Task.case)
        .join(Case.service)
        .where(Task.id.in_(ids))
        .options(contains_eager(Task.case).options(contains_eager(Case.service), joinedload(Case.home_unit)))
        .order_by(*order_by(column, Task.id, descending=descending))
    )
    return [(task, name) for task, name in db.session.execute(query)]


def waiting_ids(
    reader: Reader, search: TaskSearch, *, order: str, after: Key | None, limit: int
) -> list[str]:
    """The same, but only which tasks they are."""
    return search_through(
        lambda most: _walk(reader, search, order, after, limit, most=most),
        lambda most: bool(_case_terms(search)) and _is_more(reader, search, most),
        lambda: _gather(reader, search, order, after, limit),
        limit=limit, narrowed=bool(search.text), is_text=True, is_rare=is_number(search.text),
    )  # fmt: skip


def following(reader: Reader, *, order: str, after: Key) -> str | None:
    """The task that comes after this place in the whole list, else its first.

    The statement is built and planned once for so many offices: it never reads more than the beginning of a range.
    """
    offices = {f"office{n}": value for n, value in enumerate(chain.from_iterable(reader.offices))}
    place = {"person": reader.person_id, "at": after[0], "last": after[1]}
    query = _following(order, len(reader.offices), after[0] is not None)
    return db.session.scalar(query, offices | place) if reader.offices else None


def count_inbox(reader: Reader, *, moment: datetime, day_ends: datetime) -> tuple[int, int, int, int]:
    """How many open tasks: all, taken by the reader, late, due before the day ends; none beyond MOST_COUNTED + 1."""
    wishes = (
        TaskSearch(),
        TaskSearch(taken_by=reader.person_id),
        TaskSearch(due_before=moment),
        TaskSearch(due_from=moment, due_before=day_ends),
    )
    everything, mine, late, due = db.session.execute(
        select(*(_counted(reader, wish) for wish in wishes)), execution_options=AFRESH
    ).one()
    return everything, mine, late, due


def count_waiting(reader: Reader) -> int:
    """How many open tasks in all, as far as they are counted."""
    return db.session.scalar(select(_counted(reader, TaskSearch())), execution_options=AFRESH) or 0


def services_waiting(reader: Reader) -> list[Service]:
    """The services whose tasks wait in this inbox."""
    waiting = [
        select(Task.id).where(*office, Task.service_code == Service.code, no_conflict(reader)).exists()
        for office in _offices(reader)
    ]
    return (
        list(db.session.scalars(select(Service).where(or_(*waiting)).order_by(Service.name)))
        if waiting
        else []
    )


def areas_below(unit_ids: Sequence[int]) -> list[Unit]:
    """The areas one level below these units; for an office without areas, those of the unit it belongs to."""
    below = select(Unit).where(Unit.level.in_(("kecamatan", "kelurahan", "rw", "rt"))).order_by(Unit.code)
    found = list(db.session.scalars(below.where(Unit.parent_id.in_(unit_ids))))
    if found:
        return found
    parents = select(Unit.parent_id).where(Unit.id.in_(unit_ids), Unit.level.in_(("instansi", "vertikal")))
    return list(db.session.scalars(below.where(Unit.parent_id.in_(parents))))


def no_conflict(reader: Reader) -> ColumnElement[bool]:
    return Task.case_id.not_in(select(Conflicted.case_id).where(Conflicted.person_id == reader.person_id))


_ORDERS = {
    "batas": (Task.due_at, False),
    "terlama": (Task.created_at, False),
    "terbaru": (Task.created_at, True),
}


def _walk(
    reader: Reader, search: TaskSearch, order: str, after: Key | None, limit: int, *, most: int | None
) -> list[str]:
    """Ids of the first tasks that fit, among the `most` first."""
    column, descending = _ORDERS[order]
    terms, of_case = _task_terms(search), _case_terms(search)
    ranges = [
        select(column.label("at"), Task.id, Task.case_id).where(*office, *terms, *beyond_last)
        for office in _offices(reader)
        for beyond_last in _parts(column, after, descending=descending)
    ]
    if not ranges:
        return []
    if not of_case:
        ranges = [query.where(no_conflict(reader)) for query in ranges]
    rows = merged(ranges, descending=descending, most=most if of_case else limit).subquery()
    query = select(rows.c.id)
    if of_case:
        query = query.join(Case, Case.id == rows.c.case_id).where(*of_case, _case_free(reader))
    ordered = query.order_by(*order_by(rows.c.at, rows.c.id, descending=descending))
    return list(db.session.scalars(ordered.limit(limit), execution_options=AFRESH))


def _is_more(reader: Reader, search: TaskSearch, most: int) -> bool:
    """Whether one of the offices has more tasks than so many."""
    ranges = (select(Task.id).where(*office, *_task_terms(search)) for office in _offices(reader))
    return any(
        db.session.execute(query.offset(most).limit(1), execution_options=AFRESH).first() for query in ranges
    )


def _gather(
    reader: Reader, search: TaskSearch, order: str, after: Key | None, limit: int
) -> list[str] | None:
    """The same by the indexes of what is searched for; None where that is too much to be looked through."""
    column, descending = _ORDERS[order]
    rows = named(reader, search.text, search.nik_index, RUNNING).cte("some")
    rows = rows.prefix_with("MATERIALIZED", dialect="postgresql")
    query = select(Task.id).join(rows, rows.c.id == Task.case_id).join(Task.case)
    mine = or_(
        *(and_(Task.role_key.concat("") == role, Task.unit_id == unit) for role, unit in reader.offices)
    )
    query = query.where(mine, Task.status.concat("") == "open", no_conflict(reader))  # by case, not by office
    query = query.where(*_task_terms(search), *_case_terms(search))
    if after is not None:
        query = query.where(beyond(column, Task.id, after, descending=descending))
    return read_few(rows, query.order_by(*order_by(column, Task.id, descending=descending)).limit(limit))


@cache
def _following(order: str, offices: int, has_moment: bool) -> Select:
    column, descending = _ORDERS[order]
    places = (bindparam(f"office{n}") for n in range(2 * offices))
    reader = Reader(bindparam("person"), tuple(zip(places, places, strict=True)))
    after = (
        bindparam("at", type_=column.type) if has_moment else None,
        bindparam("last", type_=Task.id.type),
    )
    starts = [(0, part) for part in _parts(column, after, descending=descending)] + [(1, ())]
    rows = union_all(*(
        select(merged(
            [select(column.label("at"), Task.id).where(*office, *start, no_conflict(reader))],
            descending=descending, most=1,
        ).add_columns(literal(turn).label("turn")).subquery())
        for office in _offices(reader) for turn, start in starts
    )).subquery()  # fmt: skip
    return (
        select(rows.c.id)
        .order_by(rows.c.turn, *order_by(rows.c.at, rows.c.id, descending=descending))
        .limit(1)
    )


def _offices(reader: Reader) -> list[tuple[ColumnElement[bool], ...]]:
    """What waits for each of the reader's offices: one range of the inbox's indexes."""
    return [
        (Task.role_key == role, Task.unit_id == unit, Task.status == "open") for role, unit in reader.offices
    ]


def _parts(
    column: ColumnElement, after: Key | None, *, descending: bool
) -> list[tuple[ColumnElement[bool], ...]]:
    """What follows the last row shown, as ranges that an index knows: without a moment come last."""
    if after is None:
        return [()]
    if after[0] is None or descending:
        return [(beyond(column, Task.id, after, descending=descending),)]
    return [(beyond(column, Task.id, after, descending=False, with_none=False),), (column.is_(None),)]


def _counted(reader: Reader, search: TaskSearch) -> ColumnElement[int]:
    terms = (*_task_terms(search), no_conflict(reader))
    ranges = [select(Task.id).where(*office, *terms).limit(MOST_COUNTED + 1) for office in _offices(reader)]
    if not ranges:
        return select(0).scalar_subquery()
    rows = union_all(*(select(query.subquery()) for query in ranges)).subquery()
    some = select(rows.c.id).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _task_terms(search: TaskSearch) -> list[ColumnElement[bool]]:
    """What the task itself says."""
    terms: list[ColumnElement[bool]] = []
    if search.service:
        terms.append(Task.service_code == search.service)
    if search.holder:
        free = Task.taken_by_id.is_(None)
        terms.append(free if search.holder == "bebas" else Task.taken_by_id.is_not(None))
    if search.taken_by is not None:
        terms.append(Task.taken_by_id == search.taken_by)
    if search.due_from is not None:
        terms.append(Task.due_at >= search.due_from)
    if search.due_before is not None:
        terms.append(Task.due_at < search.due_before)
    return terms


def _case_terms(search: TaskSearch) -> list[ColumnElement[bool]]:
    """What only its case says."""
    terms: list[ColumnElement[bool]] = []
    if search.text:
        terms.append(fits(search.text, search.nik_index))
    if search.home:
        below = select(Unit.id).where(Unit.path.startswith(search.home, autoescape=True))
        terms.append(Case.home_unit_id.in_(below))
    return terms


def _case_free(reader: Reader) -> ColumnElement[bool]:
    return Case.id.not_in(select(Conflicted.case_id).where(Conflicted.person_id == reader.person_id))
