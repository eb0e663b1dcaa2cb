"""Other systems can do what people can: whatever the pages call for cases, tasks and services, /api/v1 calls too."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.config import ROOT

ABOUT = {
    "apply", "areas", "cases", "catalogue", "correction", "drafts", "inbox", "inbox_list", "incidents", "mending",
    "processes", "staff_letters", "track", "verification", "version_batches", "versions",
}  # fmt: skip
"""The use cases about cases, tasks and services; accounts, keys, the calendar and the city's own words are people's."""
EYES = "a picture for eyes; the file itself is given"
BROWSER = "a browser goes on where it was; a machine says number and code each time"
PAGES = "a machine sends the form at once, so there are no pages to keep it between"
MENU = "a number in the menu; the list says it"
FRONT = "what the first page shows; the list of services holds the same"
EXCEPT = {
    "apply.check": "one page of the form; apply.review checks all of it",
    "apply.find_receipt": "the request key brings the same receipt",
    "areas.choices_for": "what selects on a page offer; areas.below gives the same areas",
    "cases.open_first_page": EYES,
    "catalogue.complaint_service": FRONT,
    "catalogue.figures": FRONT,
    "catalogue.kinds_offered": "the tabs of a page; each service names its kind",
    "catalogue.notices": FRONT,
    "catalogue.wanted_offers": FRONT,
    "drafts.forget": PAGES,
    "drafts.resume": PAGES,
    "inbox_list.count_waiting": MENU,
    "inbox_list.next_task": "where a page leads after a decision",
    "incidents.count_waiting": MENU,
    "staff_letters.draft_picture": EYES,
    "track.get_case": BROWSER,
}


def test_what_pages_do_machines_can_do() -> None:
    pages, machines = set(called(ROOT / "app" / "web")), set(called(ROOT / "app" / "api"))
    assert len(pages) > 40
    assert pages - machines == set(EXCEPT)


def test_a_deed_that_machines_lack_is_found(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        "from app.usecases import track\nfrom app.usecases.inbox import take as begin\ntrack.rate(1)\nbegin(1)\n"
    )
    assert set(called(tmp_path)) == {"track.rate", "inbox.take"}


def called(folder: Path) -> Iterator[str]:
    """Every "module.function" of the use cases about cases, tasks and services that a floor calls."""
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules, functions = _imported(tree)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                yield from _deed(modules[node.value.id], node.attr)
            elif isinstance(node, ast.Name) and node.id in functions:
                yield from _deed(*functions[node.id])


def _deed(module: str, name: str) -> Iterator[str]:
    if module in ABOUT and name[0].islower():
        yield f"{module}.{name}"


def _imported(tree: ast.Module) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Name here → use-case module, and name here → (module, function)."""
    modules, functions = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "app.usecases":
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.usecases."):
            module = node.module.rpartition(".")[2]
            functions |= {each.asname or each.name: (module, each.name) for each in node.names}
    return modules, functions
