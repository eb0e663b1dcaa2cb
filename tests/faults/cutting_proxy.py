"""Stands between the portal and PostgreSQL, and cuts the line when a COMMIT has gone through and its answer has not."""

import os
import selectors
import socket
import threading
from pathlib import Path

COMMIT = b"COMMIT\0"
COMMITTED = b"COMMIT\0"  # the tag with which the server says so


class CuttingProxy:
    """Listens in a folder of its own as PostgreSQL does; cuts as often as `cuts` says, at one commit each."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.cuts = 0
        self.cut = 0
        self._server = server / ".s.PGSQL.5432"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / ".s.PGSQL.5432"))
        self._door.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        there = socket.socket(socket.AF_UNIX)
        there.connect(str(self._server))
        with here, there, selectors.DefaultSelector() as both:
            both.register(here, selectors.EVENT_READ, there)
            both.register(there, selectors.EVENT_READ, here)
            committing = False
            while True:
                for key, _events in both.select():
                    said = key.fileobj.recv(65536)
                    if key.fileobj is here:
                        committing = COMMIT in said
                    elif committing and COMMITTED in said and self.cut < self.cuts:
                        self.cut += 1
                        return
                    if not said:
                        return
                    key.data.sendall(said)


def reachable(folder: Path) -> Path:
    """Paths of sockets are short."""
    return Path(os.path.relpath(folder))
