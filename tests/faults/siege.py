"""A portal in many processes under the steady load of real deeds, while something goes wrong all the time.

Web processes answer HTTP on one port (the socket outlives them all), workers run as `alur worker` does, visitors send,
correct and decide, and press again whenever they get no answer. What they were told is kept: at the end all of it must
be there, once.
"""

import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any

import waitress.server

from app.storage import db, work
from app.storage.cases import Case
from app.usecases import mending, workers
from app.usecases.attempts import LOST
from app.usecases.parts import parts, wall_clock
from tests.faults import invariants, lives, rounds
from tests.faults.lives import Life, Say
from tests.faults.stage import Stage
from tests.postgres import Server

LEASE = timedelta(seconds=2)  # long for what a step takes, short for who waits for a dead worker's
PATIENCE = 60.0


@dataclass
class Siege:
    """`with Siege(stage) as siege: …` starts all processes; leaving lets the visitors and workers come to their end."""

    stage: Stage
    webs: int = 2
    workers: int = 2
    visitors: int = 2
    install: Callable[[str], None] = lambda kind: None  # what is wrong in each process of this kind
    told: list[rounds.Told] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)  # visitors who met something they should not
    met: Counter[str] = field(default_factory=Counter)  # what stood between the others and their answers
    _living: list[tuple[str, Life]] = field(default_factory=list)
    _visitors: list[Life] = field(default_factory=list)

    def __enter__(self) -> "Siege":
        by_the_wall(self.stage)
        self.told = rounds.warm(self.stage)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._door.getsockname()[1]
        desk = self.stage.lurah().get_cookie("alur").value
        self._living = [(kind, self._start(kind)) for kind in self._kinds()]
        for place in range(self.visitors):
            self._visitors.append(
                self._begin(lambda say, place=place: rounds.go(say, self.port, desk, place))
            )
        return self

    def __exit__(self, kind: type | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._let_visitors_go()
                self._wait_for_workers()
        finally:
            for _kind, life in self._living:
                life.kill()
            for visitor in self._visitors:
                visitor.kill()
            self._door.close()

    def strike(self, number: int, chance: random.Random) -> None:
        """One process gets this signal; where it is the end of it, another takes its place at once."""
        place = chance.randrange(len(self._living))
        kind, life = self._living[place]
        life.send(number)
        if number == signal.SIGKILL:
            self._living[place] = kind, self._start(kind)  # while the other is still being buried
            life.end()

    def kill(self, times: int, seed: int, *, pause: float) -> None:
        """So many processes, each at a moment that nobody foresees."""
        chance = random.Random(seed)
        for _time in range(times):
            time.sleep(chance.uniform(0, 2 * pause))
            self.strike(signal.SIGKILL, chance)

    def restart(self, server: Server, times: int, *, pause: float) -> None:
        """The database, as if its machine had lost its power."""
        for _time in range(times):
            time.sleep(pause)
            server.restart()

    def pids(self, kind: str) -> list[int]:
        return [life.pid for each, life in self._living if each == kind]

    def verdict(self) -> list[str]:
        """Everything that is not as it was told, or contradicts itself, or was left undone."""
        found = list(self.turned_away)
        with self.stage.inside():
            found += [*invariants.broken(), *invariants.unfinished(), *rounds.missing(self.told)]
            cases = db.session.query(Case.id).filter(Case.opened_by_id.is_(None)).count()
        if cases != len(self.told) + len(self.turned_away):
            found.append(f"{cases} cases were opened, {len(self.told)} were acknowledged")
        return found

    def _kinds(self) -> list[str]:
        return ["web"] * self.webs + ["worker"] * self.workers

    def _start(self, kind: str) -> Life:
        return self._begin(lambda _say: self._serve() if kind == "web" else self._work(), kind)

    def _begin(self, deed: Callable[[Say], Any], kind: str = "visitor") -> Life:
        def lived(say: Say) -> Any:
            self.install(kind)
            return deed(say)

        return lives.begin(self.stage.app, lived)

    def _serve(self) -> None:
        server = waitress.server.create_server(self.stage.app, sockets=[self._door], threads=2, ident=None)
        server.run()

    def _work(self) -> None:
        sooner(LEASE)
        with self.stage.app.app_context():
            workers.run(lambda: False, pause=0.02)

    def _let_visitors_go(self) -> None:
        """Each ends the round it is in."""
        for visitor in self._visitors:
            visitor.send(signal.SIGTERM)
        endings, self._visitors = [visitor.end() for visitor in self._visitors], []
        for ending in endings:
            self.told += [word for word in ending.said if isinstance(word, rounds.Told)]
            if ending.code:
                self.turned_away.append(str(ending.said[-1:]))
            else:
                self.met += ending.answer

    def _wait_for_workers(self) -> None:
        """Until nothing is left to do; what took five workers with it an administrator has tried again."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.stage.inside():
                if not invariants.unfinished():
                    return
                for incident_id in [each.id for each in work.open_incidents() if each.what == LOST]:
                    mending.retry(incident_id)
            time.sleep(0.1)


def by_the_wall(stage: Stage) -> None:
    """From now on the portal goes by the true time, as an installation does."""
    with stage.inside():
        here = parts()
        here.clock = here.machine = wall_clock


def sooner(lease: timedelta) -> None:
    """Whoever waits for what a dead worker held waits less long, in this process."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("app.usecases", "app.storage")):
            for known in ("LEASE", "HELD", "SWEEP"):
                if hasattr(module, known):
                    setattr(module, known, lease)
