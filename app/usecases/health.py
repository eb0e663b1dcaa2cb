"""Whether this installation can do its work right now."""

import os

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.storage import db
from app.storage.people import Unit
from app.usecases.parts import parts


def missing() -> list[str]:
    """What keeps the portal from working, by name; empty when it is ready."""
    found = []
    try:
        if db.session.scalar(select(Unit.id).limit(1)) is None:
            found.append("kota")
    except SQLAlchemyError:
        found.append("basis data")
    if not os.access(parts().settings.files, os.W_OK):
        found.append("penyimpanan berkas")
    return found
