"""Measures the portal's whole step beside two others in turn, so that whatever else the machine does hits all alike."""

import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app import engine
from app.storage import bench_rows, db
from app.storage.bench import told
from app.storage.bench_rows import Bare, Rows, Statement
from app.storage.cases import Case
from app.usecases.bench import chain, portal, traffic
from app.usecases.bench.chain import PlainEngine
from app.usecases.bench.portal import Waiting
from app.usecases.parts import parts

FULL, QUICK = 60, 2  # passes
MOST_SECONDS = 60.0
SEED = 3574
ROUNDS = {"fresh": 0, "1_round": 1, "50_rounds": 50, "100_rounds": 100}
MEASURED = {"ours": ("fresh", "1_round", "50_rounds", "100_rounds"), "plain": ("fresh", "50_rounds")}

Step = Callable[[Waiting], None]


@dataclass(frozen=True)
class Walk:
    """What is timed: one case with some returns behind it, from its first review to its end, a transaction a step."""

    name: str
    case_id: int
    rows: Rows
    mover: object

    @property
    def state_bytes(self) -> int:
        return len(self.rows[Case.__tablename__][0]["state"])


def measure_engine(*, passes: int = FULL, seed: int = SEED) -> dict[str, object]:
    """Ratios and raw figures of a step of the portal whose place is empty: it is filled first."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    portal.found()
    quick = passes <= QUICK
    walks = [
        _prepared(side, name, ROUNDS[name] // (20 if quick else 1), seed)
        for side, names in MEASURED.items()
        for name in names
    ]
    times: dict[str, list[float]] = {name: [] for name in (*(walk.name for walk in walks), "bare_fresh")}
    order, until = random.Random(seed), time.perf_counter() + MOST_SECONDS
    script = script_of(walks[0].case_id)
    with Bare() as bare:
        timed = {walk.name: lambda walk=walk: _timed(walk) for walk in walks}
        timed["bare_fresh"] = lambda: _timed_bare(bare, walks[0], script)
        for name in timed:
            timed[name]()  # warm-up, not counted
        while len(times["ours_fresh"]) < passes and time.perf_counter() < until:
            for name in order.sample(sorted(timed), len(timed)):
                times[name].append(timed[name]())
    return {
        **_figures({name: statistics.median(each) for name, each in times.items()}),
        **{f"state_bytes_{walk.name}": walk.state_bytes for walk in walks},
        **traffic.measure(cases=2 if quick else 60, turns=1 if quick else traffic.TURNS),
        "steps_measured": len(chain.WAY) * sum(map(len, times.values())),
        "passes": len(times["ours_fresh"]),
        "database": told(),
        "cpus": len(os.sched_getaffinity(0)),
        "load_before": round(load, 2),
        "python": platform.python_version(),
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 1),
    }


def _prepared(side: str, name: str, rounds: int, seed: int) -> Walk:
    mover = engine if side == "ours" else PlainEngine()
    with moved_by(mover):
        case_id = portal.open_case(seed)
        for number in range(rounds):
            portal.send_round(case_id, number)
    return Walk(f"{side}_{name}", case_id, bench_rows.rows_of(case_id), mover)


def _timed(walk: Walk) -> float:
    """Seconds of one walk, without what lies between its steps."""
    bench_rows.put_back(walk.case_id, walk.rows)
    spent = 0.0
    with moved_by(walk.mover):
        for step in chain.WAY:
            task, given = portal.waiting(walk.case_id), chain.answers(step)
            db.session.remove()
            began = time.perf_counter()
            portal.finish(task, given)
            spent += time.perf_counter() - began
    _refuse_unfinished(walk)
    return spent


def _timed_bare(bare: Bare, walk: Walk, script: Sequence[tuple[str, list[Statement]]]) -> float:
    bench_rows.put_back(walk.case_id, walk.rows)
    began = time.perf_counter()
    for task_id, writes in script:
        bare.step(walk.case_id, task_id, writes)
    spent = time.perf_counter() - began
    _refuse_unfinished(walk)
    return spent


def script_of(case_id: int) -> list[tuple[str, list[Statement]]]:
    """Walk a case to its end; gives what every step of it wrote: (task, statements)."""
    found, before = [], bench_rows.rows_of(case_id)
    for step in chain.WAY:
        task = portal.waiting(case_id)
        portal.finish(task, chain.answers(step))
        after = bench_rows.rows_of(case_id)
        found.append((task.task_id, bench_rows.differences(before, after)))
        before = after
    return found


def _refuse_unfinished(walk: Walk) -> None:
    if db.session.get_one(Case, walk.case_id, populate_existing=True).is_open:
        raise RuntimeError(f"The case of {walk.name} did not reach its end.")
    db.session.remove()


@contextmanager
def moved_by(mover: object) -> Iterator[None]:
    """Cases of this portal are moved by another engine."""
    parts().engine = mover
    try:
        yield
    finally:
        parts().engine = engine


def _figures(seconds: Mapping[str, float]) -> dict[str, object]:
    speed = {f"{name}_steps_per_second": round(len(chain.WAY) / each, 1) for name, each in seconds.items()}
    return {
        "step_fresh_ratio": round(seconds["plain_fresh"] / seconds["ours_fresh"], 2),
        "step_50_rounds_ratio": round(seconds["plain_50_rounds"] / seconds["ours_50_rounds"], 2),
        "step_vs_bare": round(seconds["ours_fresh"] / seconds["bare_fresh"], 2),
        "step_growth_100": round(seconds["ours_100_rounds"] / seconds["ours_1_round"], 3),
        **speed,
    }
