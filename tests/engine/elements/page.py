"""Fills the tables of docs/bpmn.md from the table of elements, so that the page says what the tests run."""

import re

from app.config import ROOT
from tests.engine.elements import FAMILIES
from tests.engine.elements.mistakes import REFUSED
from tests.engine.elements.refused import Refused
from tests.engine.elements.row import Row

PAGE = ROOT / "docs" / "bpmn.md"
_TABLE = re.compile(r"<!-- table: (.+?) -->\n.*?<!-- end -->", re.DOTALL)


def filled(text: str) -> str:
    """The page with every table between its marks as it ought to be."""
    return _TABLE.sub(lambda found: f"<!-- table: {found[1]} -->\n\n{_table(found[1])}\n\n<!-- end -->", text)


def tables(text: str) -> list[str]:
    return _TABLE.findall(text)


def _table(name: str) -> str:
    if name in FAMILIES:
        head = ["| drawn | element | in the city | what happens |", "|---|---|---|---|"]
        return "\n".join(head + [_supported(row) for row in FAMILIES[name]])
    head = ["| drawn | why, and what instead | rule |", "|---|---|---|"]
    return "\n".join(head + [_refused(row) for row in REFUSED[name]])


def _supported(row: Row) -> str:
    return f"| ![{row.name}](pictures/bpmn/{row.name}.svg) | {row.element} | {row.what} | {row.note} |"


def _refused(row: Refused) -> str:
    return f"| {row.name} | {row.why} | `{row.rule}` |"


def write() -> None:
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
