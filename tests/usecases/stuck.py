"""Cases that cannot go on by themselves, made as they come about: work fails until the worker gives it up."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.storage import db, events, transaction, work
from app.storage.cases import Case
from app.storage.events import Post
from app.storage.work import Incident
from app.usecases import clock as worker
from app.usecases import operations
from app.usecases.parts import now
from tests import factories
from tests.conftest import Clock
from tests.usecases import player

NOTICE = "pemberitahuan.kirim"
TROUBLE = "server surel tidak menjawab"


def by_notice(monkeypatch: pytest.MonkeyPatch, clock: Clock, case: Case | None = None) -> Incident:
    """A refused case whose applicant cannot be told: what sends notices is broken for good, for this case."""
    case = case or refused()
    with monkeypatch.context() as broken:
        breaks(broken, NOTICE, lambda order: _fail_for(case.id, order))
        return given_up(case, clock)


def by_letter(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Incident:
    """A case whose letter was consented to and cannot be made."""
    case = factories.apply("domisili")
    factories.walk(case, until="tandatangan_lurah")
    factories.decide(factories.open_task(case))
    with monkeypatch.context() as broken:
        breaks(broken, "surat.terbitkan", lambda order: _fail_for(case.id, order))
        return given_up(case, clock)


def by_timer(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Incident:
    """A case whose reminder cannot be sent on its way."""
    case, _task = player.at_operator()
    clock.forward(hours=3)
    with monkeypatch.context() as broken:
        broken.setattr(worker, "advance", lambda *_, **__: _fail_for(case.id, None))
        worker.fire_due_timers()
    (incident,) = work.open_incidents_of(case.id)
    return incident


def by_message(case: Case) -> Incident:
    """A message of a case that the worker has given up."""
    with transaction():
        post = Post(
            key=f"{case.id}:x", kind=events.MESSAGE, name="Kabar", sealed=b"", sender_id=case.id,
            at=now(), run_at=now(), attempts=worker.ATTEMPTS, dead_at=now(), fault=TROUBLE,
        )  # fmt: skip
        db.session.add(post)
        db.session.flush()
        incident = Incident(case_id=case.id, post_id=post.id, what=TROUBLE, at=now())
        db.session.add(incident)
    return incident


def refused(service: str = "domisili", index: int = 0) -> Case:
    """A case that only waits for its applicant to be told of a refusal."""
    case = factories.apply(service, index=index)
    factories.decide(factories.open_task(case), "tolak")
    return case


def given_up(case: Case, clock: Clock) -> Incident:
    """The worker tries as often as it is patient."""
    for _attempt in range(worker.ATTEMPTS):
        worker.settle()
        clock.set(max(row.run_at for row in work.unfinished_of(case.id)).astimezone(clock.now.tzinfo))
    (incident,) = work.open_incidents_of(case.id)
    return incident


def breaks(patch: pytest.MonkeyPatch, name: str, outside: Callable) -> None:
    """Let the outside part of an operation do something else."""
    patch.setitem(operations.NAMES, name, replace(operations.NAMES[name], outside=outside))


def _fail_for(case_id: int, order: object) -> None:
    if order is None or order.case_id == case_id:
        raise RuntimeError(TROUBLE)
