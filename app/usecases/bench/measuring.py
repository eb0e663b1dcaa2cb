"""Measures steps a second of both sides in turn, so that whatever else the machine does hits both alike."""

import os
import platform
import random
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.storage.bench import Scratch, Stands, scratch
from app.usecases.bench import chain
from app.usecases.bench.chain import Side

FULL, QUICK = 60, 2  # passes
MOST_SECONDS = 40.0
SEED = 3574


@dataclass(frozen=True)
class Walk:
    """What is timed: one case with this many returns behind it, from its first review to its end."""

    side: Side
    rounds: int
    standing: Stands


def measure_engine(url: str | None = None, *, passes: int = FULL, seed: int = SEED) -> dict[str, object]:
    """Ratios and raw figures of a step in its transaction, in scratch tables beside those of `url`.

    Raises Invalid where the address is not one, Unavailable where nobody answers.
    """
    began, load = time.perf_counter(), os.getloadavg()[0]
    walks = _prepared(seed)
    times: dict[str, list[float]] = {name: [] for name in walks}
    order = random.Random(seed)
    with scratch(url) as tables:
        for walk in walks.values():
            _timed(tables, walk)  # warm-up, not counted
        while len(times["ours_fresh"]) < passes and time.perf_counter() - began < MOST_SECONDS:
            for name in order.sample(sorted(walks), len(walks)):
                times[name].append(_timed(tables, walks[name]))
        database = tables.database
    return {
        **_figures(walks, {name: statistics.median(each) for name, each in times.items()}),
        "steps_measured": len(chain.WAY) * sum(map(len, times.values())),
        "passes": len(times["ours_fresh"]),
        "database": database,
        "cpus": len(os.sched_getaffinity(0)),
        "load_before": round(load, 2),
        "python": platform.python_version(),
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 1),
    }


def _prepared(seed: int) -> dict[str, Walk]:
    ours, plain = chain.ours(datetime.now(UTC)), chain.baseline()
    variables = chain.application(seed)
    begun = {side.name: side.start(variables) for side in (ours, plain)}
    wanted = {
        "ours_fresh": (ours, 0), "plain_fresh": (plain, 0),
        "ours_50_rounds": (ours, 50), "plain_50_rounds": (plain, 50),
        "ours_1_round": (ours, 1), "ours_100_rounds": (ours, 100),
    }  # fmt: skip
    return {
        name: Walk(side, rounds, chain.after_rounds(side, begun[side.name], rounds))
        for name, (side, rounds) in wanted.items()
    }


def _timed(tables: Scratch, walk: Walk) -> float:
    """Seconds of one walk, every step of it a transaction of its own."""
    now = datetime.now(UTC)
    tables.put(walk.standing, now)
    began = time.perf_counter()
    for step in chain.WAY:
        given = chain.answers(step)
        standing = tables.step(
            step, lambda state, task_id, given=given: walk.side.complete(state, task_id, given), now
        )
    spent = time.perf_counter() - began
    if not standing.finished:
        raise RuntimeError(f"The case of {walk.side.name} after {walk.rounds} rounds did not reach its end.")
    return spent


def _figures(walks: Mapping[str, Walk], seconds: Mapping[str, float]) -> dict[str, object]:
    speed = {f"{name}_steps_per_second": round(len(chain.WAY) / each, 1) for name, each in seconds.items()}
    size = {f"state_bytes_{name}": len(walk.standing.state) for name, walk in walks.items()}
    return {
        "step_fresh_ratio": round(seconds["plain_fresh"] / seconds["ours_fresh"], 2),
        "step_50_rounds_ratio": round(seconds["plain_50_rounds"] / seconds["ours_50_rounds"], 2),
        "step_growth_100": round(seconds["ours_100_rounds"] / seconds["ours_1_round"], 3),
        **speed,
        **size,
    }
