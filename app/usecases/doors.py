"""Guarded doors of the public pages: tries in vain are counted, so that codes cannot be guessed.

An outsider cannot lock anybody out: what a stranger tries counts against the stranger's address, and a number under
attack only becomes slow for addresses that have themselves been wrong about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import TooMany
from app.storage import public
from app.usecases.parts import now, parts


@dataclass(frozen=True)
class Door:
    """One counter: how many tries in vain are let through in how many minutes."""

    key: str
    most: int
    minutes: int


def address_keys(door: str, address: str, *, most: int = 20, minutes: int = 15) -> tuple[Door, ...]:
    """Counting by the reader's address alone (kept as a keyed hash that changes every day)."""
    return (Door(_hash(door, address), most, minutes),)


def number_keys(door: str, address: str, number: str) -> tuple[Door, ...]:
    """Counting by the address, and more strictly by the address together with the number that was tried."""
    return (*address_keys(door, address), Door(_hash(door, f"{address} {number}"), 5, 15))


def refuse_if_tried(doors: Sequence[Door]) -> None:
    """Raises TooMany where one of these doors was tried in vain too often."""
    moment = now()
    for minutes in {door.minutes for door in doors}:
        same = [door for door in doors if door.minutes == minutes]
        counted = public.tries({door.key for door in same}, moment - timedelta(minutes=minutes))
        if any(counted[door.key] >= door.most for door in same):
            raise TooMany(minutes=minutes)


def count(doors: Sequence[Door]) -> None:
    """Remember one try in vain, inside the caller's transaction."""
    moment: datetime = now()
    longest = max(door.minutes for door in doors)
    public.count_try({door.key for door in doors}, moment, forget_before=moment - timedelta(minutes=longest))


def _hash(door: str, who: str) -> str:
    return parts().sealer.code_hash(f"{door}:{now():%Y%m%d}:{who}")
