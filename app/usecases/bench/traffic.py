"""How many tasks a second are finished over HTTP on two web workers, beside two processes that call the use case."""

import http.client
import multiprocessing
import os
import re
import socket
import statistics
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
THREADS = 1  # of each web worker
STEPS = chain.WAY[:-2]  # those of the offices, but for handing over
TURNS = 5
PATIENCE = 60.0  # seconds
FORM = "application/x-www-form-urlencoded"
HEAD = re.compile(rb"HTTP/1\.1 302 .*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL | re.IGNORECASE)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

Finish = Callable[[Sequence[Waiting]], float]  # gives the seconds it took


def measure(without: Finish, *, cases: int, turns: int = TURNS) -> dict[str, object]:
    """Steps a second of both, over the same tasks of other cases, in turns.

    As many cases before them are not counted: every connection has by then met every statement often enough to have
    it prepared, as after its first minutes in the city.
    """
    with _web() as over_http:
        sides = {"two_processes_steps_per_second": without, "http_steps_per_second": over_http}
        for finish in sides.values():
            _walked(finish, cases)
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for _turn in range(turns):
            for name, finish in sides.items():
                rates[name].append(cases * len(STEPS) / _walked(finish, cases))
    middle = {name: round(statistics.median(each), 1) for name, each in rates.items()}
    ratio = middle["http_steps_per_second"] / middle["two_processes_steps_per_second"]
    return {"http_step_ratio": round(ratio, 2), **middle}


def _walked(finish: Finish, cases: int) -> float:
    """Seconds that all steps of new cases took."""
    ids = [portal.open_case(seed) for seed in range(cases)]
    spent = 0.0
    for _step in STEPS:
        tasks = [portal.waiting(case_id) for case_id in ids]
        db.session.remove()
        spent += finish(tasks)
    return spent


@contextmanager
def two_processes() -> Iterator[Finish]:
    """Processes that finish tasks by the use case itself.

    To be opened before this process has finished any: like web workers they then bring nothing along.
    """
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
    workers = f"--workers {WORKERS} --worker-class gthread --threads {THREADS} --keep-alive {PATIENCE:.0f}"
    place = f"--bind 127.0.0.1:{port} --reuse-port --log-level error --graceful-timeout 1"
    command = [sys.executable, "-m", "gunicorn", *workers.split(), *place.split(), "app:create_app()"]
    with subprocess.Popen(command, cwd=ROOT, env=_environment()) as server:
        try:
            _await(port)
            with ExitStack() as lines:
                browsers = [lines.enter_context(closing(Browser(port))) for _number in range(CLIENTS)]
                yield lambda tasks: _posted(browsers, tasks)
        finally:
            server.terminate()


def _posted(browsers: Sequence["Browser"], tasks: Sequence[Waiting]) -> float:
    """Whichever browser is free sends the next: the kernel does not share connections out evenly among workers."""
    numbers = iter(range(len(tasks)))
    shares = [
        threading.Thread(target=browser.send, args=(browser.prepared(tasks), numbers)) for browser in browsers
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
    """One connection, with a session and its CSRF token for everybody who signed in on it.

    What it sends is laid out beforehand: real browsers do their work on machines of their own.
    """

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._known: dict[str, tuple[str, str]] = {}
        self.fault: Exception | None = None

    def close(self) -> None:
        self._line.close()

    def prepared(self, tasks: Sequence[Waiting]) -> list[bytes]:
        """The requests that finish these tasks, after whoever holds their offices has signed in."""
        shown = [*tasks[1:], tasks[0]]  # what the page of each shows after it
        return [
            self._request(task, following, *self._session(task.username))
            for task, following in zip(tasks, shown, strict=True)
        ]

    def send(self, requests: Sequence[bytes], numbers: Iterator[int]) -> None:
        """Those of the requests whose numbers come, one after the other, each answer read to its end."""
        try:
            line = self._line.sock
            for number in numbers:
                line.sendall(requests[number])
                _refuse_other(line)
        except Exception as fault:  # told to whoever waits for this thread
            self.fault = fault

    def _session(self, username: str) -> tuple[str, str]:
        if username not in self._known:
            cookie, page = self._ask("GET", "/masuk")
            form = {"nama": username, "sandi": DEMO_PASSWORD, "csrf_token": TOKEN.search(page)[1]}
            cookie, _page = self._ask("POST", "/masuk", cookie, form, expected=302)
            fresh, page = self._ask("GET", "/tugas", cookie)
            self._known[username] = fresh or cookie, TOKEN.search(page)[1]
        return self._known[username]

    def _request(self, task: Waiting, following: Waiting, cookie: str, token: str) -> bytes:
        carried = {"csrf_token": token, "kunci": task.task_id, "berikutnya": following.task_id}
        form = urlencode({**chain.answers(task.step), **carried})
        head = (f"POST /tugas/{task.task_id} HTTP/1.1", f"Host: 127.0.0.1:{self._line.port}", f"Cookie: {cookie}",
                f"Content-Type: {FORM}", f"Content-Length: {len(form)}")  # fmt: skip
        return "\r\n".join((*head, "", form)).encode()

    def _ask(
        self, method: str, path: str, cookie: str = "", form: dict | None = None, *, expected: int = 200
    ) -> tuple[str, str]:
        headers = {"Content-Type": FORM, "Cookie": cookie}
        self._line.request(method, path, urlencode(form or {}) if form else None, headers)
        answer = self._line.getresponse()
        page = answer.read().decode()
        if answer.status != expected:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return (answer.getheader("Set-Cookie") or "").partition(";")[0], page


def _refuse_other(line: socket.socket) -> None:
    """Read one answer. Raises RuntimeError where it does not lead on."""
    said = line.recv(65536)
    while (head := HEAD.match(said)) is None or len(said) < head.end() + int(head[1]):
        is_another = head is None and b"\r\n\r\n" in said
        more = b"" if is_another else line.recv(65536)
        if not more:
            raise RuntimeError(f"a decision was answered with {said[:80]!r}")
        said += more


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
