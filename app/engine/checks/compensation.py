"""Rules about taking back what was done: which handler belongs to which activity, and what may ask for it."""

from collections.abc import Iterator

from app.engine.checks.finding import at
from app.engine.graph import Node, Process
from app.engine.problems import Problem
from app.engine.sources import NAMES


def compensation(process: Process) -> Iterator[Problem]:
    """Every compensation event has one handler, every handler an event, and what is taken back can be."""
    owned: set[str] = set()
    for node in process.nodes.values():
        if node.kind == "boundaryEvent" and "compensate" in node.events:
            handlers = _handlers(process, node)
            owned.update(handler.id for handler in handlers)
            yield from _edge(process, node, handlers)
    for node in process.nodes.values():
        if node.is_activity and node.is_handler:
            yield from _handler(process, node, is_owned=node.id in owned)
        elif "compensate" in node.events and node.kind != "boundaryEvent":
            yield from _throw(process, node)


def undoes(process: Process, activity: Node) -> bool:
    """Whether something takes this activity back: a handler on its edge, or one inside it."""
    if any("compensate" in edge.events for edge in process.boundaries(activity.id)):
        return True
    return any(undoes(process, inner) for inner in process.inside(activity.id) if inner.is_activity)


def _handlers(process: Process, event: Node) -> list[Node]:
    """The activities that dotted lines join to this event, in its own scope."""
    lines = event.element.getroottree().getroot().iterfind(".//bpmn:association", NAMES)
    pairs = [(line.get("sourceRef", ""), line.get("targetRef", "")) for line in lines]
    ends = [
        target if source == event.id else source for source, target in pairs if event.id in (source, target)
    ]
    found = [process.nodes[name] for name in ends if name in process.nodes]
    return [node for node in found if node.is_activity and node.scope == event.scope]


def _edge(process: Process, event: Node, handlers: list[Node]) -> Iterator[Problem]:
    if len(handlers) != 1:
        yield at(
            event, "tanpa-penangan", "Kejadian kompensasi ini tidak punya satu tugas yang membatalkannya.",
            "Tarik garis putus-putus (asosiasi) dari kejadian ini ke satu tugas kompensasi.",
        )  # fmt: skip
    elif not handlers[0].is_handler:
        yield at(
            handlers[0], "penangan-biasa", "Tugas ini menangani kompensasi tetapi tidak ditandai demikian.",
            "Tandai sebagai tugas kompensasi (isForCompensation).",
        )  # fmt: skip
    if process.leaving(event.id):
        yield at(
            event, "alur-terlarang", "Dari kejadian kompensasi tidak boleh ada panah alur.",
            "Ganti panahnya dengan garis putus-putus (asosiasi) ke tugas kompensasi.",
        )  # fmt: skip


def _handler(process: Process, handler: Node, *, is_owned: bool) -> Iterator[Problem]:
    if not is_owned:
        yield at(
            handler, "penangan-lepas", "Tugas kompensasi ini tidak dihubungi kejadian kompensasi mana pun.",
            "Tarik garis putus-putus dari kejadian kompensasi di tepi tugas yang dibatalkan, atau hapus tandanya.",
        )  # fmt: skip
    if process.leaving(handler.id) or process.entering(handler.id):
        yield at(
            handler, "alur-terlarang", "Tugas kompensasi tidak boleh punya panah alur.",
            "Hapus panahnya; tugas ini berjalan hanya bila kompensasi diminta.",
        )  # fmt: skip
    if process.boundaries(handler.id):
        yield at(
            handler, "tepi-penangan", "Tugas kompensasi tidak boleh punya kejadian tepi.",
            "Hapus kejadian tepinya.",
        )  # fmt: skip


def _throw(process: Process, event: Node) -> Iterator[Problem]:
    for name in event.find("./bpmn:compensateEventDefinition/@activityRef"):
        activity = process.nodes.get(name)
        if activity is None or not activity.is_activity or activity.scope not in _reach(process, event):
            yield at(
                event, "kompensasi-hilang", f"Tugas “{name[:60]}” yang hendak dibatalkan tidak ada di sini.",
                "Pilih tugas dari proses atau sub-proses yang sama, atau kosongkan untuk membatalkan semuanya.",
            )  # fmt: skip
        elif not undoes(process, activity):
            yield at(
                event, "kompensasi-hilang", f"Tugas “{activity.name or name}” tidak punya tugas kompensasi.",
                "Pasang kejadian kompensasi di tepi tugas itu dan hubungkan tugas yang membatalkannya.",
            )  # fmt: skip


def _reach(process: Process, event: Node) -> set[str]:
    """Where a compensation looks: in its own scope; in an event sub-process also in the one around it."""
    holder = process.nodes.get(event.scope)
    return {event.scope, holder.scope} if holder and holder.is_event_subprocess else {event.scope}
