"""Rules about arrows: what they join, where none may be, and which of them have a condition."""

from collections.abc import Iterator

from app.engine.checks.finding import at
from app.engine.graph import Flow, Node, Process
from app.engine.nodes import EVENTS
from app.engine.problems import Problem

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
UNCONDITIONAL = frozenset({*EVENTS, "parallelGateway", "eventBasedGateway"})


def flows(process: Process) -> Iterator[Problem]:
    """Every arrow joins two elements that it may join, and every condition will be read."""
    for flow in process.flows:
        yield from _ends(process, flow)
    for node in process.nodes.values():
        yield from _boundary(process, node)
        yield from _leaving(process, node)


def _ends(process: Process, flow: Flow) -> Iterator[Problem]:
    source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
    if source is None or target is None:
        yield at(
            flow, "alur-putus", "Panah ini tidak menghubungkan dua elemen.",
            "Sambungkan kedua ujungnya, atau hapus.",
        )  # fmt: skip
    elif not source.scope == target.scope == flow.scope:
        yield at(
            flow, "alur-putus", "Panah ini melewati batas sub-proses atau proses.",
            "Sambungkan dengan sub-prosesnya, atau pindahkan elemennya ke dalam.",
        )  # fmt: skip
    elif word := _forbidden(source, target):
        yield at(flow, "alur-terlarang", f"Panah ini {word}.", "Hapus panahnya.")


def _forbidden(source: Node, target: Node) -> str:
    """Why no arrow may lead from one to the other. What undoes has rules of its own."""
    if source.kind == "endEvent":
        return "keluar dari kejadian akhir"
    if target.kind in ("startEvent", "boundaryEvent"):
        return "masuk ke kejadian awal atau kejadian tepi"
    if source.kind == "intermediateThrowEvent" and "link" in source.events:
        return "keluar dari tautan yang melompat"
    if target.kind == "intermediateCatchEvent" and "link" in target.events:
        return "masuk ke tautan yang menerima"
    if source.is_event_subprocess or target.is_event_subprocess:
        return "menyentuh sub-proses kejadian, yang dimulai oleh kejadiannya sendiri"
    return ""


def _boundary(process: Process, node: Node) -> Iterator[Problem]:
    if node.kind != "boundaryEvent":
        return
    host = process.nodes.get(node.attached_to or "")
    if host is None or not host.is_activity or host.scope != node.scope:
        yield at(
            node, "tepi-lepas", "Kejadian tepi ini tidak menempel pada tugas.", "Tempelkan pada sebuah tugas."
        )
    elif host.is_event_subprocess:
        yield at(
            node,
            "tepi-lepas",
            "Sub-proses kejadian tidak boleh punya kejadian tepi.",
            "Hapus kejadian tepinya.",
        )


def _leaving(process: Process, node: Node) -> Iterator[Problem]:
    ways = process.leaving(node.id)
    if node.kind in UNCONDITIONAL:
        for flow in ways:
            if flow.condition is not None:
                yield at(
                    flow, "syarat-diabaikan", "Syarat pada panah ini tidak akan dibaca.",
                    "Hapus syaratnya, atau taruh gerbang eksklusif atau inklusif di antaranya.",
                )  # fmt: skip
        return
    default = node.element.get("default")
    if default and default not in {flow.id for flow in ways}:
        yield at(
            node,
            "jalur-lain-hilang",
            "Jalur bakunya tidak keluar dari elemen ini.",
            "Pilih ulang jalur baku.",
        )
    joins = node.kind == "complexGateway" and len(process.entering(node.id)) > 1
    chooses = node.kind in CHOOSING and len(ways) > 1 and not joins
    for flow in ways:
        yield from _condition(node, flow, default, chooses=chooses)


def _condition(node: Node, flow: Flow, default: str | None, *, chooses: bool) -> Iterator[Problem]:
    if flow.id == default:
        if flow.condition is not None:
            yield at(
                flow,
                "baku-bersyarat",
                "Jalur baku ini punya syarat, yang tidak akan dibaca.",
                "Hapus syaratnya.",
            )
    elif chooses and flow.condition is None:
        yield at(
            flow, "tanpa-syarat", f"Panah keluar dari gerbang “{node.name or node.id}” ini tidak punya syarat.",
            "Isi syaratnya, atau jadikan jalur baku (default).",
        )  # fmt: skip
