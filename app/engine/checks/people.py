"""Rules about who does a step and with which form."""

from collections.abc import Iterator

from app.engine.checks.finding import at
from app.engine.graph import Process
from app.engine.problems import Problem


def people(process: Process, *, is_called: bool) -> Iterator[Problem]:
    """Every human step stands in a lane with a role and has a form. A called process may stand in its caller's."""
    inherits = (is_called and not process.lanes) or process.is_global_task
    for lane in process.lanes:
        if not lane.has_role and any(node.lane is lane for node in process.nodes.values()):
            yield at(
                lane, "lajur-tanpa-role", "Lajur ini tidak menyebut role.",
                "Isi properti role, misalnya lurah.", blocks=False,
            )  # fmt: skip
    for node in process.nodes.values():
        if node.kind != "userTask":
            continue
        if node.lane is None and not inherits:
            yield at(
                node, "tanpa-lajur", "Tugas ini tidak berada di lajur siapa pun.",
                "Pindahkan ke lajur yang mengerjakannya.", blocks=False,
            )  # fmt: skip
        if not node.properties.get("formJsonSchemaFilename"):
            yield at(
                node, "tanpa-formulir", "Tugas ini tidak punya formulir.",
                "Isi properti formJsonSchemaFilename.", blocks=False,
            )  # fmt: skip
