"""What of a drawing the played journeys came by, and what no journey ever walked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.engine import ACTIVITY, EVENT, GATEWAY, Drawing, Element, Way


@dataclass(frozen=True)
class Part:
    """One kind of thing in a drawing, and which of them no journey came by."""

    total: int
    missed: tuple[Element | Way, ...]

    @property
    def walked(self) -> int:
        return self.total - len(self.missed)

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means everything."""
        return self.walked * 100 // self.total if self.total else 100


@dataclass(frozen=True)
class Coverage:
    """How much of one service its journeys walk."""

    service: str
    journeys: int
    flows: Part
    steps: Part
    gateways: Part
    events: Part

    def reaches(self, least: int) -> bool:
        """Whether at least so many percent of its flows were walked, the finest measure of the four."""
        return self.flows.percent >= least


def measure(
    drawing: Drawing, passed: Iterable[Collection[str]], walked: Iterable[Collection[str]]
) -> Coverage:
    """What these journeys, one collection of ids each, came by together."""
    came_by = list(passed)
    elements, flows = frozenset().union(*came_by), frozenset().union(*walked)
    kinds = {
        kind: [each for each in drawing.elements if each.kind == kind] for kind in (ACTIVITY, GATEWAY, EVENT)
    }
    return Coverage(
        service=drawing.process_id,
        journeys=len(came_by),
        flows=_part(drawing.flows, flows),
        steps=_part(kinds[ACTIVITY], elements),
        gateways=_part(kinds[GATEWAY], elements),
        events=_part(kinds[EVENT], elements),
    )


def _part(known: Sequence[Element | Way], met: Collection[str]) -> Part:
    return Part(len(known), tuple(each for each in known if each.id not in met))
