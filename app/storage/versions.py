"""Batches in which running cases are carried over to another version, and deeds on a service as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.cases import Case
from app.storage.database import Id, Model, Moment, db
from app.storage.jobs import CARRY, Job
from app.storage.processes import ProcessVersion, Service
from app.storage.reach import Conflicted

WAITING, MOVED, REFUSED, REVERTED, KEPT, SPARED = STATUSES = (
    "waiting",
    "moved",
    "refused",  # stays on its version, with the reason
    "reverted",
    "kept",  # was to go back, but has moved on since
    "spared",  # was never moved: the batch was called off before
)
MOVING, DONE, REVERTING, UNDONE = PHASES = ("moving", "done", "reverting", "undone")
UNENDED = MOVING, REVERTING  # phases in which cases are still to be carried
RETIRED, OFFERED = "retired", "offered"
AT_A_TIME = 2000  # states in memory at once


class ServiceDeed(Model):
    """Somebody retired a service, or offers it again."""

    __tablename__ = "service_deed"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"), index=True)
    kind: Mapped[str]  # retired | offered
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))  # what was, or is, offered
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]
    reason: Mapped[str]


class Batch(Model):
    """Running cases that go over to one version together, and may come back together."""

    __tablename__ = "version_batch"
    __table_args__ = (CheckConstraint(f"phase IN {PHASES}", name="known_phase"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    mapping: Mapped[dict] = mapped_column(db.JSON)  # element → what it becomes
    phase: Mapped[str] = mapped_column(default=MOVING)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]
    reason: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # of this phase
    reverted_at: Mapped[datetime | None] = mapped_column(Moment)
    reverted_by: Mapped[str] = mapped_column(default="")
    reverted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revert_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[ProcessVersion] = relationship()


class Carried(Model):
    """One case of a batch, with all that is needed to put it back exactly as it was."""

    __tablename__ = "version_move"
    __table_args__ = (
        UniqueConstraint("batch_id", "case_id"),
        Index("ix_version_move_status", "batch_id", "status", "id"),
        CheckConstraint(f"status IN {STATUSES}", name="known_status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("version_batch.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    from_version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    status: Mapped[str] = mapped_column(default=WAITING)
    note: Mapped[str] = mapped_column(default="")  # why it was refused or kept
    state: Mapped[bytes | None] = mapped_column(LargeBinary)  # before
    state_hash: Mapped[str] = mapped_column(default="")  # after
    # rows before and after (app/storage/rows.py)
    changes: Mapped[list] = mapped_column(db.JSON, default=list)
    at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case] = relationship()


@dataclass(frozen=True)
class Running:
    """A case that has not ended, as far as a rehearsal needs to know."""

    id: int
    number: str
    version_id: int
    process_id: str | None
    confidential: bool
    state: bytes


def services() -> list[Service]:
    """Every service that was ever published, retired ones last."""
    query = select(Service).where(Service.current_version_id.is_not(None))
    return list(
        db.session.scalars(query.order_by(Service.retired_at.is_not(None), Service.rank, Service.name))
    )


def find_service(code: str) -> Service | None:
    """A service, offered or retired."""
    return db.session.scalar(
        select(Service).where(Service.code == code, Service.current_version_id.is_not(None))
    )


def lock_service(code: str) -> Service | None:
    """The same, read afresh with its row held: of two deeds on it, one waits for the other."""
    query = select(Service).where(Service.code == code).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def versions_of(code: str) -> list[ProcessVersion]:
    """Every version of a service, the newest first."""
    query = select(ProcessVersion).where(ProcessVersion.service_code == code)
    return list(db.session.scalars(query.order_by(ProcessVersion.number.desc())))


def numbers() -> dict[str, list[tuple[int, int]]]:
    """Service → (version, its number), the newest first."""
    query = select(ProcessVersion.service_code, ProcessVersion.id, ProcessVersion.number)
    found: dict[str, list[tuple[int, int]]] = {}
    for code, version_id, number in db.session.execute(query.order_by(ProcessVersion.number.desc())):
        found.setdefault(code, []).append((version_id, number))
    return found


def find_version(code: str, number: int) -> ProcessVersion | None:
    query = select(ProcessVersion).where(ProcessVersion.service_code == code, ProcessVersion.number == number)
    return db.session.scalar(query)


def running_counts(code: str | None = None) -> dict[int, int]:
    """Version → how many cases run on it."""
    query = select(Case.version_id, func.count()).where(Case.closed_at.is_(None)).group_by(Case.version_id)
    if code is not None:
        query = query.where(Case.service_code == code)
    return dict(db.session.execute(query).all())


def running_elsewhere(version: ProcessVersion) -> Iterator[Running]:
    """The running cases of its service that are on another version, oldest first."""
    columns = (Case.id, Case.number, Case.version_id, Case.process_id, Case.confidential, Case.state)
    query = select(*columns).where(Case.service_code == version.service_code, Case.version_id != version.id)
    query, last = query.where(Case.closed_at.is_(None)).order_by(Case.id).limit(AT_A_TIME), 0
    while found := db.session.execute(query.where(Case.id > last)).all():
        yield from (Running(*row) for row in found)
        last = found[-1].id
        if len(found) < AT_A_TIME:
            return


def conflicting(person_id: int) -> frozenset[int]:
    """Cases that a person must not see."""
    return frozenset(db.session.scalars(select(Conflicted.case_id).where(Conflicted.person_id == person_id)))


def waiting_cases(code: str) -> frozenset[int]:
    """Cases of a service that a batch is still to carry over or back."""
    query = select(Carried.case_id).join(Batch, Batch.id == Carried.batch_id)
    return frozenset(db.session.scalars(query.where(Batch.service_code == code, _PENDING)))


def add_batch(batch: Batch, moves: Sequence[Mapping]) -> None:
    """A new batch with its cases (`case_id`, `from_version_id`)."""
    db.session.add(batch)
    db.session.flush()
    rows = [{**each, "batch_id": batch.id, "status": WAITING} for each in moves]
    if rows:
        db.session.execute(insert(Carried), rows)


def find_batch(batch_id: int) -> Batch | None:
    return db.session.get(Batch, batch_id)


def lock_batch(batch_id: int) -> Batch | None:
    query = select(Batch).where(Batch.id == batch_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def batches_of(code: str) -> list[Batch]:
    """The batches of a service, the newest first."""
    return list(db.session.scalars(select(Batch).where(Batch.service_code == code).order_by(Batch.id.desc())))


def unfinished_batch(batch_id: int | None = None) -> int | None:
    """The oldest batch with cases still to be carried over or back; or this one, if it has any."""
    query = select(Batch.id).where(Batch.phase.in_(UNENDED)).order_by(Batch.id).limit(1)
    return db.session.scalar(query if batch_id is None else query.where(Batch.id == batch_id))


def attempts_at(batch_id: int, row_id: int) -> str:
    """What the attempts at carrying one case of a batch are counted under."""
    return f"{batch_id}:{row_id}"


def next_carried(batch: Batch, moment: datetime) -> int | None:
    """The next case of a batch that is in nobody's hands at this moment."""
    held = select(Job.subject).where(Job.kind == CARRY, Job.attempts > 0, Job.at > moment)
    subject = cast(Carried.batch_id, String) + ":" + cast(Carried.id, String)
    query = select(Carried.id).where(*_left(batch), subject.not_in(held))
    return db.session.scalar(query.order_by(Carried.id).limit(1))


