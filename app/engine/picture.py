"""The drawn layout of a diagram as plain data, ready to be shown as SVG without a style attribute."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from app.engine.sources import NAMES, is_bpmn, local

MARGIN = 12.0
FARTHEST = 100_000.0
LETTER = 6.4
LINE = 15.0
SIGN = 14.0
SCOPES = ("subProcess", "transaction", "adHocSubProcess")
TALKING = ("association", "messageFlow", "dataInputAssociation", "dataOutputAssociation")


@dataclass(frozen=True)
class Text:
    """A label broken into lines: each line has its text and its baseline's middle point."""

    lines: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class Shape:
    id: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float
    event: str  # what triggers it, `multiple` for several
    is_interrupting: bool
    label: Text
    marks: tuple[tuple[str, float, float], ...] = ()  # signs at the lower edge: what, and where its corner is

    @property
    def is_scope(self) -> bool:
        """Whether other shapes may stand in it."""
        return self.kind in SCOPES

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Edge:
    id: str
    kind: str
    name: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: Text
    tail: str = ""  # the `d` of the sign at its beginning: a slash for a default, a diamond for a condition

    @property
    def is_dotted(self) -> bool:
        """Whether no token goes this way."""
        return self.kind in TALKING

    @property
    def path(self) -> str:
        """The `d` of an SVG path."""
        return _path(self.points)


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()
    lanes: tuple[Shape, ...] = ()


def draw(root: etree._Element, process_id: str) -> Picture:
    """The picture of the file's first diagram plane that shows this process, empty when nothing is drawn."""
    elements = {element.get("id"): element for element in root.iter() if element.get("id")}
    drawn = [
        plane for plane in root.iterfind(".//bpmndi:BPMNPlane", NAMES) if _shows(plane, elements, process_id)
    ]
    if not drawn:
        return Picture(0, 0)
    boxes = [
        (elements[shape.get("bpmnElement")], box, shape)
        for shape in drawn[0].iterfind("./bpmndi:BPMNShape", NAMES)
        if shape.get("bpmnElement") in elements and (box := _box(shape))
    ]
    lines = [
        (elements[edge.get("bpmnElement")], points, edge)
        for edge in drawn[0].iterfind("./bpmndi:BPMNEdge", NAMES)
        if edge.get("bpmnElement") in elements and len(points := _points(edge)) > 1
    ]
    return _placed(boxes, lines)


def _placed(boxes: list, lines: list) -> Picture:
    corners = [(x, y) for _element, (x, y, _w, _h), _shape in boxes]
    corners += [(x + w, y + h) for _element, (x, y, w, h), _shape in boxes]
    corners += [point for _element, points, _edge in lines for point in points]
    if not corners:
        return Picture(0, 0)
    left, top = min(x for x, _y in corners) - MARGIN, min(y for _x, y in corners) - MARGIN
    shapes = [_shape(element, box, shape, (left, top)) for element, box, shape in boxes]
    return Picture(
        width=max(x for x, _y in corners) - left + MARGIN,
        height=max(y for _x, y in corners) - top + MARGIN + 2 * LINE,
        shapes=tuple(shape for shape in shapes if shape.kind not in ("lane", "participant")),
        edges=tuple(_edge(element, points, edge, (left, top)) for element, points, edge in lines),
        lanes=tuple(shape for shape in shapes if shape.kind in ("lane", "participant")),
    )


def _shows(plane: etree._Element, elements: dict, process_id: str) -> bool:
    shown = elements.get(plane.get("bpmnElement"))
    if shown is None or local(shown) == "process":
        return shown is not None and shown.get("id") == process_id
    return any(part.get("processRef") == process_id for part in shown.iterfind("./bpmn:participant", NAMES))


def _box(shape: etree._Element) -> tuple[float, float, float, float] | None:
    bounds = shape.find("./dc:Bounds", NAMES)
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, max(width, 1.0), max(height, 1.0)


def _points(edge: etree._Element) -> tuple[tuple[float, float], ...]:
    return tuple((_number(p.get("x")), _number(p.get("y"))) for p in edge.iterfind("./di:waypoint", NAMES))


def _number(text: str | None) -> float:
    try:
        value = round(float(text or 0), 1)
    except ValueError:
        return 0.0
    return value if -FARTHEST < value < FARTHEST else 0.0


def _shape(element: etree._Element, box: tuple, shape: etree._Element, origin: tuple[float, float]) -> Shape:
    x, y, width, height = box[0] - origin[0], box[1] - origin[1], box[2], box[3]
    marks = _marks(element, (x + width / 2, y + height - SIGN - 2))
    is_open = shape.get("isExpanded") == "true"
    room = (x, y, width, LINE + 8 if is_open else height - (SIGN if marks else 0))
    kind, name = local(element), " ".join(element.get("name", "").split())
    return Shape(
        id=element.get("id"), kind=kind, name=name, x=x, y=y, width=width, height=height, event=_event(element),
        is_interrupting="false" not in (element.get("cancelActivity"), element.get("isInterrupting"))
        and element.get("triggeredByEvent") != "true",
        label=_shape_label(kind, name, room, _label_box(shape, origin)), marks=marks,
    )  # fmt: skip


