"""Mapped classes and named queries: the only floor that knows SQL."""

from app.storage import cases, letters, people, processes, work
from app.storage.database import db, transaction

__all__ = ["cases", "db", "letters", "people", "processes", "transaction", "work"]
