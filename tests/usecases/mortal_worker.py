"""A worker in a process of its own, at a moment the test sets; one case's notice raises, another's kills the process.

Run as `python -m tests.usecases.mortal_worker URL FILES MOMENT RAISING KILLING`; ends with DEAD when it was killed.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from app.storage import db
from app.usecases import clock as worker
from app.usecases import operations
from app.usecases.letters import Order
from app.usecases.operations import Operation
from tests import founding

DEAD = 9
NOTICE = "pemberitahuan.kirim"


def main(url: str, files: str, moment: str, raising: str, killing: str) -> None:
    def outside(order: Order) -> None:
        if order.case_id == int(killing):
            os._exit(DEAD)  # nothing is cleaned up, nothing is said
        if order.case_id == int(raising):
            raise RuntimeError("server surel tidak menjawab")

    operations.NAMES[NOTICE] = Operation(outside, operations.NAMES[NOTICE].inside)
    app = founding.portal(url, Path(files), lambda: datetime.fromisoformat(moment))
    with app.app_context():
        worker.settle()
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