def _event(element: etree._Element) -> str:
    """What triggers it; a definition that stands elsewhere is looked up."""
    ids = [each.text for each in element.iterfind("./bpmn:eventDefinitionRef", NAMES)]
    elsewhere = [each for each in element.getroottree().getroot() if each.get("id") in ids] if ids else []
    kinds = [local(each) for each in (*element, *elsewhere) if is_bpmn(each)]
    events = [kind.removesuffix("EventDefinition") for kind in kinds if kind.endswith("EventDefinition")]
    return "multiple" if len(events) > 1 else "".join(events)


def _marks(element: etree._Element, place: tuple[float, float]) -> tuple[tuple[str, float, float], ...]:
    """The signs of an activity side by side, around this place."""
    several = element.find("./bpmn:multiInstanceLoopCharacteristics", NAMES)
    drawn = {
        "loop": element.find("./bpmn:standardLoopCharacteristics", NAMES) is not None,
        "sequential": several is not None and several.get("isSequential") == "true",
        "parallel": several is not None and several.get("isSequential") != "true",
        "compensation": element.get("isForCompensation") == "true",
        "adhoc": local(element) == "adHocSubProcess",
    }
    names = [name for name, is_drawn in drawn.items() if is_drawn]
    left = place[0] - SIGN * len(names) / 2
    return tuple((name, left + SIGN * index, place[1]) for index, name in enumerate(names))


def _shape_label(kind: str, name: str, box: tuple, own: tuple | None) -> Text:
    x, y, width, height = box
    if kind.endswith(("Event", "Gateway", "Reference")):
        below = own or (x + width / 2 - 45, y + height + 4, 90.0, LINE)
        return _text(name, below[0] + below[2] / 2, below[1], max(below[2], 60.0))
    lines = wrap(name, width - 10)
    return _text(name, x + width / 2, y + height / 2 - len(lines) * LINE / 2, width - 10)


def _edge(element: etree._Element, points: tuple, edge: etree._Element, origin: tuple[float, float]) -> Edge:
    moved = tuple((x - origin[0], y - origin[1]) for x, y in points)
    name = " ".join(element.get("name", "").split())
    own = _label_box(edge, origin)
    (ax, ay), (bx, by) = moved[0], moved[1]
    middle = (own[0] + own[2] / 2, own[1]) if own else ((ax + bx) / 2, (ay + by) / 2 - LINE - 2)
    return Edge(
        id=element.get("id"), kind=local(element), name=name, source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""), points=moved, tail=_tail(element, moved),
        label=_text(name, middle[0], middle[1], max(own[2], 60.0) if own else 90.0),
    )  # fmt: skip


def _tail(element: etree._Element, points: tuple[tuple[float, float], ...]) -> str:
    """The sign of a default flow, or of a condition where no gateway asks it."""
    near = {each.get("id"): each for each in element.getparent()}
    source = near.get(element.get("sourceRef"))
    if source is None or local(element) != "sequenceFlow":
        return ""
    (x, y), (next_x, next_y) = points[0], points[1]
    length = ((next_x - x) ** 2 + (next_y - y) ** 2) ** 0.5 or 1.0
    dx, dy = (next_x - x) / length, (next_y - y) / length
    if source.get("default") == element.get("id"):
        corners = [(x + 5 * dx - 4 * dy, y + 5 * dy + 4 * dx), (x + 9 * dx + 4 * dy, y + 9 * dy - 4 * dx)]
        return _path(corners)
    if element.find("./bpmn:conditionExpression", NAMES) is None or local(source).endswith("Gateway"):
        return ""
    corners = [(x, y), (x + 6 * dx - 4 * dy, y + 6 * dy + 4 * dx), (x + 12 * dx, y + 12 * dy),
               (x + 6 * dx + 4 * dy, y + 6 * dy - 4 * dx)]  # fmt: skip
    return f"{_path(corners)}z"


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)


def _label_box(shape: etree._Element, origin: tuple[float, float]) -> tuple | None:
    bounds = shape.find("./bpmndi:BPMNLabel/dc:Bounds", NAMES)
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x - origin[0], y - origin[1], width, height


def _text(name: str, middle: float, top: float, width: float) -> Text:
    return Text(
        tuple((line, middle, top + LINE * index + LINE * 0.8) for index, line in enumerate(wrap(name, width)))
    )


def wrap(name: str, width: float) -> list[str]:
    """The name in lines that fit the width, at most five, the last one shortened if need be."""
    room, lines = max(int(width / LETTER), 4), [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > 5:
        lines = [*lines[:4], f"{lines[4]}…"]
    return [line for line in lines if line]
