"""A deed on one case that does not hold its row: on PostgreSQL each word to the database is a message, and waits.

It reads in one statement all that stands around the case, and keeps in one statement all that follows from it. That
statement does nothing where the case has moved since it was read, and the database is a transaction to itself: it is
there as a whole, or not at all. Whatever else there is to be said (rows that the session must care for, a lock, a
constraint that says no, somebody who was faster) makes the deed start again with the row held.
"""

from collections.abc import Callable
from typing import TypeVar

import structlog

from app.storage.database import MustHold, db, transaction

Result = TypeVar("Result")

log = structlog.get_logger()


def unheld(deed: Callable[[], Result]) -> Result:
    """Do this in a transaction, without holding its case if that can be; it may be begun twice. Raises what it does."""
    if db.engine.dialect.name == "postgresql" and "joined" not in db.session().info:
        try:
            with transaction(held=False):
                return deed()
        except MustHold as reason:
            log.debug("a case must be held", reason=str(reason.__cause__))
    with transaction():
        return deed()
