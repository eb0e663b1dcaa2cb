"""What waits for an official: the list, narrowed, sorted and counted, and the task that comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from app.domain import forms
from app.domain.calendar import Calendar
from app.domain.due import Due, due_words, waited
from app.domain.permissions import Actor
from app.storage import inbox, inbox_counts
from app.storage.cases import Task
from app.storage.inbox import TaskSearch
from app.storage.inbox_counts import MOST_COUNTED
from app.storage.listed import ListedTask
from app.storage.people import Unit
from app.storage.processes import Service
from app.usecases import areas
from app.usecases.cases import blind, reader_of
from app.usecases.cursors import Key, read_cursor, write_cursor
from app.usecases.inbox import Finished
from app.usecases.parts import calendar, now

__all__ = ["MOST_COUNTED", "Inbox", "InboxWish", "count_waiting", "next_task", "open_inbox"]

PAGE = 25
VIEWS = ("semua", "saya", "terlambat", "hari-ini")
ORDERS = ("batas", "terlama", "terbaru")


@dataclass(frozen=True)
class InboxWish:
    """What somebody wants to see in the inbox."""

    view: str = "semua"
    order: str = "batas"
    service: str = ""
    area: str = ""  # code of the unit the case is at home in
    holder: str = ""  # "" | bebas | diambil
    text: str = ""
    cursor: str = ""


class TaskLine(NamedTuple):
    """One row of the inbox."""

    id: str
    number: str
    service: str
    icon: str
    applicant: str
    step: str
    place: str
    waiting: str
    due: Due
    holder: str
    confidential: bool
    reminded: bool


@dataclass(frozen=True)
class Counts:
    """How much waits, none of it counted further than MOST_COUNTED and one more."""

    everything: int
    mine: int
    late: int
    today: int


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox and what it can be narrowed to."""

    lines: Sequence[TaskLine]
    counts: Counts
    services: Sequence[Service]
    areas: Sequence[Unit]
    next_cursor: str


def open_inbox(actor: Actor, wish: InboxWish) -> Inbox:
    """One page of the tasks that wait for any of the actor's offices."""
    reader, moment = reader_of(actor), now()
    units = inbox.areas_below([unit_id for _role, unit_id in reader.offices])
    search = _search(actor, wish, units, moment)
    after = read_cursor(wish.cursor, of_text=True)
    found = inbox.inbox(reader, search, order=_order(wish), after=after, limit=PAGE + 1)
    days, shown = calendar(), found[:PAGE]
    homes = areas.homes(task.home for task in shown)
    return Inbox(
        lines=[_line(task, moment, days, homes) for task in shown],
        counts=Counts(*inbox_counts.count_inbox(reader, moment=moment, day_ends=_day_ends(moment))),
        services=inbox_counts.services_waiting(reader),
        areas=units,
        next_cursor=write_cursor(*_key(shown[-1], wish)) if len(found) > PAGE else "",
    )


def count_waiting(actor: Actor) -> int:
    """How many tasks wait, for the number in the navigation; as far as MOST_COUNTED and one more."""
    return inbox_counts.count_waiting(reader_of(actor))


def next_task(actor: Actor, wish: InboxWish, done: Finished | Task) -> str | None:
    """The task that follows a finished one in the same list, else the list's first, else nothing."""
    reader, order, place = reader_of(actor), _order(wish), _key(done, wish)
    if wish == InboxWish(order=wish.order):
        return inbox.following(reader, order=order, after=place)
    areas = inbox.areas_below([u for _r, u in reader.offices]) if wish.area else []
    search = _search(actor, wish, areas, now())
    for after in (place, None):
        if found := inbox.waiting_ids(reader, search, order=order, after=after, limit=1):
            return found[0]
    return None


def _search(actor: Actor, wish: InboxWish, units: Sequence[Unit], moment: datetime) -> TaskSearch:
    text = forms.plain(wish.text)[:100]
    search = TaskSearch(
        text=text,
        nik_index=blind(text),
        service=wish.service,
        home=next((unit.path for unit in units if unit.code == wish.area), ""),
        holder=wish.holder if wish.holder in {"bebas", "diambil"} else "",
    )
    if wish.view == "saya":
        return replace(search, taken_by=actor.person_id)
    if wish.view == "terlambat":
        return replace(search, due_before=moment)
    if wish.view == "hari-ini":
        return replace(search, due_from=moment, due_before=_day_ends(moment))
    return search


def _order(wish: InboxWish) -> str:
    return wish.order if wish.order in ORDERS else "batas"


def _key(task: ListedTask | Task | Finished, wish: InboxWish) -> Key:
    return (task.due_at if _order(wish) == "batas" else task.created_at), task.id


def _day_ends(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), time(), tzinfo=moment.tzinfo)


def _line(task: ListedTask, moment: datetime, days: Calendar, homes: Mapping[int, str]) -> TaskLine:
    return TaskLine(
        id=task.id,
        number=task.number,
        service=task.service,
        icon=task.icon,
        applicant=task.applicant_name or ("Pelapor dirahasiakan" if task.confidential else task.number),
        step=task.name,
        place=homes[task.home.id],
        waiting=waited(task.created_at, moment),
        due=due_words(task.due_at, moment, days),
        holder=task.holder or "",
        confidential=task.confidential,
        reminded=task.reminded,
    )
