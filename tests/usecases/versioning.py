"""Further versions of the city's services for tests, and whole rows of a case to be compared."""

import hashlib
import re
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from app.config import ROOT
from app.storage import db
from app.storage.cases import Answers, Case, Pause, Task, Timer
from app.storage.days import Reminder
from app.storage.drafts import Draft
from app.storage.events import Wait
from app.storage.reach import Reach
from app.storage.work import Incident, Outbox
from app.usecases import processes
from tests.engine.diagrams import build
from tests.usecases import talking

AROUND = (Task, Timer, Reminder, Wait, Pause, Outbox, Draft, Reach, Answers, Incident)
COUNTED = ("revision", "diary_head")  # of a case: what every line of its diary changes
UNSEEN = "<!-- terbit ulang -->"


def publish(
    folder: Path, code: str, *changes: tuple[str, str], forms: tuple[tuple[str, str, str], ...] = ()
) -> int:
    """A new version of a service, its diagram changed at these places (pattern, replacement); gives its number."""
    for path in [f"bpmn/{code}.bpmn", *_files(f"forms/{code}"), *_files(f"templates/letters/{code}")]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / path).exists():
            (folder / path).write_bytes((ROOT / path).read_bytes())
    _rewrite(
        folder / "bpmn" / f"{code}.bpmn", *changes, (r"</bpmn:definitions>", f"{UNSEEN}</bpmn:definitions>")
    )
    for name, pattern, replacement in forms:
        _rewrite(folder / "forms" / code / name, (pattern, replacement))
    (published,) = processes.publish(folder, by="pengujian")
    assert published.changed
    return published.number


def rows(case_id: int) -> dict:
    """Everything stored of a case but its diary, its state included, just as it is."""
    db.session.rollback()
    found = {"case": _row(db.session.execute(select(*Case.__table__.c).where(Case.id == case_id)).one())}
    for name in COUNTED:
        del found["case"][name]
    for model in AROUND:
        query = (
            select(*model.__table__.c).where(model.case_id == case_id).order_by(*model.__table__.primary_key)
        )
        found[model.__tablename__] = [_row(row) for row in db.session.execute(query)]
    return found


def differing(before: dict, after: dict) -> list[str]:
    """Which tables differ, and of the case which columns."""
    tables = [name for name in before if name != "case" and before[name] != after[name]]
    return sorted(tables + [name for name, value in before["case"].items() if after["case"][name] != value])


def _rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for pattern, replacement in changes:
        text, times = re.subn(pattern, replacement, text)
        assert times, f"{pattern} is not in {path.name}"
    path.write_text(text)


def _files(folder: str) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob("*")) if path.is_file()]


def _row(row) -> dict:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value for name, value in row._mapping.items()
    }


def small(*steps: str) -> bytes:
    """A service of these human steps, one after the other; the first are the Lurah's, the last is the Camat's."""
    nodes = [build.start(**talking.ASKS), *map(talking.decision, steps), build.end()]
    lanes = [build.lane("Lurah", steps[:-1], role="lurah"), build.lane("Camat", steps[-1:], role="camat")]
    flows = " ".join(f"{a}>{b}" for a, b in pairwise(["mulai", *steps, "selesai"]))
    return build.document(build.process("beruntun", nodes, flows, lanes))


def everything() -> dict[str, str]:
    """Table → a hash of all its rows; what every line of a diary changes, and the batches themselves, left out."""
    db.session.rollback()
    found = {}
    for model in (Case, *AROUND):
        columns = [column for column in model.__table__.c if column.name not in COUNTED]
        rows = db.session.execute(select(*columns).order_by(*model.__table__.primary_key))
        digest = hashlib.sha256()
        for row in rows:
            digest.update(repr(tuple(row)).encode())
        found[model.__tablename__] = digest.hexdigest()
    return found
