"""Rules about events: which trigger may stand where, which of them interrupts, and when a timer fires."""

from collections.abc import Iterator

from lxml import etree

from app.engine.checks.finding import at
from app.engine.graph import Node, Process
from app.engine.problems import Problem
from app.engine.sources import is_bpmn, local

OPENING, INNER, TYPED = "awal proses", "awal sub-proses", "awal sub-proses kejadian"
PLACES = {
    OPENING: ("", "message", "signal"),
    INNER: ("",),
    TYPED: ("message", "timer", "signal", "conditional", "error", "escalation"),
    "endEvent": (
        "", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate",
    ),
    "intermediateThrowEvent": ("", "message", "signal", "escalation", "compensate", "link"),
    "intermediateCatchEvent": ("message", "timer", "signal", "conditional", "link"),
    "boundaryEvent": (
        "message", "timer", "signal", "conditional", "error", "escalation", "compensate", "cancel",
    ),
}  # fmt: skip
SINGLE = frozenset({OPENING, INNER, TYPED})
ALONE = frozenset({"link"})  # it has no flow on one side, so nothing can stand beside it
FINAL = frozenset({"error", "cancel", "terminate"})
ALWAYS_INTERRUPT = frozenset({"error", "cancel"})
EVENT_NAMES = {
    "": "tanpa pemicu",
    "message": "pesan",
    "signal": "sinyal",
    "conditional": "bersyarat",
    "link": "tautan",
    "compensate": "kompensasi",
    "cancel": "pembatalan",
    "timer": "pengatur waktu",
    "error": "galat",
    "escalation": "eskalasi",
    "terminate": "penghentian",
}


def events(process: Process) -> Iterator[Problem]:
    """Every event has triggers that may stand where it stands."""
    for node in process.nodes.values():
        where = place(process, node)
        if where in PLACES:
            yield from _lost(node)
            yield from _kinds(node, where)
            yield from _several(node, where)
            yield from _interrupting(node, where)
            yield from _cancel(process, node)
            yield from _final(node)
            yield from _timers(node, where)


def place(process: Process, node: Node) -> str:
    """Where an event stands: its kind, and of a start in what it stands."""
    holder = process.nodes.get(node.scope)
    if node.kind != "startEvent":
        return node.kind
    if holder is None:
        return OPENING
    return TYPED if holder.is_event_subprocess else INNER


def _lost(node: Node) -> Iterator[Problem]:
    refs = [child for child in node.element if is_bpmn(child) and local(child) == "eventDefinitionRef"]
    own = [child for child in node.element if is_bpmn(child) and local(child).endswith("EventDefinition")]
    if len(refs) + len(own) != len(node.definitions):
        yield at(
            node, "rujukan-hilang", "Pemicu yang dirujuk kejadian ini (eventDefinitionRef) tidak ada di berkas ini.",
            "Tulis pemicunya di dalam kejadian ini.",
        )  # fmt: skip


def _kinds(node: Node, where: str) -> Iterator[Problem]:
    allowed = PLACES[where]
    for kind in dict.fromkeys(node.events or [""]):
        if kind not in allowed:
            yield at(
                node, "tidak-didukung", f"Kejadian {EVENT_NAMES.get(kind, kind)} di tempat ini tidak didukung.",
                f"Di sini dapat dipakai: {', '.join(EVENT_NAMES[name] for name in allowed)}.",
            )  # fmt: skip


def _several(node: Node, where: str) -> Iterator[Problem]:
    if node.element.get("parallelMultiple") == "true":
        yield at(
            node, "tidak-didukung", "Kejadian yang menunggu semua pemicunya (parallelMultiple) tidak didukung.",
            "Pakai gerbang paralel dengan satu kejadian di tiap cabangnya.",
        )  # fmt: skip
    elif len(node.events) > 1 and where in SINGLE:
        yield at(
            node, "tidak-didukung", "Kejadian awal ini punya beberapa pemicu.",
            "Gambar satu kejadian awal untuk tiap pemicu.",
        )  # fmt: skip
    elif len(node.events) > 1:
        alone = ALONE | {"compensate"} if where == "boundaryEvent" else ALONE
        for kind in dict.fromkeys(each for each in node.events if each in alone):
            yield at(
                node, "tidak-didukung", f"Pemicu {EVENT_NAMES[kind]} tidak dapat digabung dengan pemicu lain.",
                "Pisahkan menjadi dua kejadian.",
            )  # fmt: skip


def _final(node: Node) -> Iterator[Problem]:
    last = [EVENT_NAMES[kind] for kind in node.events if kind in FINAL]
    if node.kind == "endEvent" and len(last) > 1:
        yield at(
            node, "akhir-berebut", f"Kejadian akhir ini mengakhiri dengan dua cara: {' dan '.join(last)}.",
            "Sisakan satu di antaranya.",
        )  # fmt: skip


def _interrupting(node: Node, where: str) -> Iterator[Problem]:
    always = [kind for kind in node.events if kind in ALWAYS_INTERRUPT]
    if always and where in (TYPED, "boundaryEvent") and not node.is_interrupting:
        yield at(
            node, "tidak-didukung", f"Kejadian {EVENT_NAMES[always[0]]} selalu memutus.",
            "Jadikan kejadian yang memutus (garis utuh).",
        )  # fmt: skip


def _cancel(process: Process, node: Node) -> Iterator[Problem]:
    if "cancel" not in node.events:
        return
    where = node.scope if node.kind == "endEvent" else node.attached_to or ""
    holder = process.nodes.get(where)
    if node.kind not in ("endEvent", "boundaryEvent"):
        return
    if holder is None or holder.kind != "transaction":
        yield at(
            node, "pembatalan-lepas", "Pembatalan hanya berlaku pada transaksi.",
            "Jadikan sub-prosesnya transaksi, atau pakai kejadian galat.",
        )  # fmt: skip
    elif not any("cancel" in edge.events for edge in process.boundaries(holder.id)):
        yield at(
            node, "pembatalan-lepas", f"Transaksi “{holder.name or holder.id}” tidak menangkap pembatalan ini.",
            "Pasang kejadian pembatalan di tepi transaksinya dan tarik panah dari sana.",
        )  # fmt: skip


def _timers(node: Node, where: str) -> Iterator[Problem]:
    repeats = where in (TYPED, "boundaryEvent") and not node.is_interrupting
    for definition in node.definitions:
        if local(definition) == "timerEventDefinition" and "timer" in PLACES[where]:
            yield from _timer(node, definition, repeats=repeats)


def _timer(node: Node, definition: etree._Element, *, repeats: bool) -> Iterator[Problem]:
    texts = [time for time in definition if is_bpmn(time) and (time.text or "").strip()]
    times = [local(time) for time in texts if local(time).startswith("time")]
    if len(times) != 1:
        yield at(
            node, "tanpa-waktu", "Pengatur waktu ini tidak punya satu waktu.", "Isi misalnya hari_kerja(2)."
        )
    elif times[0] == "timeCycle" and not repeats:
        yield at(
            node, "pengulangan", "Pengulangan hanya dapat dipakai pada pengingat yang tidak memutus.",
            "Pakai hari_kerja(2), atau jadikan kejadian tepi yang tidak memutus.",
        )  # fmt: skip
