"""Paging by the last row shown, so that a page costs the same however long its list grows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, union_all

Key = tuple[datetime | None, str | int]


def order_by(column: ColumnElement, tie: ColumnElement, *, descending: bool) -> tuple:
    """By a moment and, where it is the same, by id; rows without one come last."""
    return (column.desc(), tie.desc()) if descending else (column.asc().nulls_last(), tie.asc())


def beyond(
    column: ColumnElement, tie: ColumnElement, after: Key, *, descending: bool, with_none: bool = True
) -> ColumnElement[bool]:
    """The rows that follow this one in the order of order_by; `with_none`: also those without a moment."""
    value, last = after
    if value is None:
        return and_(column.is_(None), tie > last)
    row, key = tuple_(column, tie), tuple_(value, last, types=(column.type, tie.type))
    if descending or not with_none:
        return row < key if descending else row > key
    return or_(row > key, column.is_(None))


def merged(ranges: Sequence[Select], *, descending: bool, most: int | None) -> Select:
    """Ranges of (moment, id, …) as one list of the `most` first; each is read by its index and no further."""
    parts = [query.order_by(*_order_of(query.selected_columns, descending)).limit(most) for query in ranges]
    if len(parts) == 1:
        return parts[0]
    rows = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(rows).order_by(*_order_of(rows.c, descending)).limit(most)


def _order_of(columns: Sequence[ColumnElement], descending: bool) -> tuple:
    column, tie, *_rest = columns
    return order_by(column, tie, descending=descending)
