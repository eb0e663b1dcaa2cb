"""How many tasks a second are finished over HTTP on two web workers, beside two processes that call the use case."""

import http.client
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.connection import Connection
from urllib.parse import urlencode

from app.config import ROOT
from app.storage import db
from app.usecases.bench import chain, portal
from app.usecases.bench.portal import Waiting
from app.usecases.parts import entrance, parts
from app.usecases.people import DEMO_PASSWORD

WORKERS = 2
CLIENTS = 8
STEPS = chain.WAY[:-2]  # those of the offices, but for handing over
PATIENCE = 60.0  # seconds
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

Finish = Callable[[Sequence[Waiting]], float]  # gives the seconds it took


def measure(*, cases: int) -> dict[str, object]:
    """Steps a second of both, over the same tasks of other cases."""
    with _processes() as finish:
        direct = _rate(finish, cases)
    with _web() as finish:
        over_http = _rate(finish, cases)
    return {
        "http_step_ratio": round(over_http / direct, 2),
        "http_steps_per_second": round(over_http, 1),
        "two_processes_steps_per_second": round(direct, 1),
    }


def _rate(finish: Finish, cases: int) -> float:
    """Every case takes every step, all cases side by side; the first step is not counted."""
    ids = [portal.open_case(seed) for seed in range(cases)]
    spent = 0.0
    for step in STEPS:
        tasks = [portal.waiting(case_id) for case_id in ids]
        db.session.remove()
        seconds = finish(tasks)
        spent += seconds if step != STEPS[0] else 0.0
    return cases * (len(STEPS) - 1) / spent


@contextmanager
def _processes() -> Iterator[Finish]:
    """Processes that finish tasks by the use case itself."""
    fork = multiprocessing.get_context("fork")
    pipes, hands = [], []
    portal_context = entrance()
    for _number in range(WORKERS):
        ours, theirs = fork.Pipe()
        hands.append(fork.Process(target=_work, args=(portal_context, theirs), daemon=True))
        pipes.append(ours)
    db.engine.dispose()
    for hand in hands:
        hand.start()
    try:
        yield lambda tasks: _shared_out(pipes, tasks)
    finally:
        for pipe in pipes:
            pipe.send(None)
        for hand in hands:
            hand.join(PATIENCE)


def _shared_out(pipes: Sequence[Connection], tasks: Sequence[Waiting]) -> float:
    began = time.perf_counter()
    for number, pipe in enumerate(pipes):
        pipe.send(tasks[number :: len(pipes)])
    for pipe in pipes:
        pipe.recv()
    return time.perf_counter() - began


def _work(portal_context: Callable, pipe: Connection) -> None:
    with portal_context():
        while (tasks := pipe.recv()) is not None:
            for task in tasks:
                portal.finish(task, chain.answers(task.step))
                db.session.remove()
            pipe.send(len(tasks))


@contextmanager
def _web() -> Iterator[Finish]:
    """Gunicorn, and browsers that are signed in and stay connected."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--worker-class", "gthread"]
    command += ["--threads", "2", "--reuse-port", "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--graceful-timeout", "1", "app:create_app()"]
    with subprocess.Popen(command, cwd=ROOT, env=_environment()) as server:
        try:
            _await(port)
            with ExitStack() as lines:
                browsers = [lines.enter_context(closing(Browser(port))) for _number in range(CLIENTS)]
                yield lambda tasks: _posted(browsers, tasks)
        finally:
            server.terminate()


def _posted(browsers: Sequence["Browser"], tasks: Sequence[Waiting]) -> float:
    for number, browser in enumerate(browsers):
        for task in tasks[number :: len(browsers)]:
            browser.sign_in(task.username)
    shares = [
        threading.Thread(target=browser.finish, args=(tasks[number :: len(browsers)],))
        for number, browser in enumerate(browsers)
    ]
    began = time.perf_counter()
    for share in shares:
        share.start()
    for share in shares:
        share.join()
    spent = time.perf_counter() - began
    if fault := next((browser.fault for browser in browsers if browser.fault), None):
        raise RuntimeError("a task was not finished over HTTP") from fault
    return spent


class Browser:
    """One connection, with a session and its CSRF token for everybody who signed in on it."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._known: dict[str, tuple[str, str]] = {}
        self.fault: Exception | None = None

    def close(self) -> None:
        self._line.close()

    def sign_in(self, username: str) -> None:
        if username in self._known:
            return
        cookie, page = self._ask("GET", "/masuk")
        form = {"nama": username, "sandi": DEMO_PASSWORD, "csrf_token": TOKEN.search(page)[1]}
        cookie, _page = self._ask("POST", "/masuk", cookie, form, expected=302)
        fresh, page = self._ask("GET", "/tugas", cookie)
        self._known[username] = fresh or cookie, TOKEN.search(page)[1]

    def finish(self, tasks: Sequence[Waiting]) -> None:
        try:
            for task in tasks:
                cookie, token = self._known[task.username]
                form = {**chain.answers(task.step), "csrf_token": token, "kunci": task.task_id}
                self._ask("POST", f"/tugas/{task.task_id}", cookie, form, expected=302)
        except Exception as fault:  # told to whoever waits for this thread
            self.fault = fault

    def _ask(
        self, method: str, path: str, cookie: str = "", form: dict | None = None, *, expected: int = 200
    ) -> tuple[str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        self._line.request(method, path, urlencode(form or {}) if form else None, headers)
        answer = self._line.getresponse()
        page = answer.read().decode()
        if answer.status != expected:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return (answer.getheader("Set-Cookie") or "").partition(";")[0], page


def _await(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _environment() -> dict[str, str]:
    here = parts().settings
    return {
        **os.environ,
        "ALUR_SECRET_KEY": here.secret_key, "ALUR_DATABASE_URL": here.database_url, "ALUR_FILES": str(here.files),
        "ALUR_CITY": str(here.city), "ALUR_TIMEZONE": str(here.zone), "ALUR_LOG_LEVEL": "ERROR",
        "ALUR_BASE_URL": here.base_url,
    }  # fmt: skip
