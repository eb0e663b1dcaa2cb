"""Units of the city, the people who work in them, and who holds which office when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.database import Id, Model, Moment, db, explain_constraint


class Unit(Model):
    """An office or area of the city: kota, kecamatan, kelurahan, rw, rt, instansi or vertikal."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(index=True)  # ids from the city down: "/1/4/17/"
    letter_code: Mapped[str] = mapped_column(default="")  # kode unit in letter numbers
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the city down to this unit itself."""
        return list(ids_of(self.path))


class Role(Model):
    """A task role: the key that lanes name, and the level of unit it stands at."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)


class Person(Model):
    """Somebody who signs in."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    nip: Mapped[str] = mapped_column(default="")
    rank: Mapped[str] = mapped_column(default="")  # pangkat
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    positions: Mapped[list["Position"]] = relationship(back_populates="person")


class Position(Model):
    """Person × role × unit × period (jabatan)."""

    __tablename__ = "position"
    __table_args__ = (
        UniqueConstraint("person_id", "role_key", "unit_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
        Index("ix_position_role_unit", "role_key", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role_key: Mapped[str] = mapped_column(ForeignKey("role.key"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="positions")
    role: Mapped[Role] = relationship()
    unit: Mapped[Unit] = relationship()

    @property
    def title(self) -> str:
        """The office as people say it: "Lurah Mangunharjo"."""
        return office_title(self.role.name, self.unit.name)


class Mandate(Model):
    """Plh. or Plt.: who acts for an office, by which order, for how long."""

    __tablename__ = "mandate"
    __table_args__ = (CheckConstraint("until >= since", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)  # the office acted for
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # who acts
    kind: Mapped[str]  # Plh. | Plt.
    order_number: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    position: Mapped[Position] = relationship()
    person: Mapped[Person] = relationship()


class SignedIn(Model):
    """One revocable session of one person; the cookie holds only a token whose hash stands here."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    device: Mapped[str] = mapped_column(default="")


class Attempt(Model):
    """Counted tries at a guarded door (sign-in, tracking code), for throttling; keys are keyed hashes."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class Certificate(Model):
    """An official's signing certificate; the private key is encrypted at rest."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # None: the city's own CA
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    serial: Mapped[str] = mapped_column(unique=True)
    pem: Mapped[str]
    sealed_key: Mapped[bytes]
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


explain_constraint(
    "uq_person_username", "person.username", text="Nama pengguna itu sudah dipakai. Pilih nama lain."
)


def office_title(role: str, unit: str) -> str:
    """Role and unit as one office, no word twice: "Ketua RT" of "RT 03/RW 05" is "Ketua RT 03/RW 05"."""
    first, _, rest = unit.partition(" ")
    return f"{role} {rest}" if role.endswith(f" {first}") else f"{role} {unit}"


def ids_of(path: str) -> tuple[int, ...]:
    """The ids in a unit's path, from the city down."""
    return tuple(map(int, path.strip("/").split("/")))


def find_unit(code: str) -> Unit | None:
    return db.session.scalar(select(Unit).where(Unit.code == code))


def units_by_id(ids: set[int] | list[int]) -> dict[int, Unit]:
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def units_holding(role_key: str) -> list[Unit]:
    """The units where somebody holds this role."""
    held = select(Position.unit_id).where(Position.role_key == role_key)
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(held)).order_by(Unit.code)))


def has_mandate(position_id: int, since: date, until: date) -> bool:
    """Whether somebody acts for an office on any day of a period."""
    query = select(Mandate.id).where(
        Mandate.position_id == position_id, Mandate.since <= until, Mandate.until >= since
    )
    return db.session.scalar(query.limit(1)) is not None


def holder(role_key: str, unit_id: int, day: date) -> Position | None:
    """Who holds this office on this day (the latest appointed)."""
    query = (
        select(Position)
        .join(Position.person)
        .where(
            Position.role_key == role_key, Position.unit_id == unit_id, Position.since <= day, Person.active
        )
        .where(or_(Position.until.is_(None), Position.until >= day))
        .order_by(Position.since.desc(), Position.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def children_of(parent: Unit | None, level: str) -> list[Unit]:
    """Units of a level below a parent (all of them for None), in code order."""
    query = select(Unit).where(Unit.level == level).order_by(Unit.code)
    if parent is not None:
        query = query.where(Unit.parent_id == parent.id)
    return list(db.session.scalars(query))


def roles() -> dict[str, Role]:
    """Every role by its key."""
    return {role.key: role for role in db.session.scalars(select(Role))}


def city() -> Unit:
    """The city itself: the unit above all others."""
    return db.session.scalars(select(Unit).where(Unit.level == "kota").order_by(Unit.id).limit(1)).one()


def city_name() -> str:
    """The city's name, or a plain word before the city is founded."""
    return (
        db.session.scalar(select(Unit.name).where(Unit.level == "kota").order_by(Unit.id).limit(1)) or "Kota"
    )


def city_certificate() -> Certificate | None:
    """The city's own CA."""
    query = select(Certificate).where(Certificate.person_id.is_(None), Certificate.revoked_at.is_(None))
    return db.session.scalar(query.order_by(Certificate.id.desc()).limit(1))


def valid_certificate(person_id: int, moment: datetime) -> Certificate | None:
    """The certificate an official may sign with at this moment."""
    query = select(Certificate).where(
        Certificate.person_id == person_id,
        Certificate.revoked_at.is_(None),
        Certificate.since <= moment,
        Certificate.until > moment,
    )
    return db.session.scalar(query.order_by(Certificate.id.desc()).limit(1))


def all_units() -> list[Unit]:
    """Every unit of the city, in code order."""
    return list(db.session.scalars(select(Unit).order_by(Unit.code)))


def anybody_appointed() -> bool:
    """Whether any office was ever given to somebody."""
    return db.session.scalar(select(Position.id).limit(1)) is not None
