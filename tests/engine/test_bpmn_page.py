"""docs/bpmn.md says what is so: its pictures are of drawings that run, its refusals are those of the checker."""

import ast
import re
from pathlib import Path

import pytest

from app import engine
from app.config import ROOT
from app.errors import Invalid
from tests.engine.diagrams import pictures
from tests.engine.elements import FAMILIES, ROWS, page
from tests.engine.elements.mistakes import DECISIONS, REFUSED
from tests.engine.elements.refused import Refused
from tests.engine.elements.row import Row

OF_THE_CHECK_ITSELF = {"bukan-diagram", "tidak-terbaca", "pemeriksaan-terhenti"}
WITH_THE_PORTAL = {"operasi-asing"}
SAYING = {"at", "at_element", "Problem", "say", "_refuse"}
TOLD = [pytest.param(row, id=f"{row.rule}-{row.name}") for rows in REFUSED.values() for row in rows]


def test_every_table_of_the_page_is_the_one_that_the_tests_run() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.tables(text) == [*FAMILIES, *REFUSED]
    assert page.filled(text) == text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_picture_is_drawn_from_its_row(row: Row) -> None:
    stored = (pictures.FOLDER / f"{row.name}.svg").read_text(encoding="utf-8")
    assert stored == pictures.of_row(row)
    assert len(stored.encode()) <= pictures.HEAVIEST
    assert "class=" not in stored and "style=" not in stored


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in pictures.FOLDER.iterdir()} == {row.name for row in ROWS}


@pytest.mark.parametrize("row", TOLD)
def test_what_the_page_says_is_refused_is_refused_by_that_rule(row: Refused) -> None:
    path = "layanan.dmn" if row in DECISIONS else "layanan.bpmn"
    found = [problem for problem in engine.check({path: row.drawn}) if problem.rule == row.rule]
    assert found
    if path.endswith(".bpmn") and any(problem.blocks for problem in found):
        with pytest.raises(Invalid):
            engine.read({path: row.drawn}, path)


def test_every_rule_of_the_checker_is_on_the_page() -> None:
    said = {row.rule for rows in REFUSED.values() for row in rows} | OF_THE_CHECK_ITSELF | WITH_THE_PORTAL
    modules = sorted((ROOT / "app" / "engine").rglob("*.py"))
    assert {rule for module in modules for rule in _rules(module)} - said == set()
    text = page.PAGE.read_text(encoding="utf-8")
    assert not [rule for rule in said if f"`{rule}`" not in text]


def _rules(module: Path) -> set[str]:
    """The names of rules by which a module refuses."""
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    saying = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in SAYING]
    texts = [each.value for call in saying for each in call.args[:2] if isinstance(each, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
