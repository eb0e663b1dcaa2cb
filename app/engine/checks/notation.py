"""Rules about the notation itself: no element and no setting is passed over in silence."""

from collections.abc import Iterator

from lxml import etree

from app.engine.checks.finding import at, at_element
from app.engine.graph import Node, Process
from app.engine.nodes import CONTAINERS, HELD_KINDS, NODE_KINDS
from app.engine.problems import Problem
from app.engine.sources import is_bpmn, local

# What may stand beside the steps of a process: pictures, notes, and words for other tools.
BESIDE = frozenset(
    [
        *HELD_KINDS, "sequenceFlow", "laneSet", "documentation", "extensionElements", "textAnnotation",
        "association", "group", "ioSpecification", "ioBinding", "property", "auditing", "monitoring", "resourceRole",
        "performer", "humanPerformer", "potentialOwner", "supports", "supportedInterfaceRef", "incoming", "outgoing",
        "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "dataInputAssociation",
        "dataOutputAssociation", "completionCondition", "category",
    ]
)  # fmt: skip
WORDS = {
    "correlationSubscription": ("langganan korelasi", "Pakai correlationKey pada kolaborasinya."),
    "callChoreography": ("koreografi", "Gambar prosesnya sendiri."),
    "choreographyTask": ("koreografi", "Gambar prosesnya sendiri."),
    "subChoreography": ("koreografi", "Gambar prosesnya sendiri."),
}
FLAGS = (
    "triggeredByEvent", "isForCompensation", "cancelActivity", "isInterrupting", "instantiate", "parallelMultiple",
    "cancelRemainingInstances", "isSequential", "testBefore", "waitForCompletion",
)  # fmt: skip


def notation(process: Process) -> Iterator[Problem]:
    """Everything that stands in the process is known, and says clearly what it wants."""
    holders = [node.element for node in process.nodes.values() if node.kind in CONTAINERS]
    scopes = holders if process.is_global_task else [process.element, *holders]
    for scope in scopes:
        for child in scope:
            if is_bpmn(child) and local(child) not in NODE_KINDS and local(child) not in BESIDE:
                yield _unknown(child)
    for node in process.nodes.values():
        yield from _flags(node)
        if node.find(".//spiff:processVariableCorrelation"):
            yield at(
                node, "tidak-didukung", "Korelasi dengan variabel proses tidak didukung.",
                "Pakai correlationProperty dengan messagePath.",
            )  # fmt: skip


def _unknown(element: etree._Element) -> Problem:
    word, advice = WORDS.get(local(element), (local(element)[:60], "Ganti dengan elemen lain, atau hapus."))
    return at_element(element, "tidak-didukung", f"Elemen {word} tidak didukung.", advice)


def _flags(node: Node) -> Iterator[Problem]:
    for element in (node.element, *node.loops, *node.definitions):
        for name in FLAGS:
            value = element.get(name, "false")
            if value not in ("true", "false"):
                yield at(
                    node,
                    "nilai-aneh",
                    f"Nilai {name}=“{value[:20]}” tidak dikenal.",
                    "Tulis true atau false.",
                )
