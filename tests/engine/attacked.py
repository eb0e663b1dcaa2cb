"""Every place of a drawing where an expression stands, each drawn so that any text can be put there and is reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.engine.diagrams.activities import (
    again,
    complex_gateway,
    correlation_property,
    global_task,
    many,
    plain,
    rule,
    send,
    until,
    when,
)
from tests.engine.diagrams.build import (
    boundary,
    call,
    document,
    end,
    inclusive,
    node,
    par,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.dmn import decision, dmn, literal, table
from tests.engine.diagrams.events import (
    catch,
    error,
    escalation,
    event_sub,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    referred,
    signal,
    start_on,
    throw,
)

KNOWN = 'x = [1]\ns = "teks"\nd = {"a": 1}'
TOGETHER = 30  # so many texts stand in one drawing


@dataclass(frozen=True)
class Piece:
    """The part of a drawing around one text: its elements (the first is where it begins), and whom a finding names."""

    nodes: Sequence[str]
    first: str
    blamed: str
    flows: str = ""
    roots: Sequence[str] = ()


def drawing(draw: Callable[[int, str], Piece], texts: Sequence[str]) -> tuple[bytes, list[str]]:
    """One drawing of many texts, of which the variable `nomor` chooses one; and whom a finding names for each."""
    pieces = [draw(number, text) for number, text in enumerate(texts)]
    flows = ["mulai>siap siap>pilih"]
    for number, piece in enumerate(pieces):
        flows.append(f"pilih>{piece.first}[nomor == {number}]")
        flows.append(piece.flows or f"{piece.first}>selesai")
    nodes = [
        start(),
        script("siap", KNOWN),
        xor("pilih"),
        end(),
        *(each for piece in pieces for each in piece.nodes),
    ]
    shared = (signal("S"), *(each for piece in pieces for each in piece.roots))
    return document(*shared, process("sasaran", nodes, "\n".join(flows))), [piece.blamed for piece in pieces]


def _one(draw: Callable[[str, str], str], blamed: str = "a{}") -> Callable[[int, str], Piece]:
    """A piece of one element, which is drawn from its id and the text."""
    return lambda n, text: Piece([draw(f"a{n}", text)], f"a{n}", blamed.format(n))


def _way(draw: Callable[[str, str], str]) -> Callable[[int, str], Piece]:
    """The text is the condition of a flow; the other flow is the default of the same element."""
    return lambda n, text: Piece(
        [draw(f"a{n}", f"baku{n}"), plain(f"b{n}")], f"a{n}", f"f{n}",
        f"a{n}>b{n}:baku{n} b{n}>selesai\na{n}>selesai:f{n}[{text}]",
    )  # fmt: skip


def _shared(kind: Callable, on: Callable) -> Callable[[int, str], Piece]:
    """The text is the payload of something that is declared beside the processes."""
    codes = () if kind in (message, signal) else ("kode",)
    thrown = end if kind is error else throw
    flows = "b{0}>selesai" if kind is error else "a{0}>selesai"

    def draw(n: int, text: str) -> Piece:
        others = [plain(f"b{n}")] if kind is error else []
        roots = [kind(f"R{n}", *codes, payload=text)]
        way = f"b{n}>a{n}" if kind is error else flows.format(n)
        return Piece(
            [*others, thrown(f"a{n}", on(f"R{n}"))], others and f"b{n}" or f"a{n}", f"R{n}", way, roots
        )

    return draw


def _extended(**texts: str) -> str:
    held = "".join(
        f"<spiffworkflow:{tag}>{_escaped(text)}</spiffworkflow:{tag}>" for tag, text in texts.items()
    )
    return f"<bpmn:extensionElements>{held}</bpmn:extensionElements>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _own_payload(name: str, text: str) -> str:
    held = on_signal("S").replace("/>", f">{_extended(payloadExpression=text)}</bpmn:signalEventDefinition>")
    return throw(name, held)


def _correlated(n: int, text: str) -> Piece:
    roots = [
        message(f"M{n}", payload='{"x": x, "s": s, "d": d}'),
        correlation_property(f"P{n}", {f"M{n}": text}),
    ]
    return Piece([send(f"a{n}", f"M{n}")], f"a{n}", f"P{n}", roots=roots)


def _on_edge(definition: Callable[[str], str], *, interrupting: bool = True) -> Callable[[int, str], Piece]:
    return lambda n, text: Piece(
        [user(f"u{n}"), boundary(f"a{n}", f"u{n}", definition(text), interrupting)],
        f"u{n}", f"a{n}", f"u{n}>selesai a{n}>selesai",
    )  # fmt: skip


def _woken(definition: Callable[[str], str]) -> Callable[[int, str], Piece]:
    def draw(n: int, text: str) -> Piece:
        body = event_sub(f"w{n}", [start_on(f"a{n}", definition(text)), end(f"f{n}")], f"a{n}>f{n}")
        inner = [start(f"m{n}"), user(f"u{n}"), end(f"e{n}"), body]
        return Piece([sub(f"k{n}", inner, f"m{n}>u{n} u{n}>e{n}")], f"k{n}", f"a{n}")

    return draw


def _referred(n: int, text: str) -> Piece:
    root = on_condition(text).replace("EventDefinition>", f'EventDefinition id="D{n}">', 1)
    return Piece([catch(f"a{n}", referred(f"D{n}"))], f"a{n}", f"a{n}", roots=[root])


def _activated(n: int, text: str) -> Piece:
    """A complex gateway with two flows into it: with one it has nothing to ask."""
    nodes = [par(f"p{n}"), plain(f"b{n}"), plain(f"c{n}"), complex_gateway(f"a{n}", text)]
    return Piece(nodes, f"p{n}", f"a{n}", f"p{n}>b{n} p{n}>c{n} b{n}>a{n} c{n}>a{n} a{n}>selesai")


def _global(n: int, text: str) -> Piece:
    held = f"<bpmn:script>y = {_escaped(text)}</bpmn:script>"
    return Piece(
        [call(f"a{n}", f"g{n}")], f"a{n}", f"g{n}", roots=[global_task("globalScriptTask", f"g{n}", held)]
    )


def _marked(marker: Callable[[str], str]) -> Callable[[int, str], Piece]:
    return _one(lambda name, text: script(name, "y = 1", marker(text)))


def _told(text: str) -> str:
    return many("2", behavior="Complex", complex_=when(text, on_signal("S")))


SITES: dict[str, Callable[[int, str], Piece]] = {
    "exclusive gateway": _way(xor),
    "inclusive gateway": _way(inclusive),
    "complex gateway": _way(lambda name, default: complex_gateway(name, default=default)),
    "flow out of a task": _way(lambda name, default: script(name, "y = 1", default=default)),
    "activation of a complex gateway": _activated,
    "script": _one(lambda name, text: script(name, f"y = {text}")),
    "global script": _global,
    "pre-script": _one(lambda name, text: plain(name, inner=_extended(preScript=f"y = {text}"))),
    "post-script": _one(lambda name, text: plain(name, inner=_extended(postScript=f"y = {text}"))),
    "script before a person": _one(lambda name, text: node("userTask", name, _extended(preScript=f"y = {text}"))),
    "script after a person": _one(lambda name, text: node("userTask", name, _extended(postScript=f"y = {text}"))),
    "service parameter": _one(lambda name, text: service(name, "status.publik", {"p": text})),
    "timer date": _one(lambda name, text: catch(name, timer("timeDate", text))),
    "timer duration": _one(lambda name, text: catch(name, timer("timeDuration", text))),
    "timer on an edge": _on_edge(lambda text: timer("timeDuration", text)),
    "timer cycle": _on_edge(lambda text: timer("timeCycle", text), interrupting=False),
    "timer of an event sub-process": _woken(lambda text: timer("timeDuration", text)),
    "cardinality": _marked(lambda text: many(text)),
    "completion condition": _marked(lambda text: many("2", until=text)),
    "complex behaviour": _marked(_told),
    "loop condition": _marked(lambda text: again(text, 3, before=True)),
    "loop condition afterwards": _marked(lambda text: again(text, 3)),
    "conditional event": _one(lambda name, text: catch(name, on_condition(text))),
    "conditional event on an edge": _on_edge(on_condition),
    "condition of an event sub-process": _woken(on_condition),
    "condition that is referred to": _referred,
    "message": _shared(message, on_message),
    "signal": _shared(signal, on_signal),
    "error": _shared(error, on_error),
    "escalation": _shared(escalation, on_escalation),
    "payload of one event": _one(_own_payload),
    "correlation": _correlated,
    "ad-hoc sub-process": lambda n, text: Piece(
        [sub(f"a{n}", [user(f"u{n}")], "", until(text), "adHocSubProcess")], f"a{n}", f"a{n}"
    ),
}  # fmt: skip

CELLS: dict[str, Callable[[str], str]] = {
    "input expression": lambda text: table([text], ["y"], [["1", "2"]]),
    "unary test": lambda text: table(["x"], ["y"], [[f"? == ({text})", "2"]]),
    "output entry": lambda text: table(["x"], ["y"], [["-", text]]),
    "admitted input": lambda text: table(["x"], ["y"], [["-", "2"]], admitted={"x": f"? == ({text})"}),
    "default output": lambda text: table(["x"], ["y"], [["1", "2"]], defaults={"y": text}),
    "literal expression": literal,
}


def deciding(logic: str) -> tuple[bytes, bytes]:
    """A drawing that asks a decision, and the decision."""
    nodes = [start(), script("siap", KNOWN), rule("a", "k"), end()]
    return (
        document(process("sasaran", nodes, "mulai>siap siap>a a>selesai")),
        dmn(decision("k", logic, variable="y")),
    )
