"""Rules about what events and tasks point to: messages, signals, errors, escalations, links, conditions, variables."""

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from app.engine.checks.finding import at, at_element
from app.engine.graph import Node, Process
from app.engine.language import is_name
from app.engine.nodes import link_name
from app.engine.problems import Problem
from app.engine.sites import REFERENCES
from app.engine.sources import NAMES, is_bpmn, local

WORDS = {"message": "pesan", "signal": "sinyal", "error": "galat", "escalation": "eskalasi"}
CODES = {"error": "errorCode", "escalation": "escalationCode"}
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
TALKING = frozenset({"sendTask", "receiveTask"})
VARIABLES = ("spiff:messageVariable", "spiff:variableName")


def references(process: Process) -> Iterator[Problem]:
    """Everything that an event or a task points to is there and says enough."""
    for node in process.nodes.values():
        for definition in node.definitions:
            kind = local(definition).removesuffix("EventDefinition")
            if kind in REFERENCES:
                yield from _reference(node, kind, definition)
            elif kind == "conditional" and not definition.xpath("./bpmn:condition", namespaces=NAMES):
                yield at(
                    node, "tanpa-syarat", "Kejadian bersyarat ini tidak punya syarat.",
                    "Isi syaratnya, misalnya jumlah > 5.",
                )  # fmt: skip
        if node.kind in TALKING:
            yield from _reference(node, "message", node.element)
        yield from _variables(node)
    yield from _links(process)


def declarations(root: etree._Element) -> Iterator[Problem]:
    """Messages and signals have the name by which other cases know them, and keep what they bring in a variable."""
    for element in root:
        if not is_bpmn(element) or local(element) not in WORDS:
            continue
        word = WORDS[local(element)]
        if local(element) not in CODES and not element.get("name"):
            yield at_element(
                element, "tanpa-nama", f"{word.capitalize()} ini tidak punya nama.",
                "Beri nama yang dikenal proses lain.", blocks=False,
            )  # fmt: skip
        for text in _wrong_names(
            element.xpath("|".join(f".//{path}" for path in VARIABLES), namespaces=NAMES)
        ):
            yield at_element(element, "nama-variabel", *_not_a_name(text))


def thrown(declared: dict, definition: etree._Element) -> str:
    """What is wrong with an event definition that is thrown as it stands, empty when nothing is."""
    kind = local(definition).removesuffix("EventDefinition")
    if kind not in REFERENCES:
        return ""
    target = declared.get(definition.get(REFERENCES[kind], ""))
    if target is None or local(target) != kind:
        return f"tidak menyebut {WORDS[kind]} yang ada"
    return f"melempar {WORDS[kind]} tanpa kode" if kind in CODES and not target.get(CODES[kind]) else ""


def _reference(node: Node, kind: str, holder: etree._Element) -> Iterator[Problem]:
    word, wanted = WORDS[kind], holder.get(REFERENCES[kind], "")
    target = node.declared.get(wanted)
    throws = node.kind in THROWING
    if not wanted and kind in CODES and not throws:
        return  # catches every code
    if target is None or local(target) != kind:
        said = (
            f"{word.capitalize()} “{wanted[:60]}” tidak ada" if wanted else f"Elemen ini tidak memilih {word}"
        )
        yield at(node, f"{word}-hilang", f"{said}.", f"Pilih {word} yang ada, atau buat yang baru.")
    elif throws and kind in CODES and not target.get(CODES[kind]):
        yield at(
            node, "tanpa-kode", f"{word.capitalize()} yang dilempar ini tidak punya kode.",
            f"Isi kodenya ({CODES[kind]}), supaya dapat ditangkap.",
        )  # fmt: skip


def _variables(node: Node) -> Iterator[Problem]:
    own = node.find("./bpmn:extensionElements/*/@resultVariable") if node.kind == "serviceTask" else []
    inside = node.find(
        "|".join(f"./*/bpmn:extensionElements/{path}|./bpmn:extensionElements/{path}" for path in VARIABLES)
    )
    wrong = chain((name for name in own if not is_name(name.strip())), _wrong_names(inside))
    for text in wrong:
        yield at(node, "nama-variabel", *_not_a_name(text))


def _wrong_names(elements: list[etree._Element]) -> Iterator[str]:
    names = ((element.text or "").strip() for element in elements)
    return (name for name in names if not is_name(name))


def _not_a_name(text: str) -> tuple[str, str]:
    return f"“{text[:60]}” bukan nama variabel.", "Pakai huruf, angka dan garis bawah, misalnya nomor_surat."


def _links(process: Process) -> Iterator[Problem]:
    catches: dict[tuple[str, str], list[Node]] = {}
    throws: dict[tuple[str, str], list[Node]] = {}
    for node in process.nodes.values():
        if "link" not in node.events:
            continue
        if not link_name(node):
            yield at(
                node, "tautan-tanpa-nama", "Tautan ini tidak punya nama.",
                "Beri kedua ujung tautannya nama yang sama.",
            )  # fmt: skip
            continue
        ends = throws if node.kind == "intermediateThrowEvent" else catches
        ends.setdefault((node.scope, link_name(node)), []).append(node)
    yield from _unpaired(throws, catches)


def _unpaired(throws: dict[tuple[str, str], list[Node]], catches: dict) -> Iterator[Problem]:
    for (scope, name), ends in throws.items():
        if (scope, name) not in catches:
            for node in ends:
                yield at(
                    node, "tautan-putus", f"Tidak ada ujung tautan “{name[:60]}” yang menerima di sini.",
                    "Tambahkan kejadian tautan penerima dengan nama itu di proses atau sub-proses yang sama.",
                )  # fmt: skip
    for (_scope, name), ends in catches.items():
        for node in ends[1:]:
            yield at(
                node, "tautan-ganda", f"Ada beberapa ujung tautan “{name[:60]}” yang menerima.",
                "Sisakan satu, atau beri nama lain.",
            )  # fmt: skip
