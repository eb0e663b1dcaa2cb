"""Where a case has come to, and who must not see it: what permission and the lists of the desk are read from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, and_, false, not_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.cases import Case
from app.storage.database import Model, Moment, db
from app.storage.keyset import Key, beyond, merged


class Reach(Model):
    """Which unit (and, where set, only which role there) a case has come to: who may see it at all."""

    __tablename__ = "case_reach"
    __table_args__ = (Index("ix_case_reach_newest", "unit_id", "role_key", "opened_at", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    role_key: Mapped[str] = mapped_column(primary_key=True, default="")  # "" = every role of the unit
    opened_at: Mapped[datetime] = mapped_column(Moment)  # of the case: what lists are ordered by


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


def come_to(case: Case, unit_id: int, role_key: str = "") -> None:
    """Let a unit (or one role there) see a case from now on; it has not come there before."""
    db.session.add(Reach(case_id=case.id, unit_id=unit_id, role_key=role_key, opened_at=case.opened_at))
    if unit_id not in case.reached:
        case.reached = sorted([*case.reached, unit_id])


def reach_of(case_id: int) -> frozenset[tuple[int, str]]:
    """(unit id, role key or "") pairs a case has come to."""
    query = select(Reach.unit_id, Reach.role_key).where(Reach.case_id == case_id)
    return frozenset((unit, role) for unit, role in db.session.execute(query))


def conflicted_in(case_id: int) -> frozenset[int]:
    return frozenset(db.session.scalars(select(Conflicted.person_id).where(Conflicted.case_id == case_id)))


def in_reach(reader: Reader) -> ColumnElement[bool]:
    """The same rule as permissions.seat_for(…, "open case"), asked of a case that is at hand."""
    exact = or_(
        false(), *(and_(Reach.unit_id == unit, Reach.role_key == role) for role, unit in reader.offices)
    )
    open_to_all = and_(Reach.unit_id.in_(reader.units), Reach.role_key == "")
    return and_(
        _came(or_(exact, open_to_all)), or_(not_(Case.confidential), _came(exact)), no_conflict(reader)
    )


def ways(reader: Reader) -> list[tuple[int, str]]:
    """The (unit id, role key or "") pairs on which a case comes to this reader."""
    return sorted({(unit, role) for role, unit in reader.offices} | {(unit, "") for unit in reader.units})


def newest(reader: Reader, after: Key | None, most: int | None) -> Select:
    """(opened_at, case_id) of the `most` cases that came last to the reader's offices, newest first.

    Every one of its ways is a range of an index in that order, so that a case may come once on each way; each still has
    to pass `in_reach`.
    """
    ranges = []
    for unit, role in ways(reader):
        query = select(Reach.opened_at, Reach.case_id).where(Reach.unit_id == unit, Reach.role_key == role)
        if after is not None:
            query = query.where(beyond(Reach.opened_at, Reach.case_id, after, descending=True))
        ranges.append(query)
    none = select(Reach.opened_at, Reach.case_id).where(false())
    return merged(ranges or [none], descending=True, most=most)


def no_conflict(reader: Reader) -> ColumnElement[bool]:
    return Case.id.not_in(select(Conflicted.case_id).where(Conflicted.person_id == reader.person_id))


def _came(term: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked of each case by itself: without the offset, PostgreSQL reads all that ever came to an office first."""
    return select(Reach.case_id).where(Reach.case_id == Case.id, term).offset(0).correlate(Case).exists()
