"""New rows put down as plain values, to be written with whatever else is written next.

What a session does to make an object of a row and let go of it again costs as much as writing the row. A step leaves a
handful of rows that it never looks at: they are no objects.
"""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.storage.database import Model, db

New = tuple[type[Model], Mapping[str, object]]


def put(model: type[Model], **values: object) -> None:
    """A new row; it is there as soon as the session has written its own, as before every query and the commit."""
    session = db.session()
    if not session.info.get("use_case"):
        raise RuntimeError("a new row outside a transaction")
    if not values.keys() <= _names(model):
        raise TypeError(f"{model.__name__} has no {', '.join(values.keys() - _names(model))}")
    session.info.setdefault("put", []).append((model, values))


def taken(session: Session) -> list[New]:
    """What was put down since it was last asked for: whoever takes it writes it."""
    return session.info.pop("put", [])


@cache
def _names(model: type[Model]) -> frozenset[str]:
    return frozenset(inspect(model).column_attrs.keys())


@event.listens_for(db.session, "before_commit")
def _leave_nothing(session: Session) -> None:
    """A session that holds no change of its own writes nothing by itself."""
    if session.info.get("put"):
        session.flush()


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("put", None)
