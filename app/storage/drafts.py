"""Forms on their way: what a citizen has typed so far, before it is a case or a correction of one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.database import Id, Model, Moment


class Draft(Model):
    """A form on its way, kept until it is sent or forgotten; found again only with its token."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)  # a correction's draft
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # what was typed so far
    updated_at: Mapped[datetime] = mapped_column(Moment)
