"""The limits a schema sets on an answer: lengths, amounts, days, numbers of items."""

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from app.domain.forms.patterns import LONGEST_INPUT, admit
from app.domain.forms.shape import DayLimit
from app.errors import Invalid

USUAL_LENGTH = 200
USUAL_LONG_LENGTH = 2_000
LONGEST_TEXT = 10_000
MOST_ITEMS = 50
USUAL_ITEMS = 20
MOST_TICKS = 500
_RELATIVE_DAY = re.compile(r"today(?:([+-])([0-9]{1,5}))?", re.ASCII)


def length_limits(schema: Mapping[str, Any], *, many_lines: bool = False) -> dict[str, Any]:
    """Shortest and longest text and its pattern; a field with a pattern is always short."""
    pattern = schema.get("pattern")
    if pattern is not None and not isinstance(pattern, str):
        raise Invalid('"pattern" harus berupa teks.')
    longest = LONGEST_INPUT if pattern else LONGEST_TEXT
    usual = USUAL_LONG_LENGTH if many_lines else USUAL_LENGTH
    shortest = _whole(schema, "minLength", 0, longest)
    most = _whole(schema, "maxLength", max(min(usual, longest), shortest), longest)
    if shortest > most:
        raise Invalid('"minLength" lebih besar daripada "maxLength".')
    return {"min_length": shortest, "max_length": most, "pattern": admit(pattern) if pattern else None}


def number_limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Smallest and largest amount."""
    least, most = (_amount(schema, key) for key in ("minimum", "maximum"))
    if least is not None and most is not None and least > most:
        raise Invalid('"minimum" lebih besar daripada "maximum".')
    return {"minimum": least, "maximum": most}


def item_limits(kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Fewest and most rows, ticks or files."""
    usual, ceiling = (MOST_TICKS, MOST_TICKS) if kind == "choices" else (USUAL_ITEMS, MOST_ITEMS)
    most = _whole(schema, "maxItems", usual, ceiling)
    least = _whole(schema, "minItems", 0, MOST_ITEMS)
    if least > most or most == 0:
        raise Invalid('"minItems" lebih besar daripada "maxItems".')
    return {"min_items": least, "max_items": most}


def day_limit(stated: Any) -> DayLimit | None:
    """A limit written `today`, `today-30`, `today+7` or as a day (`2026-11-23`)."""
    if stated is None:
        return None
    text = stated if isinstance(stated, str) else ""
    if relative := _RELATIVE_DAY.fullmatch(text):
        days = int(relative[2] or 0)
        return DayLimit(offset=-days if relative[1] == "-" else days)
    try:
        return DayLimit(fixed=date.fromisoformat(text))
    except ValueError:
        raise Invalid(
            'batas tanggal harus "today", "today-30", "today+7" atau tanggal seperti "2026-11-23".'
        ) from None


def _whole(schema: Mapping[str, Any], key: str, usual: int, most: int) -> int:
    number = schema.get(key, usual)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise Invalid(f'"{key}" harus berupa angka 0 sampai {most}.')
    return number


def _amount(schema: Mapping[str, Any], key: str) -> float | None:
    number = schema.get(key)
    if number is None:
        return None
    if (
        isinstance(number, bool)
        or not isinstance(number, int | float)
        or abs(number) > 10**15
        or not isfinite(number)
    ):
        raise Invalid(f'"{key}" harus berupa angka.')
    return number
