"""Rules about markers: how often an activity is done, over what, and how many tokens it takes and gives."""

import ast
from collections.abc import Iterator

from lxml import etree

from app.engine.checks.finding import at
from app.engine.checks.references import thrown
from app.engine.elements.markers import many_of
from app.engine.graph import Node, Process
from app.engine.language import BadExpression, compile_expression, is_name
from app.engine.problems import Problem
from app.engine.sources import NAMES, is_bpmn, local

MOST_TIMES = 100
MOST_TOKENS = 20
QUANTITIES = ("startQuantity", "completionQuantity")
BOUND_ADVICE = f"Isi bilangan bulat 1 sampai {MOST_TIMES}."


def repeats(process: Process) -> Iterator[Problem]:
    """Every repetition has a bound, and everything in its marker is understood."""
    for node in process.nodes.values():
        if node.is_activity:
            yield from _quantities(process, node)
        for marker in node.loops:
            yield from _marker(process, node, marker)
        if len(node.loops) > 1:
            yield at(node, "tanda-ganda", "Tugas ini punya dua tanda ulang.", "Sisakan satu.")


def _quantities(process: Process, node: Node) -> Iterator[Problem]:
    for name, flows in zip(QUANTITIES, (process.entering(node.id), process.leaving(node.id)), strict=True):
        text = node.element.get(name, "1")
        if not _between(text, 1, MOST_TOKENS):
            yield at(
                node, "jumlah-token", f"{name}=“{text[:20]}” tidak didukung.",
                f"Isi bilangan bulat 1 sampai {MOST_TOKENS}, atau kosongkan.",
            )  # fmt: skip
        elif int(text) > 1 and not flows:
            yield at(
                node, "jumlah-token", f"{name}=“{text}” tidak berarti di sini karena tidak ada panahnya.",
                "Kosongkan jumlahnya.",
            )  # fmt: skip


def _marker(process: Process, node: Node, marker: etree._Element) -> Iterator[Problem]:
    if not node.is_activity or node.kind == "adHocSubProcess" or node.is_event_subprocess:
        yield at(
            node, "tidak-didukung", "Tanda ulang pada elemen ini tidak didukung.",
            "Bungkus dengan sub-proses biasa dan beri tanda itu pada sub-prosesnya.",
        )  # fmt: skip
    elif local(marker) == "standardLoopCharacteristics":
        yield from _loop(node, marker)
    else:
        yield from _count(node, marker)
        yield from _names(process, node)
        yield from _behaviour(node, marker)


def _loop(node: Node, marker: etree._Element) -> Iterator[Problem]:
    most = marker.get("loopMaximum")
    if most is None:
        yield at(
            node, "ulang-tanpa-batas", "Pengulangan ini tidak punya batas.",
            f"Isi jumlah pengulangan terbanyak (loopMaximum), 1 sampai {MOST_TIMES}.",
            blocks=not marker.xpath("./bpmn:loopCondition", namespaces=NAMES),
        )  # fmt: skip
    elif not _between(most, 1, MOST_TIMES):
        yield at(
            node, "ulang-tanpa-batas", f"Batas pengulangan “{most[:20]}” tidak dapat dipakai.", BOUND_ADVICE
        )


def _count(node: Node, marker: etree._Element) -> Iterator[Problem]:
    counts = marker.xpath("./bpmn:loopCardinality", namespaces=NAMES)
    lists = marker.xpath("./bpmn:loopDataInputRef", namespaces=NAMES)
    if len(counts) + len(lists) != 1:
        yield at(
            node, "banyaknya-tidak-jelas", "Tanda multi-instance ini harus menyebut satu jumlah atau satu daftar.",
            "Isi loopCardinality (jumlah) atau loopDataInputRef (nama daftar), salah satu saja.",
        )  # fmt: skip
    elif counts and not _is_count((counts[0].text or "").strip()):
        yield at(
            node, "banyaknya-salah", f"Jumlah “{(counts[0].text or '').strip()[:40]}” tidak dapat dipakai.",
            f"Isi bilangan bulat 0 sampai {MOST_TIMES}, atau ungkapan, misalnya len(anggota).",
        )  # fmt: skip


def _names(process: Process, node: Node) -> Iterator[Problem]:
    read = many_of(node.element)
    held = {name: each for name, each in process.held.items() if each.kind != "dataObject"}
    for text in (read.collection, read.item, read.output, read.output_item):
        if text in held:
            yield at(
                node, "nama-variabel", f"“{text[:60]}” adalah gambar objek data, bukan daftar.",
                f"Tulis nama objek datanya: {held[text].refers or 'id-nya'}.",
            )  # fmt: skip
        elif text is not None and not is_name(text):
            yield at(
                node, "nama-variabel", f"“{text[:60]}” bukan nama variabel.",
                "Pakai huruf, angka dan garis bawah, misalnya daftar_anggota.",
            )  # fmt: skip
    if bool(read.output) != bool(read.output_item):
        yield at(
            node, "keluaran-setengah", "Daftar hasil dan butir hasilnya harus disebut berdua.",
            "Isi loopDataOutputRef dan outputDataItem, atau kosongkan keduanya.",
        )  # fmt: skip


def _behaviour(node: Node, marker: etree._Element) -> Iterator[Problem]:
    behaviour = marker.get("behavior", "All")
    if behaviour in ("None", "One"):
        name = f"{behaviour.lower()}BehaviorEventRef"
        found = node.declared.get(marker.get(name, ""))
        wrong = "tidak ada" if found is None else _wrong(node, found)
        if wrong:
            yield _bad_behaviour(node, f"Kejadian yang dilempar tiap kali selesai ({name}) {wrong}.")
    elif behaviour == "Complex":
        yield from _complex(node, marker)
    elif behaviour != "All":
        yield _bad_behaviour(node, f"Perilaku “{behaviour[:20]}” tidak dikenal.")


def _complex(node: Node, marker: etree._Element) -> Iterator[Problem]:
    rules = marker.xpath("./bpmn:complexBehaviorDefinition", namespaces=NAMES)
    if not rules:
        yield _bad_behaviour(node, "Perilaku rumit (Complex) ini tidak punya aturan.")
    for rule in rules:
        events = [each for each in rule.iter() if is_bpmn(each) and local(each).endswith("EventDefinition")]
        if len(events) != 1 or len(rule.xpath("./bpmn:condition", namespaces=NAMES)) != 1:
            yield _bad_behaviour(node, "Tiap aturan perilaku harus punya satu syarat dan satu kejadian.")
        elif wrong := _wrong(node, events[0]):
            yield _bad_behaviour(node, f"Kejadian dalam aturan perilakunya {wrong}.")


def _wrong(node: Node, definition: etree._Element) -> str:
    kind = local(definition).removesuffix("EventDefinition")
    if kind not in ("message", "signal", "error", "escalation"):
        return "harus pesan, sinyal, galat, atau eskalasi"
    return thrown(node.declared, definition)


def _bad_behaviour(node: Node, message: str) -> Problem:
    return at(node, "perilaku-salah", message, "Perbaiki kejadiannya, atau kosongkan behavior.")


def _is_count(text: str) -> bool:
    """Whether a number is a fitting one; what is no plain number is worked out at run time."""
    try:
        tree = compile_expression(text).tree
    except BadExpression:
        return True  # said of every expression that cannot be read
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.operand, ast.Constant):
        return False
    return not isinstance(tree, ast.Constant) or (type(tree.value) is int and 0 <= tree.value <= MOST_TIMES)


def _between(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most
