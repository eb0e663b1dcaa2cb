"""Lanes of a drawing: who acts in each of its steps."""

import re
from dataclasses import dataclass

from lxml import etree

from app.engine.sources import NAMES


@dataclass(frozen=True)
class Lane:
    """Who acts: the role, and whose (a unit code, a variable's name, or None for the home unit's ancestor)."""

    id: str
    name: str
    role: str
    unit: str | None
    has_role: bool


def lanes_of(process: etree._Element) -> tuple[tuple[Lane, ...], dict[str, Lane]]:
    """All lanes, and the lane of each element: of nested lanes the innermost."""
    lanes: list[Lane] = []
    standing: dict[str, Lane] = {}
    for element in process.xpath("./bpmn:laneSet//bpmn:lane", namespaces=NAMES):
        lane = _lane(element)
        lanes.append(lane)
        for ref in element.xpath("./bpmn:flowNodeRef", namespaces=NAMES):
            standing[(ref.text or "").strip()] = lane
    return tuple(lanes), standing


def properties(element: etree._Element) -> dict[str, str]:
    """Our settings of an element: `spiffworkflow:properties`."""
    path = "./bpmn:extensionElements/spiff:properties/spiff:property"
    return {
        item.get("name", ""): item.get("value", "").strip() for item in element.xpath(path, namespaces=NAMES)
    }


def slug(name: str) -> str:
    """The role that a lane without one is taken to mean."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _lane(element: etree._Element) -> Lane:
    settings = properties(element)
    name = " ".join(element.get("name", "").split())
    role = settings.get("role") or slug(name)
    unit = settings.get("unit") or None
    return Lane(element.get("id", ""), name, role, unit, has_role=bool(settings.get("role")))
