"""Named queries of an official's inbox: the open tasks of their offices, narrowed, sorted and paged.

Every office is one range of an index, in the order that is asked for; a page reads as far as it shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)

from app.storage import searching
from app.storage.case_list import came_to, named
from app.storage.cases import Case, Task
from app.storage.database import db
from app.storage.keyset import Key, beyond, merged, order_by
from app.storage.listed import TASK, ListedTask, among, read, task_line, with_home
from app.storage.people import Unit
from app.storage.reach import Anybody, Reader, Shape, anybody, no_conflict, shape_of, values_of
from app.storage.searching import LIMIT, Kind, Searched, fits, is_number, kind_of, like, says


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


class Asked(NamedTuple):
    """What decides how the statements of an inbox look."""

    reader: Shape
    order: str
    wanted: tuple[str, ...]  # names of TERMS
    has_home: bool
    text: Kind
    is_first: bool  # page
    has_moment: bool


def inbox(
    reader: Reader, search: TaskSearch, *, order: str, after: Key | None, limit: int
) -> list[ListedTask]:
    """Open tasks of the reader's offices."""
    ids = waiting_ids(reader, search, order=order, after=after, limit=limit)
    return [task_line(row) for row in read(partial(_lines, order), ids)]


def waiting_ids(
    reader: Reader, search: TaskSearch, *, order: str, after: Key | None, limit: int
) -> list[str]:
    """The same, but only which tasks they are."""
    if not reader.offices:
        return []
    asked = Asked(
        shape_of(reader), order, tuple(_wanted(search)), bool(search.home),
        kind_of(search.text, search.nik_index), after is None, bool(after and after[0] is not None),
    )  # fmt: skip
    values = {
        **values_of(reader), **_wanted(search), **searching.words(search.text, search.nik_index),
        **searching.place(after), "home": searching.beginning(search.home),
    }  # fmt: skip
    if not (search.text or search.home):
        return searching.whole(_searched(asked), values, limit=limit)
    at_once = searching.AT_ONCE if is_number(asked.text) else 0
    return searching.find(_searched(asked), values, limit=limit, gather_at=at_once if search.text else None)


def following(reader: Reader, *, order: str, after: Key) -> str | None:
    """The task that comes after this place in the whole list, else its first.

    The statement is built and planned once for so many offices: it never reads more than the beginning of a range.
    """
    offices = {f"office{n}": value for n, value in enumerate(chain.from_iterable(reader.offices))}
    place = {"person": reader.person_id, "at": after[0], "last": after[1]}
    query = _following(order, len(reader.offices), after[0] is not None)
    return db.session.scalar(query, offices | place) if reader.offices else None


def areas_below(unit_ids: Sequence[int]) -> list[Unit]:
    """The areas one level below these units; for an office without areas, those of the unit it belongs to."""
    below = select(Unit).where(Unit.level.in_(("kecamatan", "kelurahan", "rw", "rt"))).order_by(Unit.code)
    found = list(db.session.scalars(below.where(Unit.parent_id.in_(unit_ids))))
    if found:
        return found
    parents = select(Unit.parent_id).where(Unit.id.in_(unit_ids), Unit.level.in_(("instansi", "vertikal")))
    return list(db.session.scalars(below.where(Unit.parent_id.in_(parents))))


_ORDERS = {
    "batas": (Task.due_at, False),
    "terlama": (Task.created_at, False),
    "terbaru": (Task.created_at, True),
}


@cache
def _lines(order: str, on_sqlite: bool) -> Select:
    column, descending = _ORDERS[order]
    query = select(*TASK).join(Task.case)
    query = with_home(query).where(among(Task.id, on_sqlite))
    return query.order_by(*order_by(column, Task.id, descending=descending))


