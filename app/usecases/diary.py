"""The diary of a case: append-only, chained by hash under the case's lock, so that tampering shows."""

import hashlib
from datetime import UTC, datetime

import orjson

from app.storage import holding
from app.storage.cases import Case, Diary, diary_head, diary_of, numbers
from app.storage.sheet import put
from app.usecases.parts import now

FIRST = "0" * 64


def note(case: Case, kind: str, *, by: str, person_id: int | None = None, **facts: object) -> None:
    """Write one line of the diary. The caller holds the case's lock; facts hold no personal data."""
    seq, at, previous = holding.next_line(case), now().replace(microsecond=0), case.diary_head or FIRST
    case.diary_head = _mark(case.id, seq, kind, at, person_id, by, facts, previous)
    put(
        Diary, case_id=case.id, seq=seq, kind=kind, at=at, person_id=person_id, by=by, facts=facts,
        previous=previous, hash=case.diary_head,
    )  # fmt: skip


def fingerprint(entry: Diary) -> str:
    """SHA-256 over everything the line says and the line before it."""
    said = (entry.case_id, entry.seq, entry.kind, entry.at, entry.person_id, entry.by, entry.facts)
    return _mark(*said, entry.previous)


def broken_at(case_id: int) -> int | None:
    """The number of the first line that does not follow from the one before, or None for a whole diary."""
    previous, seq = FIRST, 0
    for seq, entry in enumerate(diary_of(case_id), start=1):
        if entry.seq != seq or entry.previous != previous or entry.hash != fingerprint(entry):
            return seq
        previous = entry.hash
    return None if previous == (diary_head(case_id) or FIRST) else seq + 1


def broken_cases() -> list[tuple[str, int]]:
    """(case number, line number) of every diary that was changed after it was written."""
    return [(number, seq) for case_id, number in numbers().items() if (seq := broken_at(case_id)) is not None]


def _mark(case_id: int, seq: int, kind: str, at: datetime | None, *rest: object) -> str:
    when = at.astimezone(UTC).isoformat() if isinstance(at, datetime) else ""
    said = [case_id, seq, kind, when, *rest]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
