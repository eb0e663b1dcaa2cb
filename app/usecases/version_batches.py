"""Batches: running cases go over to another version one by one, each in its own transaction, and may come back.

What a batch has to do is in its rows, so that a worker that dies leaves nothing half done and another goes on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.domain import forms
from app.domain.permissions import NO_CASE, Actor, seat_for
from app.engine import SAFE
from app.errors import Conflict, Invalid, NotFound, ProcessFault, Refused
from app.logs import told
from app.storage import DatabaseFault, cases, db, holding, jobs, transaction
from app.storage import versions as rows
from app.storage.cases import Case
from app.storage.processes import ProcessVersion
from app.storage.versions import (
    DONE,
    KEPT,
    MOVED,
    MOVING,
    REFUSED,
    REVERTED,
    REVERTING,
    UNDONE,
    UNENDED,
    WAITING,
    Batch,
    Carried,
)
from app.usecases import carrying
from app.usecases.attempts import ATTEMPTS, HELD, counted
from app.usecases.parts import now
from app.usecases.rehearsal import Judge, rehearse

SHELL_MIGRATE, SHELL_REVERT = "alur process migrate", "alur process revert"
SHORTEST_REASON, LONGEST_REASON = 10, 500
AT_ONCE = 25  # cases carried over with the deed itself; a worker does the others
OTHERS = timedelta(seconds=2)  # until it is looked at again what other workers have in hand
TURN = 20  # cases a worker carries before it looks at other work
PAGE = 50

NO_REASON = "Tulis alasan, sedikitnya {least} karakter."
TOO_LONG = "Alasan paling panjang {most} karakter."
NOTHING = "Tidak ada berkas yang dapat dipindahkan ke versi ini."
NO_BATCH = "Pemindahan itu tidak ada."
REVERTED_ALREADY = "Pemindahan ini sudah dibatalkan oleh {name}."
KILLS = "Berkas ini tidak dapat dipindahkan: pekerja berhenti di tengah pemindahannya, berulang kali."
BROKEN = "Berkas ini tidak dapat dipindahkan karena kesalahan sistem: {fault}"

log = structlog.get_logger()


@dataclass(frozen=True)
class BatchLine:
    """One batch as lists show it."""

    batch: Batch
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Cases still to be carried over or back."""
        waiting = {MOVING: WAITING, REVERTING: MOVED}.get(self.batch.phase, "")
        return self.counts.get(waiting, 0)

    @property
    def may_revert(self) -> bool:
        return self.batch.phase in (MOVING, DONE) and bool(self.counts.get(MOVED) or self.counts.get(WAITING))


@dataclass(frozen=True)
class CarriedLine:
    """One case of a batch. The number is empty where the reader may not know it."""

    number: str
    status: str
    note: str


@dataclass(frozen=True)
class BatchSheet:
    """One batch with a page of its cases."""

    line: BatchLine
    cases: list[CarriedLine]
    next_place: int | None


def migrate(
    code: str, to_number: int, *, mapping: Mapping[str, str], reason: str, actor: Actor | None = None
) -> Batch:
    """Carry every running case that can go over to this version under these decisions; the others stay.

    The first few go at once, a worker does the rest. Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    by, person_id = _who(actor, SHELL_MIGRATE)
    reason = read_reason(reason)
    with transaction():
        if rows.lock_service(code) is None:
            raise NotFound
        found = rehearse(code, to_number, mapping=mapping)
        taken = rows.waiting_cases(code)
        safe = [(case.case_id, group.version_id) for group in found.of(SAFE) for case in group.cases]
        moves = [
            {"case_id": case_id, "from_version_id": version_id}
            for case_id, version_id in sorted(safe)
            if case_id not in taken
        ]
        if not moves:
            raise Conflict(NOTHING)
        batch = Batch(
            service_code=code, version_id=found.target.id, mapping=dict(mapping), at=now(),
            person_id=person_id, by=by, reason=reason,
        )  # fmt: skip
        rows.add_batch(batch, moves)
        batch_id = batch.id
        jobs.ask(jobs.CARRY, batch_id, at=now())
    carry_on(batch_id, AT_ONCE)
    return get_batch(batch_id)


def revert(batch_id: int, *, reason: str, actor: Actor | None = None) -> Batch:
    """Bring the cases of a batch back where they have not moved since; what was not carried over yet stays.

    Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    by, person_id = _who(actor, SHELL_REVERT)
    reason = read_reason(reason)
    with transaction():
        batch = rows.lock_batch(batch_id)
        if batch is None:
            raise NotFound(NO_BATCH)
        if batch.phase in (REVERTING, UNDONE):
            raise Conflict(REVERTED_ALREADY, name=batch.reverted_by)
        batch.phase, batch.ended_at = REVERTING, None
        batch.reverted_at, batch.reverted_by, batch.reverted_by_id = now(), by, person_id
        batch.revert_reason = reason
        rows.spare_waiting(batch_id)
        jobs.ask(jobs.CARRY, batch_id, at=now())
    carry_on(batch_id, AT_ONCE)
    return get_batch(batch_id)


def carry_on(batch_id: int, most: int) -> int:
    """Carry the next cases of a batch over or back; how many."""
    judge: Judge | None = None
    for done in range(most):
        taken = _take(batch_id)
        if taken is None:
            _end(batch_id)
            return done
        judge = judge or _judge(batch_id)
        _carry_taken(batch_id, *taken, judge)
    return most


