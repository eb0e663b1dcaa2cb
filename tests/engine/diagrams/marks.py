"""Repeat markers for drawings: `user("a", many(over="daftar", item="orang"))`, `user("a", loop(most=3))`."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.engine.diagrams.build import arrows, node


def loop(most: int | None = None, condition: str = "", *, before: bool = False) -> str:
    """A standard loop."""
    maximum = "" if most is None else f' loopMaximum="{most}"'
    inner = _text("loopCondition", condition)
    return (
        f'<bpmn:standardLoopCharacteristics testBefore="{str(before).lower()}"{maximum}>{inner}'
        "</bpmn:standardLoopCharacteristics>"
    )


def many(
    count: str = "",
    *,
    over: str = "",
    item: str = "",
    into: str = "",
    output: str = "",
    until: str = "",
    one_by_one: bool = False,
    behavior: str = "",
) -> str:
    """A multi-instance marker; `behavior` is further attributes, a `|`, and further elements."""
    attributes, _bar, elements = behavior.partition("|")
    inner = (
        _text("loopCardinality", count)
        + _text("loopDataInputRef", over)
        + _text("loopDataOutputRef", into)
        + (f"<bpmn:inputDataItem id={quoteattr(item)}/>" if item else "")
        + (f"<bpmn:outputDataItem id={quoteattr(output)}/>" if output else "")
        + elements
        + _text("completionCondition", until)
    )
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}" {attributes}>{inner}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def scope(name: str, marker: str, nodes: Sequence[str], flows: str, kind: str = "subProcess") -> str:
    """A sub-process or transaction with a marker."""
    return node(kind, name, marker + "".join(nodes) + arrows(flows, prefix=name))


def _text(tag: str, text: str) -> str:
    return f"<bpmn:{tag}>{escape(text)}</bpmn:{tag}>" if text else ""
