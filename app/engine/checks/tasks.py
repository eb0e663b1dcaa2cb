"""Rules about tasks that work by themselves: the operation a service task orders, the decision a rule task asks."""

from collections.abc import Collection, Iterator

from app.engine.checks.finding import at
from app.engine.graph import Node, Process
from app.engine.problems import Problem


def operations(process: Process, known: Collection[str] | None) -> Iterator[Problem]:
    """Every service task orders one operation, and one that exists."""
    for node in process.nodes.values():
        if node.kind == "serviceTask":
            yield from _operation(node, known)


def _operation(node: Node, known: Collection[str] | None) -> Iterator[Problem]:
    orders = [item.get("id", "") for item in node.find("./bpmn:extensionElements/spiff:serviceTaskOperator")]
    if len(orders) != 1 or not orders[0]:
        yield at(node, "tanpa-operasi", "Service task ini tidak memilih satu operasi.", "Pilih operasinya.")
    elif known is not None and orders[0] not in known:
        yield at(
            node, "operasi-asing", f"Operasi “{orders[0][:60]}” tidak dikenal.",
            f"Pilih salah satu: {', '.join(sorted(known))}.", blocks=False,
        )  # fmt: skip
    if any(not parameter.get("id") for parameter in node.find(".//spiff:parameter")):
        yield at(node, "parameter-tanpa-nama", "Ada parameter tanpa nama.", "Beri nama parameternya.")


def decisions(process: Process, known: Collection[str] | None) -> Iterator[Problem]:
    """Every business rule task asks one decision table, and one that is among the files."""
    for node in process.nodes.values():
        if node.kind != "businessRuleTask":
            continue
        wanted = [
            (each.text or "").strip() for each in node.find("./bpmn:extensionElements/spiff:calledDecisionId")
        ]
        if len(wanted) != 1 or not wanted[0]:
            yield at(
                node, "tanpa-keputusan", "Tugas ini tidak memilih satu tabel keputusan.",
                "Pilih keputusannya (calledDecisionId).",
            )  # fmt: skip
        elif known is not None and wanted[0] not in known:
            yield at(
                node, "keputusan-hilang", f"Keputusan “{wanted[0][:60]}” tidak ada di antara berkas .dmn.",
                "Unggah berkas .dmn-nya bersama diagram ini, atau pilih keputusan yang ada.",
            )  # fmt: skip
