"""A standard time as people write it, how much of it is used, and the sentence that says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.words import MONTHS

MOST_DAYS = 1000
MOST_HOURS = 5000
_LIMIT = re.compile(r"(\d{1,4}) ?(hk|jk)", re.ASCII)

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Limit:
    """A standard time as people write it: `3 hk` working days or `4 jk` working hours."""

    amount: int
    unit: str

    @classmethod
    def read(cls, text: str) -> "Limit":
        found = _LIMIT.fullmatch(text.strip().lower())
        if not found or not int(found[1]):
            raise ValueError(f"Batas waktu “{text}” tidak dikenal. Tulis misalnya 3 hk atau 4 jk.")
        amount, unit = int(found[1]), found[2]
        most = MOST_DAYS if unit == "hk" else MOST_HOURS
        if amount > most:
            raise ValueError(f"Batas waktu “{text}” terlalu panjang. Paling banyak {most} {unit}.")
        return cls(amount, unit)

    @property
    def words(self) -> str:
        return f"{self.amount} {'hari kerja' if self.unit == 'hk' else 'jam kerja'}"


@dataclass(frozen=True)
class Usage:
    """How much of a limit has been used, with the pauses that stopped the clock."""

    used: int
    limit: Limit
    pauses: tuple[Pause, ...]
    is_over: bool  # the moment at which it was due had passed

    @property
    def sentence(self) -> str:
        line = f"terpakai {self.used} dari {self.limit.words}"
        if not self.pauses:
            return line
        return f"{line}; berhenti {_join(_period(pause) for pause in self.pauses)} menunggu pemohon"


def _period(pause: Pause) -> str:
    first, last = pause
    if last is None:
        return f"sejak {first.day} {MONTHS[first.month - 1]}"
    if first.date() == last.date():
        return f"{last.day} {MONTHS[last.month - 1]}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {MONTHS[last.month - 1]}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {MONTHS[first.month - 1]}{year}–{last.day} {MONTHS[last.month - 1]}" + (
        f" {last.year}" if year else ""
    )


def _join(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} dan {last}" if most else last
