"""Measures how many timers a second one worker fires and how many two do, each `alur worker` a process of its own.

Every case waits one second, again and again, and there are more of them than two workers can serve in that time: a
worker never rests. One and two take turns, so that whatever else the machine does hits both alike.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.config import ROOT
from app.errors import Refused
from app.storage import bench_counts, processes, schema, transaction
from app.storage.bench import told
from app.usecases import advance
from app.usecases import processes as publishing
from app.usecases.city import seed_city
from app.usecases.parts import parts

PULSE = Path(__file__).parent / "pulse"
HOME = "35.74.03.1002.RW05.RT03"
WARM = 1.0  # seconds that are not counted
PATIENCE = 60
FULL, QUICK = (400, 5, 10.0), (40, 1, 1.0)  # cases, turns of each, seconds of a turn
ONE_PLACE = "Dua pekerja hanya dapat diukur pada PostgreSQL: sebut alamatnya dengan --db."


def measure_workers(*, quick: bool) -> dict[str, object]:
    """Timers a second of one and of two workers, in the portal whose place is empty. Raises Refused on SQLite."""
    if not parts().settings.database_url.startswith("postgresql"):
        raise Refused(ONE_PLACE)
    cases, turns, seconds = QUICK if quick else FULL
    load = os.getloadavg()[0]
    _found(cases)
    speeds: dict[int, list[float]] = {1: [], 2: []}
    for _turn in range(turns):
        for many, measured in speeds.items():
            measured.append(_speed(many, seconds))
    one, two = (statistics.median(measured) for measured in speeds.values())
    return {
        "worker_speedup_2": two / one,
        "timers_per_second_1": one,
        "timers_per_second_2": two,
        "timers_per_second_1_turns": speeds[1],
        "timers_per_second_2_turns": speeds[2],
        "cases": cases,
        "database": told(),
        "cpus": os.cpu_count(),
        "load_before": load,
        "python": platform.python_version(),
        "quick": quick,
    }


def _found(many: int) -> None:
    schema.upgrade()
    seed_city(parts().settings.city, neighbourhoods=(1, 1))
    publishing.publish(PULSE, by="alur bench")
    for number in range(many):
        with transaction():
            service = processes.find_service("detak")
            answers = {"nama": f"Pemohon {number}", "wilayah": HOME}
            advance.open_case(service, service.current_version_id, answers, [])


def _speed(many: int, seconds: float) -> float:
    """Timers a second, from when every worker works on."""
    with ExitStack() as stack:
        for _worker in range(many):
            stack.enter_context(_worker_process())
        _await(many)
        time.sleep(WARM)
        before, began = bench_counts.fired(), time.perf_counter()
        time.sleep(seconds)
        return (bench_counts.fired() - before) / (time.perf_counter() - began)


@contextmanager
def _worker_process() -> Iterator[None]:
    settings = parts().settings
    place = {"ALUR_DATABASE_URL": settings.database_url, "ALUR_FILES": str(settings.files)}
    wishes = {"ALUR_SECRET_KEY": settings.secret_key, "ALUR_LOG_LEVEL": "ERROR", **place}
    command = [sys.executable, "-c", "from app.cli import main; main()", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | wishes)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _await(many: int) -> None:
    until = time.monotonic() + PATIENCE
    while bench_counts.workers() < many:
        if time.monotonic() > until:
            raise RuntimeError("a worker did not start")
        time.sleep(0.05)
