"""A question that every request asks, put to PostgreSQL's driver itself.

SQLAlchemy's connection, transaction and result are two thirds of what such a question costs, and bring nothing to one
row that is read and let go.
"""

from collections.abc import Callable, Mapping
from typing import Any

from psycopg import Error
from sqlalchemy import Dialect, Engine, Select

from app.storage import loading
from app.storage.database import db, reading

Question = Callable[[Dialect], Select]


def glance(question: Question, **values: object) -> Any:
    """The first row of a statement as `loading.ask` gives it, of what is kept at this moment.

    Where the driver finds its connection broken, SQLAlchemy asks once more: it has others, and words for what is wrong.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        try:
            return _of_driver(engine, question, values)
        except Error:
            pass
    with reading() as connection:
        return loading.ask(connection, question, **values)


def _of_driver(engine: Engine, question: Question, values: Mapping[str, object]) -> Any:
    """Without a transaction, whose undoing would make the driver forget what it has prepared."""
    worded = loading.word(question, engine.dialect)
    lent = engine.raw_connection()
    try:
        driver = lent.dbapi_connection
        driver.autocommit = True
        row = driver.execute(worded.sql, {**worded.values, **values}, prepare=True).fetchone()
        driver.autocommit = False
    except BaseException:
        lent.invalidate()
        raise
    lent.close()
    return row
