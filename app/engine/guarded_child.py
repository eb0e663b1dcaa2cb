"""The other side of `guarded`: a process that binds its own hands, checks the files on its input, answers and ends."""

import importlib
import json
import os
import resource
import signal
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from app.engine import checker, drawing, graph
from app.engine.problems import Problem
from app.engine.sources import NAMES, read_xml
from app.errors import Invalid

SECONDS = 2
MEGABYTES = 256
ORPHANED = 30  # seconds
MOST_SAID = 8 * 1024 * 1024
MOST_PROBLEMS = 500
LONGEST = 500

# Checked before the hands are bound: what is read in only when first used could not be read in afterwards.
SAMPLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<b:definitions xmlns:b="{NAMES["bpmn"]}" targetNamespace="contoh"><b:process id="contoh" isExecutable="true">
<b:startEvent id="mulai"/><b:endEvent id="selesai"/><b:userTask id="tugas"/>
<b:scriptTask id="skrip"><b:script>x = "é" + str(1)</b:script></b:scriptTask>
<b:boundaryEvent id="batas" attachedToRef="tugas"><b:timerEventDefinition><b:timeDuration>P3D</b:timeDuration>
</b:timerEventDefinition></b:boundaryEvent>
<b:sequenceFlow id="f1" sourceRef="mulai" targetRef="skrip"/>
<b:sequenceFlow id="f2" sourceRef="skrip" targetRef="tugas"/>
<b:sequenceFlow id="f3" sourceRef="tugas" targetRef="selesai"/>
<b:sequenceFlow id="f4" sourceRef="batas" targetRef="selesai"/>
</b:process></b:definitions>"""


def main() -> None:
    """Answer one question of `guarded`, by the inspector it names."""
    module, _colon, name = sys.argv[1].partition(":")
    inspector = getattr(importlib.import_module(module), name)
    unicodedata.lookup("BULLET")
    inspect({"contoh.bpmn": SAMPLE.encode()}, None, lambda _path: None)
    _bind_hands()
    try:
        files, operations = _asked()
        return _say(problems=inspector(files, operations, lambda path: _say(at=path)))
    except MemoryError:
        pass  # what the inspector held is given back only after this
    return _say(ended="memory")


def inspect(
    files: Mapping[str, bytes], operations: Collection[str] | None, at: Callable[[str], None]
) -> list[list[str | bool]]:
    """Check these files as one set and read every process as a case would; `at` is told which file is looked at."""
    for path, content in files.items():
        at(path)
        found = checker.check({path: content}, operations)
    if len(files) > 1:
        at("")
        found = checker.check(files, operations)
    if not any(problem.blocks for problem in found):
        found += _unreadable(files, at)
    return [_row(problem) for problem in found[:MOST_PROBLEMS]]


def _unreadable(files: Mapping[str, bytes], at: Callable[[str], None]) -> Iterator[Problem]:
    """Processes that every rule lets through, and that SpiffWorkflow cannot read all the same."""
    roots = {path: read_xml(path, content) for path, content in files.items() if path.endswith(".bpmn")}
    found = graph.processes(roots)
    for process in found.values():
        at(process.path)
        used = {part.path for part in graph.reachable(found, process.id)}
        together = {path: content for path, content in files.items() if path in used or path not in roots}
        try:
            drawing.read(together, process.id)
        except Invalid as refusal:
            yield Problem(
                "tidak-terbaca", process.id, process.name, "Proses ini tidak dapat dijalankan mesin.",
                f"Periksa elemen dan alurnya dengan penyunting. {refusal}", path=process.path,
            )  # fmt: skip


def _row(problem: Problem) -> list[str | bool]:
    where = problem.element or problem.path
    texts = (problem.rule, where, problem.name, problem.message, problem.advice)
    return [*(text[:LONGEST] for text in texts), problem.blocks, problem.path]


def _bind_hands() -> None:
    """From here on nothing can be opened, neither file nor socket; time and memory end by the kernel's hand."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEGABYTES * 1024 * 1024
    _bound(resource.RLIMIT_AS, most)
    _bound(resource.RLIMIT_CPU, SECONDS)
    _bound(resource.RLIMIT_FSIZE, MOST_SAID)
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        _bound(kind, 0)
    signal.setitimer(signal.ITIMER_REAL, ORPHANED)  # should the portal be gone


def _bound(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


def _asked() -> tuple[dict[str, bytes], list[str] | None]:
    stream = sys.stdin.buffer
    head = json.loads(stream.readline())
    return {path: stream.read(size) for path, size in head["files"]}, head["operations"]


def _say(**words: object) -> None:
    os.write(1, json.dumps(words).encode() + b"\n")
