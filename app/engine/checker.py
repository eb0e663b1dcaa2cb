"""Says what is wrong with a drawing before a citizen meets it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from lxml import etree

from app.engine import checks_elements, checks_people, checks_shape, graph
from app.engine.graph import Process
from app.engine.language import BadExpression
from app.engine.problems import Problem
from app.engine.sites import SCRIPT, TIMER, sites
from app.engine.sources import MOST_NODES, NAMES, read_xml
from app.errors import Invalid

EXPRESSION_ADVICE = {
    SCRIPT: "Tulis tiap baris sebagai nama = ungkapan.",
    TIMER: "Tulis misalnya hari_kerja(2), P3D, atau R3/P1D.",
}


def check(files: Mapping[str, bytes], operations: Collection[str] | None = None) -> list[Problem]:
    """All that is wrong in these files, in Indonesian; an empty list means that they may be published.

    With `operations`, service tasks may only order the operations of these names.
    """
    roots: dict[str, etree._Element] = {}
    found: list[Problem] = []
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                roots[path] = read_xml(path, content)
            except Invalid as refusal:
                found.extend(_of(path, refusal.facts["problems"]))
    drawn = list(graph.processes(roots).values())
    for path, root in roots.items():
        found.extend(_of(path, _without_process(path, root)))
        found.extend(_of(path, _taken(path, root, drawn)))
    found.extend(problems(roots, drawn, operations))
    return list(dict.fromkeys(found))


def problems(
    roots: Mapping[str, etree._Element], drawn: list[Process], operations: Collection[str] | None = None
) -> Iterator[Problem]:
    """What is wrong with these processes, file-wide rules first."""
    known = {process.id: process for process in drawn}
    for path in dict.fromkeys(process.path for process in drawn):
        here = [process for process in drawn if process.path == path]
        yield from _of(path, checks_elements.identifiers(roots, here))
    for process in drawn:
        yield from _of(process.path, _calls(process, known))
        if graph.called(process):
            yield from checks_elements.shared_identifiers(graph.reachable(known, process.id))
    everyone = {name for process in drawn for name in graph.called(process)}
    for process in drawn:
        yield from _of(process.path, _alone(process, operations, is_called=process.id in everyone))


def _of(path: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """These findings, each said of this file unless it names another."""
    return (problem.at(path) for problem in found)


def _alone(process: Process, operations: Collection[str] | None, *, is_called: bool) -> Iterator[Problem]:
    """What is wrong with a process whatever stands beside it."""
    if len(process.nodes) > MOST_NODES:
        yield _too_big(process)
        return
    yield from checks_elements.supported(process)
    yield from checks_elements.operations(process, operations)
    yield from checks_shape.shape(process)
    yield from _expressions(process)
    yield from checks_people.people(process, is_called=is_called)


def _taken(path: str, root: etree._Element, drawn: list[Process]) -> Iterator[Problem]:
    """Of two processes with one id in two files only the first would be seen."""
    first = {process.id: process for process in drawn}
    for element in root.xpath("./bpmn:process", namespaces=NAMES):
        other = first[element.get("id", "")]
        if other.path != path:
            yield Problem(
                "id-ganda", other.id[:100] or path, element.get("name", "")[:60],
                f"Id proses ini dipakai juga dalam berkas {other.path}.", "Beri tiap proses id sendiri.",
            )  # fmt: skip


def _without_process(path: str, root: etree._Element) -> Iterator[Problem]:
    if not root.xpath("./bpmn:process", namespaces=NAMES):
        yield Problem("tanpa-proses", path, "", "Tidak ada proses di berkas ini.", "Gambar satu proses.")


def _too_big(process: Process) -> Problem:
    return Problem(
        "terlalu-besar", process.id, process.name, f"Proses punya lebih dari {MOST_NODES} elemen.",
        "Pindahkan sebagian ke proses lain dan panggil dengan call activity.",
    )  # fmt: skip


def _expressions(process: Process) -> Iterator[Problem]:
    for site in sites(process):
        try:
            site.check()
        except BadExpression as refusal:
            yield Problem(
                "ungkapan-rusak", site.element, site.name, f"“{site.text[:80]}” tidak dapat dipakai: {refusal}.",
                EXPRESSION_ADVICE.get(site.kind, "Tulis misalnya keputusan == \"setuju\"."),
            )  # fmt: skip


def _calls(process: Process, known: Mapping[str, Process]) -> Iterator[Problem]:
    for node in process.nodes.values():
        if node.kind != "callActivity":
            continue
        name = node.element.get("calledElement", "")
        if name not in known:
            yield Problem(
                "panggilan-hilang", node.id, node.name, f"Proses “{name[:60]}” yang dipanggil tidak ada.",
                "Pilih proses yang ada, atau unggah berkasnya bersama berkas ini.",
            )  # fmt: skip
        elif process in graph.reachable(known, name):
            yield Problem(
                "panggilan-melingkar", node.id, node.name, "Proses ini pada akhirnya memanggil dirinya sendiri.",
                "Putus lingkarannya; untuk mengulang langkah, gambar alur kembali.",
            )  # fmt: skip
