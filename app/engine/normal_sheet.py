"""One level of a drawing that is being rewritten: its elements, its flows, and how to put something between them."""

from collections.abc import Iterator

from lxml import etree

from app.engine.nodes import CONTAINERS, NODE_KINDS
from app.engine.sources import BPMN, is_bpmn, local

KERNEL = "http://alur.example/kernel"
COUNTING_JOIN = f"{{{KERNEL}}}countingJoin"


class Sheet:
    """A process or sub-process. What is added or led elsewhere is found again at once."""

    def __init__(self, container: etree._Element) -> None:
        self.container = container
        own = [child for child in container if is_bpmn(child)]
        self.nodes = {node.get("id", ""): node for node in own if local(node) in NODE_KINDS}
        self.flows = [child for child in own if local(child) == "sequenceFlow"]
        self._leaving: dict[str, list[etree._Element]] = {}
        self._entering: dict[str, list[etree._Element]] = {}
        for flow in self.flows:
            self._note(flow)

    def leaving(self, name: str) -> list[etree._Element]:
        return list(self._leaving.get(name, ()))

    def entering(self, name: str) -> list[etree._Element]:
        return list(self._entering.get(name, ()))

    def of_kind(self, *kinds: str) -> list[etree._Element]:
        """The elements of these kinds, as they stand now."""
        return [node for node in self.nodes.values() if local(node) in kinds]

    def add(self, kind: str, name: str, /, **attributes: str) -> etree._Element:
        """A new element; `kind` is a BPMN tag or a full one."""
        node = etree.SubElement(self.container, kind if kind.startswith("{") else f"{{{BPMN}}}{kind}")
        node.set("id", name)
        for key, value in attributes.items():
            node.set(key, value)
        self.nodes[name] = node
        return node

    def connect(self, source: str, target: str, name: str = "") -> etree._Element:
        """A new flow."""
        flow = etree.SubElement(self.container, f"{{{BPMN}}}sequenceFlow")
        flow.set("id", name or f"{source}.to.{target}")
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
        self.flows.append(flow)
        self._note(flow)
        return flow

    def lead(self, flow: etree._Element, *, source: str = "", target: str = "") -> None:
        """Let a flow begin or end elsewhere."""
        for end, name, known in (("sourceRef", source, self._leaving), ("targetRef", target, self._entering)):
            if name:
                known[flow.get(end, "")].remove(flow)
                known.setdefault(name, []).append(flow)
                flow.set(end, name)

    def arrange(self, name: str, flows: list[etree._Element]) -> None:
        """Put the ways out of an element into this order."""
        self._leaving[name] = flows
        self.container.extend(flows)

    def lead_all(self, name: str, target: str) -> None:
        """Let every flow to this element end at another one."""
        for flow in self.entering(name):
            self.lead(flow, target=target)

    def detour(self, flow: etree._Element, *names: str) -> None:
        """Let a flow reach its target only by way of these elements, one after the other."""
        target = flow.get("targetRef", "")
        self.lead(flow, target=names[0])
        for before, after in zip(names, names[1:], strict=False):
            self.connect(before, after)
        self.connect(names[-1], target, f"{flow.get('id')}.in")

    def remove(self, name: str) -> None:
        """Take an element out, with the flows at both its ends."""
        for flow in (*self.leaving(name), *self.entering(name)):
            self._forget(flow)
            self.flows.remove(flow)
            self.container.remove(flow)
        self.container.remove(self.nodes.pop(name))

    def _note(self, flow: etree._Element) -> None:
        self._leaving.setdefault(flow.get("sourceRef", ""), []).append(flow)
        self._entering.setdefault(flow.get("targetRef", ""), []).append(flow)

    def _forget(self, flow: etree._Element) -> None:
        self._leaving[flow.get("sourceRef", "")].remove(flow)
        self._entering[flow.get("targetRef", "")].remove(flow)


def sheets(root: etree._Element) -> Iterator[Sheet]:
    """Every process of a file and every sub-process in it."""
    for element in list(root.iter(f"{{{BPMN}}}*")):
        if local(element) == "process" or local(element) in CONTAINERS:
            yield Sheet(element)


def retag(node: etree._Element, kind: str) -> None:
    """Make another kind of element of it."""
    node.tag = f"{{{BPMN}}}{kind}"


def held(node: etree._Element, *tags: str) -> list[etree._Element]:
    """The direct children with these tags."""
    return [child for child in node if is_bpmn(child) and local(child) in tags]


def definitions_of(node: etree._Element) -> list[etree._Element]:
    """What an event is about."""
    return [child for child in node if is_bpmn(child) and local(child).endswith("EventDefinition")]
