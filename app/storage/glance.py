"""A question that every request asks, put to PostgreSQL's driver itself (app/storage/line.py)."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError

from app.storage import loading
from app.storage.database import db, reading
from app.storage.line import Line

Question = Callable[[Dialect], Select]


def glance(question: Question, **values: object) -> Any:
    """The first row of a statement as `loading.ask` gives it, of what is kept at this moment.

    Where the driver finds its connection broken, SQLAlchemy asks once more: it has others, and words for what is wrong.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        try:
            with closing(Line(engine, prepare=True)) as line:
                return loading.ask(line, question, **values)
        except DBAPIError:
            pass
    with reading() as connection:
        return loading.ask(connection, question, **values)
