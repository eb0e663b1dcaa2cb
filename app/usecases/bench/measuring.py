"""Measures the portal's whole step beside two others in turn, so that whatever else the machine does hits all alike."""

import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence

from app import engine
from app.storage import bench_rows
from app.storage.bench import told
from app.storage.bench_rows import Bare, Statement
from app.usecases.bench import chain, portal, services, traffic
from app.usecases.bench.chain import PlainEngine
from app.usecases.bench.walking import Walk, in_turns, moved_by, timed

FULL, QUICK = 60, 2  # passes
MOST_SECONDS = 60.0
SEED = 3574
ROUNDS = {"fresh": 0, "1_round": 1, "50_rounds": 50, "100_rounds": 100}
MEASURED = {"ours": ("fresh", "1_round", "50_rounds", "100_rounds"), "plain": ("fresh", "50_rounds")}


def measure_engine(*, passes: int = FULL, seed: int = SEED) -> dict[str, object]:
    """Ratios and raw figures of a step of the portal whose place is empty: it is filled first."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    portal.found()
    with traffic.two_processes() as without:
        figures = _measured(without, passes=passes, seed=seed)
    return {
        **figures,
        "database": told(),
        "cpus": len(os.sched_getaffinity(0)),
        "load_before": round(load, 2),
        "python": platform.python_version(),
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 1),
    }


def _measured(without: traffic.Finish, *, passes: int, seed: int) -> dict[str, object]:
    quick = passes <= QUICK
    walks = [
        _prepared(side, name, ROUNDS[name] // (20 if quick else 1), seed)
        for side, names in MEASURED.items()
        for name in names
    ]
    script = script_of(walks[0].case_id)
    with Bare() as bare:
        sides = {walk.name: lambda walk=walk: timed(walk) for walk in walks}
        sides["bare_fresh"] = lambda: _timed_bare(bare, walks[0], script)
        times = in_turns(sides, passes=passes, seed=seed, most_seconds=MOST_SECONDS)
    return {
        **_figures({name: statistics.median(each) for name, each in times.items()}),
        **{f"state_bytes_{walk.name}": walk.state_bytes for walk in walks},
        **services.measure(passes=services.QUICK if quick else services.FULL, seed=seed),
        **traffic.measure(without, cases=2 if quick else 60, turns=1 if quick else traffic.TURNS),
        "steps_measured": len(chain.WAY) * sum(map(len, times.values())),
        "passes": len(times["ours_fresh"]),
    }


def _prepared(side: str, name: str, rounds: int, seed: int) -> Walk:
    mover = engine if side == "ours" else PlainEngine()
    with moved_by(mover):
        case_id = portal.open_case(seed)
        for number in range(rounds):
            portal.send_round(case_id, number)
    rows = bench_rows.rows_of(case_id)
    return Walk(f"{side}_{name}", case_id, rows, mover, chain.walked(), portal.OVER)


def _timed_bare(bare: Bare, walk: Walk, script: Sequence[tuple[str, list[Statement]]]) -> float:
    walk.put_back()
    began = time.perf_counter()
    for task_id, writes in script:
        bare.step(walk.case_id, task_id, writes)
    spent = time.perf_counter() - began
    walk.refuse_elsewhere()
    return spent


def script_of(case_id: int) -> list[tuple[str, list[Statement]]]:
    """Walk a case to its end; gives what every step of it wrote: (task, statements)."""
    found, before = [], bench_rows.rows_of(case_id)
    for _step, given in chain.walked():
        task = portal.waiting(case_id)
        portal.finish(task, given)
        after = bench_rows.rows_of(case_id)
        found.append((task.task_id, bench_rows.differences(before, after)))
        before = after
    return found


def _figures(seconds: Mapping[str, float]) -> dict[str, object]:
    speed = {f"{name}_steps_per_second": round(len(chain.WAY) / each, 1) for name, each in seconds.items()}
    return {
        "step_fresh_ratio": round(seconds["plain_fresh"] / seconds["ours_fresh"], 2),
        "step_50_rounds_ratio": round(seconds["plain_50_rounds"] / seconds["ours_50_rounds"], 2),
        "step_vs_bare": round(seconds["ours_fresh"] / seconds["bare_fresh"], 2),
        "step_growth_100": round(seconds["ours_100_rounds"] / seconds["ours_1_round"], 3),
        **speed,
    }
