"""Every place of a drawing where an expression stands, so that none is forgotten by the linter or at run time."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine import language, timers
from app.engine.graph import Node, Process

EXPRESSION, SCRIPT, TIMER = "ungkapan", "skrip", "waktu"
_SCRIPTS = (".//spiff:preScript", ".//spiff:postScript")
_EXPRESSIONS = (
    "./bpmn:multiInstanceLoopCharacteristics/bpmn:loopCardinality",
    "./bpmn:multiInstanceLoopCharacteristics/bpmn:completionCondition",
    "./bpmn:standardLoopCharacteristics/bpmn:loopCondition",
    ".//bpmn:conditionalEventDefinition/bpmn:condition",
    ".//spiff:messagePayload",
    ".//spiff:payloadExpression",
)
_TIMES = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True)
class Site:
    """One text that will be worked out at run time, and where it stands."""

    kind: str
    text: str
    element: str
    name: str

    def names(self) -> frozenset[str]:
        """Variables that the text reads; nothing for a text that cannot be read."""
        try:
            if self.kind == SCRIPT:
                return frozenset().union(*(line.names for _name, line in language.compile_script(self.text)))
            if self.kind == TIMER and timers.is_literal(self.text):
                return frozenset()
            return language.compile_expression(self.text).names
        except language.BadExpression:
            return frozenset()

    def check(self) -> None:
        """Refuse a text that can never work."""
        if self.kind == SCRIPT:
            language.compile_script(self.text)
        elif self.kind == TIMER:
            timers.checked_text(self.text)
        else:
            language.compile_expression(self.text)


def sites(process: Process) -> Iterator[Site]:
    """All of them, in document order."""
    for flow in process.flows:
        if flow.condition is not None:
            yield Site(EXPRESSION, flow.condition, flow.id, flow.name)
    for node in process.nodes.values():
        yield from _of_node(node)


def _of_node(node: Node) -> Iterator[Site]:
    if node.kind == "scriptTask":
        yield Site(SCRIPT, _text(node, "./bpmn:script"), node.id, node.name)
    if node.kind in ("subProcess", "transaction", "adHocSubProcess"):
        own = [path.replace(".//", "./bpmn:extensionElements/") for path in _SCRIPTS]
    else:
        own = list(_SCRIPTS)
    for path in own:
        yield from _texts(node, path, SCRIPT)
    for path in _EXPRESSIONS:
        if node.kind not in ("subProcess", "transaction", "adHocSubProcess") or path.startswith("./bpmn"):
            yield from _texts(node, path, EXPRESSION)
    if node.kind == "serviceTask":
        for parameter in node.find(".//spiff:parameter"):
            yield Site(EXPRESSION, parameter.get("value", ""), node.id, node.name)
    if "timer" in node.events:
        for tag in _TIMES:
            yield from _texts(node, f"./bpmn:timerEventDefinition/bpmn:{tag}", TIMER)


def _texts(node: Node, path: str, kind: str) -> Iterator[Site]:
    for element in node.find(path):
        yield Site(kind, (element.text or "").strip(), node.id, node.name)


def _text(node: Node, path: str) -> str:
    return "\n".join(element.text or "" for element in node.find(path))
