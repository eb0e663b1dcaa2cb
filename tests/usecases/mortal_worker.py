"""Workers in processes of their own, one after the other, each at a moment the test sets; one case's notice raises,
another's kills the process it is done in.

Run as `python -m tests.usecases.mortal_worker URL FILES RAISING KILLING MOMENT…`; tells how each life ended.
"""

import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

from app.storage import db
from app.usecases import clock as worker
from app.usecases import operations
from app.usecases.letters import Order
from app.usecases.operations import Operation
from tests import founding

FINISHED, FAULT, KILLED = 0, 1, 9
NOTICE = "pemberitahuan.kirim"


def main(url: str, files: str, raising: str, killing: str, *moments: str) -> None:
    """Forked, so that the portal's code is read only once."""
    operations.NAMES[NOTICE] = _sick(int(raising), int(killing))
    for moment in moments:
        child = os.fork()
        if not child:
            _live(url, Path(files), datetime.fromisoformat(moment))
        _child, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status))


def _sick(raising: int, killing: int) -> Operation:
    def outside(order: Order) -> None:
        if order.case_id == killing:
            os._exit(KILLED)  # nothing is cleaned up, nothing is said
        if order.case_id == raising:
            raise RuntimeError("server surel tidak menjawab")

    return Operation(outside, operations.NAMES[NOTICE].inside)


def _live(url: str, files: Path, moment: datetime) -> None:
    try:
        with founding.portal(url, files, lambda: moment).app_context():
            worker.settle()
            db.session.remove()
            db.engine.dispose()
    except BaseException:
        traceback.print_exc()
        os._exit(FAULT)
    os._exit(FINISHED)


if __name__ == "__main__":
    main(*sys.argv[1:])
