"""A deed on one case that does not hold its row: on PostgreSQL each word to the database is a message, and waits.

It reads in one statement all that stands around the case, and keeps in one statement all that follows from it. That
statement is a transaction to itself, and fails as a whole where the revision of the case has moved since it was read;
whoever holds a case moves it. Whatever else there is to be said (rows that the session must care for, a lock, a
constraint that says no, somebody who was faster) makes the deed begin anew with the row held.
"""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.storage.database import db, transaction
from app.storage.unit_of_work import MustHold

Result = TypeVar("Result")

log = structlog.get_logger()


def unheld(deed: Callable[[], Result]) -> Result:
    """Do this in a transaction, without holding its case if that can be; it may be begun twice. Raises what it does."""
    session = db.session()
    if session.engine.dialect.name == "postgresql" and "joined" not in session.info:
        try:
            with transaction(held=False):
                return deed()
        except MustHold as reason:
            log.debug("a case must be held", reason=type(reason.__cause__).__name__)
    with transaction():
        return deed()


@event.listens_for(db.session, "before_commit")
def _move_on(session: Session) -> None:
    """Whoever held a case moves its revision, if nothing else of it: a deed that did without holding it sees that."""
    for case, revision in session.info.pop("locked", {}).items():
        if vars(case).get("revision") == revision and case in session and not session.is_modified(case):
            flag_modified(case, "number")


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("locked", None)
