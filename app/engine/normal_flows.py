"""What several arrows at one element mean: where a token becomes several, and how many an activity takes and gives."""

from lxml import etree

from app.engine.nodes import ACTIVITIES, GATEWAYS
from app.engine.normal_sheet import COUNTING_JOIN, Sheet, held, retag
from app.engine.sources import BPMN, local

ALWAYS = "1 == 1"


def order(sheet: Sheet) -> None:
    """The ways out of an element in the order in which it names them: at an exclusive gateway the first true wins."""
    for name, node in sheet.nodes.items():
        named = [(each.text or "").strip() for each in held(node, "outgoing")]
        place = {flow: index for index, flow in enumerate(named)}
        flows = sheet.leaving(name)
        wanted = sorted(flows, key=lambda flow: place.get(flow.get("id", ""), len(place)))
        if wanted != flows:
            sheet.arrange(name, wanted)


def drop_empty_conditions(sheet: Sheet) -> None:
    """An empty condition is none, and the default way has none."""
    defaults = {node.get("default") for node in sheet.nodes.values()} - {None}
    for flow in sheet.flows:
        for condition in held(flow, "conditionExpression"):
            if flow.get("id") in defaults or not _text(condition):
                flow.remove(condition)


def wait_for_tokens(sheet: Sheet) -> None:
    """A start quantity: a join that counts before the activity."""
    for name, node in list(sheet.nodes.items()):
        quantity = int(node.attrib.pop("startQuantity", "1"))
        if local(node) in ACTIVITIES and quantity > 1 and sheet.entering(name):
            sheet.add(COUNTING_JOIN, f"{name}.tokens", quantity=str(quantity))
            sheet.lead_all(name, f"{name}.tokens")
            sheet.connect(f"{name}.tokens", name)


def split_ways(sheet: Sheet) -> None:
    """Several ways out of anything but a gateway: every one is taken whose condition is true or that has none."""
    for name, node in list(sheet.nodes.items()):
        if local(node) in GATEWAYS:
            continue
        flows, default = sheet.leaving(name), node.attrib.pop("default", None)
        _split(sheet, name, flows, default)
        quantity = int(node.attrib.pop("completionQuantity", "1"))
        if local(node) in ACTIVITIES and quantity > 1:
            for flow in flows:
                _multiply(sheet, flow, quantity)


def _split(sheet: Sheet, name: str, flows: list[etree._Element], default: str | None) -> None:
    asked = [flow for flow in flows if held(flow, "conditionExpression")]
    otherwise = [flow for flow in flows if flow.get("id") == default and asked]
    plain = [flow for flow in flows if flow not in asked and flow not in otherwise]
    if not asked:
        if len(plain) > 1:
            _begin_at(sheet, "parallelGateway", name, f"{name}.split", plain)
        return
    if plain and not otherwise:
        for flow in plain:
            _ask(flow, ALWAYS)
        asked, plain = [flow for flow in flows if flow not in otherwise], []
    if plain:
        _begin_at(sheet, "parallelGateway", name, f"{name}.split", plain)
    choice = _begin_at(
        sheet, "inclusiveGateway", f"{name}.split" if plain else name, f"{name}.choice", [*asked, *otherwise]
    )
    if otherwise:
        choice.set("default", default)


def _begin_at(sheet: Sheet, kind: str, before: str, name: str, flows: list[etree._Element]) -> etree._Element:
    """A gateway after this element, from which these flows begin."""
    gateway = sheet.add(kind, name)
    for flow in flows:
        sheet.lead(flow, source=name)
    sheet.connect(before, name)
    return gateway


def _ask(flow: etree._Element, condition: str) -> None:
    etree.SubElement(flow, f"{{{BPMN}}}conditionExpression").text = condition


def _multiply(sheet: Sheet, flow: etree._Element, quantity: int) -> None:
    """So many tokens over one flow; after it, they count as tokens of that one flow."""
    name = flow.get("id", "")
    fan, way = f"{name}.fan", f"{name}.way"
    sheet.add("parallelGateway", fan)
    sheet.add("intermediateThrowEvent", way)
    sheet.detour(flow, fan, f"{name}.token1", way)
    for number in range(1, quantity + 1):
        token = f"{name}.token{number}"
        sheet.add("intermediateThrowEvent", token)
        if number > 1:
            sheet.connect(fan, token)
            sheet.connect(token, way)


def part_twins(sheet: Sheet) -> None:
    """Two flows between the same two elements: joins tell flows by their source, so one gets a source of its own."""
    seen = set()
    for flow in list(sheet.flows):
        ends = flow.get("sourceRef"), flow.get("targetRef")
        if ends in seen:
            way = f"{flow.get('id')}.way"
            sheet.add("intermediateThrowEvent", way)
            sheet.detour(flow, way)
        seen.add(ends)


def simplify_complex(sheet: Sheet) -> None:
    """A complex gateway that has nothing to count is an inclusive one, unless its ways ask when they are asked."""
    for node in sheet.of_kind("complexGateway"):
        name = node.get("id", "")
        conditions = held(node, "activationCondition")
        asks = [_text(each) for flow in sheet.leaving(name) for each in held(flow, "conditionExpression")]
        counts = any(_text(each) for each in conditions) and len(sheet.entering(name)) > 1
        if not counts and not any("waitingForStart" in each for each in asks):
            for each in conditions:
                node.remove(each)
            retag(node, "inclusiveGateway")
        elif not any(_text(each) for each in conditions):
            etree.SubElement(node, f"{{{BPMN}}}activationCondition").text = "activationCount >= 1"


def list_flows(sheet: Sheet) -> None:
    """Every element names its flows again."""
    for name, node in sheet.nodes.items():
        for each in held(node, "incoming", "outgoing"):
            node.remove(each)
        for tag, flows in (("incoming", sheet.entering(name)), ("outgoing", sheet.leaving(name))):
            for flow in flows:
                etree.SubElement(node, f"{{{BPMN}}}{tag}").text = flow.get("id")


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()
