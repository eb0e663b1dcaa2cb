"""Named queries of the desk: the cases and letters within a reader's reach, newest first.

A list is read from its newest end. Where too little of that fits what is searched for, whatever fits is gathered from
the indexes of words, numbers, units and outcomes instead, as far as that is few; where it is many, the list is read on.
So neither a frequent word nor a rare one, nor one that nobody has, makes the database read a whole reach.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import contains_eager, joinedload

from app.storage.cases import Case, Task
from app.storage.database import AFRESH, db
from app.storage.keyset import Key, beyond, merged, order_by
from app.storage.letters import Letter
from app.storage.reach import Reader, in_reach, newest, ways

STRETCHES = (300, 3_000, 30_000)  # rows of a list that are read before one asks whether to go on
GATHERED = 2_500  # the most that is taken from the indexes
FACETS = (
    """ARRAY["case".service_code, COALESCE("case".outcome, ''),"""
    """ CASE WHEN "case".closed_at IS NULL THEN 'berjalan' ELSE '' END]"""
)  # as the index has it
RUNNING, RETURNED = "berjalan", "perbaikan"


@dataclass(frozen=True)
class CaseSearch:
    """What the list of cases is narrowed to."""

    text: str = ""
    nik_index: str | None = None
    service: str = ""
    state: str = ""  # berjalan | perbaikan | terlambat | an outcome
    moment: datetime | None = None  # what "late" is measured against


def cases_within(reader: Reader, search: CaseSearch, *, after: Key | None, limit: int) -> list[Case]:
    """Cases that came to one of the reader's offices, newest first; service and home unit are loaded."""
    terms = _case_terms(search)
    ids = search_through(
        lambda most: _walk(reader, terms, after, limit, most=most),
        lambda most: _is_more(newest(reader, after, most + 1), most),
        lambda: _gather(reader, search, terms, after, limit),
        limit=limit, narrowed=bool(terms), is_text=bool(search.text),
        is_rare=is_number(search.text) or search.state == RETURNED,
    )  # fmt: skip
    query = select(Case).where(Case.id.in_(ids)).options(joinedload(Case.service), joinedload(Case.home_unit))
    return list(db.session.scalars(query.order_by(*order_by(Case.opened_at, Case.id, descending=True))))


def letters_within(
    reader: Reader, text: str, nik_index: str | None, *, after: Key | None, limit: int
) -> list[Letter]:
    """Signed letters of the reader's units, newest first; their cases are loaded and within reach."""
    ids = search_through(
        lambda most: _walk_letters(reader, text, nik_index, after, limit, most=most),
        lambda most: _is_more(_newest_letters(reader, after, most + 1), most),
        lambda: _gather_letters(reader, text, nik_index, after, limit),
        limit=limit, narrowed=bool(text), is_text=True, is_rare=is_number(text),
    )  # fmt: skip
    loaded = contains_eager(Letter.case).contains_eager(Case.service), joinedload(Letter.unit)
    query = select(Letter).join(Letter.case).join(Case.service).where(Letter.id.in_(ids)).options(*loaded)
    return list(db.session.scalars(query.order_by(*order_by(Letter.signed_at, Letter.id, descending=True))))


def search_through(
    walk: Callable[[int | None], list], is_more: Callable[[int], bool], gather: Callable[[], list | None],
    *, limit: int, narrowed: bool, is_text: bool, is_rare: bool,
) -> list:  # fmt: skip
    """The first that fit. `walk` reads a list from its beginning, so far or to its end; `gather` takes what fits from
    the indexes, unless that is too much: at once what is always rare, a text after the first stretch, else later."""
    if db.engine.dialect.name != "postgresql":
        return walk(None)
    gathered = gather() if is_rare else None
    if gathered is not None:
        return gathered
    asks_at = None if is_rare or not narrowed else 0 if is_text else 1
    for stretch, most in enumerate(STRETCHES):
        found = walk(most)
        if len(found) >= limit or not is_more(most):
            return found
        if stretch == asks_at and len(found) < limit // 4:
            gathered = gather()
            if gathered is not None:
                return gathered
    return walk(None)


