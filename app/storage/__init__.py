"""Mapped classes and named queries: the only floor that knows SQL."""

from sqlalchemy.exc import SQLAlchemyError as DatabaseFault

from app.storage import (
    cases,
    days,
    drafts,
    driver,
    events,
    jobs,
    keys,
    letters,
    people,
    processes,
    reach,
    stored,
    versions,
    work,
)
from app.storage.absence import is_away
from app.storage.database import (
    database_time,
    db,
    joined_transactions,
    transaction,
    when_kept,
    when_undone,
)
from app.storage.unheld import unheld

__all__ = [
    "DatabaseFault", "cases", "database_time", "days", "db", "drafts", "driver", "events", "is_away", "jobs",
    "joined_transactions", "keys", "letters", "people", "processes", "reach", "stored", "transaction",
    "unheld", "versions", "when_kept", "when_undone", "work",
]  # fmt: skip
