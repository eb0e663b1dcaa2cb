"""Two drawings that differ in one thing: the first is refused by a rule at an element, the second is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import engine
from tests.engine.diagrams.build import document, end, process, start, user

SOFT = frozenset({"tanpa-lajur", "tanpa-formulir"})


@dataclass(frozen=True)
class Pair:
    """`rule` is said of `element` (its id) in `red` and nothing that blocks is said of `green`."""

    rule: str
    element: str
    red: bytes
    green: bytes
    files: tuple[tuple[str, bytes], ...] = ()

    def refused(self) -> list[engine.Problem]:
        return [each for each in problems(self.red, self.files) if each.rule == self.rule]

    def prove(self) -> None:
        """The red one is refused where the fault is, in whole sentences; the green one passes and can be read."""
        found = self.refused()
        assert self.element in {each.element for each in found}, problems(self.red, self.files)
        for each in found:
            assert each.message.endswith(".") and each.advice.endswith(".")
            assert each.element and each.path == "0.bpmn"
        assert not [each for each in problems(self.green, self.files) if each.rule not in SOFT]
        engine.read({"0.bpmn": self.green, **dict(self.files)}, "0.bpmn")


def problems(drawn: bytes, files: Sequence[tuple[str, bytes]] = ()) -> list[engine.Problem]:
    return engine.check({"0.bpmn": drawn, **dict(files)})


def around(*nodes: str, flows: str = "mulai>a a>selesai", roots: Sequence[str] = ()) -> bytes:
    """These elements between a start and an end, with root elements before the process."""
    return document(*roots, process("p", [start(), *nodes, end()], flows))


def after(*nodes: str, flows: str, roots: Sequence[str] = ()) -> bytes:
    """The same after a human step `a`, so that nothing turns by itself."""
    return around(user("a"), *nodes, flows=flows, roots=roots)
