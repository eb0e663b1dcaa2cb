"""Keeps uploads and letters as sealed bytes under random names; nobody's file name ever becomes a path."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from app.errors import NotFound, ProcessFault, Unavailable
from app.gateways.sealing import Sealer

ASIDE, UNFINISHED = "aside", ".part"
_KEY = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class StoredFile:
    """Where a file lies, and what its bytes are: the key, their SHA-256 (hex) and their number."""

    key: str
    sha256: str
    size: int


class Files(Protocol):
    """A place for bytes: `FileStore` on disk, `FilesInMemory` in tests."""

    def put(self, content: bytes) -> StoredFile: ...

    def get(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...


class FileStore:
    """Files in a folder of this machine (or a mounted one), each sealed and written whole or not at all.

    `put` raises Unavailable where the disk is full or away.
    """

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder, self._sealer = folder, sealer

    def put(self, content: bytes) -> StoredFile:
        key = secrets.token_hex(20)
        try:
            self._write(self._path(key), self._sealer.seal(content, f"file {key}"))
        except OSError as fault:
            raise Unavailable from fault
        return StoredFile(key, sha256(content).hexdigest(), len(content))

    def get(self, key: str) -> bytes:
        """A file, also one that is set aside."""
        for path in (self._path(key), self._aside(key)):
            with suppress(FileNotFoundError):
                return self._sealer.open(path.read_bytes(), f"file {key}")
        raise NotFound("Berkas ini sudah tidak tersimpan.")

    def delete(self, key: str) -> None:
        """Remove a file, also one that is set aside; removing it again is no mistake."""
        self._path(key).unlink(missing_ok=True)
        self._aside(key).unlink(missing_ok=True)

    def keys(self, *, shelf: str = "??", before: datetime | None = None) -> Iterator[str]:
        """Every key that lies here, or on one shelf (by its first two digits), or was written before a moment."""
        return _keys(self.folder.glob(f"{shelf}/*"), before)

    def keys_aside(self, *, before: datetime) -> Iterator[str]:
        """Every key that was set aside before a moment."""
        return _keys(self.folder.glob(f"{ASIDE}/*"), before)

    def set_aside(self, key: str) -> None:
        """Out of the way, to be thrown away later."""
        self._aside(key).parent.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            os.utime(self._path(key))  # from now on it lies aside
            self._path(key).rename(self._aside(key))

    def put_back(self, key: str) -> None:
        """Where it was before it was set aside."""
        with suppress(FileNotFoundError):
            self._aside(key).rename(self._path(key))

    def drop_unfinished(self, shelf: str, before: datetime) -> None:
        """What somebody began to write on a shelf, and did not end before a moment."""
        for path in _older(self.folder.glob(f"{shelf}/*{UNFINISHED}"), before):
            path.unlink(missing_ok=True)

    def _aside(self, key: str) -> Path:
        return self.folder / ASIDE / self._path(key).name

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ProcessFault("A file key must be 40 hexadecimal digits.")
        return self.folder / key[:2] / key

    def _write(self, path: Path, sealed: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(UNFINISHED)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


class FilesInMemory:
    """The same place without a disk, for tests."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def put(self, content: bytes) -> StoredFile:
        key = secrets.token_hex(20)
        self._contents[key] = content
        return StoredFile(key, sha256(content).hexdigest(), len(content))

    def get(self, key: str) -> bytes:
        if key not in self._contents:
            raise NotFound("Berkas ini sudah tidak tersimpan.")
        return self._contents[key]

    def delete(self, key: str) -> None:
        self._contents.pop(key, None)


def _keys(paths: Iterable[Path], before: datetime | None) -> Iterator[str]:
    found = (path for path in paths if _KEY.fullmatch(path.name))
    return (path.name for path in (_older(found, before) if before else found))


def _older(paths: Iterable[Path], moment: datetime) -> Iterator[Path]:
    for path in paths:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < moment.timestamp():
                yield path


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
