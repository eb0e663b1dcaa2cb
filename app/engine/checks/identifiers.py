"""Rules about ids: each element has one of its own, and none that the engine uses itself."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from app.engine.checks.finding import at_element
from app.engine.graph import Process
from app.engine.nodes import GLOBAL_TASKS, HELD_KINDS, NODE_KINDS
from app.engine.problems import Problem
from app.engine.sources import is_bpmn, local

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}", re.ASCII)
TAKEN = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
STEPS = frozenset({*NODE_KINDS, *GLOBAL_TASKS, "process", "sequenceFlow"})
NAMED = frozenset({*STEPS, *HELD_KINDS, "message", "signal", "error", "escalation"})


def identifiers(roots: Mapping[str, etree._Element], drawn: list[Process]) -> Iterator[Problem]:
    """Every element of a file has an id of its own that nothing else in the engine uses."""
    for path in dict.fromkeys(process.path for process in drawn):
        elements = [each for each in roots[path].iter() if is_bpmn(each) and local(each) in NAMED]
        for name, count in Counter(element.get("id", "") for element in elements).items():
            if name and count > 1:
                yield _twice(name, "", f"Id ini dipakai {count} kali.")
        for element in elements:
            if local(element) in STEPS:
                yield from _identifier(element)


def shared_identifiers(group: list[Process]) -> Iterator[Problem]:
    """A process and those it calls run as one case, so no two of them may use one id."""
    first: dict[str, Process] = {}
    for process in group:
        for node in process.nodes.values():
            other = first.setdefault(node.id, process)
            if other is not process and other.path != process.path:
                yield _twice(
                    node.id, node.name, f"Id ini dipakai juga dalam proses “{other.name or other.id}”."
                ).at(process.path)


def taken(path: str, root: etree._Element, drawn: list[Process]) -> Iterator[Problem]:
    """Of two processes with one id in two files only the first would be seen."""
    first = {process.id: process for process in drawn}
    for element in root:
        if is_bpmn(element) and local(element) in ("process", *GLOBAL_TASKS):
            other = first[element.get("id", "")]
            if other.path != path:
                yield Problem(
                    "id-ganda", other.id[:100] or path, element.get("name", "")[:60],
                    f"Id proses ini dipakai juga dalam berkas {other.path}.", "Beri tiap proses id sendiri.",
                )  # fmt: skip


def _twice(name: str, shown: str, message: str) -> Problem:
    return Problem("id-ganda", name[:100], shown, message, "Beri tiap elemen id sendiri.")


def _identifier(element: etree._Element) -> Iterator[Problem]:
    name = element.get("id", "")
    if not name:
        yield at_element(element, "id-hilang", "Elemen ini tidak punya id.", "Beri id yang unik.")
    elif not IDENTIFIER.fullmatch(name):
        yield at_element(
            element, "id-aneh", "Id ini memuat huruf yang tidak diterima atau terlalu panjang.",
            "Pakai huruf, angka, garis bawah; paling banyak 100 huruf.",
        )  # fmt: skip
    elif name in TAKEN:
        yield at_element(
            element, "id-terlarang", "Id ini dipakai mesin sendiri sehingga prosesnya menjadi kosong.",
            "Ganti, misalnya mulai atau selesai.",
        )  # fmt: skip
    elif "." in name:
        yield at_element(
            element, "id-terlarang", "Id ini memuat titik, yang dipakai mesin sendiri.",
            f"Ganti menjadi {name.replace('.', '_')}.",
        )  # fmt: skip
