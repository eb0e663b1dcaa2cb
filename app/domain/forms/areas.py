"""How a code such as 35.74.03.1002.RW05.RT03 is chosen step by step and what its steps are."""

from collections.abc import Callable, Mapping, Sequence

LEVELS = ("kota", "kecamatan", "kelurahan", "rw", "rt")
"""Levels of the area tree; the code of the city has two parts and every level below adds one."""

Choice = tuple[str, str]
Children = Callable[[str], Sequence[Choice]]


def level_of(code: str) -> str:
    """The level a code stands on, or nothing when it is no area code."""
    parts = code.count(".")
    return LEVELS[parts - 1] if 1 <= parts <= len(LEVELS) else ""


def path(code: str) -> dict[str, str]:
    """The codes of every level above and at this one: {"kota": "35.74", "kecamatan": "35.74.03"}."""
    parts = code.split(".")
    if not level_of(code):
        return {}
    return {level: ".".join(parts[: at + 2]) for at, level in enumerate(LEVELS[: len(parts) - 1])}


def deepest(chosen: Mapping[str, str]) -> str:
    """The lowest of the chosen codes that lies inside all the ones chosen above it."""
    code = ""
    for level in LEVELS:
        below = chosen.get(level, "")
        if below and level_of(below) == level and (not code or below.startswith(code + ".")):
            code = below
    return code


def choices(level: str, code: str, *, root: str, children: Children) -> dict[str, list]:
    """What the selects of an area field offer, now that `code` (perhaps a part of the way) is chosen.

    `children` gives (code, name) of the units directly below a code. RT are offered in groups, one for each
    RW: one choice less for a reader without JavaScript.
    """
    way = path(code) if code.startswith(root + ".") else {}
    offered = {"kecamatan": list(children(root))}
    if LEVELS.index(level) >= LEVELS.index("kelurahan"):
        offered["kelurahan"] = _below(way.get("kecamatan"), children)
    if level == "rw":
        offered["rw"] = _below(way.get("kelurahan"), children)
    if level == "rt":
        offered["rt"] = [(name, list(children(rw))) for rw, name in _below(way.get("kelurahan"), children)]
    return offered


def _below(code: str | None, children: Children) -> list[Choice]:
    return list(children(code)) if code else []
