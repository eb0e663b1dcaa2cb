"""Takes what was typed off a posted page: declared names, harmless characters, nested as the form is."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.domain.forms.areas import LEVELS, deepest
from app.domain.forms.shape import Field, Form

MOST_ROWS = 100
LONGEST_NORMALISED = 20_000
"""Long runs of combining marks take quadratic time to put in order: longer text is refused later anyway."""

_ROW = re.compile(r"(0|[1-9][0-9]{0,3})\.([A-Za-z0-9_]{1,60})", re.ASCII)
_GONE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_CONTROLS = dict.fromkeys({*range(0x20), 0x7F} - {ord("\n"), ord("\t")})  # of ASCII: they go
_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n", "\x85": "\n"})


def plain(text: Any, *, many_lines: bool = False) -> str:
    """Text without control, invisible, direction-changing and half characters, trimmed."""
    if not isinstance(text, str):
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    if not text.isascii():
        text = "".join(map(_visible, text))
        if len(text) <= LONGEST_NORMALISED:
            text = unicodedata.normalize("NFC", text)
    else:
        text = text.translate(_CONTROLS)
    text = text.replace("\t", " ")
    if many_lines:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return text.replace("\n", " ").strip()


def raw(form: Form, posted: Any, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """What was typed for every field (or those in `only`), for keeping and for showing again.

    Fields that were not posted are there too, empty: an unticked box posts nothing. Uploads are not taken
    from here: their ids come from whoever kept the files. Anything that the form does not declare is left.
    """
    wanted = [each for each in form.fields if (only is None or each.name in only) and not each.is_upload]
    return {each.name: _typed(each, posted, each.name) for each in wanted}


def act(form: Form, typed: Mapping[str, Any], action: str) -> dict[str, Any]:
    """What was typed after a press on "tambah:<group>" or "hapus:<group>:<row>"; else unchanged."""
    deed, _, rest = action.partition(":")
    name, _, row = rest.partition(":")
    after = dict(typed)
    if name not in form or form.field(name).kind != "group":
        return after
    group, rows = form.field(name), [*rows_of(typed.get(name))]
    if deed == "tambah" and len(rows) < group.max_items:
        after[name] = [*rows, {child.name: _empty(child) for child in group.children}]
    elif deed == "hapus" and row.isascii() and row.isdigit() and len(row) < 4 and int(row) < len(rows):
        after[name] = rows[: int(row)] + rows[int(row) + 1 :]
    return after


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a repeated group, whatever hostile thing may stand in their place."""
    return (
        [each for each in value[:MOST_ROWS] if isinstance(each, Mapping)]
        if isinstance(value, list | tuple)
        else []
    )


def _typed(each: Field, posted: Any, name: str) -> Any:
    if each.kind == "choices":
        return [plain(value) for value in _all(posted, name)][: each.max_items + len(each.options) + 1]
    if each.kind == "area":
        return plain(posted.get(name)) or deepest(
            {level: plain(posted.get(f"{name}.{level}")) for level in LEVELS}
        )
    if each.kind == "group":
        return _rows(each, posted)
    return plain(posted.get(name), many_lines=each.widget == "textarea")


def _rows(group: Field, posted: Any) -> list[dict[str, Any]]:
    prefix, found = f"{group.name}.", set()
    for name in _names(posted):
        if name.startswith(prefix) and (row := _ROW.fullmatch(name, len(prefix))):
            found.add(int(row[1]))
    return [
        {child.name: _typed(child, posted, f"{prefix}{at}.{child.name}") for child in group.children}
        for at in sorted(found)[:MOST_ROWS]
    ]


def _empty(child: Field) -> Any:
    return [] if child.kind == "choices" else child.default


def _names(posted: Any) -> Iterable[str]:
    return (name for name in posted if isinstance(name, str))


def _all(posted: Any, name: str) -> list[Any]:
    if hasattr(posted, "getlist"):
        return posted.getlist(name)
    value = posted.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _visible(char: str) -> str:
    if char == "\n" or char == "\t":
        return char
    kind = unicodedata.category(char)
    return "" if kind in _GONE else " " if kind == "Zs" else char
