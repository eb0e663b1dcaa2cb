"""Cases (permohonan): one request by one citizen, from the sent form to the last letter."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, deferred, joinedload, mapped_column, relationship, undefer

from app.errors import NotFound
from app.storage.database import Id, Model, Moment, db, in_use, partial_index
from app.storage.people import Unit
from app.storage.processes import Service

UNITS = ARRAY(BigInteger()).with_variant(db.JSON(), "sqlite")
RUNNING, OPEN = "closed_at IS NULL", "status = 'open'"
INBOX, LISTED = ("role_key", "unit_id"), ("case_id", "applicant_search")  # what inboxes are read by


class Case(Model):
    """One request. `state` is opaque: only app.engine reads it."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closes_after_it_opens"),
        Index("ix_case_opened", "opened_at", "id"),
        Index("ix_case_service", "service_code", "id"),
        partial_index("ix_case_running", "id", where=RUNNING),
        partial_index("ix_case_running_due", "due_at", where=RUNNING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # nomor registrasi
    code_hash: Mapped[str]  # keyed hash of the kode lacak
    # for links in notices; None where it must be lost for good
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"), index=True)
    process_id: Mapped[str | None]  # of another pool of the version's diagram; None for its main process
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)  # by its message
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    applicant_name: Mapped[str] = mapped_column(default="")  # empty in confidential cases
    applicant_search: Mapped[str] = mapped_column(default="")  # lower case
    nik_index: Mapped[str | None] = mapped_column(index=True)  # keyed hash for the exact search
    confidential: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None]  # terbit | ditolak | selesai | dibatalkan
    public_status: Mapped[str] = mapped_column(default="")
    rating: Mapped[int | None]
    rating_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    diary_head: Mapped[str] = mapped_column(default="")  # hash of the newest line: one cut off is missed
    revision: Mapped[int] = mapped_column(default=0)
    variables: Mapped[dict] = mapped_column(db.JSON, default=dict)  # last known decision variables
    reached: Mapped[list[int]] = mapped_column(UNITS, default=list)  # the units of its reach, for searching
    state: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    service: Mapped[Service] = relationship()
    home_unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": revision}

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Pause(Model):
    """A time in which the clock stood still because the case was with the applicant."""

    __tablename__ = "case_pause"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


