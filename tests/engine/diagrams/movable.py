"""A case under test that can be carried over to another version of its drawing, checked as every move is."""

from collections.abc import Mapping

from app import engine
from tests.engine.diagrams.case import CALENDAR, Case


def drawn(*files: bytes) -> engine.Drawing:
    return engine.read({f"bpmn/{index}.bpmn": content for index, content in enumerate(files)}, "bpmn/0.bpmn")


def verdict(case: Case, *files: bytes, forms: frozenset[str] = frozenset(), **mapping: str) -> engine.Verdict:
    """What the engine says of a move to the drawing of these files."""
    place = engine.place_of(case.standing.state)
    return engine.compare(case.drawing, drawn(*files), place, mapping=mapping, changed_forms=forms)


def moved(
    case: Case,
    *files: bytes,
    mapping: Mapping[str, str] | None = None,
    variables: Mapping[str, object] | None = None,
) -> Case:
    """The case on the drawing of these files."""
    new = drawn(*files)
    standing = engine.move_over(
        case.drawing, new, case.standing.state, case.now,
        mapping=mapping or {}, calendar=CALENDAR, variables=variables,
    )  # fmt: skip
    case.drawing = new
    return case._take(standing)


def held(standing: engine.Standing) -> tuple:
    """All that people, the worker and other cases know of where a case stands, ids and moments included."""
    return standing.waiting, standing.timers, standing.operations, standing.listening, standing.finished


def kinds(found: engine.Verdict) -> tuple[str, list[str]]:
    return found.kind, sorted({each.element for each in found.obstacles})
