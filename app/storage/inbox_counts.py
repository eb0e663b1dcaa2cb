"""How much waits in an inbox, counted as far as MOST_COUNTED, and of which services.

The statements are built once for every number of offices: they are asked with every page of the desk.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, case, false, func, or_, select, union_all

from app.storage.cases import Task
from app.storage.database import AFRESH, Moment, db
from app.storage.inbox import TERMS, ranges_of
from app.storage.keyset import merged
from app.storage.processes import Service
from app.storage.reach import Anybody, Reader, Shape, anybody, no_conflict, shape_of, values_of

MOST_COUNTED = 1_000  # beyond it a count only says that there are more


def count_inbox(reader: Reader, *, moment: datetime, day_ends: datetime) -> tuple[int, int, int, int]:
    """How many open tasks: all, taken by the reader, late, due before the day ends; none beyond MOST_COUNTED + 1."""
    values = {**values_of(reader), "moment": moment, "day_ends": day_ends}
    everything, mine, late, due = db.session.execute(
        _counts(shape_of(reader)), values, execution_options=AFRESH
    ).one()
    return everything, mine, late, due


def count_waiting(reader: Reader) -> int:
    """How many open tasks in all, as far as they are counted."""
    return db.session.scalar(_count(shape_of(reader)), values_of(reader), execution_options=AFRESH) or 0


def services_waiting(reader: Reader) -> list[Service]:
    """The services whose tasks wait in this inbox."""
    return list(db.session.scalars(_services(shape_of(reader)), values_of(reader)))


@lru_cache(maxsize=1000)
def _counts(shape: Shape) -> Select:
    """Those due first are late, due today and due later, in this order; only where they all are due until tonight, more
    may be due today than are among them."""
    reader, moment, night = (
        anybody(shape), bindparam("moment", type_=Moment), bindparam("day_ends", type_=Moment),
    )  # fmt: skip
    first = _first(reader).subquery()
    late, due = (func.count().filter(first.c.due_at < until) for until in (moment, night))
    today = _counted(reader, {"due_from": moment, "due_before": night})
    return select(
        func.count(),
        _counted(reader, {"taken_by": reader.person_id}),
        late,
        case((due > MOST_COUNTED, today), else_=due - late),
    ).select_from(first)


def _first(reader: Anybody) -> Select:
    """(due_at, id) of what is due first, as many as are counted."""
    own = no_conflict(reader, Task.case_id)
    ranges = [select(Task.due_at, Task.id).where(*office, own) for office in ranges_of(reader)]
    none = select(Task.due_at, Task.id).where(false())
    return merged(ranges or [none], descending=False, most=MOST_COUNTED + 1)


@lru_cache(maxsize=1000)
def _count(shape: Shape) -> Select:
    return select(_counted(anybody(shape), {}))


def _counted(reader: Anybody, wanted: Mapping[str, ColumnElement]) -> ColumnElement[int]:
    terms = (*(TERMS[name](value) for name, value in wanted.items()), no_conflict(reader, Task.case_id))
    ranges = [select(Task.id).where(*office, *terms).limit(MOST_COUNTED + 1) for office in ranges_of(reader)]
    if not ranges:
        return select(0).scalar_subquery()
    rows = union_all(*(select(query.subquery()) for query in ranges)).limit(MOST_COUNTED + 1)
    some = ranges[0] if len(ranges) == 1 else rows
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


@lru_cache(maxsize=1000)
def _services(shape: Shape) -> Select:
    """Each service is asked for by itself, as `offset` has it."""
    reader = anybody(shape)
    waiting = [
        select(Task.id)
        .where(*office, Task.service_code == Service.code, no_conflict(reader, Task.case_id))
        .offset(0)
        .correlate(Service)
        .exists()
        for office in ranges_of(reader)
    ]
    return select(Service).where(or_(false(), *waiting)).order_by(Service.name)
