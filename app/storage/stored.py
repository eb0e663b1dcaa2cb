"""Which files of the store are named by a record."""

from collections.abc import Collection

from sqlalchemy import select, union

from app.storage.cases import Attachment
from app.storage.database import db
from app.storage.letters import Letter


def named(keys: Collection[str]) -> set[str]:
    """Those of these keys that an upload or a letter has."""
    columns = Attachment.file_key, Letter.original_key, Letter.signed_key
    return set(db.session.scalars(union(*(select(each).where(each.in_(keys)) for each in columns))))
