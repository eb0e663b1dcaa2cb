"""Says what is wrong with a drawing before a citizen meets it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from lxml import etree

from app.engine import decisions, graph
from app.engine.checks import identifiers, scopes, tasks
from app.engine.checks.compensation import compensation
from app.engine.checks.events import events
from app.engine.checks.finding import at
from app.engine.checks.flows import flows
from app.engine.checks.gateways import gateways
from app.engine.checks.notation import notation
from app.engine.checks.paths import paths
from app.engine.checks.people import people
from app.engine.checks.pools import pools
from app.engine.checks.references import declarations, references
from app.engine.checks.repeats import repeats
from app.engine.checks.values import values
from app.engine.decision_reading import drafts
from app.engine.graph import Process
from app.engine.language import BadExpression
from app.engine.problems import Problem
from app.engine.sites import SCRIPT, TIMER, Site, shared_sites, sites
from app.engine.sources import MOST_NODES, is_bpmn, local, read_xml
from app.errors import Invalid

EXPRESSION_ADVICE = {
    SCRIPT: "Tulis tiap baris sebagai nama = ungkapan.",
    TIMER: "Tulis misalnya hari_kerja(2), P3D, atau R3/P1D.",
}
FAMILIES = (
    notation,
    events,
    references,
    flows,
    gateways,
    scopes.scopes,
    compensation,
    repeats,
    values,
    paths,
)


def check(files: Mapping[str, bytes], operations: Collection[str] | None = None) -> list[Problem]:
    """All that is wrong in these files, in Indonesian; an empty list means that they may be published.

    With `operations`, service tasks may only order the operations of these names.
    """
    roots: dict[str, etree._Element] = {}
    found: list[Problem] = []
    known: dict[str, str] = {}
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                roots[path] = read_xml(path, content)
            except Invalid as refusal:
                found.extend(_of(path, refusal.facts["problems"]))
        elif path.endswith(".dmn"):
            found.extend(_of(path, _tables(path, content, known)))
    drawn = list(graph.processes(roots).values())
    for path, root in roots.items():
        found.extend(_of(path, _without_process(path, root)))
        found.extend(_of(path, identifiers.taken(path, root, drawn)))
    found.extend(problems(roots, drawn, operations, known))
    return list(dict.fromkeys(found))


def problems(
    roots: Mapping[str, etree._Element],
    drawn: list[Process],
    operations: Collection[str] | None = None,
    decided: Collection[str] | None = None,
) -> Iterator[Problem]:
    """What is wrong with these processes, file-wide rules first. `decided`: the ids of all decisions there are."""
    known = {process.id: process for process in drawn}
    kinds = {each.get("id"): local(each) for root in roots.values() for each in root.iter() if is_bpmn(each)}
    for path in dict.fromkeys(process.path for process in drawn):
        here = [process for process in drawn if process.path == path]
        yield from _of(path, identifiers.identifiers(roots, here))
        yield from _of(path, declarations(roots[path]))
        yield from _of(path, pools(roots[path], kinds))
        yield from _of(path, _expressions(shared_sites(roots[path])))
    for process in drawn:
        yield from _of(process.path, scopes.calls(process, known))
        if graph.called(process):
            yield from identifiers.shared_identifiers(graph.reachable(known, process.id))
    everyone = {name for process in drawn for name in graph.called(process)}
    for process in drawn:
        yield from _of(process.path, _alone(process, operations, decided, is_called=process.id in everyone))


def _of(path: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """These findings, each said of this file unless it names another."""
    return (problem.at(path) for problem in found)


def _alone(
    process: Process, operations: Collection[str] | None, decided: Collection[str] | None, *, is_called: bool
) -> Iterator[Problem]:
    """What is wrong with a process whatever stands beside it."""
    if len(process.nodes) > MOST_NODES:
        yield at(
            process, "terlalu-besar", f"Proses punya lebih dari {MOST_NODES} elemen.",
            "Pindahkan sebagian ke proses lain dan panggil dengan call activity.",
        )  # fmt: skip
        return
    for family in FAMILIES:
        yield from family(process)
    yield from tasks.operations(process, operations)
    yield from tasks.decisions(process, decided)
    yield from _expressions(sites(process))
    yield from people(process, is_called=is_called)


def _tables(path: str, content: bytes, known: dict[str, str]) -> Iterator[Problem]:
    """What is wrong with the decisions of a file; their ids are noted with the file where they stand."""
    yield from decisions.problems(path, content)
    try:
        found = drafts(path, content)[0]
    except Invalid:
        return
    for draft in found:
        other = known.setdefault(draft.id, path)
        if other != path:
            yield Problem(
                "id-ganda", draft.id[:100], draft.name[:60], f"Id keputusan ini dipakai juga dalam berkas {other}.",
                "Beri tiap keputusan id sendiri.",
            )  # fmt: skip


def _without_process(path: str, root: etree._Element) -> Iterator[Problem]:
    if not any(is_bpmn(child) and local(child) in ("process", *graph.GLOBAL_TASKS) for child in root):
        yield Problem("tanpa-proses", path, "", "Tidak ada proses di berkas ini.", "Gambar satu proses.")


def _expressions(found: Iterable[Site]) -> Iterator[Problem]:
    for site in found:
        try:
            site.check()
        except BadExpression as refusal:
            yield Problem(
                "ungkapan-rusak", site.element, site.name, f"“{site.text[:80]}” tidak dapat dipakai: {refusal}.",
                EXPRESSION_ADVICE.get(site.kind, "Tulis misalnya keputusan == \"setuju\"."),
            )  # fmt: skip
