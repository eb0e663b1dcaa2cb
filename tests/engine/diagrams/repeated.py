"""One activity that is done several times, between a start and a task that shows what it left."""

from tests.engine.diagrams.activities import many
from tests.engine.diagrams.build import bpmn, end, script, start, sub, user
from tests.engine.diagrams.case import Case

PEOPLE = ["Ani", "Budi", "Citra"]
OVER_LIST = {"over": "daftar", "item": "orang", "kept": "hasil", "each": "keputusan"}
READ = ("orang", "keputusan", "sisa", "catatan", "langkah", "lagi")
SHOW = script("tampil", f"semua = [{', '.join(READ)}]")


def drawn(activity: str, *more: str, flows: str = "", roots: str = "") -> bytes:
    """mulai → the activity `a` → lihat → selesai, and a script that makes every variable known to the drawing."""
    nodes = [start(), activity, user("lihat"), SHOW, end(), *more]
    whole = bpmn("proses", nodes, f"mulai>a a>lihat lihat>tampil tampil>selesai {flows}")
    return whole.replace(b"<bpmn:process", roots.encode() + b"<bpmn:process", 1)


def asked(**marker: object) -> bytes:
    """A person is asked once for each item."""
    return drawn(user("a", many(**marker)))


def inner_review(marker: str) -> str:
    """A sub-process of two human steps."""
    return sub("a", [start("m2"), user("x"), user("y"), end("e2")], "m2>x x>y y>e2", marker)


def act(case: Case, index: int, **answers: object) -> Case:
    """The instance with this number (from 1) is completed."""
    found = [w for w in case.standing.waiting if w.variables.get("loopCounter") == index]
    assert len(found) == 1, [dict(w.variables) for w in case.standing.waiting]
    return case.answer(found[0].id, **answers)


def tasks(case: Case) -> int:
    """How many tasks the stored state holds."""
    move = case._move()
    return sum(len(part.tasks) for part in (move.workflow, *move.workflow.subprocesses.values()))
