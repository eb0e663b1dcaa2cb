"""Finding few rows of a long list: how every list of the desk is searched, whatever is searched for.

A list is read from its newest end. Where too little of that fits what is searched for, whatever fits is gathered from
the indexes of words, numbers, units and outcomes instead, as far as that is few; where it is many, the list is read on.
So neither a frequent word nor a rare one, nor one that nobody has, makes the database read a whole reach. Each of these
questions is a statement of its own, built once for every kind of list and planned for the values it comes with: to plan
one that is not needed would take longer than to ask it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    bindparam,
    func,
    or_,
    select,
    true,
    union,
)

from app.storage.cases import Case
from app.storage.database import AFRESH, db
from app.storage.keyset import Key, order_by

STRETCHES = (300, 3_000, 30_000)  # rows of a list that are read before one asks whether to go on
LONG = (6_000, 60_000)  # the same where the rows of the list itself say what is asked
GATHERED = 2_500  # the most that is taken from the indexes
WRITTEN_OUT = 10  # signs
STEM = 5  # signs of a word
AT_ONCE = -1  # before any stretch
LIMIT, MOST, TAKEN = (bindparam(name, type_=Integer) for name in ("limit", "most", "taken"))


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


@dataclass(frozen=True)
class Searched:
    """A kind of list as parts of statements: every part selects ids and the moments they are ordered by."""

    newest: Callable[[ColumnElement | None], Select]  # the list itself, so far or to its end
    fitting: Callable[[FromClause], Select]  # which rows of it fit
    gather: Callable[[], Select]  # (id, moment) from the indexes
    sift: Callable[[CTE], Select]  # which of those fit
    descending: bool = True
    ways: int = 1  # on which a row may come into the list

    @cached_property
    def whole(self) -> Select:
        """The first that fit, however far one must read."""
        return self._first(self.newest(None), LIMIT * self.ways)

    @cached_property
    def near(self) -> Select:
        """The first that fit among so many rows."""
        return self._first(self.newest(MOST), LIMIT)

    @cached_property
    def goes_on(self) -> Select:
        """Whether the list has more rows than so many."""
        return select(func.count() > MOST).select_from(self.newest(MOST + 1).subquery())

    @cached_property
    def few(self) -> Select:
        """What fits of what the indexes have, and how much that was; nothing where it is too much."""
        some = self.gather().cte("some").prefix_with("MATERIALIZED", dialect="postgresql")
        gathered = select(func.count()).select_from(some).scalar_subquery()
        taken = self.sift(some).where(gathered < TAKEN).limit(LIMIT).subquery()
        told = select(gathered.label("gathered")).subquery()
        query = select(told.c.gathered, taken.c.id).select_from(told.outerjoin(taken, true()))
        return query.order_by(*order_by(taken.c.at, taken.c.id, descending=self.descending))

    def _first(self, rows: Select, most: ColumnElement[int]) -> Select:
        rows = rows.subquery()
        at, key, *_rest = rows.c
        return self.fitting(rows).order_by(*order_by(at, key, descending=self.descending)).limit(most)


def find(
    searched: Searched, values: dict[str, object], *, limit: int, gather_at: int | None,
    stretches: Sequence[int] | None = None,
) -> list:  # fmt: skip
    """Ids of the first that fit. The indexes are asked after the stretch `gather_at`, AT_ONCE or never."""
    values = {**values, "limit": limit, "taken": GATHERED}
    if db.engine.dialect.name != "postgresql":
        return whole(searched, values, limit=limit)
    if gather_at == AT_ONCE and (few := _few(searched, values)) is not None:
        return few
    for stretch, most in enumerate(stretches or STRETCHES):
        rows = _ids(searched.near, values | {"most": most})
        found = list(dict.fromkeys(rows))
        if len(found) == limit:
            return found
        if stretch == gather_at and len(found) < limit // 4:
            if (few := _few(searched, values)) is not None:
                return few
        elif len(rows) < limit and not _goes_on(searched, values, most):
            return found
    return whole(searched, values, limit=limit)


def whole(searched: Searched, values: dict[str, object], *, limit: int) -> list:
    """Ids of the first that fit, read from the beginning of the list until there are enough."""
    found = _ids(searched.whole, {**values, "limit": limit})
    return list(dict.fromkeys(found))[:limit]


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


def _few(searched: Searched, values: dict[str, object]) -> list | None:
    """Ids of the first that fit, from the indexes; None where those have too much."""
    rows = db.session.execute(searched.few, values, execution_options=AFRESH).all()
    if rows[0].gathered >= GATHERED:
        return None
    return [row.id for row in rows if row.id is not None]


def _goes_on(searched: Searched, values: dict[str, object], most: int) -> bool:
    return db.session.scalar(searched.goes_on, values | {"most": most}, execution_options=AFRESH)


def _ids(statement: Select, values: dict[str, object]) -> list:
    return list(db.session.scalars(statement, values, execution_options=AFRESH))


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
