"""Draws the pictures of docs/bpmn.md and fills its tables: `python -m tests.engine.diagrams.pictures`.

They come out of the macro that draws diagrams on the portal's pages; as a document has no stylesheet, what a class
means there stands here as attributes.
"""

import re
from html import escape

from jinja2 import Environment, FileSystemLoader
from lxml import etree, html

from app.config import ROOT
from app.engine import picture
from app.engine.sources import local
from tests.engine.diagrams.layout import laid_out, shown_process
from tests.engine.elements import ROWS, page
from tests.engine.elements.row import Row

FOLDER = ROOT / "docs" / "pictures" / "bpmn"
HEAVIEST = 6 * 1024
INK, LINE, SOFT, GREEN, RED = "#14212b", "#55636f", "#3d4a55", "#1f7a4d", "#b3372c"
DRAWN = {"fill": "none", "stroke": LINE}
LOOKS = {
    "bpmn-line": {"fill": "#fff", "stroke": LINE, "stroke-width": "1.2"},
    "bpmn-thin": {**DRAWN, "stroke-width": "1.5"},
    "bpmn-mark": {**DRAWN, "stroke-width": "3"},
    "bpmn-sign": {**DRAWN, "stroke-width": "1.6"},
    "bpmn-edge": {**DRAWN, "stroke-width": "1.2"},
    "bpmn-lane": {**DRAWN, "stroke-width": "1"},
    "bpmn-head": {"fill": LINE},
    "bpmn-words": {"fill": INK},
    "bpmn-label": {"fill": SOFT},
}
OUTLINES = {
    "bpmn-startEvent": {"stroke": GREEN, "stroke-width": "2"},
    "bpmn-endEvent": {"stroke": RED, "stroke-width": "3.5"},
    "bpmn-callActivity": {"stroke-width": "3"},
}
FOOT = 20.0  # room that the page keeps below for labels, which these pictures have only below data


def drawn(content: bytes, title: str) -> str:
    """A file without a layout as one small SVG."""
    root = etree.fromstring(laid_out(_named(content)))
    shown = picture.draw(root, shown_process(root).get("id"))
    pages = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, trim_blocks=True)
    macro = pages.get_template("components/diagram.html").make_module({"_": str}).diagram
    found = html.fragment_fromstring(str(macro(shown, key="a"))).find(".//svg")
    for each in found.findall(".//title"):
        each.getparent().remove(each)
    _band(found)
    for each in found.iter():
        _dress(each)
    width, height = round(shown.width), round(shown.height - FOOT)
    inner = "".join(etree.tostring(each, encoding="unicode") for each in found)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" font-family="sans-serif" font-size="9.5" text-anchor="middle">'
        f"<title>{escape(title, quote=False)}</title>"
    )
    return _short(f"{head}{inner}</svg>") + "\n"


def _named(content: bytes) -> bytes:
    """Activities are called by their ids, so that they have room."""
    root = etree.fromstring(content)
    for element in root.iter():
        kind = local(element)
        if kind.endswith(("Task", "Activity", "Process")) or kind in ("task", "transaction"):
            element.set("name", element.get("id").replace("_", " "))
    return etree.tostring(root)


def _band(found: html.HtmlElement) -> None:
    """The name of a pool as turned text, which stands in any picture."""
    for foreign in found.findall(".//foreignobject") + found.findall(".//foreignObject"):
        x, y = float(foreign.get("x")) + 18, float(foreign.get("y")) + float(foreign.get("height")) / 2
        text = etree.SubElement(
            foreign.getparent(),
            "text",
            {"class": "bpmn-words", "transform": f"translate({x:g} {y:g}) rotate(-90)"},
        )
        text.text = foreign.text_content()
        foreign.getparent().remove(foreign)


def _dress(element: etree._Element) -> None:
    kind = element.attrib.pop("class", "")
    for name, value in LOOKS.get(kind, {}).items():
        if name not in element.attrib:
            element.set(name, value)
    kinds = kind.split()
    for outline in [each for name in kinds if name in OUTLINES for each in element.iter("circle", "rect")][
        :1
    ]:
        outline.attrib.update(OUTLINES[kinds[0]])
    if "is-gentle" in kinds:
        for part in [each for each in element.iter("circle", "rect")]:
            part.set("stroke-dasharray", "3 2")


def _short(text: str) -> str:
    """Whole numbers without their point, the names of SVG as SVG writes them, nothing between the marks."""
    text = re.sub(r"(\d+\.\d{2,})", lambda found: f"{float(found[1]):.1f}", text)
    text = re.sub(r"(\d)\.0(?=\D)", r"\1", text)
    for name in ("viewBox", "markerWidth", "markerHeight", "refX", "refY"):
        text = text.replace(f" {name.lower()}=", f" {name}=")
    return re.sub(r">\s+<", "><", text).strip()


def of_row(row: Row) -> str:
    return drawn(row.drawn(), row.what)


def write() -> None:
    """Draw every row anew; pictures of rows that are gone go as well."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = {f"{row.name}.svg": of_row(row) for row in ROWS}
    for path in FOLDER.glob("*.svg"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
    page.write()