@lru_cache(maxsize=1000)
def _searched(asked: Asked) -> Searched:
    reader, (column, descending) = anybody(asked.reader), _ORDERS[asked.order]
    terms = [TERMS[name](bindparam(name)) for name in asked.wanted]
    of_case = _case_terms(asked)
    is_searched = bool(asked.text or asked.has_home)
    after = searching.any_place(asked.is_first, asked.has_moment, column, Task.id)

    def newest(most: ColumnElement | None) -> Select:
        own = [*terms] if is_searched else [*terms, no_conflict(reader, Task.case_id)]
        columns = column.label("at"), Task.id, Task.case_id, Task.applicant_search
        ranges = [
            select(*columns).where(*office, *own, *beyond_last)
            for office in ranges_of(reader)
            for beyond_last in _parts(column, after, descending=descending)
        ]
        return merged(ranges, descending=descending, most=most if is_searched else LIMIT)

    def fitting(rows: FromClause) -> Select:
        query = select(rows.c.id, rows.c.at)
        if asked.text == Kind.NAME:
            query = query.where(says(rows.c.applicant_search))
        if is_number(asked.text) or asked.has_home:
            at_hand = [fits(asked.text)] if is_number(asked.text) else []
            query = query.join(Case, Case.id == rows.c.case_id).where(*at_hand, *of_case)
        return query.where(no_conflict(reader, rows.c.case_id)) if is_searched else query

    def sift(some: CTE) -> Select:
        query = select(Task.id, column.label("at")).join(some, some.c.id == Task.case_id)
        query = query.join(Task.case) if of_case else query
        itself = [says(Task.applicant_search.concat(""))] if asked.text == Kind.NAME else []
        query = query.where(*_waits_for(reader), no_conflict(reader, Task.case_id), *itself, *terms, *of_case)
        if after is not None:
            query = query.where(beyond(column, Task.id, after, descending=descending))
        return query.order_by(*order_by(column, Task.id, descending=descending))

    running = Case.closed_at.is_(None), came_to(reader)
    return Searched(
        newest=newest, fitting=fitting, sift=sift, descending=descending,
        gather=lambda: named(asked.text, *running),
    )  # fmt: skip


def _waits_for(reader: Anybody) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a task of a case at hand waits for the reader; no index is asked which others do."""
    role = Task.role_key.concat("")
    mine = (and_(role == key, Task.unit_id == unit) for key, unit in reader.offices)
    return or_(*mine), Task.status == "open"


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
            [select(column.label("at"), Task.id).where(*office, *start, no_conflict(reader, Task.case_id))],
            descending=descending, most=1,
        ).add_columns(literal(turn).label("turn")).subquery())
        for office in ranges_of(reader) for turn, start in starts
    )).subquery()  # fmt: skip
    return (
        select(rows.c.id)
        .order_by(rows.c.turn, *order_by(rows.c.at, rows.c.id, descending=descending))
        .limit(1)
    )


def ranges_of(reader: Reader | Anybody) -> list[tuple[ColumnElement[bool], ...]]:
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


def _wanted(search: TaskSearch) -> dict[str, object]:
    """What the task itself must say, by the names of TERMS."""
    wanted = {
        "service": search.service or None,
        search.holder: search.holder or None,
        "taken_by": search.taken_by,
        "due_from": search.due_from,
        "due_before": search.due_before,
    }
    return {name: value for name, value in wanted.items() if value is not None}


TERMS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "service": lambda code: Task.service_code == code,
    "bebas": lambda _word: Task.taken_by_id.is_(None),
    "diambil": lambda _word: Task.taken_by_id.is_not(None),
    "taken_by": lambda person_id: Task.taken_by_id == person_id,
    "due_from": lambda moment: Task.due_at >= moment,
    "due_before": lambda moment: Task.due_at < moment,
}


def _case_terms(asked: Asked) -> list[ColumnElement[bool]]:
    """What only its case says, and no index of names and numbers knows."""
    if not asked.has_home:
        return []
    below = select(Unit.id).where(like(Unit.path, bindparam("home")))
    return [Case.home_unit_id.in_(below)]
