"""Where a case has come to, and who must not see it: what permission and the lists of the desk are read from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    false,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.cases import UNITS, Case
from app.storage.database import Id, Model, Moment, db, partial_index
from app.storage.keyset import Key, beyond, merged
from app.storage.sheet import put


class Reach(Model):
    """Which unit (and, where set, only which role there) a case has come to: who may see it at all."""

    __tablename__ = "case_reach"
    __table_args__ = (
        partial_index(
            "ix_case_reach_newest", "unit_id", "role_key", "opened_at", "case_id",
            where="NOT repeated", include=["applicant_search"],
        ),
    )  # fmt: skip

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    role_key: Mapped[str] = mapped_column(primary_key=True, default="")  # "" = every role of the unit
    opened_at: Mapped[datetime] = mapped_column(Moment)  # of the case: what lists are ordered by
    applicant_search: Mapped[str] = mapped_column(default="")  # of the case: what lists are searched by
    repeated: Mapped[bool] = mapped_column(default=False)  # beside a row for every role of the unit


class Conflicted(Model):
    """A person who must neither see nor touch a case (conflict of interest)."""

    __tablename__ = "case_conflict"
    __table_args__ = (Index("ix_case_conflict_person", "person_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


@dataclass(frozen=True)
class Reader:
    """Who looks, and from which offices: (role, unit id)."""

    person_id: int
    offices: tuple[tuple[str, int], ...]

    @property
    def units(self) -> list[int]:
        return sorted({unit_id for _role, unit_id in self.offices})

    @property
    def ways(self) -> list[tuple[int, str]]:
        """The (unit id, role key or "") pairs on which a case comes to this reader."""
        return sorted({(unit, role) for role, unit in self.offices} | {(unit, "") for unit in self.units})


class Shape(NamedTuple):
    """How many offices a reader has, in how many units, and on how many ways cases come to them."""

    offices: int
    units: int
    ways: int


@dataclass(frozen=True)
class Anybody:
    """Any reader of one shape, for a statement that is built once: names of values in the place of values."""

    person_id: ColumnElement
    offices: Sequence[tuple[ColumnElement, ColumnElement]]
    units: Sequence[ColumnElement]
    ways: Sequence[tuple[ColumnElement, ColumnElement]]
    here: ColumnElement  # the units, as one value


def shape_of(reader: Reader) -> Shape:
    """How a statement for this reader looks."""
    return Shape(len(reader.offices), len(reader.units), len(reader.ways))


def anybody(shape: Shape) -> Anybody:
    """Any reader of this shape."""
    return Anybody(
        bindparam("person", type_=Id),
        [
            (bindparam(f"role{n}", type_=String), bindparam(f"unit{n}", type_=Id))
            for n in range(shape.offices)
        ],
        [bindparam(f"here{n}", type_=Id) for n in range(shape.units)],
        [(bindparam(f"way{n}", type_=Id), bindparam(f"for{n}", type_=String)) for n in range(shape.ways)],
        bindparam("here", type_=UNITS),
    )


def values_of(reader: Reader) -> dict[str, object]:
    """What those names stand for."""
    return {
        "person": reader.person_id,
        "here": reader.units,
        **_numbered("role", (role for role, _unit in reader.offices)),
        **_numbered("unit", (unit for _role, unit in reader.offices)),
        **_numbered("here", reader.units),
        **_numbered("way", (unit for unit, _role in reader.ways)),
        **_numbered("for", (role for _unit, role in reader.ways)),
    }


def _numbered(name: str, values: Iterable[object]) -> dict[str, object]:
    return {f"{name}{n}": value for n, value in enumerate(values)}


def come_to(case: Case, unit_id: int, role_key: str = "", *, repeated: bool = False) -> None:
    """Let a unit (or one role there) see a case from now on; it has not come there before.

    `repeated`: it has come to every role of the unit before, and lists have it from there.
    """
    known = {"opened_at": case.opened_at, "applicant_search": case.applicant_search, "repeated": repeated}
    put(Reach, case_id=case.id, unit_id=unit_id, role_key=role_key, **known)
    if unit_id not in case.reached:
        case.reached = sorted([*case.reached, unit_id])


def reach_of(case_id: int) -> frozenset[tuple[int, str]]:
    """(unit id, role key or "") pairs a case has come to."""
    query = select(Reach.unit_id, Reach.role_key).where(Reach.case_id == case_id)
    return frozenset((unit, role) for unit, role in db.session.execute(query))


def conflicted_in(case_id: int) -> frozenset[int]:
    return frozenset(db.session.scalars(select(Conflicted.person_id).where(Conflicted.case_id == case_id)))


def in_reach(reader: Reader | Anybody) -> ColumnElement[bool]:
    """The same rule as permissions.seat_for(…, "open case"), asked of a case that is at hand."""
    open_to_all = and_(Reach.unit_id.in_(reader.units), Reach.role_key == "")
    return and_(_came(or_(_exact(reader), open_to_all)), may_see(reader))


def may_see(reader: Reader | Anybody) -> ColumnElement[bool]:
    """The same, asked of one that is known to have come to the reader."""
    return and_(or_(not_(Case.confidential), _came(_exact(reader))), no_conflict(reader))


def _exact(reader: Reader | Anybody) -> ColumnElement[bool]:
    offices = (and_(Reach.unit_id == unit, Reach.role_key == role) for role, unit in reader.offices)
    return or_(false(), *offices)


def newest(reader: Reader | Anybody, after: Key | None, most: ColumnElement | None) -> Select:
    """(opened_at, case_id, applicant_search) of the `most` cases that came last to the reader's offices, newest first.

    Every one of its ways is a range of an index in that order, so that a case may come once on each way; each still has
    to pass `may_see`.
    """
    ranges = []
    for unit, role in reader.ways:
        query = select(*_LISTED).where(Reach.unit_id == unit, Reach.role_key == role, ~Reach.repeated)
        if after is not None:
            query = query.where(beyond(Reach.opened_at, Reach.case_id, after, descending=True))
        ranges.append(query)
    none = select(*_LISTED).where(false())
    return merged(ranges or [none], descending=True, most=most)


def no_conflict(reader: Reader | Anybody, case_id: ColumnElement = Case.id) -> ColumnElement[bool]:
    """Whether the reader has no interest of their own in a case."""
    return case_id.not_in(select(Conflicted.case_id).where(Conflicted.person_id == reader.person_id))


_LISTED = Reach.opened_at, Reach.case_id, Reach.applicant_search


def _came(term: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked of each case by itself: without the offset, PostgreSQL reads all that ever came to an office first."""
    return select(Reach.case_id).where(Reach.case_id == Case.id, term).offset(0).correlate(Case).exists()
