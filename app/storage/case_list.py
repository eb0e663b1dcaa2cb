"""Named queries of the desk: the cases within a reader's reach, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.storage import searching
from app.storage.cases import Case, Task
from app.storage.database import Moment
from app.storage.keyset import Key, beyond, order_by
from app.storage.listed import CASE, WAITING, ListedCase, WaitingTask, among, case_line, read, with_home
from app.storage.reach import Anybody, Reader, Shape, anybody, in_reach, may_see, newest, shape_of, values_of
from app.storage.searching import (
    TAKEN,
    Kind,
    Searched,
    all_of,
    fits,
    is_long,
    is_number,
    kind_of,
    may_say,
    says,
    ways_of,
)

# as the index has it
FACETS = literal_column(
    """ARRAY["case".service_code, COALESCE("case".outcome, ''),"""
    """ CASE WHEN "case".closed_at IS NULL THEN 'berjalan' ELSE '' END]""",
    ARRAY(String),
)
RUNNING, RETURNED, LATE, CLOSED = "berjalan", "perbaikan", "terlambat", "an outcome"


@dataclass(frozen=True)
class CaseSearch:
    """What the list of cases is narrowed to."""

    text: str = ""
    nik_index: str | None = None
    service: str = ""
    state: str = ""  # berjalan | perbaikan | terlambat | an outcome
    moment: datetime | None = None  # what "late" is measured against


class Asked(NamedTuple):
    """What decides how the statements of a list look."""

    reader: Shape
    text: Kind
    has_service: bool
    state: str  # berjalan | perbaikan | terlambat | CLOSED
    is_first: bool  # page
    has_moment: bool


def cases_within(reader: Reader, search: CaseSearch, *, after: Key | None, limit: int) -> list[ListedCase]:
    """Cases that came to one of the reader's offices, newest first."""
    searched, values = _searched(_asked(reader, search, after)), _values(reader, search, after)
    ids = searching.find(
        searched, values, limit=limit, gather_at=_gather_at(search),
        stretches=searching.LONG if kind_of(search.text, search.nik_index) == Kind.NAME else None,
    )  # fmt: skip
    return [case_line(row) for row in read(_lines, ids)]


def waiting_in(case_ids: Sequence[int]) -> dict[int, list[WaitingTask]]:
    """The open tasks of these cases."""
    found: dict[int, list[WaitingTask]] = {case_id: [] for case_id in case_ids}
    for row in read(_waiting, case_ids):
        found[row.case_id].append(WaitingTask(*row))
    return found


@cache
def _lines(on_sqlite: bool) -> Select:
    query = with_home(select(*CASE)).where(among(Case.id, on_sqlite))
    return query.order_by(*order_by(Case.opened_at, Case.id, descending=True))


@cache
def _waiting(on_sqlite: bool) -> Select:
    query = select(*WAITING).outerjoin(Task.unit)
    query = query.where(among(Task.case_id, on_sqlite), Task.status == "open")
    return query.order_by(Task.created_at, Task.id)


def named(kind: Kind, *terms: ColumnElement[bool]) -> Select:
    """(id, opened_at) of cases that may fit a text and fit these terms, each way of fitting by its own index.

    At most TAKEN for each way: as many in all means that there may be more.
    """
    ways = ways_of(kind, Case.number, may_say(kind, Case.applicant_search), Case.nik_index)
    return all_of([select(Case.id, Case.opened_at).where(way, *terms).limit(TAKEN) for way in ways])


def came_to(reader: Anybody) -> ColumnElement[bool]:
    """Whether a case came to one of the reader's units, as PostgreSQL's index knows it; not all of it may be seen."""
    return Case.reached.overlap(reader.here)


def _asked(reader: Reader, search: CaseSearch, after: Key | None) -> Asked:
    state = search.state if search.state in {"", RUNNING, RETURNED, LATE} else CLOSED
    return Asked(
        shape_of(reader), kind_of(search.text, search.nik_index), bool(search.service), state,
        after is None, bool(after and after[0] is not None),
    )  # fmt: skip


