"""Mending a case that cannot go on by itself: given-up work is tried again, or passed over with a reason."""

from dataclasses import dataclass

import structlog

from app import engine
from app.domain import forms
from app.domain.permissions import Actor, seat_for
from app.errors import Conflict, Invalid, NotAllowed, NotFound, ProcessFault, Refused
from app.logs import told
from app.storage import cases, db, jobs, transaction, work
from app.storage import events as post_rows
from app.storage.cases import Case
from app.storage.events import Post
from app.storage.work import Incident, Outbox
from app.usecases import casework, events, letters
from app.usecases.advance import advance
from app.usecases.diary import note
from app.usecases.parts import now, parts

RETRIED, SKIPPED, CLOSED = DEEDS = ("incident retried", "incident skipped", "incident closed")
SHELL = {RETRIED: "alur case retry", SKIPPED: "alur case skip"}  # who did it where nobody is signed in
SHORTEST_REASON, LONGEST_REASON = 10, 500
LETTERS = frozenset({letters.ISSUE, "surat.legalisir"})  # operations a later step relies on having been done

NOT_HERE = "Insiden itu tidak ada."
NO_REASON = "Tulis alasan melewati, sedikitnya {least} karakter."
TOO_LONG = "Alasan paling panjang {most} karakter."
NOTHING_LEFT = "Berkas sudah berjalan tanpa pekerjaan ini, jadi tidak ada yang perlu dilewati."
BLOCKED = (
    "Langkah sesudahnya tidak dapat berjalan tanpa hasil pekerjaan ini. Perbaiki penyebabnya, lalu coba lagi."
)
NO_TIMER = "Batas waktu adalah bagian dari alur, jadi tidak dapat dilewati."
NO_LETTER = "Surat tidak dapat dilewati: pemohon akan diberi tahu bahwa suratnya terbit, padahal tidak ada."

log = structlog.get_logger()


class Handled(Conflict):
    """Somebody was faster, or the button was pressed twice."""

    text = "Insiden ini sudah ditangani oleh {name} pada {at}."


@dataclass(frozen=True)
class Hold:
    """An incident in somebody's hands: the row of its case is held."""

    incident: Incident
    case: Case
    order: Outbox | None
    post: Post | None
    by: str
    person_id: int | None


def retry(incident_id: int, *, actor: Actor | None = None) -> str:
    """Try given-up work again; without an actor it is an operator's shell.

    Gives RETRIED, or CLOSED where the case no longer waits for the work. Raises NotFound, NotAllowed, Handled.
    """
    with transaction():
        hold = _hold(incident_id, actor, RETRIED)
        deed = RETRIED if is_needed(hold.case, hold.order, hold.post) else CLOSED
        _end(hold, deed)
        if deed == RETRIED:
            _try_again(hold)
    return deed


def _try_again(hold: Hold) -> None:
    if hold.order is not None:
        hold.order.attempts, hold.order.dead_at, hold.order.run_at = 0, None, now()
        jobs.ask(jobs.ORDER, hold.order.key, at=now())
    elif hold.post is not None:
        events.send_again(hold.post.id)
    else:
        jobs.end(jobs.TIMERS, hold.case.id)
        jobs.ask(jobs.TIMERS, hold.case.id, at=now())


def skip(incident_id: int, reason: str, *, actor: Actor | None = None) -> None:
    """Let the case go on without given-up work. Raises NotFound, NotAllowed, Handled, Conflict, Invalid."""
    reason = _reason(reason)
    try:
        with transaction():
            hold = _hold(incident_id, actor, SKIPPED)
            _refuse_unskippable(hold)
            _end(hold, SKIPPED, reason=reason)
            if hold.post is not None:
                hold.post.arrive(now())
            if hold.order is not None:
                _go_on_without(hold, hold.order)
    except ProcessFault as fault:
        log.warning("skip failed", incident=incident_id, error=str(fault))
        raise Conflict(BLOCKED) from fault


def named(text: str) -> int:
    """The incident an operator means: its own number, or the number of a case that has one. Raises Refused."""
    if text.isascii() and text.isdigit():
        return int(text[:17])
    case = cases.find_case(text.upper()[:40])
    waiting = work.open_incidents_of(case.id) if case else []
    if not waiting:
        raise NotFound(f"Tidak ada insiden pada {text}.")
    if len(waiting) > 1:
        numbers = ", ".join(str(each.id) for each in waiting)
        raise Refused(f"Berkas itu mempunyai beberapa insiden: {numbers}. Sebut salah satunya.")
    return waiting[0].id


def is_needed(case: Case, order: Outbox | None, post: Post | None) -> bool:
    """Whether the case still waits for it: somebody may have moved it on another way."""
    about = order or post
    return about.done_at is None if about is not None else case.is_open


def obstacle(order: Outbox | None, post: Post | None) -> str:
    """Why work cannot be skipped, for the reader; empty where it can."""
    if order is None and post is None:
        return NO_TIMER
    return NO_LETTER if order is not None and order.operation in LETTERS else ""


def _hold(incident_id: int, actor: Actor | None, deed: str) -> Hold:
    """Everything a deed needs, read after the case's row is held. Raises NotFound, NotAllowed, Handled."""
    incident = db.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(NOT_HERE)
    case = cases.lock_case(incident.case_id)
    db.session.refresh(incident)
    by = _selaku(actor, case) if actor else SHELL[deed]
    if incident.resolved_at is not None:
        at = incident.resolved_at.astimezone(parts().settings.zone)
        raise Handled(name=incident.resolved_by, at=at.strftime("%d-%m-%Y pukul %H.%M"))
    order = db.session.get(Outbox, incident.outbox_id, populate_existing=True) if incident.outbox_id else None
    post = post_rows.lock_post(incident.post_id) if incident.post_id else None
    return Hold(incident, case, order, post, by, actor.person_id if actor else None)


def _selaku(actor: Actor, case: Case) -> str:
    facts = casework.case_facts(case)
    try:
        return actor.selaku(seat_for(actor, "mend case", facts))
    except NotAllowed as refusal:
        if actor.person_id in facts.conflicted:
            raise NotFound(NOT_HERE) from refusal
        raise


def _refuse_unskippable(hold: Hold) -> None:
    if not is_needed(hold.case, hold.order, hold.post):
        raise Conflict(NOTHING_LEFT)
    if why := obstacle(hold.order, hold.post):
        raise Conflict(why)


def _end(hold: Hold, deed: str, **facts: object) -> None:
    hold.incident.resolved_at, hold.incident.resolved_by = now(), hold.by
    note(hold.case, deed, by=hold.by, person_id=hold.person_id, incident=hold.incident.id, **facts)


def _go_on_without(hold: Hold, order: Outbox) -> None:
    """The service task ends without a result."""
    order.done_at = now()
    advance(
        hold.case,
        lambda drawing, state, days, moment: engine.finish_operation(
            drawing, state, order.key, {}, moment, calendar=days
        ),
        by=hold.by,
        person_id=hold.person_id,
    )


def _reason(text: str) -> str:
    """Why, without long numbers: the diary holds no personal data. Raises Invalid."""
    reason = told(forms.plain(text))
    if len(reason) < SHORTEST_REASON:
        raise Invalid(fields={"alasan": NO_REASON.format(least=SHORTEST_REASON)})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"alasan": TOO_LONG.format(most=LONGEST_REASON)})
    return reason
