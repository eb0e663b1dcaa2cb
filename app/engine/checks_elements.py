"""Rules about single elements: their ids, their kinds and the operations they order."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from app.engine.graph import NODE_KINDS, Node, Process
from app.engine.problems import Problem
from app.engine.sources import is_bpmn, local

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}", re.ASCII)
TAKEN = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
TAKEN_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")

UNSUPPORTED = {
    "task": ("tugas tanpa jenis", "Ubah menjadi user task, service task, atau script task."),
    "manualTask": ("manual task", "Ubah menjadi user task dengan formulir."),
    "businessRuleTask": ("tabel keputusan", "Gambar keputusannya dengan gerbang eksklusif."),
    "sendTask": ("send task", "Pakai service task pemberitahuan.kirim."),
    "receiveTask": ("receive task", "Pakai user task bagi yang menerima."),
    "transaction": ("transaksi", "Pakai sub-proses biasa."),
    "adHocSubProcess": ("sub-proses ad-hoc", "Gambar urutan langkahnya dalam sub-proses biasa."),
    "eventBasedGateway": ("gerbang berbasis kejadian", "Pakai user task dengan pengatur waktu di tepinya."),
    "complexGateway": ("gerbang kompleks", "Pakai gerbang eksklusif, paralel, atau inklusif."),
}
EVENTS = {
    "startEvent": frozenset({""}),
    "endEvent": frozenset({"", "terminate", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"timer"}),
    "intermediateThrowEvent": frozenset({"", "escalation"}),
    "boundaryEvent": frozenset({"timer", "error", "escalation"}),
}
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
QUANTITIES = ("startQuantity", "completionQuantity")
LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def identifiers(roots: Mapping[str, etree._Element], drawn: list[Process]) -> Iterator[Problem]:
    """Every element of a file has an id of its own that nothing else in the engine uses."""
    for path in dict.fromkeys(process.path for process in drawn):
        elements = list(_named(roots[path]))
        for name, count in Counter(element.get("id", "") for element in elements).items():
            if name and count > 1:
                yield _twice(name, "", f"Id ini dipakai {count} kali.")
        for element in elements:
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


def _twice(name: str, shown: str, message: str) -> Problem:
    return Problem("id-ganda", name[:100], shown, message, "Beri tiap elemen id sendiri.")


def _named(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        if is_bpmn(element) and local(element) in (*NODE_KINDS, "process", "sequenceFlow"):
            yield element


def _identifier(element: etree._Element) -> Iterator[Problem]:
    name, shown = element.get("id", ""), element.get("name", "")[:60]
    if not name:
        yield Problem("id-hilang", local(element), shown, "Elemen ini tidak punya id.", "Beri id yang unik.")
    elif not IDENTIFIER.fullmatch(name):
        yield Problem(
            "id-aneh", name[:60], shown, "Id ini memuat huruf yang tidak diterima atau terlalu panjang.",
            "Pakai huruf, angka, titik, garis bawah; paling banyak 100 huruf.",
        )  # fmt: skip
    elif name in TAKEN or name.endswith(TAKEN_ENDINGS):
        yield Problem(
            "id-terlarang", name, shown, "Id ini dipakai mesin sendiri sehingga prosesnya menjadi kosong.",
            "Ganti, misalnya mulai atau selesai.",
        )  # fmt: skip


def supported(process: Process) -> Iterator[Problem]:
    """Only what the engine carries out as drawn."""
    for node in process.nodes.values():
        if node.kind in UNSUPPORTED:
            word, advice = UNSUPPORTED[node.kind]
            yield _problem(node, "tidak-didukung", f"Elemen {word} tidak didukung.", advice)
        yield from _events(node)
        yield from _attributes(node)


def _events(node: Node) -> Iterator[Problem]:
    allowed = EVENTS.get(node.kind)
    if allowed is None:
        return
    kinds = node.events or [""]
    for kind in kinds:
        if kind not in allowed:
            word = EVENT_NAMES.get(kind, kind)
            yield _problem(
                node, "tidak-didukung", f"Kejadian {word} di tempat ini tidak didukung.",
                f"Di sini dapat dipakai: {', '.join(sorted(EVENT_NAMES[name] for name in allowed))}.",
            )  # fmt: skip
    if len(kinds) > 1:
        yield _problem(
            node, "tidak-didukung", "Satu kejadian punya beberapa pemicu.", "Pisahkan menjadi beberapa."
        )
    if "timer" in kinds:
        yield from _timer(node)


def _timer(node: Node) -> Iterator[Problem]:
    times = node.find("./bpmn:timerEventDefinition/*")
    texts = [time for time in times if (time.text or "").strip()]
    if len(texts) != 1:
        yield _problem(
            node, "tanpa-waktu", "Pengatur waktu ini tidak punya satu waktu.", "Isi misalnya hari_kerja(2)."
        )
    elif local(texts[0]) == "timeCycle" and not (node.kind == "boundaryEvent" and not node.is_interrupting):
        yield _problem(
            node, "pengulangan", "Pengulangan hanya dapat dipakai pada pengingat yang tidak memutus tugas.",
            "Pakai hari_kerja(2), atau jadikan kejadian tepi yang tidak memutus.",
        )  # fmt: skip


def _attributes(node: Node) -> Iterator[Problem]:
    if node.element.get("triggeredByEvent") == "true":
        yield _problem(
            node, "tidak-didukung", "Sub-proses yang dipicu kejadian tidak didukung.",
            "Pakai kejadian tepi pada tugas atau sub-prosesnya.",
        )  # fmt: skip
    if node.element.get("isForCompensation") == "true":
        yield _problem(
            node, "tidak-didukung", "Kompensasi tidak didukung.", "Gambar langkah pembatalannya sendiri."
        )
    if any(node.element.get(name, "1") != "1" for name in QUANTITIES):
        yield _problem(
            node, "tidak-didukung", "Jumlah token selain 1 tidak didukung.", "Kosongkan jumlahnya."
        )
    if any(node.find(f"./bpmn:{name}") for name in LOOPS):
        yield _problem(
            node, "tidak-didukung", "Tanda ulang (multi-instance atau loop) tidak didukung.",
            "Gambar langkahnya satu per satu, atau ulangi dengan gerbang dan alur kembali.",
        )  # fmt: skip


def operations(process: Process, known: Collection[str] | None) -> Iterator[Problem]:
    """Every service task orders one operation, and one that exists."""
    for node in process.nodes.values():
        if node.kind != "serviceTask":
            continue
        orders = [
            item.get("id", "") for item in node.find("./bpmn:extensionElements/spiff:serviceTaskOperator")
        ]
        if len(orders) != 1 or not orders[0]:
            yield _problem(
                node, "tanpa-operasi", "Service task ini tidak memilih satu operasi.", "Pilih operasinya."
            )
        elif known is not None and orders[0] not in known:
            yield _problem(
                node, "operasi-asing", f"Operasi “{orders[0][:60]}” tidak dikenal.",
                f"Pilih salah satu: {', '.join(sorted(known))}.", blocks=False,
            )  # fmt: skip
        if any(not parameter.get("id") for parameter in node.find(".//spiff:parameter")):
            yield _problem(
                node, "parameter-tanpa-nama", "Ada parameter tanpa nama.", "Beri nama parameternya."
            )


def _problem(node: Node, rule: str, message: str, advice: str, *, blocks: bool = True) -> Problem:
    return Problem(rule, node.id, node.name, message, advice, blocks)
