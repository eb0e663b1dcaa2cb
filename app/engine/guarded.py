"""Checks strangers' drawings in a process of its own, so that no file can hold, fill or take over the portal.

Every check gets a fresh Python (`guarded_child`): it has no secret, connection or open file of the portal, and nothing
of one check is left for the next. Reading the engine in takes 0.12 s, and half a second with twice as many busy
processes as cores, so a process kept warm was tried and is not worth its keeping. All told a check has 2 s from the
moment it is asked for (`patience`); the kernel holds it to 2 s of CPU, 256 MB, and nothing that would have to be
opened: no file and no socket, so no network. What it answers is JSON, believed only in the shape and length expected.
"""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping

from app.config import ROOT
from app.engine.guarded_child import MEGABYTES, MOST_SAID, SECONDS
from app.engine.problems import Problem
from app.engine.sources import MOST_BYTES

MOST_FILES = 50
MOST_TOGETHER = 10 * 1024 * 1024
ENDINGS = (".bpmn", ".dmn")
INSPECTOR = "app.engine.guarded_child:inspect"
COMMAND = (sys.executable, "-P", "-s", "-c", "from app.engine.guarded_child import main; main()")
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
TIME_IS_UP = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM)

TOO_LONG = (
    "Pemeriksaan tidak selesai dalam batas waktunya.",
    "Sederhanakan diagramnya atau pecah menjadi beberapa proses; bila server sedang sibuk, coba lagi nanti.",
)
TOO_MUCH = (
    f"Pemeriksaan memerlukan lebih dari {MEGABYTES} MB memori.",
    "Sederhanakan diagramnya atau pecah menjadi beberapa proses, lalu periksa lagi.",
)
BROKEN_OFF = (
    "Pemeriksaan terhenti sebelum selesai.",
    "Ekspor ulang berkas dari penyuntingnya dan periksa lagi; bila tetap begini, hubungi administrator.",
)

_places = threading.BoundedSemaphore(4)  # memory and cores that checks may take together


def check_guarded(
    files: Mapping[str, bytes],
    operations: Collection[str] | None = None,
    *,
    patience: float = SECONDS,
    inspector: str = INSPECTOR,
) -> list[Problem]:
    """All that is wrong in these files taken together, each finding with its file; none when they can be run."""
    if refused := list(_too_many(files)):
        return refused
    refused = [problem for path, content in files.items() for problem in _unfit(path, content)]
    fit = {path: content for path, content in files.items() if path not in {each.path for each in refused}}
    return [*refused, *_checked(fit, operations, inspector, patience)] if fit else refused


def _checked(
    files: Mapping[str, bytes], operations: Collection[str] | None, inspector: str, patience: float
) -> list[Problem]:
    with _places:
        said, is_late = _ask(_question(files, operations), inspector, patience)
    where, reason = "", TOO_LONG if is_late else BROKEN_OFF
    for line in _lines(said):
        found = _problems(line.get("problems"), files)
        if found is not None:
            return found
        where = line["at"] if line.get("at") in ("", *files) else where
        reason = TOO_MUCH if line.get("ended") == "memory" else reason
    return [
        Problem("pemeriksaan-terhenti", path, "", *reason, path=path)
        for path in ([where] if where else files)
    ]


def _too_many(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Of too much at once nothing is checked, so every file is refused."""
    message = ""
    if len(files) > MOST_FILES:
        message = f"Ada lebih dari {MOST_FILES} berkas untuk diperiksa bersama."
    elif sum(len(content) for content in files.values() if len(content) <= MOST_BYTES) > MOST_TOGETHER:
        message = f"Berkas yang diperiksa bersama lebih dari {MOST_TOGETHER // 1024**2} MB."
    for path in files if message else ():
        yield Problem("terlalu-besar", path, "", message, "Periksa sebagian demi sebagian.", path=path)


def _unfit(path: str, content: bytes) -> Iterator[Problem]:
    if not path.endswith(ENDINGS):
        yield Problem(
            "bukan-diagram", path, "", "Hanya berkas .bpmn dan .dmn yang dapat diperiksa.",
            "Beri berkas akhiran .bpmn untuk diagram atau .dmn untuk tabel keputusan.", path=path,
        )  # fmt: skip
    elif len(content) > MOST_BYTES:
        yield Problem(
            "terlalu-besar", path, "", f"Berkas lebih dari {MOST_BYTES // 1024**2} MB.",
            "Pecah diagram menjadi beberapa proses.", path=path,
        )  # fmt: skip


def _question(files: Mapping[str, bytes], operations: Collection[str] | None) -> bytes:
    head = {
        "files": [[path, len(content)] for path, content in files.items()],
        "operations": None if operations is None else sorted(operations),
    }
    return json.dumps(head).encode() + b"\n" + b"".join(files.values())


def _ask(question: bytes, inspector: str, patience: float) -> tuple[bytes, bool]:
    """What the check said until it ended, and whether its time was up."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(question)
        asked.seek(0)
        try:
            done = subprocess.run(
                [*COMMAND, inspector], stdin=asked, stdout=said, stderr=subprocess.DEVNULL,
                cwd="/", env=ENVIRONMENT, timeout=patience, check=False,
            )  # fmt: skip
            is_late = done.returncode in TIME_IS_UP
        except subprocess.TimeoutExpired:
            is_late = True
        said.seek(0)
        return said.read(MOST_SAID), is_late


def _lines(said: bytes) -> Iterator[dict]:
    """The whole lines of an answer that are JSON objects; whatever else stands there is left out."""
    for line in said.split(b"\n")[:-1]:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            yield told


def _problems(rows: object, files: Mapping[str, bytes]) -> list[Problem] | None:
    """The findings of an answer, or nothing where it has another shape."""
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        return None
    first = next(iter(files))
    return [Problem(*row[:6], path=row[6] if row[6] in files else first) for row in rows]


def _is_row(row: object) -> bool:
    return (
        isinstance(row, list)
        and [type(item) for item in row] == [str, str, str, str, str, bool, str]
        and all(row[index] for index in (0, 3, 4))
    )
