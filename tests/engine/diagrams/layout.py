"""Gives a drawing made of words a place for everything (BPMN DI), so that it can be drawn: left to right by rank."""

from dataclasses import dataclass, field

from lxml import etree

from app.engine.sources import NAMES, is_bpmn, local

DI = {prefix: NAMES[prefix] for prefix in ("bpmndi", "dc", "di")}
TASK, EVENT, GATEWAY, OBJECT = (64, 40), (24, 24), (32, 32), (22, 28)
ACROSS, DOWN, INSIDE, TITLE, BAND = 18, 24, 10, 18, 30
HELD = ("subProcess", "transaction", "adHocSubProcess")
PASSED_OVER = frozenset(
    {"dataObject", "laneSet", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
)


@dataclass
class Laid:
    """A scope with its measures; boxes and lines count from its corner."""

    width: int = 0
    height: int = 0
    boxes: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    lines: list[tuple[str, list[tuple[int, int]]]] = field(default_factory=list)

    def add(self, part: "Laid", x: int, y: int) -> None:
        self.boxes += [(name, left + x, top + y, w, h) for name, left, top, w, h in part.boxes]
        self.lines += [(name, [(left + x, top + y) for left, top in way]) for name, way in part.lines]
        self.width, self.height = max(self.width, x + part.width), max(self.height, y + part.height)


def laid_out(content: bytes) -> bytes:
    """The same file with a picture."""
    root = etree.fromstring(content)
    talk = root.find("./bpmn:collaboration", NAMES)
    shown = talk if talk is not None else shown_process(root)
    laid = _scope(shown) if talk is None else _pools(root, talk)
    diagram = etree.SubElement(root, f"{{{DI['bpmndi']}}}BPMNDiagram", id="gambar")
    plane = etree.SubElement(
        diagram, f"{{{DI['bpmndi']}}}BPMNPlane", id="bidang", bpmnElement=shown.get("id")
    )
    named = {each.get("id"): each for each in root.iter() if each.get("id")}
    for name, *bounds in laid.boxes:
        shape = etree.SubElement(plane, f"{{{DI['bpmndi']}}}BPMNShape", id=f"di_{name}", bpmnElement=name)
        if local(named[name]) in HELD:
            shape.set("isExpanded", "true")
        measures = {key: str(value) for key, value in zip(("x", "y", "width", "height"), bounds, strict=True)}
        etree.SubElement(shape, f"{{{DI['dc']}}}Bounds", measures)
    for name, way in laid.lines:
        edge = etree.SubElement(plane, f"{{{DI['bpmndi']}}}BPMNEdge", id=f"di_{name}", bpmnElement=name)
        for x, y in way:
            etree.SubElement(edge, f"{{{DI['di']}}}waypoint", x=str(x), y=str(y))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def shown_process(root: etree._Element) -> etree._Element:
    """Of several processes the last: those it calls stand before it."""
    return root.findall("./bpmn:process", NAMES)[-1]


def _pools(root: etree._Element, talk: etree._Element) -> Laid:
    laid, parts = Laid(), []
    for pool in talk.iterfind("./bpmn:participant", NAMES):
        process = root.find(f"./bpmn:process[@id='{pool.get('processRef')}']", NAMES)
        parts.append((pool.get("id"), _scope(process)))
    width = max(part.width for _name, part in parts) + BAND + 2 * INSIDE
    for name, part in parts:
        top = laid.height
        laid.boxes.append((name, 0, top, width, part.height + 2 * INSIDE))
        laid.add(part, BAND + INSIDE, top + INSIDE)
        laid.width, laid.height = width, top + part.height + 2 * INSIDE + DOWN
    at = {name: (x + w // 2, y, y + h) for name, x, y, w, h in laid.boxes}
    for flow in talk.iterfind("./bpmn:messageFlow", NAMES):
        (ax, atop, alow), (bx, btop, blow) = at[flow.get("sourceRef")], at[flow.get("targetRef")]
        ends = (alow, btop) if alow < btop else (atop, blow)
        middle = sum(ends) // 2
        laid.lines.append((flow.get("id"), [(ax, ends[0]), (ax, middle), (bx, middle), (bx, ends[1])]))
    return laid


@dataclass
class Sheet:
    """One scope while it is being laid out."""

    nodes: dict[str, etree._Element]
    ways: list[tuple[str, str, str]]
    hosts: dict[str, str]
    inner: dict[str, Laid]
    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)
    bends: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def size(self, name: str) -> tuple[int, int]:
        node = self.nodes[name]
        kind = local(node)
        if name in self.inner:
            part = self.inner[name]
            return part.width + 2 * INSIDE, part.height + 2 * INSIDE + TITLE + (8 if _is_marked(node) else 0)
        if kind == "dataObjectReference":
            return OBJECT
        return EVENT if kind.endswith("Event") else GATEWAY if kind.endswith("Gateway") else TASK

    def after(self, name: str) -> list[tuple[str, str, bool]]:
        """What follows: the flow, its target, and whether it leaves by the edge."""
        own = [(flow, target, False) for flow, source, target in self.ways if source == name]
        edge = [(flow, target, True) for flow, source, target in self.ways if self.hosts.get(source) == name]
        return own + edge


def _is_marked(node: etree._Element) -> bool:
    return local(node) == "adHocSubProcess" or any("LoopCharacteristics" in local(each) for each in node)


def _scope(element: etree._Element) -> Laid:
    sheet = _sheet(element)
    woken = [name for name, node in sheet.nodes.items() if node.get("triggeredByEvent") == "true"]
    objects = [name for name, node in sheet.nodes.items() if local(node) == "dataObjectReference"]
    free = [name for name in sheet.nodes if name not in (*woken, *objects, *sheet.hosts)]
    reached = {target for _flow, _source, target in sheet.ways}
    first = [name for name in free if name not in reached] or free[:1]
    for name in first:
        _rank(sheet, name, 0, ())
    for name in first:
        _settle(sheet, name, 0)
    laid = _placed(sheet)
    for name in objects:
        _beside_readers(sheet, laid, name)
    for name in woken:
        width, height = sheet.size(name)
        top = laid.height + (DOWN // 2 if laid.height else 0)
        laid.boxes.append((name, 0, top, width, height))
        laid.add(sheet.inner[name], INSIDE, top + INSIDE + TITLE)
        laid.width, laid.height = max(laid.width, width), top + height
    return laid


def _sheet(element: etree._Element) -> Sheet:
    children = [
        each for each in element if is_bpmn(each) and each.get("id") and local(each) not in PASSED_OVER
    ]
    flows = [each for each in children if local(each) in ("sequenceFlow", "association")]
    nodes = {each.get("id"): each for each in children if each not in flows}
    ways = [(each.get("id"), each.get("sourceRef"), each.get("targetRef")) for each in flows]
    links = {
        name: each.get("name")
        for name, node in nodes.items()
        for each in node.iterfind("./bpmn:linkEventDefinition", NAMES)
    }
    for name, link in links.items():
        ends = [other for other, same in links.items() if same == link and "Catch" in local(nodes[other])]
        ways += [("", name, end) for end in ends if "Throw" in local(nodes[name])]
    return Sheet(
        nodes=nodes, ways=ways,
        hosts={name: node.get("attachedToRef") for name, node in nodes.items() if node.get("attachedToRef")},
        inner={name: _scope(node) for name, node in nodes.items() if local(node) in HELD},
    )  # fmt: skip


def _rank(sheet: Sheet, name: str, column: int, above: tuple[str, ...]) -> None:
    """The longest way from a start; a way back counts nothing."""
    if sheet.column.get(name, -1) >= column or name in above:
        return
    sheet.column[name] = column
    for _flow, target, _edge in sheet.after(name):
        undoes = sheet.nodes[target].get("isForCompensation") == "true"
        _rank(sheet, target, column + (0 if undoes else 1), (*above, name))


def _length(sheet: Sheet, name: str) -> int:
    return 1 + max(
        (_length(sheet, to) for _f, to, _e in sheet.after(name) if sheet.column[to] > sheet.column[name]),
        default=0,
    )


def _settle(sheet: Sheet, name: str, row: int) -> None:
    """A row for this element and all behind it: the longest way straight on, the others below."""
    if name in sheet.row:
        return
    sheet.row[name] = row = _take(sheet, sheet.column[name], row)
    if any(sheet.nodes[to].get("isForCompensation") != "true" for _f, to, edge in sheet.after(name) if edge):
        sheet.taken.add((sheet.column[name], row + 1))  # the lines of its edge go down there
    for flow, target, edge in sorted(sheet.after(name), key=lambda way: (way[2], -_length(sheet, way[1]))):
        lower = row + (1 if edge else 0)
        span = range(sheet.column[name] + 1, sheet.column[target])
        if flow and not edge:
            lower_bends = []
            for column in span:
                lower = _take(sheet, column, lower)
                lower_bends.append((column, lower))
            sheet.bends[flow] = lower_bends
        _settle(sheet, target, lower)


def _take(sheet: Sheet, column: int, row: int) -> int:
    while (column, row) in sheet.taken:
        row += 1
    sheet.taken.add((column, row))
    return row


def _placed(sheet: Sheet) -> Laid:
    columns, rows = 1 + max(c for c, _r in sheet.taken), 1 + max(r for _c, r in sheet.taken)
    wide, high = [0] * columns, [0] * rows
    for name, column in sheet.column.items():
        width, height = sheet.size(name)
        wide[column] = max(wide[column], width)
        high[sheet.row[name]] = max(high[sheet.row[name]], height)
    left = [sum(wide[:c]) + c * ACROSS for c in range(columns)]
    top = [sum(high[:r]) + r * DOWN for r in range(rows)]
    laid = Laid(left[-1] + wide[-1], top[-1] + high[-1])
    at: dict[str, tuple[int, int, int, int]] = {}
    for name, column in sheet.column.items():
        width, height = sheet.size(name)
        r = sheet.row[name]
        at[name] = left[column] + (wide[column] - width) // 2, top[r] + (high[r] - height) // 2, width, height
    _on_edges(sheet, at, laid)
    for name, (x, y, width, height) in at.items():
        laid.boxes.append((name, x, y, width, height))
        if name in sheet.inner:
            laid.add(sheet.inner[name], x + INSIDE, y + INSIDE + TITLE)
    for flow, source, target in sheet.ways:
        if flow:
            bends = [
                (left[c], left[c] + wide[c], top[r] + high[r] // 2) for c, r in sheet.bends.get(flow, [])
            ]
            bends.append((left[sheet.column[target]], at[target][0], at[target][1] + at[target][3] // 2))
            laid.lines.append((flow, _line(at, sheet.hosts, source, target, bends)))
    return laid


def _on_edges(sheet: Sheet, at: dict[str, tuple[int, int, int, int]], laid: Laid) -> None:
    """Boundary events hang on the lower edge of their activity, the last one rightmost."""
    seen: dict[str, int] = {}
    for name, host in sheet.hosts.items():
        x, y, width, height = at[host]
        nth = seen[host] = seen.get(host, 0) + 1
        at[name] = x + width - 30 * nth + 2, y + height - 12, *EVENT
        laid.height = max(laid.height, y + height + 12)
    for _flow, source, target in sheet.ways:
        if source in sheet.hosts and sheet.nodes[target].get("isForCompensation") == "true":
            at[target] = at[source][0] + (EVENT[0] - TASK[0]) // 2, *at[target][1:]
            laid.width = max(laid.width, at[target][0] + TASK[0])


def _line(at: dict, hosts: dict, source: str, target: str, bends: list) -> list[tuple[int, int]]:
    """Straight on, or with one corner in the gap before each part that lies in another row."""
    (x, y, width, height), (to_x, to_y, to_width, to_height) = at[source], at[target]
    goal = to_y + to_height // 2
    if source in hosts:
        down = x + width // 2
        if to_x <= down:
            return [(down, y + height), (down, to_y)]
        if goal > y + height:
            return [(down, y + height), (down, goal), (to_x, goal)]
        low = y + height + 6
        return [(down, y + height), (down, low), (to_x - 10, low), (to_x - 10, goal), (to_x, goal)]
    if to_x < x:
        low = max(y + height, to_y + to_height) + 8
        back, there = x + width // 2, to_x + to_width // 2
        return [(back, y + height), (back, low), (there, low), (there, to_y + to_height)]
    way, level = [(x + width, y + height // 2)], y + height // 2
    for begin, stop, height_there in bends:
        if height_there != level:
            way += [(begin - ACROSS // 2, level), (begin - ACROSS // 2, height_there)]
        way.append((stop, height_there))
        level = height_there
    return way


def _beside_readers(sheet: Sheet, laid: Laid, name: str) -> None:
    """A data object stands below what writes it; dotted lines lead to it and from it."""
    at = {box: (x, y, w, h) for box, x, y, w, h in laid.boxes}
    lines = [
        (each.get("id"), task, local(each))
        for task, node in sheet.nodes.items()
        for each in node
        if name
        in (each.findtext("./bpmn:sourceRef", "", NAMES), each.findtext("./bpmn:targetRef", "", NAMES))
    ]
    middle = sum(at[task][0] + at[task][2] // 2 for _id, task, _kind in lines) // len(lines)
    top = laid.height + DOWN // 2
    for line, task, kind in lines:
        x, y, width, height = at[task]
        way = [(x + width // 2, y + height), (middle, top)]
        laid.lines.append((line, way if kind == "dataOutputAssociation" else way[::-1]))
    laid.boxes.append((name, middle - OBJECT[0] // 2, top, *OBJECT))
    laid.height = top + OBJECT[1] + TITLE
