"""Incidents: what was given up, as an administrator reads of it; app/usecases/mending.py tries it again or skips it.

An administrator mends cases without reading them: of a confidential case nothing is told but that it stands still.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.permissions import NO_CASE, Actor, may, seat_for
from app.errors import NotFound
from app.storage import cases
from app.storage import incidents as rows
from app.storage.cases import Case, Diary
from app.storage.events import Post
from app.storage.incidents import Found
from app.storage.work import Incident, Outbox
from app.usecases import casework
from app.usecases.attempts import ATTEMPTS, LOST
from app.usecases.cases import reader_of
from app.usecases.cursors import read_cursor, write_cursor
from app.usecases.mending import DEEDS, NOT_HERE, RETRIED, is_needed, obstacle

PAGE = 25
ORDER, POST, TIMER = "order", "post", "timer"  # what an incident is about


@dataclass(frozen=True)
class IncidentLine:
    """One incident of the list. Empty texts are what the reader may not see."""

    id: int
    at: datetime
    kind: str
    operation: str
    name: str  # of the step, or of the message or signal
    event: str  # message | signal
    is_lost: bool  # it took its worker down with it
    attempts: int
    number: str
    service: str
    confidential: bool


@dataclass(frozen=True)
class IncidentList:
    """One page of the list."""

    lines: Sequence[IncidentLine]
    next_cursor: str


@dataclass(frozen=True)
class Handling:
    """How an incident ended: retried, skipped or closed; by whom, when and why."""

    how: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class IncidentSheet:
    """One incident with what was tried and what can be done."""

    line: IncidentLine
    what: str
    reachable: bool  # whether the reader may open the case
    needed: bool  # whether the case still waits for it
    may_mend: bool
    obstacle: str  # why it cannot be skipped
    earlier: Sequence[Handling]
    handling: Handling | None


def list_incidents(actor: Actor, cursor: str) -> IncidentList:
    """What waits for an administrator, newest first. Raises NotAllowed."""
    seat_for(actor, "look at incident", NO_CASE)
    found = rows.waiting(reader_of(actor), after=read_cursor(cursor), limit=PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1].incident if shown else None
    more = write_cursor(last.at, last.id) if len(found) > PAGE else ""
    return IncidentList([_line(each) for each in shown], more)


def count_waiting(actor: Actor) -> int:
    """How many incidents wait, for the number in the navigation."""
    return rows.count_waiting(reader_of(actor))


def read_number(text: str) -> int:
    """The number of an incident as an address names it. Raises NotFound."""
    if not (text.isascii() and text.isdigit() and len(text) <= 17):
        raise NotFound(NOT_HERE)
    return int(text)


def open_incident(incident_id: int, actor: Actor) -> IncidentSheet:
    """One incident. Raises NotFound, also where the reader has an interest in the case."""
    found = rows.find(reader_of(actor), incident_id)
    facts = casework.case_facts(found.case) if found else None
    if found is None or not may(actor, "look at incident", facts):
        raise NotFound(NOT_HERE)
    incident, case = found.incident, found.case
    ended = _endings(case.id)
    return IncidentSheet(
        line=_line(found),
        what="" if case.confidential else incident.what,
        reachable=found.reachable,
        needed=is_needed(case, found.order, found.post),
        may_mend=may(actor, "mend case", facts),
        obstacle=obstacle(found.order, found.post),
        earlier=[_handling(each, ended) for each in rows.earlier_than(incident) if each.resolved_at],
        handling=_handling(incident, ended) if incident.resolved_at else None,
    )


def _line(found: Found) -> IncidentLine:
    incident, case, order, post = found.incident, found.case, found.order, found.post
    secret = case.confidential
    return IncidentLine(
        id=incident.id,
        at=incident.at,
        kind=ORDER if order else POST if post else TIMER,
        operation=order.operation if order else "",
        name="" if secret else _name(case, order, post),
        event=post.kind if post else "",
        is_lost=incident.what == LOST,
        attempts=min((order or post).attempts, ATTEMPTS) if order or post else 1,
        number=case.number if found.reachable or not secret else "",
        service="" if secret else case.service.name,
        confidential=secret,
    )


def _name(case: Case, order: Outbox | None, post: Post | None) -> str:
    if order is None:
        return post.name if post else ""
    step = casework.drawing_of(case.version_id, case.process_id).steps.get(order.step)
    return step.name if step and step.name else order.step


def _endings(case_id: int) -> Mapping[int, Diary]:
    """Incident → the diary's line of how it ended."""
    return {line.facts["incident"]: line for line in cases.diary_of(case_id) if line.kind in DEEDS}


def _handling(incident: Incident, ended: Mapping[int, Diary]) -> Handling:
    line = ended.get(incident.id)
    reason = str(line.facts.get("reason", "")) if line else ""
    return Handling(line.kind if line else RETRIED, incident.resolved_by, incident.resolved_at, reason)
