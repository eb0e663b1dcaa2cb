"""Rules about gateways that wait: for the first of several events, or for enough of several tokens."""

from collections.abc import Iterator

from app.engine.checks.finding import at
from app.engine.graph import Node, Process
from app.engine.problems import Problem

AWAITED = frozenset({"message", "timer", "signal", "conditional"})
OPENING = frozenset({"message", "signal"})
QUANTITIES = ("startQuantity", "completionQuantity")


def gateways(process: Process) -> Iterator[Problem]:
    """After an event gateway stand only events; a complex gateway says when it has enough."""
    for node in process.nodes.values():
        if node.kind == "eventBasedGateway":
            yield from _event_gateway(process, node)
        elif node.kind == "complexGateway":
            yield from _complex(process, node)
        if node.opens_case:
            yield from _opening(process, node)


def _event_gateway(process: Process, gateway: Node) -> Iterator[Problem]:
    if gateway.element.get("eventGatewayType", "Exclusive") != "Exclusive":
        yield at(
            gateway, "tidak-didukung", "Gerbang kejadian paralel tidak didukung.",
            "Pakai gerbang paralel dengan satu kejadian di tiap cabangnya.",
        )  # fmt: skip
    flows = process.leaving(gateway.id)
    if len(flows) < 2:
        yield at(
            gateway, "kejadian-kurang", "Gerbang kejadian ini memerlukan paling sedikit dua panah keluar.",
            "Tambahkan kejadian yang juga ditunggu, atau hapus gerbangnya.",
        )  # fmt: skip
    targets = [process.nodes[flow.target] for flow in flows if flow.target in process.nodes]
    for target in targets:
        yield from _target(process, gateway, target)
    if _mixed(targets):
        yield at(
            gateway, "kejadian-campur", "Sesudah gerbang ini ada kejadian pesan dan receive task sekaligus.",
            "Pakai salah satu jenis untuk semua pesannya.",
        )  # fmt: skip


def _target(process: Process, gateway: Node, target: Node) -> Iterator[Problem]:
    awaited = OPENING if gateway.opens_case else AWAITED
    is_event = target.kind == "intermediateCatchEvent" and awaited.issuperset(target.events or ["none"])
    if not is_event and target.kind != "receiveTask":
        yield at(
            target, "bukan-kejadian", f"Elemen ini tidak dapat ditunggu gerbang “{gateway.name or gateway.id}”.",
            "Sesudah gerbang kejadian taruh kejadian pesan atau sinyal, atau receive task."
            if gateway.opens_case
            else "Sesudah gerbang kejadian taruh kejadian pesan, sinyal, waktu, bersyarat, atau receive task.",
        )  # fmt: skip
    if len(process.entering(target.id)) > 1:
        yield at(
            target, "kejadian-dua-arah", "Ke elemen sesudah gerbang kejadian ini datang beberapa panah.",
            "Sisakan satu panah, yaitu dari gerbangnya; salin elemennya untuk jalan yang lain.",
        )  # fmt: skip
    if target.kind == "receiveTask" and not _is_plain(process, target):
        yield at(
            target, "penerima-berhias", "Receive task sesudah gerbang kejadian harus polos, tanpa kejadian tepi.",
            "Hapus kejadian tepi, tanda ulang dan jumlah tokennya.",
        )  # fmt: skip


def _opening(process: Process, node: Node) -> Iterator[Problem]:
    """A receive task or event gateway with which a case begins."""
    if node.kind not in ("receiveTask", "eventBasedGateway"):
        return
    word = "Receive task" if node.kind == "receiveTask" else "Gerbang kejadian"
    if process.entering(node.id) or node.scope != process.id:
        yield at(
            node, "pembuka-di-tengah", f"{word} yang membuka berkas (instantiate) harus berdiri di awal proses.",
            "Hapus panah masuknya, atau kosongkan tanda instantiate.",
        )  # fmt: skip
    if not _is_plain(process, node):
        yield at(
            node, "penerima-berhias", f"{word} yang membuka berkas harus polos, tanpa kejadian tepi.",
            "Hapus kejadian tepi, tanda ulang dan jumlah tokennya.",
        )  # fmt: skip


def _complex(process: Process, node: Node) -> Iterator[Problem]:
    texts = [each for each in node.find("./bpmn:activationCondition") if (each.text or "").strip()]
    if len(process.entering(node.id)) > 1 and not texts:
        yield at(
            node, "tanpa-syarat", "Gerbang kompleks ini tidak mengatakan kapan ia terbuka.",
            "Isi activationCondition, misalnya activationCount >= 2.",
        )  # fmt: skip


def _is_plain(process: Process, node: Node) -> bool:
    quantities = all(node.element.get(name, "1") == "1" for name in QUANTITIES)
    return quantities and not node.loops and not node.is_handler and not process.boundaries(node.id)


def _mixed(targets: list[Node]) -> bool:
    catches = any(node.kind == "intermediateCatchEvent" and "message" in node.events for node in targets)
    return catches and any(node.kind == "receiveTask" for node in targets)
