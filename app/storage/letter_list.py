"""Named queries of the desk: the letters a reader's offices have signed, newest first."""

from functools import cache, lru_cache
from typing import NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.storage import searching
from app.storage.case_list import came_to, in_order, named
from app.storage.cases import Case
from app.storage.keyset import Key, beyond, merged, order_by
from app.storage.letters import Letter
from app.storage.listed import LETTER, ListedLetter, among, read
from app.storage.reach import Anybody, Reader, Shape, anybody, in_reach, shape_of, values_of
from app.storage.searching import TAKEN, Kind, Searched, all_of, fits, is_long, kind_of, like, says, ways_of

UNITS_OF = literal_column("ARRAY[letter.unit_id]", ARRAY(BigInteger))  # as the index has it
_NUMBER = bindparam("letter", type_=Letter.number.type)


class Asked(NamedTuple):
    """What decides how the statements of a list look."""

    reader: Shape
    text: Kind
    is_first: bool  # page
    has_moment: bool


def letters_within(
    reader: Reader, text: str, nik_index: str | None, *, after: Key | None, limit: int
) -> list[ListedLetter]:
    """Signed letters of the reader's units, newest first, of cases within reach."""
    kind = kind_of(text, nik_index)
    asked = Asked(shape_of(reader), kind, after is None, bool(after and after[0] is not None))
    values = {
        **values_of(reader), **searching.words(text, nik_index), **searching.place(after),
        "letter": searching.containing(text),
    }  # fmt: skip
    at_once = kind == Kind.NIK or (kind == Kind.NAME and is_long(text))
    when = searching.AT_ONCE if at_once else 0
    ids = searching.find(
        _searched(asked), values, limit=limit, gather_at=when if text else None, stretches=searching.LONG
    )
    return [ListedLetter(*row) for row in read(_lines, ids)]


@cache
def _lines(on_sqlite: bool) -> Select:
    query = select(*LETTER).join(Letter.case).join(Case.service).join(Letter.unit)
    query = query.where(among(Letter.id, on_sqlite))
    return query.order_by(*order_by(Letter.signed_at, Letter.id, descending=True))


@lru_cache(maxsize=1000)
def _searched(asked: Asked) -> Searched:
    reader = anybody(asked.reader)
    after = searching.any_place(asked.is_first, asked.has_moment, Letter.signed_at, Letter.id)
    terms = [in_reach(reader)]
    if asked.text:
        terms.append(or_(like(Letter.number.concat(""), _NUMBER), fits(asked.text)))

    def gather() -> Select:
        whose = named(asked.text, came_to(reader)).subquery()
        arms = (
            (like(Letter.number, _NUMBER), UNITS_OF.overlap(reader.here)),
            (Letter.case_id.in_(select(whose.c.id)), Letter.unit_id.in_(reader.units)),
        )
        signed = Letter.signed_at.is_not(None)
        return all_of([select(Letter.id, Letter.signed_at).where(*arm, signed).limit(TAKEN) for arm in arms])

    def fitting(rows: FromClause) -> Select:
        query = select(rows.c.id, rows.c.signed_at.label("at"))
        if asked.text in {Kind.NAME, Kind.NUMBER}:
            query = query.where(or_(like(rows.c.number, _NUMBER), *itself(rows, asked.text)))
        return query.join(Letter, Letter.id == rows.c.id).join(Letter.case).where(*terms)

    def sift(some: CTE) -> Select:
        first = in_order(some, after)
        query = select(first.c.id, first.c.at).join(Letter, Letter.id == first.c.id).join(Letter.case)
        return query.where(*terms).order_by(first.c.at.desc(), first.c.id.desc())

    return Searched(
        newest=lambda most: _newest(reader, after, most), fitting=fitting, gather=gather, sift=sift
    )


def itself(rows: FromClause, kind: Kind) -> list[ColumnElement[bool]]:
    """Whether a row of the list says such a number or name of its case."""
    return ways_of(kind, rows.c.case_number, says(rows.c.applicant_search), null())


def _newest(reader: Anybody, after: Key | None, most: ColumnElement | None) -> Select:
    """(signed_at, id) of what the reader's units signed, each unit one range of an index."""
    listed = Letter.number, Letter.case_number, Letter.applicant_search
    ranges = []
    for unit in reader.units or [0]:
        query = select(Letter.signed_at, Letter.id, *listed).where(
            Letter.unit_id == unit, Letter.signed_at.is_not(None)
        )
        if after is not None:
            query = query.where(beyond(Letter.signed_at, Letter.id, after, descending=True))
        ranges.append(query)
    return merged(ranges, descending=True, most=most)
