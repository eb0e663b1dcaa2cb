"""Mapped classes and named queries: the only floor that knows SQL."""

from sqlalchemy.exc import SQLAlchemyError as DatabaseFault

from app.storage import cases, drafts, events, letters, people, processes, work
from app.storage.database import db, transaction

__all__ = ["DatabaseFault", "cases", "db", "drafts", "events", "letters", "people", "processes", "transaction", "work"]
