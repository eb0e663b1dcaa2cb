"""Keys with which other systems of the city use the portal, and the offices each may act for."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.storage.database import Id, Model, Moment, db, explain_constraint
from app.storage.people import Person, Position, Role, Unit


class ApiClient(Model):
    """Another system. Of its key only a keyed hash is kept."""

    __tablename__ = "api_client"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list] = mapped_column(db.JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str] = mapped_column(default="")
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    offices: Mapped[list["ClientOffice"]] = relationship(order_by="ClientOffice.position_id")


class ClientOffice(Model):
    """One office a client may act for, named by a position of it: whoever holds the office today answers for it."""

    __tablename__ = "api_client_office"

    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), primary_key=True)
    position: Mapped[Position] = relationship()


explain_constraint(
    "uq_api_client_name", "api_client.name", text="Nama itu sudah dipakai kunci lain. Pilih nama lain."
)


def find_client(key_hash: str) -> ApiClient | None:
    """The client of a key that was not revoked."""
    query = select(ApiClient).where(ApiClient.key_hash == key_hash, ApiClient.revoked_at.is_(None))
    return db.session.scalar(query)


def lock_client(client_id: int) -> ApiClient | None:
    return db.session.get(ApiClient, client_id, with_for_update=True, populate_existing=True)


def clients() -> list[ApiClient]:
    """Every client with its offices, those still open first, then newest first."""
    office = joinedload(ApiClient.offices).joinedload(ClientOffice.position)
    query = select(ApiClient).options(
        office.options(joinedload(Position.role), joinedload(Position.unit)),
    )
    ordered = query.order_by(ApiClient.revoked_at.is_not(None), ApiClient.id.desc())
    return list(db.session.scalars(ordered).unique())


def granted_office(client_id: int, position_id: int) -> Position | None:
    """An office this client may act for."""
    query = (
        select(Position)
        .join(ClientOffice, ClientOffice.position_id == Position.id)
        .where(ClientOffice.client_id == client_id, ClientOffice.position_id == position_id)
    )
    return db.session.scalar(query)


def held_positions(ids: Sequence[int], day: date) -> list[Position]:
    """Those of these positions that somebody holds on a day, person, role and unit loaded."""
    query = (
        select(Position)
        .join(Position.person)
        .join(Position.role)
        .join(Position.unit)
        .where(Position.id.in_(ids), Person.active, Position.since <= day)
        .where(or_(Position.until.is_(None), Position.until >= day))
        .options(joinedload(Position.person), joinedload(Position.role), joinedload(Position.unit))
        .order_by(Role.rank, Unit.code, Position.id)
    )
    return list(db.session.scalars(query))
