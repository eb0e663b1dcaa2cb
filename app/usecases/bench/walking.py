"""A case walked from the same stored rows again and again: what the bench times, for whoever moves the case."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app import engine
from app.storage import bench_rows, db
from app.storage.bench_rows import Rows
from app.storage.cases import Case
from app.usecases.bench import portal
from app.usecases.bench.portal import Place
from app.usecases.parts import parts

Way = Sequence[tuple[str, Mapping[str, object]]]  # steps, each with the answers given in it


@dataclass(frozen=True)
class Walk:
    """What is timed: one case from where its rows put it along its way to its goal, a transaction a step."""

    name: str
    case_id: int
    rows: Rows
    mover: object
    way: Way
    goal: Place

    @property
    def state_bytes(self) -> int:
        return len(self.rows[Case.__tablename__][0]["state"])

    def put_back(self) -> None:
        """Let the case stand where the walk begins."""
        bench_rows.put_back(self.case_id, self.rows)

    def refuse_elsewhere(self) -> None:
        """Raise where the case is not at its goal: what was timed was not the walk."""
        place = portal.place_of(self.case_id)
        db.session.remove()
        if place != self.goal:
            raise RuntimeError(f"The case of {self.name} did not reach its end: {place}.")


def timed(walk: Walk) -> float:
    """Seconds of one walk, without what lies between its steps."""
    walk.put_back()
    spent = 0.0
    with moved_by(walk.mover):
        for _step, given in walk.way:
            task = portal.waiting(walk.case_id)
            db.session.remove()
            began = time.perf_counter()
            portal.finish(task, given)
            spent += time.perf_counter() - began
    walk.refuse_elsewhere()
    return spent


def in_turns(
    sides: Mapping[str, Callable[[], float]], *, passes: int, seed: int, most_seconds: float
) -> dict[str, list[float]]:
    """The seconds of each side by name: all take turns in random order, after a warm-up that is not counted."""
    order, until = random.Random(seed), time.perf_counter() + most_seconds
    times: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        side()
    for _pass in range(passes):
        if time.perf_counter() >= until and all(times.values()):
            break
        for name in order.sample(sorted(sides), len(sides)):
            times[name].append(sides[name]())
    return times


@contextmanager
def moved_by(mover: object) -> Iterator[None]:
    """Cases of this portal are moved by another engine."""
    parts().engine = mover
    try:
        yield
    finally:
        parts().engine = engine