def lock_carried(batch: Batch, row_id: int) -> Carried | None:
    """A case that is still to be carried in this phase, its row held, so that two workers never share it."""
    query = select(Carried).where(Carried.id == row_id, *_left(batch)).with_for_update(skip_locked=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def is_left(batch: Batch) -> bool:
    """Whether a case of the batch, in whosever hands, is still to be carried in this phase."""
    return db.session.scalar(select(Carried.id).where(*_left(batch)).limit(1)) is not None


def _left(batch: Batch) -> tuple[ColumnElement[bool], ...]:
    status = WAITING if batch.phase == MOVING else MOVED
    return Carried.batch_id == batch.id, Carried.status == status


def spare_waiting(batch_id: int) -> None:
    """The cases that were not carried over yet stay where they are."""
    query = select(Carried).where(Carried.batch_id == batch_id, Carried.status == WAITING).with_for_update()
    for row in db.session.scalars(query.execution_options(populate_existing=True)):
        row.status = SPARED


def progress(batch_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Batch → status → how many of its cases."""
    query = select(Carried.batch_id, Carried.status, func.count()).where(Carried.batch_id.in_(batch_ids))
    found: dict[int, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    for batch_id, status, count in db.session.execute(query.group_by(Carried.batch_id, Carried.status)):
        found[batch_id][status] = count
    return found


def carried_of(batch_id: int, *, after: int, limit: int) -> list[tuple[Carried, str, bool]]:
    """(row, case number, is confidential) of a batch's cases: what went wrong first, then in their order."""
    trouble = Carried.status.in_((REFUSED, KEPT))
    query = select(Carried, Case.number, Case.confidential).join(Case, Case.id == Carried.case_id)
    query = query.where(Carried.batch_id == batch_id).order_by(trouble.desc(), Carried.id)
    return [tuple(row) for row in db.session.execute(query.offset(after).limit(limit))]


def deeds_of(code: str) -> list[ServiceDeed]:
    """Who retired a service or offered it again, the newest first."""
    query = select(ServiceDeed).where(ServiceDeed.service_code == code)
    return list(db.session.scalars(query.order_by(ServiceDeed.id.desc())))


_PENDING = (Carried.status == WAITING) | ((Carried.status == MOVED) & (Batch.phase == REVERTING))
