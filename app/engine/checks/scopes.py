"""Rules about scopes: how a process and each kind of sub-process begins and ends, and what is called."""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.engine import graph
from app.engine.checks.finding import at
from app.engine.elements.triggers import trigger_of
from app.engine.graph import Node, Process
from app.engine.nodes import CONTAINERS
from app.engine.problems import Problem

ENABLED = frozenset({"userTask"})
ORDERINGS = ("Parallel", "Sequential")


def scopes(process: Process) -> Iterator[Problem]:
    """The process and every sub-process in it begin and end as their kind does."""
    if process.is_global_task:
        return
    yield from _process(process)
    for node in process.nodes.values():
        if node.kind in CONTAINERS:
            yield from _subprocess(process, node)


def calls(process: Process, known: Mapping[str, Process]) -> Iterator[Problem]:
    """What is called is there, begins without being told what happened, and does not call back."""
    for node in process.nodes.values():
        if node.kind != "callActivity":
            continue
        name = node.element.get("calledElement", "")
        if name not in known:
            yield at(
                node, "panggilan-hilang",
                f"Proses “{name[:60]}” yang dipanggil tidak ada." if name else "Tidak ada proses yang dipanggil.",
                "Pilih proses yang ada, atau unggah berkasnya bersama berkas ini.",
            )  # fmt: skip
        elif process in graph.reachable(known, name):
            yield at(
                node, "panggilan-melingkar", "Proses ini pada akhirnya memanggil dirinya sendiri.",
                "Putus lingkarannya; untuk mengulang langkah, gambar alur kembali.",
            )  # fmt: skip
        elif not known[name].is_global_task and not _plain_starts(known[name].inside(name)):
            yield at(
                node, "panggilan-tanpa-awal", f"Proses “{known[name].name or name}” tidak punya kejadian awal polos.",
                "Tambahkan kejadian awal tanpa pemicu di proses yang dipanggil.",
            )  # fmt: skip


def _process(process: Process) -> Iterator[Problem]:
    inside = process.inside(process.id)
    starts = [node for node in inside if node.kind == "startEvent"]
    openers = [node for node in inside if node.opens_case]
    if not starts and not openers:
        yield at(process, "tanpa-awal", "Tidak ada kejadian awal.", "Tambahkan satu kejadian awal.")
    if len(_plain_starts(inside)) > 1:
        yield at(
            process, "awal-ganda", "Ada lebih dari satu kejadian awal tanpa pemicu.",
            "Sisakan satu; yang lain harus dimulai oleh pesan atau sinyal.",
        )  # fmt: skip
    yield from _same_entrance([*starts, *openers, *_opened(process, openers)])
    yield from _end(process, inside)


def _subprocess(process: Process, holder: Node) -> Iterator[Problem]:
    inside = process.inside(holder.id)
    if not inside:
        yield at(
            holder,
            "tanpa-isi",
            "Sub-proses ini kosong.",
            "Gambar isinya, atau panggil proses lain dengan call activity.",
        )
    elif holder.kind == "adHocSubProcess":
        yield from _adhoc(process, holder, inside)
    else:
        yield from _one_start(holder, [node for node in inside if node.kind == "startEvent"])
        yield from _end(holder, inside)
    if holder.is_event_subprocess and holder.kind != "subProcess":
        yield at(
            holder, "tidak-didukung", "Sub-proses kejadian tidak boleh transaksi atau ad-hoc.",
            "Jadikan sub-proses biasa.",
        )  # fmt: skip


def _one_start(holder: Node, starts: list[Node]) -> Iterator[Problem]:
    if not starts:
        yield at(holder, "tanpa-awal", "Tidak ada kejadian awal.", "Tambahkan satu kejadian awal.")
    elif len(starts) > 1:
        yield at(holder, "awal-ganda", "Ada lebih dari satu kejadian awal.", "Sisakan satu kejadian awal.")


def _end(scope: Node | Process, inside: list[Node]) -> Iterator[Problem]:
    if not any(node.kind == "endEvent" for node in inside):
        yield at(scope, "tanpa-akhir", "Tidak ada kejadian akhir.", "Tambahkan kejadian akhir.")


def _plain_starts(inside: list[Node]) -> list[Node]:
    return [node for node in inside if node.kind == "startEvent" and not node.events]


def _opened(process: Process, openers: list[Node]) -> list[Node]:
    """The events behind a gateway with which a case begins."""
    gateways = [node for node in openers if node.kind == "eventBasedGateway"]
    names = [flow.target for gateway in gateways for flow in process.leaving(gateway.id)]
    return [process.nodes[name] for name in names if name in process.nodes]


def _same_entrance(starts: list[Node]) -> Iterator[Problem]:
    """Of two starts that the same message opens, none would know which is meant."""
    triggers = {
        node.id: trigger_of(node.element) for node in starts if node.definitions or node.kind == "receiveTask"
    }
    known = {name: (trigger.kind, trigger.name) for name, trigger in triggers.items() if trigger.name}
    counts = Counter(known.values())
    seen = set()
    for node in starts:
        key = known.get(node.id)
        if key and counts[key] > 1 and key in seen:
            yield at(
                node, "awal-ganda", f"Kejadian awal lain sudah dibuka oleh “{key[1][:60]}” juga.",
                "Sisakan satu, atau pakai pesan lain.",
            )  # fmt: skip
        seen.add(key)


def _adhoc(process: Process, holder: Node, inside: list[Node]) -> Iterator[Problem]:
    if holder.element.get("ordering", "Parallel") not in ORDERINGS:
        yield at(
            holder, "nilai-aneh", "Urutan (ordering) sub-proses ad-hoc tidak dikenal.",
            "Tulis Parallel atau Sequential.",
        )  # fmt: skip
    for node in inside:
        if node.kind in ("startEvent", "endEvent"):
            yield at(
                node, "adhoc-berujung", "Sub-proses ad-hoc tidak punya kejadian awal atau akhir.",
                "Hapus kejadian ini dan panahnya.",
            )  # fmt: skip
        elif _is_offered(process, node) and node.kind not in ENABLED:
            yield at(
                node, "adhoc-bukan-orang", "Yang dapat dipilih dalam sub-proses ad-hoc harus user task.",
                "Ganti menjadi user task, atau tarik panah dari sebuah user task ke sini.",
            )  # fmt: skip
    if not any(node.kind in ENABLED for node in inside):
        yield at(
            holder, "adhoc-kosong", "Tidak ada yang dapat dipilih dalam sub-proses ad-hoc ini.",
            "Tambahkan user task tanpa panah masuk.",
        )  # fmt: skip


def _is_offered(process: Process, node: Node) -> bool:
    beside = node.kind in ("boundaryEvent", "startEvent", "endEvent") or (
        node.is_activity and node.is_handler
    )
    return not beside and not process.ways_here(node.id)
