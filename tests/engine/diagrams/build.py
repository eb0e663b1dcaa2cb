"""Draws BPMN from a few words: `bpmn("p", [start(), user("a"), end()], "mulai>a a>selesai")`."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' targetNamespace="http://alur.example">'
)
FORM = {"formJsonSchemaFilename": "a.schema.json"}


def properties(settings: Mapping[str, str]) -> str:
    items = "".join(
        f"<spiffworkflow:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in settings.items()
    )
    return f"<spiffworkflow:properties>{items}</spiffworkflow:properties>" if items else ""


def node(
    kind: str, id_: str, inner: str = "", settings: Mapping[str, str] | None = None, **attributes: str
) -> str:
    extra = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    held = properties(settings or {})
    extension = f"<bpmn:extensionElements>{held}</bpmn:extensionElements>" if held else ""
    return f"<bpmn:{kind} id={quoteattr(id_)}{extra}>{extension}{inner}</bpmn:{kind}>"


def start(name: str = "mulai", **settings: str) -> str:
    return node("startEvent", name, settings=settings)


def end(name: str = "selesai", inner: str = "", **settings: str) -> str:
    return node("endEvent", name, inner, settings=settings)


def user(name: str, inner: str = "", attributes: Mapping[str, str] | None = None, **settings: str) -> str:
    """`inner` holds its marker or data, `attributes` what the standard adds: quantities, default, undoing."""
    shown = {"name": f"Tugas {name}", **(attributes or {})}
    return node("userTask", name, inner, {**FORM, **settings}, **shown)


def script(name: str, text: str, inner: str = "", **attributes: str) -> str:
    return node("scriptTask", name, f"{inner}<bpmn:script>{escape(text)}</bpmn:script>", **attributes)


def service(name: str, operation: str, params: Mapping[str, str] | None = None, result: str = "") -> str:
    held = "".join(
        f'<spiffworkflow:parameter id={quoteattr(k)} type="str" value={quoteattr(v)}/>'
        for k, v in (params or {}).items()
    )
    kept = f" resultVariable={quoteattr(result)}" if result else ""
    inner = (
        f"<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id={quoteattr(operation)}{kept}>"
        f"<spiffworkflow:parameters>{held}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
    )
    return node("serviceTask", name, inner)


def xor(name: str, default: str = "") -> str:
    return node("exclusiveGateway", name, **({"default": default} if default else {}))


def par(name: str) -> str:
    return node("parallelGateway", name)


def inclusive(name: str, default: str = "") -> str:
    return node("inclusiveGateway", name, **({"default": default} if default else {}))


def timer(tag: str, text: str) -> str:
    return (
        f'<bpmn:timerEventDefinition><bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{tag}>'
        "</bpmn:timerEventDefinition>"
    )


def boundary(name: str, on: str, inner: str, interrupting: bool = True) -> str:
    return node("boundaryEvent", name, inner, attachedToRef=on, cancelActivity=str(interrupting).lower())


def call(name: str, called: str, inner: str = "", **attributes: str) -> str:
    return node("callActivity", name, inner, calledElement=called, **attributes)


def sub(
    name: str, nodes: Sequence[str], flows: str, inner: str = "", kind: str = "subProcess", **attributes: str
) -> str:
    """A sub-process, or with `kind` a transaction or an ad-hoc one; `inner` holds its marker."""
    return node(kind, name, inner + "".join(nodes) + arrows(flows, prefix=name), **attributes)


def arrows(text: str, prefix: str = "f") -> str:
    """`a>b` is a flow, `a>b[x == 1]` one with a condition, `a>b:name` one with an id. One per line or word."""
    drawn = []
    for index, line in enumerate(part for chunk in text.splitlines() for part in _parts(chunk)):
        arrow, _bracket, condition = line.partition("[")
        way, _colon, name = arrow.partition(":")
        source, target = way.split(">")
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition.removesuffix("]"))}'
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        drawn.append(
            f'<bpmn:sequenceFlow id="{name or f"{prefix}_{index}"}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
    return "".join(drawn)


def _parts(line: str) -> list[str]:
    return [line.strip()] if "[" in line else line.split()


def lane(name: str, members: Sequence[str], **settings: str) -> str:
    held = properties(settings)
    extension = f"<bpmn:extensionElements>{held}</bpmn:extensionElements>" if held else ""
    refs = "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
    return (
        f'<bpmn:lane id="lane_{name.replace(" ", "_")}" name={quoteattr(name)}>{extension}{refs}</bpmn:lane>'
    )


def process(name: str, nodes: Sequence[str], flows: str, lanes: Sequence[str] = (), **settings: str) -> str:
    held = properties(settings)
    extension = f"<bpmn:extensionElements>{held}</bpmn:extensionElements>" if held else ""
    lane_set = f'<bpmn:laneSet id="{name}_lanes">{"".join(lanes)}</bpmn:laneSet>' if lanes else ""
    body = "".join(nodes) + arrows(flows, prefix=f"{name}_f")
    head = f'<bpmn:process id="{name}" name="Layanan {name}" isExecutable="true">'
    return f"{head}{extension}{lane_set}{body}</bpmn:process>"


def document(*processes: str) -> bytes:
    return f"{HEAD}{''.join(processes)}</bpmn:definitions>".encode()


def bpmn(name: str, nodes: Sequence[str], flows: str, lanes: Sequence[str] = (), **settings: str) -> bytes:
    return document(process(name, nodes, flows, lanes, **settings))
