"""The engine of work in the background on PostgreSQL: Procrastinate's own worker, in a thread with its own loop.

Wake-ups are deferred by app/storage/jobs.py and fetched, held with a heartbeat and forgotten by the library. Whatever
breaks its connection ends its worker; a new one begins as soon as the database is back.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import procrastinate
import structlog
from sqlalchemy import make_url

from app.storage.jobs import QUEUE, SILENT, TASK

HEARTBEAT = timedelta(seconds=1)
POLL = timedelta(seconds=1)  # nothing tells a worker that a wake-up of later is due
REST = timedelta(seconds=1)  # before a new start
NEVER = "0 0 1 1 *"

log = structlog.get_logger()

Look = Callable[[str, str], None]


class Hands(threading.Thread):
    """Looks at what is asked for until told to stop, each time after the one before."""

    def __init__(self, url: str, look: Look) -> None:
        super().__init__(name="procrastinate", daemon=True)
        self._url, self._look = make_url(url).set(drivername="postgresql"), look
        self._told, self._loop, self._work = threading.Event(), asyncio.new_event_loop(), None

    def run(self) -> None:
        while not self._told.is_set():
            try:
                self._loop.run_until_complete(self._live())
            except Exception as fault:
                log.warning("database unavailable", error=type(fault).__name__)
            self._told.wait(REST.total_seconds())
        self._loop.close()

    def stop(self) -> None:
        """The wake-up in hand is looked at to its end."""
        self._told.set()
        with suppress(RuntimeError):  # it has just ended by itself
            self._loop.call_soon_threadsafe(self._end)
        self.join()

    def _end(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def _live(self) -> None:
        self._work = asyncio.create_task(self._run_worker())
        if self._told.is_set():
            self._end()
        with suppress(asyncio.CancelledError):
            await self._work

    async def _run_worker(self) -> None:
        app = _app(self._url.render_as_string(hide_password=False), self._look)
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                delete_jobs="always",
                install_signal_handlers=False,
                fetch_job_polling_interval=POLL.total_seconds(),
                update_heartbeat_interval=HEARTBEAT.total_seconds(),
                stalled_worker_timeout=SILENT.total_seconds(),
            )


def _app(conninfo: str, look: Look) -> procrastinate.App:
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    )
    app.task(look, name=TASK, queue=QUEUE)
    # a worker without any periodic task does not notice that its heartbeat has stopped
    app.periodic(cron=NEVER)(app.task(_nothing, name="nothing", queue=QUEUE))
    return app


def _nothing(timestamp: int) -> None:
    """What the year begins with."""
