"""The conformance table: every element that the engine runs, and what the BPMN standard says it does."""

from tests.engine.elements import (
    edges,
    ends,
    gateways,
    markers,
    meetings,
    moments,
    pools,
    repeated,
    scopes,
    tasks,
)
from tests.engine.elements.row import Row

FAMILIES: dict[str, list[Row]] = {
    "Tasks and calls": tasks.ROWS,
    "Loops, multi-instance, quantities": markers.ROWS,
    "Gateways and flows": gateways.ROWS,
    "Sub-processes": scopes.ROWS,
    "Start and end events": ends.ROWS,
    "Intermediate events": moments.ROWS,
    "Boundary events and compensation": edges.ROWS,
    "Data and pools": pools.ROWS,
    "Elements that meet": [*meetings.ROWS, *repeated.ROWS],
}
ROWS = [row for family in FAMILIES.values() for row in family]
