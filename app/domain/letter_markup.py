"""The line markup of a letter's body: paragraphs, data rows, numbered items, tables and subheadings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from app.domain.letter_language import finish

_ROW = re.compile(r":\s+(?P<label>.*?)\s+=(?:\s+(?P<value>.*))?")
_ITEM = re.compile(r"[0-9]{1,3}\.\s+(?P<text>.+)")
_HEADING = re.compile(r"#\s+(?P<text>.+)")


@dataclass(frozen=True)
class Block:
    """One piece of a letter's body.

    `kind` is paragraph or heading (`text`), rows (`rows` of label and value), items (`items`, numbered from
    1) or table (`rows` of cells, the first row being the head).
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()


def blocks(body: str) -> tuple[Block, ...]:
    """Read a filled-in body into blocks; a blank line or another kind of line ends the block before it."""
    found: list[Block] = []
    for kind, lines in groupby(body.replace("\r\n", "\n").split("\n"), key=_kind):
        if kind != "blank":
            found.extend(_MAKERS[kind](list(map(str.strip, lines))))
    return tuple(found)


def _kind(line: str) -> str:
    line = line.strip()
    if not line:
        return "blank"
    if line.startswith("|") and line.endswith("|") and len(line) > 1:
        return "table"
    for kind, pattern in (("rows", _ROW), ("items", _ITEM), ("heading", _HEADING)):
        if pattern.fullmatch(line):
            return kind
    return "paragraph"


def _paragraph(lines: list[str]) -> Iterator[Block]:
    text = finish(" ".join(lines))
    if text:
        yield Block("paragraph", text=text)


def _headings(lines: list[str]) -> Iterator[Block]:
    for line in lines:
        yield Block("heading", text=finish(_HEADING.fullmatch(line)["text"]))


def _rows(lines: list[str]) -> Iterator[Block]:
    pairs = (_ROW.fullmatch(line).group("label", "value") for line in lines)
    yield Block("rows", rows=tuple((finish(label), finish(value or "") or "-") for label, value in pairs))


def _items(lines: list[str]) -> Iterator[Block]:
    yield Block("items", items=tuple(finish(_ITEM.fullmatch(line)["text"]) for line in lines))


def _table(lines: list[str]) -> Iterator[Block]:
    rows = [tuple(finish(cell) for cell in re.split(r"(?<!\u2060)\|", line[1:-1])) for line in lines]
    width = max(map(len, rows))
    yield Block("table", rows=tuple(row + ("",) * (width - len(row)) for row in rows))


_MAKERS = {"paragraph": _paragraph, "heading": _headings, "rows": _rows, "items": _items, "table": _table}
