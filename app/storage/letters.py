"""Letters and the registers their numbers come from."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.cases import Case
from app.storage.database import Id, Model, Moment, db, partial_index
from app.storage.people import Unit

SIGNED = "signed_at IS NOT NULL"
LISTED = ("number", "case_number", "applicant_search")  # what a register is searched by


class NumberRegister(Model):
    """The counter of one unit, classification code and year; only ever goes up."""

    __tablename__ = "number_register"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Letter(Model):
    """One numbered output. It exists for readers only once `signed_at` is set."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("unit_id", "code", "year", "seq"),
        partial_index("ix_letter_signed", "unit_id", "signed_at", "id", where=SIGNED, include=LISTED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    operation_id: Mapped[str] = mapped_column(unique=True)  # the service task that asked for it: once only
    token: Mapped[str] = mapped_column(unique=True)  # opaque, in the QR's address
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str]
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(index=True)
    # of the case: what letters are searched by
    case_number: Mapped[str] = mapped_column(default="")
    applicant_search: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    dated: Mapped[date]
    valid_until: Mapped[date | None]
    subject_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the applicant's name
    # [{"name", "title", "person_id", "kind": "penandatangan"|"mengetahui"}]
    signers: Mapped[list] = mapped_column(db.JSON)
    template_sha256: Mapped[str] = mapped_column(default="")
    original_key: Mapped[str | None] = mapped_column(index=True)
    original_sha256: Mapped[str | None]
    signed_key: Mapped[str | None] = mapped_column(index=True)
    signed_sha256: Mapped[str | None] = mapped_column(index=True)
    sheets: Mapped[list] = mapped_column(db.JSON, default=list)  # legalisasi: SHA-256 of every sheet
    created_at: Mapped[datetime] = mapped_column(Moment)
    signed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_reason: Mapped[str] = mapped_column(default="")
    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship()


def find_letter(token: str) -> Letter | None:
    """A signed letter by the token of its QR."""
    return db.session.scalar(select(Letter).where(Letter.token == token, Letter.signed_at.is_not(None)))


def find_numbered(number: str) -> Letter | None:
    """A signed letter by its printed number."""
    return db.session.scalar(select(Letter).where(Letter.number == number, Letter.signed_at.is_not(None)))


def call_off(operation_id: str, at: datetime, reason: str) -> None:
    """The letter of an order that nobody waits for any more: its number stays taken, and it never comes to be."""
    letter = letter_of_operation(operation_id)
    if letter is not None and letter.signed_at is None:
        letter.revoked_at, letter.revoked_reason = at, reason


def letter_of_operation(operation_id: str) -> Letter | None:
    return db.session.scalar(select(Letter).where(Letter.operation_id == operation_id))


def letters_of(case_id: int) -> list[Letter]:
    """The signed letters of a case, oldest first."""
    query = select(Letter).where(Letter.case_id == case_id, Letter.signed_at.is_not(None))
    return list(db.session.scalars(query.order_by(Letter.id)))


def take_number(unit_id: int, code: str, year: int) -> int:
    """The next number of a register, its row held until the transaction ends."""
    key = {"unit_id": unit_id, "code": code, "year": year}
    register = db.session.get(NumberRegister, key, with_for_update=True, populate_existing=True)
    if register is None:
        _open_register(key)
        register = db.session.get(NumberRegister, key, with_for_update=True, populate_existing=True)
    register.last += 1
    return register.last


def _open_register(key: dict) -> None:
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(NumberRegister).values(**key, last=0).on_conflict_do_nothing())
