"""Draws DMN from a few words: `dmn(decision("tarif", table(["usia"], ["tarif"], [["< 5", "0"]])))`."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(*decisions: str, namespace: str = NAMESPACE, extra: str = "") -> bytes:
    body = "".join(decisions)
    head = f'<definitions xmlns="{namespace}" id="definisi" name="Definisi" namespace="urn:contoh">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{extra}{body}</definitions>'.encode()


def decision(
    id_: str, logic: str, *, needs: Sequence[str] = (), variable: str = "", name: str = "", inner: str = ""
) -> str:
    held = f"<variable name={quoteattr(variable)}/>" if variable else ""
    wanted = "".join(
        f'<informationRequirement><requiredDecision href="#{need}"/></informationRequirement>'
        for need in needs
    )
    title = name or f"Keputusan {id_}"
    return f"<decision id={quoteattr(id_)} name={quoteattr(title)}>{held}{wanted}{inner}{logic}</decision>"


def literal(expression: str) -> str:
    return f"<literalExpression>{text(expression)}</literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "",
    *,
    aggregation: str = "",
    admitted: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> str:
    """Every rule lists its input cells, then its output cells; `admitted` has input and output values by column."""
    admitted, defaults = admitted or {}, defaults or {}
    columns = "".join(
        f'<input id="i{place}" label={quoteattr(held)}><inputExpression>{text(held)}</inputExpression>'
        f"{_held('inputValues', admitted.get(held))}</input>"
        for place, held in enumerate(inputs, 1)
    )
    columns += "".join(
        f'<output id="o{place}" name={quoteattr(name)}>{_held("outputValues", admitted.get(name))}'
        f"{_held('defaultOutputEntry', defaults.get(name))}</output>"
        for place, name in enumerate(outputs, 1)
    )
    rows = "".join(_row(number, cells, len(inputs)) for number, cells in enumerate(rules, 1))
    settings = f" hitPolicy={quoteattr(policy)}" if policy else ""
    settings += f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    return f'<decisionTable id="tabel"{settings}>{columns}{rows}</decisionTable>'


def _row(number: int, cells: Sequence[str], inputs: int) -> str:
    drawn = "".join(
        f'<{tag} id="r{number}c{place}">{text(cell)}</{tag}>'
        for place, cell in enumerate(cells, 1)
        for tag in ["inputEntry" if place <= inputs else "outputEntry"]
    )
    return f'<rule id="r{number}">{drawn}</rule>'


def _held(tag: str, held: str | None) -> str:
    return "" if held is None else f"<{tag}>{text(held)}</{tag}>"


def text(held: str) -> str:
    return f"<text>{escape(held)}</text>"