def _values(reader: Reader, search: CaseSearch, after: Key | None) -> dict[str, object]:
    facet = RUNNING if search.state in {RUNNING, RETURNED, LATE} else search.state
    return {
        **values_of(reader), **searching.words(search.text, search.nik_index), **searching.place(after),
        "service": search.service, "outcome": search.state, "moment": search.moment,
        "facets": [each for each in (search.service, facet) if each],
    }  # fmt: skip


def _gather_at(search: CaseSearch) -> int | None:
    """When the indexes are asked: at once for what is always rare, a text after the first stretch, else later."""
    is_rare = is_number(kind_of(search.text, search.nik_index)) or is_long(search.text)
    if is_rare or search.state == RETURNED:
        return searching.AT_ONCE
    if search.text:
        return 0
    return 1 if search.service or search.state else None


@lru_cache(maxsize=1000)
def _searched(asked: Asked) -> Searched:
    reader, terms = anybody(asked.reader), _terms(asked)
    after = searching.any_place(asked.is_first, asked.has_moment, Case.opened_at, Case.id)

    def fitting(rows: FromClause) -> Select:
        query = select(rows.c.case_id.label("id"), rows.c.opened_at.label("at"))
        if asked.text == Kind.NAME:
            query = query.where(says(rows.c.applicant_search))
        return query.join(Case, Case.id == rows.c.case_id).where(may_see(reader), *terms)

    def sift(some: CTE) -> Select:
        first = in_order(some, after)
        query = (
            select(first.c.id, first.c.at).join(Case, Case.id == first.c.id).where(in_reach(reader), *terms)
        )
        return query.order_by(first.c.at.desc(), first.c.id.desc())

    return Searched(
        newest=lambda most: newest(reader, after, most),
        fitting=fitting,
        gather=lambda: _gathered(asked, reader),
        sift=sift,
        ways=max(asked.reader.ways, 1),
    )


def in_order(some: CTE, after: Key | None) -> FromClause:
    """Sorted before anything else is asked of them, so that no more than a page is looked at."""
    number, moment = some.c
    ordered = select(number.label("id"), moment.label("at")).order_by(moment.desc(), number.desc()).offset(0)
    if after is not None:
        ordered = ordered.where(beyond(moment, number, after, descending=True))
    return ordered.subquery()


def _gathered(asked: Asked, reader: Anybody) -> Select:
    """(id, opened_at) of what the indexes have of it."""
    here = came_to(reader)
    if asked.has_service or asked.state:
        facets = FACETS.contains(bindparam("facets", type_=ARRAY(String)))
    if asked.text:
        return named(asked.text, here, *([facets] if asked.has_service or asked.state else []))
    query = select(Case.id, Case.opened_at).limit(TAKEN)
    if asked.state == RETURNED:
        returned = select(Task.case_id).where(Task.role_key == "pemohon", Task.status == "open")
        return query.where(Case.id.in_(returned), here)
    return query.where(here, facets, *_terms(asked))


def _terms(asked: Asked) -> list[ColumnElement[bool]]:
    """What a case that is at hand is asked; no index is to be read for it."""
    terms: list[ColumnElement[bool]] = []
    if asked.text:
        terms.append(fits(asked.text))
    if asked.has_service:
        terms.append(Case.service_code.concat("") == bindparam("service"))
    if asked.state == CLOSED:
        terms.append(Case.outcome.concat("") == bindparam("outcome"))
    elif asked.state:
        terms.append(Case.closed_at.is_(None))
    if asked.state == LATE:
        terms.append(Case.due_at < bindparam("moment", type_=Moment))
    if asked.state == RETURNED:
        returned = Task.case_id == Case.id, Task.role_key == "pemohon", Task.status == "open"
        terms.append(select(Task.id).where(*returned).correlate(Case).exists())
    return terms
