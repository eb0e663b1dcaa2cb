"""The session: it reads without a transaction until a use case opens one, and knows how that use case goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NoReturn

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, Select
from sqlalchemy.orm.attributes import instance_state

from app.storage.line import Line

HELD, UNHELD, KEPT = "held", "unheld", "kept"  # how a use case goes on; an unheld one ends with what it keeps

after_flush: list[Callable[[Session], None]] = []  # what writes rows that are no objects of the session


class MustHold(Exception):
    """A deed that tried to do without holding its case has to hold it (app/storage/unheld.py)."""


@dataclass
class Joined:
    """Use cases of one request that are kept together; `first` is what they write before anything else."""

    first: Callable[[], None]
    is_open: bool = False
    kept: list[Callable[[], None]] = field(default_factory=list)
    undone: list[Callable[[], None]] = field(default_factory=list)


class ReadingSession(Session):
    """Reads without a transaction until a use case opens one: there is nothing to undo, and PostgreSQL's driver
    forgets with every undoing what it has prepared."""

    @cached_property
    def engine(self) -> Engine:
        """There is one database: it is not looked for with every statement."""
        return self._db.engine

    def get_bind(
        self, mapper: Any = None, *, clause: Any = None, bind: Engine | None = None, **_others: Any
    ) -> Engine:
        engine = bind or self.engine
        if self.info.get("use_case") in (UNHELD, KEPT) and not _only_reads(clause):
            self._refuse_to_write()
        return engine if self._is_open else reading_only(engine)

    def reader(self) -> Connection | Line:
        """What it reads over: the connection of its transaction, or where it has none, one without."""
        if self.info.get("use_case") in (UNHELD, KEPT):
            if "line" not in self.info:
                self.info["line"] = Line(self.engine)
            return self.info["line"]
        return self.connection({"bind": self.engine if self._is_open else reading_only(self.engine)})

    def attach(self, row: object) -> None:
        """A row that was just read becomes the session's own: `add`, but nothing that hangs on it is looked for."""
        self._save_or_update_impl(instance_state(row))

    def flush(self, objects: Any = None) -> None:
        super().flush(objects)
        for write in after_flush:
            write(self)

    def _refuse_to_write(self) -> NoReturn:
        if self.info["use_case"] == KEPT:
            raise RuntimeError("a change after everything was kept")
        raise MustHold

    @property
    def _is_open(self) -> bool:
        joined: Joined | None = self.info.get("joined")
        return self.info.get("use_case") == HELD or (joined is not None and joined.is_open)


def _only_reads(clause: Any) -> bool:
    return isinstance(clause, Select) and clause._for_update_arg is None


@lru_cache
def reading_only(engine: Engine) -> Engine:
    """The same database, read without transactions."""
    on_sqlite = engine.dialect.name == "sqlite"
    return engine if on_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
