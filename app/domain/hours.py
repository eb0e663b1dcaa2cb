"""The hours of a working week: on which weekdays the city works, from when to when, and with which break."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from types import MappingProxyType

from app.domain.words import WEEKDAYS
from app.errors import Invalid

MOST_STRETCHES = 3
_TIME = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)", re.ASCII)
_STRETCH = re.compile(r"\s*([\d.:]+)\s*[-–]\s*([\d.:]+)\s*", re.ASCII)

Stretch = tuple[time, time]  # from when to when the counter is open without a break
Week = Mapping[
    int, tuple[Stretch, ...]
]  # weekday (Monday is 0) → its stretches; no work on days that are not here
Weeks = tuple[tuple[date, Week], ...]  # from which day each week's hours hold, oldest first

COUNTER_WEEK: Week = MappingProxyType(
    {**dict.fromkeys(range(4), ((time(8), time(15)),)), 4: ((time(8), time(11, 30)),)}
)


def read_week(typed: Mapping[int, str]) -> Week:
    """The hours as people write them, "08.00–12.00, 13.00–15.00" for each weekday; empty for a day without work.

    Raises Invalid naming the weekdays to mend (`hari.4`), or the whole week when nobody works at all.
    """
    week: dict[int, tuple[Stretch, ...]] = {}
    problems: dict[str, str] = {}
    for weekday in range(7):
        try:
            stretches = read_stretches(typed.get(weekday, ""))
        except ValueError as refusal:
            problems[f"hari.{weekday}"] = f"{WEEKDAYS[weekday]}: {refusal}"
            continue
        if stretches:
            week[weekday] = stretches
    if not week and not problems:
        problems["hari.0"] = "Isi jam kerja sedikitnya satu hari dalam seminggu."
    if problems:
        raise Invalid(fields=problems)
    return week


def read_stretches(text: str) -> tuple[Stretch, ...]:
    """The stretches of one day. Raises ValueError in words."""
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MOST_STRETCHES:
        raise ValueError(f"paling banyak {MOST_STRETCHES} rentang jam dalam sehari.")
    stretches = tuple(_stretch(part) for part in parts)
    for (_open, closed), (opened, _closed) in zip(stretches, stretches[1:], strict=False):
        if opened < closed:
            raise ValueError("rentang jam harus berurutan dan tidak boleh tumpang tindih.")
    return stretches


def say_stretches(stretches: Sequence[Stretch]) -> str:
    """ "08.00–12.00, 13.00–15.00"; read_stretches reads it back."""
    return ", ".join(f"{first:%H.%M}–{last:%H.%M}" for first, last in stretches)


def say_week(week: Week) -> list[tuple[str, str]]:
    """Neighbouring weekdays with the same hours together: ("Senin–Kamis", "08.00–15.00")."""
    rows: list[list] = []
    for weekday, stretches in sorted(week.items()):
        said = say_stretches(stretches)
        if rows and rows[-1][2] == said and rows[-1][1] == weekday - 1:
            rows[-1][1] = weekday
        else:
            rows.append([weekday, weekday, said])
    return [(_days(first, last), said) for first, last, said in rows]


def open_time(stretches: Sequence[Stretch]) -> timedelta:
    """How long the counter is open on such a day."""
    return sum((_since_midnight(last) - _since_midnight(first) for first, last in stretches), timedelta())


def plain_week(week: Week) -> dict[str, str]:
    """The week as it is stored: weekday number → its hours in words."""
    return {str(weekday): say_stretches(stretches) for weekday, stretches in sorted(week.items())}


def stored_week(plain: Mapping[str, str]) -> Week:
    """The week that was stored so."""
    return MappingProxyType({int(weekday): read_stretches(text) for weekday, text in plain.items()})


def _stretch(text: str) -> Stretch:
    found = _STRETCH.fullmatch(text)
    ends = [_TIME.fullmatch(end) for end in found.groups()] if found else []
    if not ends or not all(ends):
        raise ValueError(f"“{text.strip()[:30]}” bukan rentang jam. Tulis misalnya 08.00–15.00.")
    first, last = (time(int(end[1]), int(end[2])) for end in ends)
    if last <= first:
        raise ValueError("jam tutup harus sesudah jam buka.")
    return first, last


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _days(first: int, last: int) -> str:
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}"
