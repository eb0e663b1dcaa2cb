"""Mapped classes and named queries: the only floor that knows SQL."""

from sqlalchemy.exc import SQLAlchemyError as DatabaseFault

from app.storage import cases, days, drafts, events, keys, letters, people, processes, work
from app.storage.database import database_time, db, transaction

__all__ = [
    "DatabaseFault", "cases", "database_time", "days", "db", "drafts", "events", "keys", "letters",
    "people", "processes", "transaction", "work",
]  # fmt: skip
