"""Activities for drawings beyond the everyday ones: markers, tasks that talk, decisions, data, pools."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.engine.diagrams.build import node, properties


def _formal(tag: str, text: str) -> str:
    return f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{tag}>' if text else ""


def again(condition: str = "", maximum: int = 0, before: bool = False) -> str:
    """The standard loop marker."""
    most = f' loopMaximum="{maximum}"' if maximum else ""
    return (
        f'<bpmn:standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>'
        f"{_formal('loopCondition', condition)}</bpmn:standardLoopCharacteristics>"
    )


def many(
    times: str = "", over: str = "", item: str = "", kept: str = "", each: str = "", until: str = "",
    one_by_one: bool = False, behavior: str = "", complex_: str = "",
) -> str:  # fmt: skip
    """The multi-instance marker: so many `times`, or one for each `item` `over` a list; `each` kept in `kept`."""
    told = {"None": ' noneBehaviorEventRef="D"', "One": ' oneBehaviorEventRef="D"'}.get(behavior, "")
    head = f' isSequential="{str(one_by_one).lower()}"' + (f' behavior="{behavior}"' if behavior else "")
    parts = (
        _formal("loopCardinality", times),
        f"<bpmn:loopDataInputRef>{over}</bpmn:loopDataInputRef>" if over else "",
        f"<bpmn:loopDataOutputRef>{kept}</bpmn:loopDataOutputRef>" if kept else "",
        f'<bpmn:inputDataItem id="{item}" name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="{each}" name="{each}"/>' if each else "",
        complex_,
        _formal("completionCondition", until),
    )
    inner = "".join(parts)
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{head}{told}>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    )


def when(condition: str, definition: str) -> str:
    """One line of the behaviour `Complex`: throw this when that is so after an instance is done."""
    return (
        f"<bpmn:complexBehaviorDefinition>{_formal('condition', condition)}"
        f'<bpmn:event id="lempar_rumit">{definition}</bpmn:event></bpmn:complexBehaviorDefinition>'
    )


def plain(name: str, kind: str = "task", inner: str = "", **attributes: str) -> str:
    return node(kind, name, inner, **attributes)


def send(name: str, ref: str) -> str:
    return node("sendTask", name, messageRef=ref)


def receive(name: str, ref: str, inner: str = "", **attributes: str) -> str:
    return node("receiveTask", name, inner, messageRef=ref, **attributes)


def rule(name: str, decision: str, inner: str = "") -> str:
    held = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    return node("businessRuleTask", name, f"<bpmn:extensionElements>{held}</bpmn:extensionElements>{inner}")


def until(text: str) -> str:
    """When an ad-hoc sub-process is done."""
    return _formal("completionCondition", text)


def complex_gateway(name: str, activation: str = "", **attributes: str) -> str:
    return node("complexGateway", name, _formal("activationCondition", activation), **attributes)


def event_gateway(name: str, **attributes: str) -> str:
    return node("eventBasedGateway", name, **attributes)


def global_task(kind: str, name: str, inner: str = "", **settings: str) -> str:
    """A root element that call activities may call as they call a process."""
    held = properties(settings)
    extension = f"<bpmn:extensionElements>{held}</bpmn:extensionElements>" if held else ""
    return f'<bpmn:{kind} id="{name}" name="Tugas {name}">{extension}{inner}</bpmn:{kind}>'


def data_object(name: str) -> str:
    """A data object and the sign of it that stands in the drawing."""
    return (
        f'<bpmn:dataObject id="{name}"/>'
        f'<bpmn:dataObjectReference id="tanda_{name}" name="{name}" dataObjectRef="{name}"/>'
    )


def reads(task: str, name: str) -> str:
    return (
        f'<bpmn:dataInputAssociation id="baca_{task}"><bpmn:sourceRef>tanda_{name}</bpmn:sourceRef>'
        "</bpmn:dataInputAssociation>"
    )


def writes(task: str, name: str) -> str:
    return (
        f'<bpmn:dataOutputAssociation id="tulis_{task}"><bpmn:targetRef>tanda_{name}</bpmn:targetRef>'
        "</bpmn:dataOutputAssociation>"
    )


def collaboration(pools: Mapping[str, str], flows: Sequence[str] = (), keys: str = "") -> str:
    """A root element: pools (id → process, empty for one drawn closed), message flows `a>b`, correlation keys."""
    drawn = "".join(
        f'<bpmn:participant id="{name}" name="{name}"' + (f' processRef="{held}"' if held else "") + "/>"
        for name, held in pools.items()
    )
    talk = "".join(
        '<bpmn:messageFlow id="surat_{}" sourceRef="{}" targetRef="{}"/>'.format(n, *way.split(">"))
        for n, way in enumerate(flows)
    )
    return f'<bpmn:collaboration id="kerja_sama">{drawn}{talk}{keys}</bpmn:collaboration>'


def correlation_key(name: str, *properties_: str) -> str:
    """Stands inside the collaboration."""
    refs = "".join(
        f"<bpmn:correlationPropertyRef>{each}</bpmn:correlationPropertyRef>" for each in properties_
    )
    return f'<bpmn:correlationKey id="{name}" name="{name}">{refs}</bpmn:correlationKey>'


def correlation_property(name: str, paths: Mapping[str, str]) -> str:
    """A root element: how each message (by id) tells the property's value."""
    found = "".join(
        f"<bpmn:correlationPropertyRetrievalExpression messageRef={quoteattr(ref)}>"
        f"{_formal('messagePath', path)}</bpmn:correlationPropertyRetrievalExpression>"
        for ref, path in paths.items()
    )
    return f'<bpmn:correlationProperty id="{name}" name="{name}">{found}</bpmn:correlationProperty>'
