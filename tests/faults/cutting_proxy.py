"""Stands between the portal and PostgreSQL, and cuts the line when a COMMIT has gone through and its answer has not."""

import selectors
import socket
import threading
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT\0"  # both what is sent, in a simple query, and the tag with which the server says that it is done


class CuttingProxy:
    """Listens in a folder of its own, as PostgreSQL does; cuts the next `cuts` commits."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.cuts = self.cut = 0
        self._server = str(server / SOCKET)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / SOCKET))
        self._door.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
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
                        committing = COMMIT in said
                    elif committing and COMMIT in said and self.cut < self.cuts:
                        self.cut += 1
                        return
                    key.data.sendall(said)
