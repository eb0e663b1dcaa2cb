"""Compares what a case executed with what the standard orders, where part of the order is free.

`a b {c d; e} f? g`: a, then b, then c before d with e anywhere beside them, then perhaps f, then g.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Beside:
    """Branches whose steps may come in any order among each other."""

    branches: tuple


def read(text: str) -> tuple:
    """The trace as a sequence of names and `Beside`s."""
    words = re.findall(r"[{};]|[^\s{};]+", text)
    found, rest = _sequence(words)
    if rest:
        raise ValueError(f"one bracket too many: {text}")
    return found


def _sequence(words: list[str]) -> tuple[tuple, list[str]]:
    done: list = []
    while words and words[0] not in ("}", ";"):
        word, words = words[0], words[1:]
        if word != "{":
            done.append(word)
            continue
        branches = []
        while True:
            branch, words = _sequence(words)
            branches.append(branch)
            stop, words = words[0], words[1:]
            if stop == "}":
                break
        done.append(Beside(tuple(branches)))
    return tuple(done), words


def names(text: str) -> list[str]:
    """All names of a trace, as often as they stand there."""
    return [word.removesuffix("?") for word in re.findall(r"[^\s{};]+", text)]


def misfit(text: str, executed: list[str]) -> str:
    """Empty when this is one of the orders that the trace allows; else where it leaves them."""
    states = {read(text)}
    for place, name in enumerate(executed):
        following = {rest for state in states for rest in _after(state, name)}
        if not following:
            wanted = sorted({first for state in states for first in _next(state)}) or ["nothing"]
            return f"after {executed[:place]} came {name!r} instead of {' or '.join(wanted)}"
        states = following
    if any(_may_stop(state) for state in states):
        return ""
    return (
        f"stopped after {executed}; missing {sorted({first for state in states for first in _next(state)})}"
    )


def _after(state, name: str) -> list:
    """What is left of this state once that name has come, in every way it can be read."""
    if isinstance(state, str):
        return [()] if state.removesuffix("?") == name else []
    if isinstance(state, Beside):
        return [
            Beside((*state.branches[:place], rest, *state.branches[place + 1 :]))
            for place, branch in enumerate(state.branches)
            for rest in _after(branch, name)
        ]
    if not state:
        return []
    first, later = state[0], state[1:]
    found = [(rest, *later) if rest != () else later for rest in _after(first, name)]
    return found + (_after(later, name) if _may_stop(first) else [])


def _may_stop(state) -> bool:
    if isinstance(state, str):
        return state.endswith("?")
    parts = state.branches if isinstance(state, Beside) else state
    return all(_may_stop(part) for part in parts)


def _next(state) -> set[str]:
    if isinstance(state, str):
        return {state}
    if isinstance(state, Beside):
        return {name for branch in state.branches for name in _next(branch)}
    found: set[str] = set()
    for part in state:
        found |= _next(part)
        if not _may_stop(part):
            break
    return found
