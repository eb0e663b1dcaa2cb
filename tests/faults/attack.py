"""One deed attacked at each of its points: killed there and repeated, or stopped there and overtaken."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.errors import Refused, Unavailable
from app.storage import db
from app.usecases import clock as worker
from tests.faults import invariants, lives, wrong
from tests.faults.deeds import Deed
from tests.faults.lives import Ending, Life, Say
from tests.faults.points import Points
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong


@dataclass(frozen=True)
class Attack:
    """A deed that is to be killed, at every word to the database or only where something is kept, in a portal that may
    be wrong on purpose."""

    stage: Stage
    deed: Deed
    every: bool = False
    wrong: Wrong = wrong.nothing

    def live(self, thing: Any, fatal: int = 0) -> Ending:
        """The deed in a process of its own, which is killed at one of its points, or at none."""
        return self._begin(thing, fatal, signal.SIGKILL).end()

    def _begin(self, thing: Any, fatal: int, number: int) -> Life:
        def lived(say: Say) -> tuple[list[str], Any]:
            points = Points(fatal, number, every=self.every).install()
            self.wrong(say)
            told = self.deed.act(self.stage, thing)
            return points.passed, told

        return lives.begin(self.stage.app, lived)

    def kill(self, fatal: int) -> None:
        """Prepared, killed, repeated unless its doer was told already, checked."""
        thing = self.deed.prepare(self.stage)
        killed = self.live(thing, fatal)
        assert killed.was_killed, killed.answer
        self.deed.after_kill(self.stage)
        if self.deed.by_worker:
            self.stage.wait()
        told = killed.said[-1] if killed.said else self.live(thing).answer[1]
        self.deed.check(self.stage, thing, told)

    def kill_everywhere(self, points: list[str]) -> None:
        """One life for each point."""
        for fatal, name in enumerate(points, start=1):
            try:
                self.kill(fatal)
                if fatal == len(points) or self.wrong is not wrong.nothing:
                    self.ask()
            except (AssertionError, Refused) as fault:
                raise AssertionError(f"killed at point {fatal}, {name}: {fault}") from fault

    def ask(self) -> None:
        with self.stage.inside():
            found = invariants.broken()
            assert not found, found

    def count(self) -> list[str]:
        """The points of the deed: done once here, so that the portal is warm, then in a life that nobody ends."""
        warm = self.deed.prepare(self.stage)
        self.deed.check(self.stage, warm, self.deed.act(self.stage, warm))
        thing = self.deed.prepare(self.stage)
        passed, told = self.live(thing).answer
        self.deed.check(self.stage, thing, told)
        return passed

    def overtake_everywhere(self, points: list[str]) -> None:
        """A worker stops at each point, another does what it can, and the first goes on."""
        for fatal, name in enumerate(points, start=1):
            try:
                self.overtake(fatal)
            except AssertionError as fault:
                raise AssertionError(f"stopped at point {fatal}, {name}: {fault}") from fault
        self.ask()

    def overtake(self, fatal: int) -> None:
        """The other is a worker too: it does what the first was about to do."""
        thing = self.deed.prepare(self.stage)
        self._stopped(thing, fatal, worker.settle, first=self.stage.wait)
        self.stage.wait()
        self.stage.work()
        self.deed.check(self.stage, thing, None)

    def forestall(self, fatal: int, other: Callable[[Any], None]) -> Any:
        """A person makes needless what the worker is about to do, as soon as the worker lets them; gives the thing."""
        thing = self.deed.prepare(self.stage)
        if not self._stopped(thing, fatal, lambda: other(thing)):
            with self.stage.inside():
                other(thing)
        self.stage.wait()
        self.stage.work()
        return thing

    def _stopped(
        self, thing: Any, fatal: int, other: Callable[[], Any], first: Callable[[], None] = lambda: None
    ) -> bool:
        """While the deed stands still at one of its points somebody else acts; whether they could: the one that stands
        still may hold the case's row."""
        slow = self._begin(thing, fatal, signal.SIGSTOP)
        _pid, status = os.waitpid(slow.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), slow.end()
        first()
        could = False
        with self.stage.inside(), suppress(Unavailable):
            self._hurry()
            other()
            could = True
        slow.send(signal.SIGCONT)
        assert slow.end().answer is not None
        return could

    def _hurry(self) -> None:
        """Nobody here waits for a row that is held."""
        on_sqlite = db.engine.dialect.name == "sqlite"
        db.session.execute(text("PRAGMA busy_timeout = 100" if on_sqlite else "SET lock_timeout = '100ms'"))
        db.session.commit()
