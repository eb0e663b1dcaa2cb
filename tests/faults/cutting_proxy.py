"""Stands between the portal and PostgreSQL, and cuts the line when a COMMIT has gone through and its answer has not.

A statement that is a transaction to itself is its own COMMIT.
"""

import selectors
import socket
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests import lines
from tests.faults.points import WRITES

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT\0"  # both what is sent, in a simple query, and the tag with which the server says that it is done
AT_ONCE = b"SELECT 1\0"


class CuttingProxy:
    """Listens in a folder of its own, as PostgreSQL does; cuts the next `cuts` commits of this process."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.cuts = self.cut = 0
        self._done = COMMIT  # how the server says that what was sent last is kept
        self._server = str(server / SOCKET)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / SOCKET))
        self._door.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        event.listen(Engine, "before_cursor_execute", self._in_transaction)
        self._deaf = lines.hear(self._at_once)

    def close(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._in_transaction)
        self._deaf()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _in_transaction(self, *_statement: Any) -> None:
        self._done = COMMIT

    def _at_once(self, statement: str) -> None:
        self._done = AT_ONCE if WRITES.match(statement) else COMMIT

    def _accept(self) -> None:
        while True:
            try:
                here, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        there = socket.socket(socket.AF_UNIX)
        there.connect(self._server)
        with here, there, selectors.DefaultSelector() as both:
            both.register(here, selectors.EVENT_READ, there)
            both.register(there, selectors.EVENT_READ, here)
            committing = False
            while True:
                for key, _ready in both.select():
                    said = key.fileobj.recv(65536)
                    if not said:
                        return
                    if key.fileobj is here:
                        committing = self._done is AT_ONCE or COMMIT in said
                    elif committing and self._done in said and self.cut < self.cuts:
                        self.cut += 1
                        return
                    key.data.sendall(said)
