"""Services and their published versions: the diagram, forms and letters of one moment, never changed again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.database import Id, Model, Moment, db


class Service(Model):
    """One service of the catalogue; what citizens read of it comes from the current version's diagram."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    # keterangan | rekomendasi | legalisasi | pengaduan | internal
    kind: Mapped[str] = mapped_column(index=True)
    description: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")  # what the search reads, lower case
    rank: Mapped[int] = mapped_column(default=100)
    confidential: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[dict] = mapped_column(db.JSON, default=dict)  # the process's own properties
    current_version_id: Mapped[int | None] = mapped_column(Id)  # no foreign key: versions already point here
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class ProcessVersion(Model):
    """One immutable publication of a service."""

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("service_code", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"), index=True)
    number: Mapped[int]
    main: Mapped[str]  # path of the diagram that starts the service
    sha256: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[str]
    files: Mapped[list["ProcessFile"]] = relationship(order_by="ProcessFile.path")


class ProcessFile(Model):
    """One file of a publication: `bpmn/…`, `forms/<service>/…` or `templates/letters/<service>/…`."""

    __tablename__ = "process_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    path: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


def find_service(code: str) -> Service | None:
    """A service that is offered now."""
    return db.session.scalar(select(Service).where(Service.code == code, Service.retired_at.is_(None)))


def offered_services() -> list[Service]:
    """All services of the catalogue, in its order."""
    query = select(Service).where(Service.retired_at.is_(None), Service.current_version_id.is_not(None))
    return list(db.session.scalars(query.order_by(Service.rank, Service.name)))


def get_version(version_id: int) -> ProcessVersion:
    return db.session.get_one(ProcessVersion, version_id)


def latest_number(service_code: str) -> int:
    query = select(func.max(ProcessVersion.number)).where(ProcessVersion.service_code == service_code)
    return db.session.scalar(query) or 0


def files_of(version_id: int) -> dict[str, bytes]:
    """Path → content of everything a version was published with."""
    query = select(ProcessFile.path, ProcessFile.content).where(ProcessFile.version_id == version_id)
    return dict(db.session.execute(query).all())
