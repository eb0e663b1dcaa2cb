"""Events for drawings: what they are about (root elements), their definitions, and where they stand."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.engine.diagrams.build import node, sub

CANCEL = "<bpmn:cancelEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"


def _extended(**texts: str) -> str:
    held = "".join(
        f"<spiffworkflow:{tag}>{escape(text)}</spiffworkflow:{tag}>" for tag, text in texts.items() if text
    )
    return f"<bpmn:extensionElements>{held}</bpmn:extensionElements>" if held else ""


def message(id_: str, name: str = "", payload: str = "", variable: str = "") -> str:
    """A root element; the name is what other cases call it."""
    inner = _extended(messagePayload=payload, messageVariable=variable)
    return f'<bpmn:message id="{id_}" name={quoteattr(name or id_)}>{inner}</bpmn:message>'


def signal(id_: str, name: str = "", payload: str = "", variable: str = "") -> str:
    inner = _extended(payloadExpression=payload, variableName=variable)
    return f'<bpmn:signal id="{id_}" name={quoteattr(name or id_)}>{inner}</bpmn:signal>'


def error(id_: str, code: str, payload: str = "", variable: str = "") -> str:
    inner = _extended(payloadExpression=payload, variableName=variable)
    return f'<bpmn:error id="{id_}" name="{id_}" errorCode="{code}">{inner}</bpmn:error>'


def escalation(id_: str, code: str, payload: str = "", variable: str = "") -> str:
    inner = _extended(payloadExpression=payload, variableName=variable)
    return f'<bpmn:escalation id="{id_}" name="{id_}" escalationCode="{code}">{inner}</bpmn:escalation>'


def signal_definition(id_: str, ref: str) -> str:
    """A root element that others point at with `eventDefinitionRef` or a multi-instance `behavior`."""
    return f'<bpmn:signalEventDefinition id="{id_}" signalRef="{ref}"/>'


def on_message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def on_signal(ref: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{ref}"/>'


def on_error(ref: str = "") -> str:
    """Without a reference: any error."""
    return f'<bpmn:errorEventDefinition errorRef="{ref}"/>' if ref else "<bpmn:errorEventDefinition/>"


def on_escalation(ref: str = "") -> str:
    """Without a reference: any escalation."""
    if not ref:
        return "<bpmn:escalationEventDefinition/>"
    return f'<bpmn:escalationEventDefinition escalationRef="{ref}"/>'


def on_condition(text: str) -> str:
    return (
        '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">'
        f"{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def referred(id_: str) -> str:
    """A definition that stands among the root elements."""
    return f"<bpmn:eventDefinitionRef>{id_}</bpmn:eventDefinitionRef>"


def link(name: str) -> str:
    return f"<bpmn:linkEventDefinition name={quoteattr(name)}/>"


def compensate(activity: str = "") -> str:
    """Without an activity: all of the scope."""
    aimed = f' activityRef="{activity}"' if activity else ""
    return f"<bpmn:compensateEventDefinition{aimed}/>"


def catch(name: str, *definitions: str, **attributes: str) -> str:
    return node("intermediateCatchEvent", name, "".join(definitions), **attributes)


def throw(name: str, *definitions: str) -> str:
    return node("intermediateThrowEvent", name, "".join(definitions))


def start_on(name: str, *definitions: str, interrupting: bool = True, **attributes: str) -> str:
    """A start event that something triggers: of an event sub-process, or (message, signal) of a case."""
    mild = {} if interrupting else {"isInterrupting": "false"}
    return node("startEvent", name, "".join(definitions), **mild, **attributes)


def event_sub(name: str, nodes: Sequence[str], flows: str) -> str:
    """A sub-process that its own start event wakes; the first node is that start."""
    return sub(name, nodes, flows, triggeredByEvent="true")


def undo(on: str, handler: str, drawn: str = "") -> str:
    """A compensation boundary event on this activity, and the activity that takes it back."""
    event = node("boundaryEvent", f"balik_{on}", compensate(), attachedToRef=on)
    kept = drawn or node("scriptTask", handler, f"<bpmn:script>{handler}_sudah = 1</bpmn:script>",
                         isForCompensation="true")  # fmt: skip
    way = (
        f'<bpmn:association id="ke_{handler}" associationDirection="One" sourceRef="balik_{on}"'
        f' targetRef="{handler}"/>'
    )
    return event + kept + way