class Answers(Model):
    """One filled-in form of a case, sealed; a correction is a new row, so every earlier answer stays."""

    __tablename__ = "case_answers"
    __table_args__ = (Index("ix_case_answers_case_step", "case_id", "step", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str]  # bpmn id of the step; the start event's id for the applicant's form
    form: Mapped[str]  # file name of the schema it was checked against
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(default="")  # "Lurah Mangunharjo", "Pemohon"


class Attachment(Model):
    """One uploaded file, kept encrypted in the file store under a key that is not its name."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(primary_key=True)  # random, also its address
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str]
    file_key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Task(Model):
    """One human step that waits or was done; the id is the engine's own."""

    __tablename__ = "task"
    __table_args__ = (
        partial_index("ix_task_due", *INBOX, "due_at", "id", where=OPEN, include=LISTED),
        partial_index("ix_task_age", *INBOX, "created_at", "id", where=OPEN, include=LISTED),
        partial_index("ix_task_service", *INBOX, "service_code", "due_at", "id", where=OPEN, include=LISTED),
        partial_index("ix_task_taken", "taken_by_id", where=f"{OPEN} AND taken_by_id IS NOT NULL"),
        partial_index("ix_task_waiting", "case_id", where=OPEN),
        Index("ix_task_case", "case_id", "id"),
        CheckConstraint("status IN ('open', 'done', 'cancelled')", name="known_status"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str]  # bpmn id
    name: Mapped[str]
    role_key: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # None for the applicant
    service_code: Mapped[str]  # of the case: what inboxes are narrowed by
    applicant_search: Mapped[str] = mapped_column(default="")  # of the case: what inboxes are searched by
    status: Mapped[str] = mapped_column(default="open")
    turn: Mapped[int] = mapped_column(default=0)  # the case's revision that opened it: tells which came later
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_as: Mapped[str] = mapped_column(default="")
    decision: Mapped[str | None]
    returned_by: Mapped[str] = mapped_column(default="")  # of the applicant's task: the step that asks for it
    case: Mapped[Case] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Timer(Model):
    """A waiting timer of a case, so that the worker finds what is due without opening cases."""

    __tablename__ = "timer"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    step: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Diary(Model):
    """What happened to a case: append-only, chained by hash, without personal data in the line."""

    __tablename__ = "diary"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    kind: Mapped[str]  # past tense: "application received"
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]  # "Hariyanto selaku Ketua RT 03", "Pemohon", "Sistem"
    facts: Mapped[dict] = mapped_column(db.JSON, default=dict)
    previous: Mapped[str]
    hash: Mapped[str]


class Message(Model):
    """A notice to the applicant (shown on the tracking page) or to an office (shown in its inbox)."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    audience: Mapped[str]  # "pemohon" or a role key
    from_applicant: Mapped[bool] = mapped_column(default=False)  # written on the tracking page
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)


def find_case(number: str) -> Case | None:
    return db.session.scalar(select(Case).where(Case.number == number))


def lock_case(case_id: int) -> Case:
    """The case, read afresh with its row held: of two deeds, one waits for the other, or finds its revision moved."""
    query = (
        select(Case)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
        .options(undefer(Case.state))
        .execution_options(populate_existing=True)
    )
    case = db.session.scalar(query)
    if case is None:
        raise NotFound
    in_use().info.setdefault("locked", {})[case] = case.revision
    return case


def get_task(task_id: str) -> Task:
    """The task, or NotFound."""
    task = db.session.get(Task, task_id)
    if task is None:
        raise NotFound("Tugas itu tidak ditemukan. Kembali ke kotak tugas.")
    return task


def lock_task(task_id: str) -> Task:
    """The task, read afresh after its case's row is held."""
    task = get_task(task_id)
    lock_case(task.case_id)
    db.session.refresh(task)
    return task


def open_tasks_of(case_id: int) -> list[Task]:
    """What waits in a case, longest waiting first."""
    query = select(Task).where(Task.case_id == case_id, Task.status == "open")
    return list(db.session.scalars(query.order_by(Task.created_at, Task.id)))


def tasks_of(case_id: int) -> list[Task]:
    query = select(Task).where(Task.case_id == case_id).options(joinedload(Task.unit))
    return list(db.session.scalars(query.order_by(Task.created_at, Task.turn, Task.id)))


def timers_of(case_id: int) -> list[Timer]:
    return list(db.session.scalars(select(Timer).where(Timer.case_id == case_id)))


def latest_answers(case_id: int) -> dict[str, Answers]:
    """The newest filled-in form of every step of a case."""
    query = select(Answers).where(Answers.case_id == case_id).order_by(Answers.id)
    return {row.step: row for row in db.session.scalars(query)}


def all_answers(case_id: int) -> list[Answers]:
    return list(db.session.scalars(select(Answers).where(Answers.case_id == case_id).order_by(Answers.id)))


def attachments_of(case_id: int) -> dict[str, Attachment]:
    rows = db.session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.at))
    return {row.id: row for row in rows}


def diary_of(case_id: int) -> list[Diary]:
    return list(db.session.scalars(select(Diary).where(Diary.case_id == case_id).order_by(Diary.seq)))


def last_entry(case_id: int) -> Diary | None:
    query = select(Diary).where(Diary.case_id == case_id).order_by(Diary.seq.desc()).limit(1)
    return db.session.scalar(query)


def pauses_of(case_id: int) -> list[tuple[datetime, datetime | None]]:
    """Since when and until when a case stood still; the last may go on."""
    query = select(Pause.since, Pause.until).where(Pause.case_id == case_id).order_by(Pause.since)
    return [(since, until) for since, until in db.session.execute(query)]


def messages_to(case_id: int, audience: str) -> list[Message]:
    query = select(Message).where(Message.case_id == case_id, Message.audience == audience)
    return list(db.session.scalars(query.order_by(Message.id)))


def diary_head(case_id: int) -> str:
    """The hash a case remembers of its newest line."""
    return db.session.scalar(select(Case.diary_head).where(Case.id == case_id)) or ""


def numbers() -> dict[int, str]:
    """Id → number of every case."""
    return dict(db.session.execute(select(Case.id, Case.number).order_by(Case.id)).all())
