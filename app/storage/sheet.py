"""New rows, and keys of rows that go, put down as plain values, to be written with whatever else is written next.

What a session does to make an object of a row and let go of it again costs as much as writing the row. A step leaves a
handful of rows that it never looks at: they are no objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.storage.database import Model, db, in_use

Said = tuple[type[Model], Mapping[str, object]]


@dataclass(frozen=True)
class Sheet:
    """What is put down: whole rows, and of those that go the key."""

    new: list[Said] = field(default_factory=list)
    gone: list[Said] = field(default_factory=list)


NOTHING = Sheet()


def put(model: type[Model], **values: object) -> None:
    """A new row; it is there as soon as the session has written its own, as before every query and the commit."""
    if not values.keys() <= _names(model):
        raise TypeError(f"{model.__name__} has no {', '.join(values.keys() - _names(model))}")
    _sheet(in_use()).new.append((model, values))


def strike(model: type[Model], key: object) -> None:
    """A row that is known to be there goes, likewise; one that the session has at hand goes through the session."""
    session = in_use()
    mapper = model.__mapper__
    row = session.identity_map.get(mapper.identity_key_from_primary_key((key,)))
    if row is not None:
        session.delete(row)
        return
    _sheet(session).gone.append((model, {mapper.primary_key[0].key: key}))


def taken(session: Session) -> Sheet:
    """What was put down since it was last asked for: whoever takes it writes it."""
    return session.info.pop("sheet", NOTHING)


def _sheet(session: Session) -> Sheet:
    if "use_case" not in session.info:
        raise RuntimeError("a change outside a transaction")
    if "sheet" not in session.info:
        session.info["sheet"] = Sheet()
    return session.info["sheet"]


@cache
def _names(model: type[Model]) -> frozenset[str]:
    return frozenset(model.__mapper__.column_attrs.keys())


@event.listens_for(db.session, "before_commit")
def _leave_nothing(session: Session) -> None:
    """A session that holds no change of its own writes nothing by itself."""
    if "sheet" in session.info:
        session.flush()


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("sheet", None)