def do_next() -> bool:
    """A turn of the worker: go on with the oldest batch; False when nothing was left to carry."""
    db.session.rollback()
    batch_id = rows.unfinished_batch()
    return batch_id is not None and carry_on(batch_id, TURN) > 0


def look(batch: str) -> datetime | None:
    """Go on with this batch, also where the attempts at one of its cases are named; when to look again, if ever."""
    batch_id = int(batch.partition(":")[0])
    carried = carry_on(batch_id, TURN)
    if rows.unfinished_batch(batch_id) is None:
        return None
    return now() if carried else now() + OTHERS


def get_batch(batch_id: int) -> Batch:
    """Raises NotFound."""
    batch = rows.find_batch(batch_id)
    if batch is None:
        raise NotFound(NO_BATCH)
    return batch


def batches_of(code: str, *, actor: Actor | None = None) -> list[BatchLine]:
    """The batches of a service, the newest first. Raises NotAllowed."""
    if actor is not None:
        seat_for(actor, "look at version", NO_CASE)
    found = rows.batches_of(code)
    counts = rows.progress([batch.id for batch in found])
    return [BatchLine(batch, counts[batch.id]) for batch in found]


def open_batch(batch_id: int, *, after: int = 0, actor: Actor | None = None) -> BatchSheet:
    """One batch with a page of its cases: those that could not be carried first. Raises NotFound, NotAllowed."""
    if actor is not None:
        seat_for(actor, "look at version", NO_CASE)
    batch = get_batch(batch_id)
    found = rows.carried_of(batch_id, after=after, limit=PAGE + 1)
    hidden = rows.conflicting(actor.person_id) if actor is not None else frozenset()
    lines = [
        CarriedLine(
            "" if actor is not None and (secret or row.case_id in hidden) else number, row.status, row.note
        )
        for row, number, secret in found[:PAGE]
    ]
    line = BatchLine(batch, rows.progress([batch_id])[batch_id])
    return BatchSheet(line, lines, after + PAGE if len(found) > PAGE else None)


def read_reason(text: str) -> str:
    """Why, without long numbers: the diary holds no personal data. Raises Invalid."""
    reason = told(forms.plain(text))
    if len(reason) < SHORTEST_REASON:
        raise Invalid(fields={"alasan": NO_REASON.format(least=SHORTEST_REASON)})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"alasan": TOO_LONG.format(most=LONGEST_REASON)})
    return reason


def _who(actor: Actor | None, shell: str) -> tuple[str, int | None]:
    if actor is None:
        return shell, None
    return actor.selaku(seat_for(actor, "change version", NO_CASE)), actor.person_id


def _take(batch_id: int) -> tuple[int, int] | None:
    """The row of the next case that nobody else has in hand, and how often it was tried: counted before it is, so that
    a case that kills whoever carries it holds up no other."""
    with transaction():
        batch = rows.find_batch(batch_id)
        if batch is None or batch.phase not in UNENDED:
            return None
        while (row_id := rows.next_carried(batch, now())) is not None:
            subject = rows.attempts_at(batch_id, row_id)
            if attempts := jobs.begin(jobs.CARRY, subject, now=now(), until=now() + HELD):
                return row_id, attempts
    return None


def _judge(batch_id: int) -> Judge:
    batch = get_batch(batch_id)
    return Judge(db.session.get_one(ProcessVersion, batch.version_id), batch.mapping)


def _carry_taken(batch_id: int, row_id: int, attempts: int, judge: Judge) -> None:
    subject = rows.attempts_at(batch_id, row_id)
    with counted(jobs.CARRY, subject, attempts), transaction():
        jobs.end(jobs.CARRY, subject)
        batch = rows.find_batch(batch_id)
        row = rows.lock_carried(batch, row_id)
        if row is None:
            return  # called off meanwhile
        if attempts > ATTEMPTS:
            log.error("case not carried", case_id=row.case_id, batch=batch_id, error="kills its worker")
            _stays(row, batch, KILLS)
        else:
            _carry(row, batch, judge)


def _carry(row: Carried, batch: Batch, judge: Judge) -> None:
    """One case, or the reason why not; the batch goes on either way."""
    over = batch.phase == MOVING
    act: Callable[[Case, Carried, Batch, Judge], None] = carrying.carry if over else carrying.put_back
    case = cases.lock_case(row.case_id)
    try:
        with db.session.begin_nested():
            act(case, row, batch, judge)
        row.status, row.at = MOVED if over else REVERTED, now()
    except DatabaseFault:
        raise
    except Exception as fault:
        known = isinstance(fault, Refused | ProcessFault)
        holding.forget(case)
        log.warning("case not carried", case_id=row.case_id, batch=batch.id, error=type(fault).__name__)
        _stays(row, batch, str(fault) if known else BROKEN.format(fault=type(fault).__name__))


def _stays(row: Carried, batch: Batch, reason: str) -> None:
    row.status = REFUSED if batch.phase == MOVING else KEPT
    row.note, row.at = told(reason)[:LONGEST_REASON], now()


def _end(batch_id: int) -> None:
    """Close the phase, unless another worker still has a case of it in hand."""
    with transaction():
        batch = rows.lock_batch(batch_id)
        if batch is not None and batch.phase in UNENDED and not rows.is_left(batch):
            batch.phase = {MOVING: DONE, REVERTING: UNDONE}[batch.phase]
            batch.ended_at = now()
