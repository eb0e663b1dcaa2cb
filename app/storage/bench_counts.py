"""What a measurement of workers counts."""

from sqlalchemy import func, select, text

from app.storage.cases import Diary
from app.storage.database import db


def fired() -> int:
    """How many timers have fired."""
    query = select(func.count()).select_from(Diary).where(Diary.kind == "timer fired")
    return _read(query)


def workers() -> int:
    """How many workers of PostgreSQL are at work."""
    return _read(text("SELECT count(*) FROM procrastinate_workers"))


def _read(query: object) -> int:
    db.session.rollback()
    found = db.session.scalar(query)
    db.session.rollback()
    return found
