"""Processes of the portal that a test may kill: forked from it, warm, each with connections of its own."""

import gc
import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn

from flask import Flask

from app.storage import db
from tests.web.visitors import inside

KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Ending:
    """How a life ended: its exit code (below zero: the signal that took it) and what it had said by then."""

    code: int
    said: tuple[Any, ...]

    @property
    def was_killed(self) -> bool:
        return self.code == KILLED

    @property
    def answer(self) -> Any:
        """What it said last. Raises where it was killed or broke down."""
        if self.code:
            raise AssertionError(
                f"ended with {self.code}: {self.said[-1] if self.said else 'without a word'}"
            )
        return self.said[-1]


@dataclass(frozen=True)
class Life:
    """A process under way."""

    pid: int
    ear: int

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def end(self) -> Ending:
        """Wait for it."""
        with open(self.ear, "rb") as ear:
            heard = ear.read()
        _pid, status = os.waitpid(self.pid, 0)
        return Ending(os.waitstatus_to_exitcode(status), tuple(_words(heard)))

    def kill(self) -> Ending:
        self.send(signal.SIGKILL)
        return self.end()


Say = Callable[[Any], None]


def begin(app: Flask, deed: Callable[[Say], Any]) -> Life:
    """Start a process that does the deed and says what comes of it; the deed may say something before its end."""
    let_go(app)
    ear, mouth = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ear)
        _live(deed, mouth)
    os.close(mouth)
    return Life(pid, ear)


def live(app: Flask, deed: Callable[[Say], Any]) -> Ending:
    """The same, to its end."""
    return begin(app, deed).end()


def let_go(app: Flask) -> None:
    """No process shares a connection with another."""
    with inside(app):
        db.session.remove()
        db.engine.dispose()


def _live(deed: Callable[[Say], Any], mouth: int) -> NoReturn:
    """Nothing of the parent's is cleaned up here: its end is not ours."""
    gc.freeze()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    code = 0
    try:
        say(mouth, deed(lambda word: say(mouth, word)))
    except BaseException:
        code = 1
        say(mouth, traceback.format_exc())
    finally:
        os._exit(code)


def say(mouth: int, word: Any) -> None:
    os.write(mouth, pickle.dumps(word))


def _words(heard: bytes) -> Iterator[Any]:
    """Whole words only: the last may have been cut off."""
    stream = BytesIO(heard)
    with suppress(pickle.UnpicklingError, EOFError):
        while True:
            yield pickle.load(stream)
