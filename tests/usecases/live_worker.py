"""A worker in a process of its own, with trouble in store: one case's notice raises, another's kills the process, a
third's takes its time; so may a timer kill.

Run as `python -m tests.usecases.live_worker URL FILES TROUBLE`, where TROUBLE is JSON: what happens → case id. Says
`slow` when it is in the middle of slow work. With `silent`, workers count as dead after so many seconds.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.storage import db, jobs_due, jobs_procrastinate
from app.usecases import clock, operations, workers
from app.usecases.letters import Order
from app.usecases.operations import Operation
from app.usecases.parts import parts
from tests import founding

KILLED = 9
NOTICE = "pemberitahuan.kirim"


def main(url: str, files: str, told: str) -> None:
    trouble = json.loads(told)
    operations.NAMES[NOTICE] = _sick(trouble)
    clock.advance = _deadly(clock.advance, trouble.get("killing_timer"))
    if "silent" in trouble:
        jobs_due.SILENT = jobs_procrastinate.SILENT = timedelta(seconds=trouble["silent"])
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    with founding.portal(url, Path(files), _here).app_context():
        parts().machine = _here
        workers.run(lambda: bool(stopped), pause=0.1)
        db.session.remove()


def _here() -> datetime:
    return datetime.now(UTC)


def _sick(trouble: dict) -> Operation:
    def outside(order: Order) -> None:
        if order.case_id == trouble.get("killing"):
            os._exit(KILLED)  # nothing is cleaned up, nothing is said
        if order.case_id == trouble.get("raising"):
            raise RuntimeError("server surel tidak menjawab")
        if order.case_id == trouble.get("slow"):
            print("slow", flush=True)
            time.sleep(1)

    return Operation(outside, operations.NAMES[NOTICE].inside)


def _deadly(advance: Callable, case_id: int | None) -> Callable:
    def dies(case: object, *rest: object, **more: object) -> object:
        if case.id == case_id:
            os._exit(KILLED)
        return advance(case, *rest, **more)

    return dies


if __name__ == "__main__":
    main(*sys.argv[1:])
