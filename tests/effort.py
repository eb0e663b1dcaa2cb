"""How much work something is: counted, or in CPU seconds of its own, never by the clock on the wall."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CALLS = {"call", "c_call"}


@contextmanager
def few_calls(most: int, *, besides: Callable | None = None) -> Iterator[None]:
    """What happens in here calls functions at most so often, Python's own included: the same on every machine.

    What one function does, `besides`, is not counted.
    """
    counted, within, before = 0, False, sys.getprofile()

    def count(frame: Any, what: str, _function: Any) -> None:
        nonlocal counted, within
        if besides is not None and frame.f_code is besides.__code__ and what in {"call", "return"}:
            within = what == "call"
        counted += what in CALLS and not within

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
    assert counted <= most, counted


@contextmanager
def soon(seconds: float) -> Iterator[None]:
    """What happens in here takes fewer CPU seconds; sweeping up what other tests left is not its work."""
    collecting = gc.isenabled()
    gc.disable()
    began = time.process_time()
    try:
        yield
        took = time.process_time() - began
    finally:
        if collecting:
            gc.enable()
    assert took < seconds
