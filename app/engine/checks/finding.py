"""How a rule says what it found: of which element, and whether the drawing can run in spite of it."""

from typing import Protocol

from lxml import etree

from app.engine.problems import Problem
from app.engine.sources import local


class Named(Protocol):
    """Anything in a drawing that has an id and may have a name."""

    @property
    def id(self) -> str:
        """What no other element of the file has."""

    @property
    def name(self) -> str:
        """What people call it."""


def at(thing: Named, rule: str, message: str, advice: str, *, blocks: bool = True) -> Problem:
    """A finding about this element, flow, process or data object."""
    return Problem(rule, thing.id[:100] or "tanpa id", thing.name[:60], message, advice, blocks)


def at_element(
    element: etree._Element, rule: str, message: str, advice: str, *, blocks: bool = True
) -> Problem:
    """A finding about something of the file that is no step: a message, a pool, a line between pools."""
    name = element.get("id") or local(element)
    return Problem(rule, name[:100], element.get("name", "")[:60], message, advice, blocks)
