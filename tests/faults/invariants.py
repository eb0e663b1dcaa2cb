"""What holds of every case, letter and file, whatever was killed, cut off or late: asked after every fault.

`broken()` names all that does not hold, inside the portal's app context and while nobody works.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from app.engine import Standing
from app.engine.stepping import Move
from app.errors import ProcessFault, Refused
from app.storage import cases, db, events, work
from app.storage.cases import Attachment, Case, Message, Task, Timer
from app.storage.events import Post
from app.storage.letters import Letter, NumberRegister
from app.storage.work import Incident, Outbox
from app.usecases import casework, diary
from app.usecases.casework import APPLICANT
from app.usecases.parts import calendar, now, parts

RECEIVED = {"message received", "signal received", "case opened"}
STEPS = {"task completed", "application corrected"}


def broken() -> list[str]:
    """Every way in which what is stored contradicts itself; empty when all is whole."""
    db.session.rollback()
    db.session.expire_all()
    found = [f"the diary of {number} is broken at line {seq}" for number, seq in diary.broken_cases()]
    for case in db.session.query(Case).order_by(Case.id):
        found += [f"case {case.id} ({case.service_code}): {what}" for what in _wrong_in(case)]
    found += [*_wrong_numbers(), *_wrong_letters(), *_lost_files(), *_wrong_incidents()]
    db.session.rollback()
    return found


def unfinished() -> list[str]:
    """What is due and was not done, also what a dead worker still holds: after the workers had their time, nothing."""
    due = db.session.query(Timer.case_id).filter(Timer.due_at <= now()).order_by(Timer.due_at)
    found = [f"timer of case {case_id}" for (case_id,) in due]
    for row in db.session.query(Outbox).filter(Outbox.done_at.is_(None)):
        found.append(f"{row.operation} of case {row.case_id}: {row.fault}")
    for post in db.session.query(Post).filter(Post.done_at.is_(None)):
        found.append(f"{post.kind} {post.name} of case {post.sender_id}: {post.fault}")
    found += [f"incident of case {each.case_id}: {each.what}" for each in work.open_incidents()]
    return found


def _wrong_in(case: Case) -> Iterator[str]:
    kinds = Counter(entry.kind for entry in cases.diary_of(case.id))
    try:
        yield from _unlike_its_state(case, _standing(case))
    except (IndexError, ProcessFault) as fault:
        yield f"its state cannot be read: {fault}"
    if kinds["application received"] + kinds["case opened"] != 1:
        yield "it does not begin once"
    if kinds["case closed"] != (case.closed_at is not None):
        yield f"closed {kinds['case closed']} times"
    done = [task for task in cases.tasks_of(case.id) if task.status == "done"]
    if len(done) != sum(kinds[kind] for kind in STEPS):
        yield f"{len(done)} tasks done, {sum(kinds[kind] for kind in STEPS)} in the diary"
    yield from _wrong_notices(case, kinds, done)
    yield from _wrong_receipts(case, kinds)
    yield from _wrong_pauses(case)


def _standing(case: Case) -> Standing:
    """What the state itself says, read and not moved."""
    drawing = casework.drawing_of(case.version_id, case.process_id)
    return Move(drawing, case.state, now=now(), calendar=calendar())._standing()


def _unlike_its_state(case: Case, standing: Standing) -> Iterator[str]:
    """The tables say what the state says: who must act, what is due, what is to be done, what is listened to."""
    told = {
        "tasks": {task.id for task in cases.open_tasks_of(case.id)},
        "timers": {(timer.id, timer.due_at) for timer in cases.timers_of(case.id)},
        "work": {row.key for row in work.unfinished_of(case.id)},
        "waits": {(row.listener, row.kind, row.name) for row in events.waits_of(case.id)},
        "end": case.closed_at is not None,
    }
    meant = {
        "tasks": {waiting.id for waiting in standing.waiting},
        "timers": {(timer.id, timer.due) for timer in standing.timers},
        "work": {operation.id for operation in standing.operations},
        "waits": {(heard.id, heard.kind, heard.name) for heard in standing.listening},
        "end": standing.finished,
    }
    for what, said in told.items():
        if said != meant[what]:
            yield f"its {what}: the tables say {said}, the state {meant[what]}"


def _wrong_notices(case: Case, kinds: Counter[str], done: list[Task]) -> Iterator[str]:
    """Everybody is told once what they are told."""
    told = db.session.query(Message).filter_by(case_id=case.id, from_applicant=False).count()
    returned = sum(task.decision == "kembalikan" for task in done)
    forwarded = db.session.query(Case).filter_by(opened_by_id=case.id).count()
    if not kinds["notice sent"] + returned <= told <= kinds["notice sent"] + returned + forwarded:
        yield f"{told} notices, {kinds['notice sent']} in the diary and {returned} returns"


def _wrong_receipts(case: Case, kinds: Counter[str]) -> Iterator[str]:
    """What arrived here was received once; a signal may have come too late."""
    arrived = db.session.query(Post).filter(Post.receiver_id == case.id, Post.done_at.is_not(None)).all()
    received = sum(kinds[kind] for kind in RECEIVED)
    must = sum(post.kind == events.MESSAGE for post in arrived)
    if not must <= received <= len(arrived):
        yield f"{len(arrived)} posts arrived, {received} received"


def _wrong_pauses(case: Case) -> Iterator[str]:
    running = sum(until is None for _since, until in cases.pauses_of(case.id))
    asked = any(task.role_key == APPLICANT for task in cases.open_tasks_of(case.id))
    if running != (asked and case.is_open):
        yield f"{running} pauses run, its applicant is {'' if asked else 'not '}asked"


def _wrong_numbers() -> Iterator[str]:
    """Every register counts without a gap and without a number twice."""
    taken: dict[tuple, list[int]] = {}
    for letter in db.session.query(Letter).order_by(Letter.seq):
        taken.setdefault((letter.unit_id, letter.code, letter.year), []).append(letter.seq)
    for register in db.session.query(NumberRegister):
        seen = taken.pop((register.unit_id, register.code, register.year), [])
        if seen != list(range(1, register.last + 1)):
            yield f"register {register.code} stands at {register.last}, its letters are {seen}"
    yield from (f"no register for letters {key}" for key in taken)


def _wrong_letters() -> Iterator[str]:
    """A letter is there once for each order that was done, and its files are what was signed; one that was called off
    before is never signed."""
    for letter in db.session.query(Letter):
        order = db.session.query(Outbox).filter_by(key=letter.operation_id).one_or_none()
        if order is None or _has_end(letter) != (order.done_at is not None):
            yield f"letter {letter.number}: signed {letter.signed_at}, its order is another matter"
        drawn = letter.original_key, letter.original_sha256
        for key, digest in (drawn, (letter.signed_key, letter.signed_sha256)):
            if key and _digest(key) != digest:
                yield f"letter {letter.number}: its file is not what was signed"


def _has_end(letter: Letter) -> bool:
    return letter.signed_at is not None or letter.revoked_at is not None


def _lost_files() -> Iterator[str]:
    """Whatever a record names lies in the store as it was sent."""
    for upload in db.session.query(Attachment):
        if _digest(upload.file_key) != upload.sha256:
            yield f"upload {upload.id} of case {upload.case_id} is lost"


def _digest(key: str) -> str:
    try:
        return sha256(parts().files.get(key)).hexdigest()
    except Refused:
        return "gone"


def _wrong_incidents() -> Iterator[str]:
    """Work that was given up waits for one incident, and nothing else does."""
    held = Counter(row.outbox_id for row in db.session.query(Incident).filter_by(resolved_at=None))
    for row in db.session.query(Outbox).filter(Outbox.done_at.is_(None)):
        if held[row.id] != (row.dead_at is not None):
            yield f"{row.operation} of case {row.case_id}: given up {row.dead_at}, {held[row.id]} incidents"
