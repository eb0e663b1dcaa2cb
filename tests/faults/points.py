"""Where a process may be killed: at every word to the database, around every commit, and around all it does outside.

Installed in a child only; the product knows nothing of it. A first life counts the points, the next ones die at them.
"""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from app.gateways.files import FileStore
from app.gateways.signer import LocalSigner
from tests import lines

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH|SELECT procrastinate)", re.IGNORECASE)
COMMIT = "commit"


class Points:
    """Counts the points a process passes; at number `fatal` (from 1) it is killed, as by `kill -9`, or stopped.

    Without `every`, statements inside a transaction are no points: nothing is kept between them. A transaction that
    wrote nothing has none at all.
    """

    def __init__(self, fatal: int = 0, number: int = signal.SIGKILL, *, every: bool = False) -> None:
        self.passed: list[str] = []
        self._fatal, self._number, self._every, self._wrote = fatal, number, every, False

    def install(self) -> "Points":
        """For the rest of this process."""
        event.listen(Engine, "before_cursor_execute", self._statement)
        lines.hear(self._say_at_once, self._said_at_once)
        self._around(DefaultDialect, "do_commit", COMMIT, before=True)
        self._around(FileStore, "put", "file stored")
        self._around(LocalSigner, "sign", "letter signed")
        if self._every:
            self._around(Path, "rename", "file named", before=True)
        return self

    def at(self, name: str) -> None:
        """One point."""
        self.passed.append(name)
        if len(self.passed) == self._fatal:
            os.kill(os.getpid(), self._number)

    def _statement(self, _connection: Connection, _cursor: Any, statement: str, *_others: Any) -> None:
        self._word(statement)
        self._wrote |= WRITES.match(statement) is not None

    def _say_at_once(self, statement: str) -> None:
        """A statement that is a transaction to itself."""
        self._word(statement)
        if WRITES.match(statement):
            self.at(f"before {COMMIT}")

    def _said_at_once(self, statement: str) -> None:
        if WRITES.match(statement):
            self.at(f"after {COMMIT}")

    def _word(self, statement: str) -> None:
        if self._every:
            self.at(" ".join(statement.split()[:4]))

    def _around(self, owner: type, name: str, what: str, *, before: bool = False) -> None:
        real: Callable = getattr(owner, name)

        def passes(*args: Any, **kwargs: Any) -> Any:
            if what == COMMIT and not self._wrote:
                return real(*args, **kwargs)
            if before:
                self.at(f"before {what}")
            result = real(*args, **kwargs)
            self._wrote = self._wrote and what != COMMIT
            self.at(f"after {what}")
            return result

        setattr(owner, name, passes)
