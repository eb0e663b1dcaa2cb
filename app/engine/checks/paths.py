"""Rules about ways: everything can be reached, every token can reach an end, and no round turns for ever."""

from collections.abc import Collection, Iterator

from app.engine.checks.finding import at
from app.engine.graph import Node, Process
from app.engine.nodes import CONTAINERS
from app.engine.problems import Problem

WAITING = frozenset(
    [
        "userTask", "serviceTask", "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
        "intermediateCatchEvent", "eventBasedGateway",
    ]
)  # fmt: skip


def paths(process: Process) -> Iterator[Problem]:
    """All rules of this kind, for the process and each sub-process in it."""
    if process.is_global_task:
        return
    yield from _scope(process, process.inside(process.id), is_adhoc=False)
    for node in process.nodes.values():
        if node.kind in CONTAINERS:
            yield from _scope(process, process.inside(node.id), is_adhoc=node.kind == "adHocSubProcess")
    yield from _rounds(process)


def begins(process: Process, inside: Collection[Node], *, is_adhoc: bool) -> list[str]:
    """The elements of a scope at which its tokens appear."""
    starts = [node for node in inside if node.kind == "startEvent" or node.opens_case]
    offered = (
        [node for node in inside if node.is_activity and not process.ways_here(node.id)] if is_adhoc else []
    )
    return [node.id for node in (*starts, *offered)]


def _scope(process: Process, inside: list[Node], *, is_adhoc: bool) -> Iterator[Problem]:
    walked = [node for node in inside if not _stands_aside(process, node)]
    starts = begins(process, walked, is_adhoc=is_adhoc)
    reached = ahead(process, starts)
    ends = [node for node in walked if not process.ways_on(node.id)]
    dead = [node for node in ends if not (is_adhoc or node.kind == "endEvent" or "link" in node.events)]
    leads_out = behind(process, [node.id for node in ends if node not in dead])
    for node in dead:
        yield at(
            node, "jalan-buntu", "Dari sini tidak ada panah keluar.",
            "Tarik panah ke langkah berikutnya atau ke kejadian akhir.",
        )  # fmt: skip
    for node in walked:
        if starts and node.id not in reached:
            yield at(
                node, "tak-terjangkau", "Tidak ada jalan dari awal ke sini.", "Sambungkan, atau hapus.",
                blocks=False,
            )  # fmt: skip
        elif leads_out and not dead and node.id not in leads_out:
            yield at(
                node, "tanpa-jalan-keluar", "Dari sini akhir tidak dapat dicapai.", "Tarik panah ke akhir."
            )
        if starts and node.kind == "parallelGateway":
            yield from _waits_for_itself(process, node, starts, reached)


def _stands_aside(process: Process, node: Node) -> bool:
    """What no flow leads to by design: event sub-processes, and what only takes back."""
    undoing = node.kind == "boundaryEvent" and "compensate" in node.events
    return undoing or (node.is_activity and (node.is_handler or node.is_event_subprocess))


def _waits_for_itself(
    process: Process, node: Node, starts: list[str], reached: set[str]
) -> Iterator[Problem]:
    without = ahead(process, starts, closed={node.id})
    entering = [flow.source for flow in process.entering(node.id) if flow.source in reached]
    if len(entering) > 1 and any(source not in without for source in entering):
        yield at(
            node, "menunggu-diri", "Gerbang paralel ini menunggu panah yang baru datang setelah ia sendiri lewat.",
            "Arahkan panah kembali ke gerbang eksklusif di depannya.",
        )  # fmt: skip


def _rounds(process: Process) -> Iterator[Problem]:
    """A round in which nobody and nothing is waited for would turn for ever."""
    waiting = {node.id for node in process.nodes.values() if _waits(node)}
    for node in process.nodes.values():
        if node.id in waiting:
            continue
        after = [name for name in process.ways_on(node.id) if name not in waiting]
        if node.id in ahead(process, after, closed=waiting):
            yield at(
                node, "putaran-otomatis", "Putaran ini tidak menunggu orang atau waktu.",
                "Taruh tugas atau pengatur waktu di dalam putarannya.", blocks=False,
            )  # fmt: skip
            return


def _waits(node: Node) -> bool:
    return node.kind in WAITING and "link" not in node.events


def ahead(process: Process, starts: Collection[str], closed: Collection[str] = ()) -> set[str]:
    """These elements and all that a token can reach from them, boundary events included."""
    seen, todo = set(starts), list(starts)
    while todo:
        name = todo.pop()
        ways = [*process.ways_on(name), *(node.id for node in process.boundaries(name))]
        new = {way for way in ways if way not in seen and way not in closed}
        seen |= new
        todo.extend(new)
    return seen


def behind(process: Process, ends: Collection[str]) -> set[str]:
    """These elements and all from which a token can reach them."""
    seen, todo = set(ends), list(ends)
    while todo:
        name = todo.pop()
        host = process.nodes[name].attached_to if name in process.nodes else None
        new = {way for way in (*process.ways_here(name), *([host] if host else [])) if way not in seen}
        seen |= new
        todo.extend(new)
    return seen
