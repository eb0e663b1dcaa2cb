"""Where a case has come to, and who must not see it: what permission and the lists of the desk are read from."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.database import Model, Moment, db

if TYPE_CHECKING:
    from app.storage.cases import Case


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


def come_to(case: "Case", unit_id: int, role_key: str = "") -> None:
    """Let a unit (or one role there) see a case from now on."""
    known = {"case_id": case.id, "unit_id": unit_id, "role_key": role_key}
    if db.session.get(Reach, known) is None:
        db.session.add(Reach(**known, opened_at=case.opened_at))
    if unit_id not in case.reached:
        case.reached = sorted([*case.reached, unit_id])


def reach_of(case_id: int) -> frozenset[tuple[int, str]]:
    """(unit id, role key or "") pairs a case has come to."""
    query = select(Reach.unit_id, Reach.role_key).where(Reach.case_id == case_id)
    return frozenset((unit, role) for unit, role in db.session.execute(query))


def conflicted_in(case_id: int) -> frozenset[int]:
    return frozenset(db.session.scalars(select(Conflicted.person_id).where(Conflicted.case_id == case_id)))
