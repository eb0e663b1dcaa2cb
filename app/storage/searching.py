"""Finding few rows of a long list: how every list of the desk is searched, whatever is searched for.

A list is read from its newest end. Where too little of that fits what is searched for, whatever fits is gathered from
the indexes of words, numbers, units and outcomes instead, as far as that is few; where it is many, the list is read on.
So neither a frequent word nor a rare one, nor one that nobody has, makes the database read a whole reach. The first of
these questions are one statement, which is built once for every kind of list and planned for the values it comes with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)

from app.storage.cases import Case
from app.storage.database import AFRESH, db
from app.storage.keyset import Key, order_by

STRETCHES = (300, 3_000, 30_000)  # rows of a list that are read before one asks whether to go on
LONG = (6_000, 60_000)  # the same where the rows of the list itself say what is asked
GATHERED = 2_500  # the most that is taken from the indexes
FOUND, TAKEN_ONES = 0, 1  # where an id comes from: the list itself, or the indexes
WRITTEN_OUT = 10  # signs
STEM = 5  # signs of a word
AT_ONCE = -1  # before any stretch
LIMIT, MOST, ENOUGH, TAKEN = (bindparam(name, type_=Integer) for name in ("limit", "most", "enough", "taken"))


class Kind(StrEnum):
    """What was typed into a search field, as far as it decides how a statement looks."""

    NOTHING = ""
    NAME = "a part of a name"
    NUMBER = "that, or the beginning of a number, which has digits in its first place"
    NIK = "that, or a whole NIK"


@dataclass(frozen=True)
class Words:
    """The values of what was typed, by name."""

    prefix: ColumnElement | None
    part: ColumnElement
    stems: ColumnElement
    nik: ColumnElement | None


class Answer(NamedTuple):
    """What one statement found: among the rows it read, and in the indexes."""

    found: list
    is_whole: bool  # no row that fits was left out because others came twice
    seen: int  # rows of the list, one more than were read where it goes on
    taken: list
    gathered: int


@dataclass(frozen=True)
class Searched:
    """A kind of list as parts of statements: every part selects ids and the moments they are ordered by."""

    newest: Callable[[ColumnElement | None], Select]  # the list itself, so far or to its end
    fitting: Callable[[FromClause], Select]  # which rows of it fit
    gather: Callable[
        [Sequence[ColumnElement]], Select
    ]  # (id, moment) from the indexes, where these terms hold
    sift: Callable[[CTE], Select]  # which of those fit
    descending: bool = True
    ways: int = 1  # on which a row may come into the list

    @cached_property
    def whole(self) -> Select:
        """The first that fit, however far one must read."""
        return self._first(self.newest(None), LIMIT * self.ways)

    @cached_property
    def near(self) -> Select:
        """The first that fit among so many, and whether there are more rows."""
        found = self._found()
        seen = case((_count(found) >= LIMIT, -1), else_=self._rows())
        return self._told(seen, literal(0), {FOUND: found})

    @cached_property
    def both(self) -> Select:
        """The same, and from the indexes where that is too little."""
        found = self._found()
        taken, gathered = self._few([_count(found) < ENOUGH])
        seen = case((or_(_count(found) >= LIMIT, _count(found) < ENOUGH), -1), else_=self._rows())
        return self._told(seen, gathered, {FOUND: found, TAKEN_ONES: taken})

    @cached_property
    def few(self) -> Select:
        """From the indexes alone."""
        taken, gathered = self._few([])
        return self._told(literal(0), gathered, {TAKEN_ONES: taken})

    def _first(self, rows: Select, most: ColumnElement[int]) -> Select:
        rows = rows.subquery()
        at, key, *_rest = rows.c
        return self.fitting(rows).order_by(*order_by(at, key, descending=self.descending)).limit(most)

    def _found(self) -> CTE:
        return _once(self._first(self.newest(MOST), LIMIT), "found")

    def _rows(self) -> ColumnElement[int]:
        """How many rows the list has, one more than so many at most; counted only where that decides anything."""
        return select(func.count()).select_from(self.newest(MOST + 1).subquery()).scalar_subquery()

    def _few(self, gate: Sequence[ColumnElement]) -> tuple[CTE, ColumnElement]:
        some = _once(self.gather(gate), "some")
        gathered = select(func.count()).select_from(some).scalar_subquery()
        return _once(self.sift(some).where(gathered < TAKEN).limit(LIMIT), "taken"), gathered

    def _told(self, seen: ColumnElement, gathered: ColumnElement, sources: Mapping[int, CTE]) -> Select:
        told = select(seen.label("seen"), gathered.label("gathered")).subquery()
        rows = union_all(
            *(select(literal(n).label("source"), each.c.id, each.c.at) for n, each in sources.items())
        ).subquery()
        order = order_by(rows.c.at, rows.c.id, descending=self.descending)
        query = select(told.c.seen, told.c.gathered, rows.c.source, rows.c.id)
        return query.select_from(told.outerjoin(rows, true())).order_by(rows.c.source, *order)


def find(
    searched: Searched, values: dict[str, object], *, limit: int, gather_at: int | None,
    stretches: Sequence[int] | None = None,
) -> list:  # fmt: skip
    """Ids of the first that fit. The indexes are asked after the stretch `gather_at`, AT_ONCE or never."""
    values = {**values, "limit": limit, "enough": limit // 4, "taken": GATHERED}
    if db.engine.dialect.name != "postgresql":
        return whole(searched, values, limit=limit)
    if gather_at == AT_ONCE:
        answer = _ask(searched.few, values)
        if answer.gathered < GATHERED:
            return answer.taken
    for stretch, most in enumerate(stretches or STRETCHES):
        asks = stretch == gather_at
        answer = _ask(searched.both if asks else searched.near, values | {"most": most})
        if asks and len(answer.found) < values["enough"]:
            if answer.gathered < GATHERED:
                return answer.taken
        elif len(answer.found) >= limit or (answer.is_whole and answer.seen <= most):
            return answer.found[:limit]
    return whole(searched, values, limit=limit)


def whole(searched: Searched, values: dict[str, object], *, limit: int) -> list:
    """Ids of the first that fit, read from the beginning of the list until there are enough."""
    found = db.session.execute(searched.whole, {**values, "limit": limit}, execution_options=AFRESH)
    return list(dict.fromkeys(row.id for row in found))[:limit]


def kind_of(text: str, nik_index: str | None) -> Kind:
    """What a text may be."""
    if not text:
        return Kind.NOTHING
    if nik_index:
        return Kind.NIK
    return Kind.NUMBER if any(sign.isdigit() for sign in text) else Kind.NAME


def is_number(kind: Kind) -> bool:
    """Names hold no digit; a number is had by few."""
    return kind in {Kind.NUMBER, Kind.NIK}


def is_long(text: str) -> bool:
    """A name that is written out is had by few, too."""
    return len(text) >= WRITTEN_OUT


def typed(kind: Kind) -> Words:
    """Any words of a kind, for a statement that is built once."""
    prefix, part, stems, nik = (bindparam(name, type_=String) for name in ("prefix", "part", "stems", "nik"))
    return Words(prefix if is_number(kind) else None, part, stems, nik if kind == Kind.NIK else None)


def words(text: str, nik_index: str | None) -> dict[str, object]:
    """What those names stand for."""
    small = text.lower()
    return {
        "prefix": beginning(text.upper()),
        "part": containing(small),
        "stems": beginnings(small),
        "nik": nik_index,
    }


def containing(text: str) -> str:
    """The pattern of whatever has this in it."""
    return f"%{_escaped(text)}%"


def all_of(arms: Sequence[Select]) -> Select:
    """What any of these finds."""
    return arms[0] if len(arms) == 1 else union(*(select(arm.subquery()) for arm in arms))


def beginning(text: str) -> str:
    """The pattern of whatever begins like this."""
    return f"{_escaped(text)}%"


def beginnings(text: str) -> str:
    """The pattern of whatever has the beginnings of these words in it, in this order.

    Every name that has the text in it is of this pattern, and few others; an index finds it by half as many trigrams.
    """
    stems = [word[:STEM] for word in text.split() if len(word) >= STEM]
    return f"%{'%'.join(map(_escaped, stems))}%" if len(stems) > 1 else containing(text)


def like(column: ColumnElement, pattern: ColumnElement) -> ColumnElement[bool]:
    """Whether a text is of this pattern."""
    return column.like(pattern, escape="/")


def fits(kind: Kind) -> ColumnElement[bool]:
    """Whether a case that is at hand has this number, name part or whole NIK: no index is asked who else has."""
    name = says(Case.applicant_search.concat(""))
    return or_(*ways_of(kind, Case.number.concat(""), name, Case.nik_index.concat("")))


def says(name: ColumnElement) -> ColumnElement[bool]:
    """Whether a name has the typed part in it."""
    return like(name, typed(Kind.NAME).part)


def may_say(kind: Kind, name: ColumnElement) -> ColumnElement[bool]:
    """Whether a name may have it in it, for an index of trigrams; of what it finds each is still to be asked."""
    return like(name, typed(kind).stems) if kind == Kind.NAME else says(name)


def ways_of(
    kind: Kind, number: ColumnElement, named: ColumnElement[bool], nik: ColumnElement
) -> list[ColumnElement[bool]]:
    """The ways in which a text of a kind can be found."""
    words = typed(kind)
    found = [named]
    if words.prefix is not None:
        found.append(like(number, words.prefix))
    return found if words.nik is None else [*found, nik == words.nik]


def place(after: Key | None) -> dict[str, object]:
    """Where a page begins, as the statements know it."""
    return {} if after is None else {"at": after[0], "last": after[1]}


def any_place(is_first: bool, has_moment: bool, at: ColumnElement, key: ColumnElement) -> Key | None:
    """Any such place, for a statement that is built once."""
    if is_first:
        return None
    return bindparam("at", type_=at.type) if has_moment else None, bindparam("last", type_=key.type)


def _ask(statement: Select, values: dict[str, object]) -> Answer:
    rows = db.session.execute(statement, values, execution_options=AFRESH).all()
    sources: dict[int, list] = {FOUND: [], TAKEN_ONES: []}
    for row in rows:
        if row.source is not None:
            sources[row.source].append(row.id)
    found, taken = (list(dict.fromkeys(ids)) for ids in sources.values())
    is_whole = len(found) == len(sources[FOUND]) or len(sources[FOUND]) < values["limit"]
    return Answer(found, is_whole, rows[0].seen, taken, rows[0].gathered)


def _count(found: CTE) -> ColumnElement[int]:
    return select(func.count(found.c.id.distinct())).scalar_subquery()


def _once(query: Select, name: str) -> CTE:
    return query.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