def waiting_in(case_ids: Sequence[int]) -> dict[int, list[Task]]:
    """The open tasks of these cases, their units loaded."""
    found: dict[int, list[Task]] = {case_id: [] for case_id in case_ids}
    query = (
        select(Task).where(Task.case_id.in_(case_ids), Task.status == "open").options(joinedload(Task.unit))
    )
    for task in db.session.scalars(query.order_by(Task.created_at, Task.id)):
        found[task.case_id].append(task)
    return found


def fits(text: str, nik_index: str | None) -> ColumnElement[bool]:
    """Whether a case that is at hand has this number, name part or whole NIK: no index is asked who else has."""
    number, name = Case.number.concat(""), Case.applicant_search.concat("")
    return or_(*_ways(text, nik_index, number=number, name=name, nik=Case.nik_index.concat("")))


def named(reader: Reader, text: str, nik_index: str | None, *facets: str) -> Select:
    """(id, opened_at) of cases of the reader's units that fit a text, each way of fitting by its own index.

    Only what came to one of the units is found, but not all of it may be seen. At most GATHERED for each way: as many
    in all means that there may be more.
    """
    number, name, *nik = _ways(text, nik_index)
    here = _here(reader, facets)
    arms = [select(Case.id, Case.opened_at).where(way, *here).limit(GATHERED) for way in (name, number, *nik)]
    return union(*(select(arm.subquery()) for arm in arms))


def _walk(
    reader: Reader,
    terms: Sequence[ColumnElement[bool]],
    after: Key | None,
    limit: int,
    *,
    most: int | None,
) -> list[int]:
    """Ids of the newest cases that fit, among the `most` newest."""
    rows = newest(reader, after, most).subquery()
    query = select(Case.id).join(rows, rows.c.case_id == Case.id).where(in_reach(reader), *terms)
    ordered = order_by(rows.c.opened_at, rows.c.case_id, descending=True)
    found = db.session.scalars(
        query.order_by(*ordered).limit(limit * len(ways(reader))), execution_options=AFRESH
    )
    return list(dict.fromkeys(found))[:limit]


def _gather(
    reader: Reader, search: CaseSearch, terms: Sequence[ColumnElement[bool]], after: Key | None, limit: int
) -> list[int] | None:
    """The same by the indexes of what is searched for; None where that is too much to be looked through."""
    facets = [search.service] if search.service else []
    if search.state:
        facets.append(RUNNING if search.state in {RUNNING, "terlambat", RETURNED} else search.state)
    if search.text:
        some = named(reader, search.text, search.nik_index, *facets)
    elif search.state == RETURNED:
        returned = select(Task.case_id).where(Task.role_key == "pemohon", Task.status == "open")
        some = (
            select(Case.id, Case.opened_at).where(Case.id.in_(returned), *_here(reader, ())).limit(GATHERED)
        )
    else:
        some = select(Case.id, Case.opened_at).where(*_here(reader, facets), *terms).limit(GATHERED)
    return _few(some, select(Case.id).where(in_reach(reader), *terms), Case.id, after, limit)


def _few(some: Select, query: Select, key: ColumnElement, after: Key | None, limit: int) -> list[int] | None:
    """Ids of the newest that fit among some (id, moment); None where there may be more of those than were taken.

    They are sorted before anything else is asked of them, so that no more than a page is looked at.
    """
    rows = some.cte("some").prefix_with("MATERIALIZED", dialect="postgresql")
    number, moment = rows.c
    ordered = select(number.label("id"), moment.label("at")).order_by(moment.desc(), number.desc()).offset(0)
    if after is not None:
        ordered = ordered.where(beyond(moment, number, after, descending=True))
    first = ordered.subquery()
    query = query.join(first, first.c.id == key).order_by(first.c.at.desc(), first.c.id.desc())
    return read_few(rows, query.limit(limit))


def read_few(rows: CTE, query: Select) -> list | None:
    """The ids a query finds among rows taken from the indexes; None where there may be more. One statement."""
    found = query.subquery()
    seen = select(func.count().label("seen")).select_from(rows).subquery()
    both = select(seen.c.seen, found.c.id).outerjoin(found, seen.c.seen < GATHERED)
    answer = db.session.execute(both, execution_options=AFRESH).all()
    return None if answer[0].seen >= GATHERED else [row.id for row in answer if row.id is not None]


def _walk_letters(
    reader: Reader,
    text: str,
    nik_index: str | None,
    after: Key | None,
    limit: int,
    *,
    most: int | None,
) -> list[int]:
    rows = _newest_letters(reader, after, most).subquery()
    query = select(Letter.id).join(rows, rows.c.id == Letter.id).join(Letter.case).where(in_reach(reader))
    if text:
        query = query.where(_letter_fits(text, nik_index))
    ordered = query.order_by(*order_by(rows.c.signed_at, rows.c.id, descending=True))
    return list(db.session.scalars(ordered.limit(limit), execution_options=AFRESH))


def _newest_letters(reader: Reader, after: Key | None, most: int | None) -> Select:
    """(signed_at, id) of what the reader's units signed, each unit one range of an index."""
    ranges = []
    for unit in reader.units or [0]:
        query = select(Letter.signed_at, Letter.id).where(
            Letter.unit_id == unit, Letter.signed_at.is_not(None)
        )
        if after is not None:
            query = query.where(beyond(Letter.signed_at, Letter.id, after, descending=True))
        ranges.append(query)
    return merged(ranges, descending=True, most=most)


def _is_more(rows: Select, most: int) -> bool:
    """Whether a list goes on beyond so many rows."""
    return (
        db.session.execute(select(rows.subquery()).offset(most), execution_options=AFRESH).first() is not None
    )


def _gather_letters(
    reader: Reader, text: str, nik_index: str | None, after: Key | None, limit: int
) -> list[int] | None:
    signed = Letter.unit_id.in_(reader.units), Letter.signed_at.is_not(None)
    numbered = select(Letter.id, Letter.signed_at).where(_has_number(text), *signed).limit(GATHERED)
    whose = named(reader, text, nik_index).subquery()
    theirs = (
        select(Letter.id, Letter.signed_at)
        .where(Letter.case_id.in_(select(whose.c.id)), *signed)
        .limit(GATHERED)
    )
    some = union(select(numbered.subquery()), select(theirs.subquery()))
    query = select(Letter.id).join(Letter.case).where(in_reach(reader), _letter_fits(text, nik_index))
    return _few(some, query, Letter.id, after, limit)


def _letter_fits(text: str, nik_index: str | None) -> ColumnElement[bool]:
    return or_(_has_number(text), fits(text, nik_index))


def is_number(text: str) -> bool:
    """Names hold no digit; a number is had by few."""
    return any(sign.isdigit() for sign in text)


def _has_number(text: str) -> ColumnElement[bool]:
    return Letter.number.contains(text, autoescape=True)


def _case_terms(search: CaseSearch) -> list[ColumnElement[bool]]:
    """What a case that is at hand is asked; no index is to be read for it."""
    terms: list[ColumnElement[bool]] = []
    if search.text:
        terms.append(fits(search.text, search.nik_index))
    if search.service:
        terms.append(Case.service_code.concat("") == search.service)
    if search.state in {RUNNING, "terlambat", RETURNED}:
        terms.append(Case.closed_at.is_(None))
    elif search.state:
        terms.append(Case.outcome.concat("") == search.state)
    if search.state == "terlambat":
        terms.append(Case.due_at < search.moment)
    if search.state == RETURNED:
        returned = Task.case_id == Case.id, Task.role_key == "pemohon", Task.status == "open"
        terms.append(select(Task.id).where(*returned).correlate(Case).exists())
    return terms


def _ways(
    text: str, nik_index: str | None, *,
    number: ColumnElement = Case.number, name: ColumnElement = Case.applicant_search,
    nik: ColumnElement = Case.nik_index,
) -> list[ColumnElement[bool]]:  # fmt: skip
    found = [number.startswith(text.upper(), autoescape=True), name.contains(text.lower(), autoescape=True)]
    return [*found, nik == nik_index] if nik_index else found


def _here(reader: Reader, facets: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Whether a case came to one of the reader's units and has these facets, as PostgreSQL's index knows it."""
    terms = [Case.reached.overlap(reader.units)]
    if facets:
        known = literal_column(FACETS, ARRAY(String))
        terms.append(known.contains(literal(list(facets), ARRAY(String))))
    return tuple(terms)
