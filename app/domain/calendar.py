"""The working-day clock: when a step is due, how much of its time is used, and why, in one sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

COUNTER_HOURS: Mapping[int, tuple[time, time]] = MappingProxyType(
    {
        **dict.fromkeys(range(4), (time(8), time(15))),
        4: (time(8), time(11, 30)),
    }
)
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
MOST_DAYS = 1000
MOST_HOURS = 5000
_HORIZON = timedelta(days=3660)
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

    @property
    def is_over(self) -> bool:
        return self.used > self.limit.amount

    @property
    def sentence(self) -> str:
        line = f"terpakai {self.used} dari {self.limit.words}"
        if not self.pauses:
            return line
        return f"{line}; berhenti {_join(_period(pause) for pause in self.pauses)} menunggu pemohon"


@dataclass(frozen=True)
class Calendar:
    """The city's working days and hours. Everything it returns carries the city's zone."""

    zone: tzinfo
    days_off: frozenset[date] = frozenset()
    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: COUNTER_HOURS)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.hours and day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        last = day + _HORIZON
        while day < last:
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day
        raise ValueError("Kalender tidak punya hari kerja.")

    def opens(self, day: date) -> datetime:
        return self._at(day, 0)

    def closes(self, day: date) -> datetime:
        return self._at(day, 1)

    def add_working_days(self, moment: datetime, days: int) -> datetime:
        """Closing time of the n-th working day after the moment's day, which itself does not count."""
        if not 0 <= days <= MOST_DAYS:
            raise ValueError(f"Jumlah hari kerja harus antara 0 dan {MOST_DAYS}.")
        day = self._day(moment)
        if not days and not self.is_working_day(day):
            days = 1
        for _count in range(days):
            day = self.next_working_day(day)
        return self.closes(day)

    def add_working_hours(self, moment: datetime, hours: int) -> datetime:
        """The moment at which so many hours of open counter have passed."""
        if not 0 <= hours <= MOST_HOURS:
            raise ValueError(f"Jumlah jam kerja harus antara 0 dan {MOST_HOURS}.")
        return self._add_open_time(moment, timedelta(hours=hours))

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Working days after the start's day up to and including the end's day."""
        first, last = self._day(start), self._day(end)
        if last <= first:
            return 0
        weeks, rest = divmod((last - first).days, 7)
        tail = (last - timedelta(days=offset) for offset in range(rest))
        free = {day for day in self.days_off if first < day <= last and day.weekday() in self.hours}
        return weeks * len(self.hours) + sum(day.weekday() in self.hours for day in tail) - len(free)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Open counter time between two moments."""
        total = timedelta()
        day, last = self._day(start), self._day(end)
        while day <= last:
            if self.is_working_day(day):
                open_from, open_until = max(self.opens(day), start), min(self.closes(day), end)
                total += max(open_until - open_from, timedelta())
            day += timedelta(days=1)
        return total

    def due(self, moment: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> datetime | None:
        """When a step with this limit is due; None while its clock stands still.

        Every finished pause starts the count afresh with what was left, so the day of the pause
        has counted and the day of resumption has not.
        """
        reading = Limit.read(limit)
        ordered = self._within(pauses, moment, None)
        if ordered and ordered[-1][1] is None:
            return None
        if reading.unit == "hk":
            used = sum(self.working_days_between(a, b) for a, b in _running(moment, ordered, None) if b)
            return self.add_working_days(_resumed(moment, ordered), max(reading.amount - used, 0))
        return self._due_in_hours(moment, reading.amount, ordered)

    def usage(self, start: datetime, end: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> Usage:
        """How much of the limit passed between two moments while the clock was running."""
        reading = Limit.read(limit)
        ordered = self._within(pauses, start, end)
        stretches = [(a, b or end) for a, b in _running(start, ordered, end)]
        if reading.unit == "hk":
            used = sum(self.working_days_between(a, b) for a, b in stretches)
        else:
            spent = sum((self.working_time_between(a, b) for a, b in stretches), timedelta())
            used = int(spent.total_seconds() // 3600)
        local = tuple((a.astimezone(self.zone), b.astimezone(self.zone) if b else None) for a, b in ordered)
        return Usage(used, reading, local)

    def explain(self, start: datetime, end: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> str:
        """One line: `terpakai 3 dari 5 hari kerja; berhenti 2–9 Juni menunggu pemohon`."""
        return self.usage(start, end, limit, pauses=pauses).sentence

    def _due_in_hours(self, moment: datetime, hours: int, pauses: Sequence[Pause]) -> datetime:
        due = self.add_working_hours(moment, hours)
        for paused, resumed in pauses:
            if resumed is not None and paused < due:
                due = self._add_open_time(resumed, self.working_time_between(paused, due))
        return due

    def _add_open_time(self, moment: datetime, left: timedelta) -> datetime:
        at = self._next_open(moment)
        while (room := self.closes(at.date()) - at) < left:
            left -= room
            at = self.opens(self.next_working_day(at.date()))
        return at + left

    def _next_open(self, moment: datetime) -> datetime:
        local = moment.astimezone(self.zone)
        day = local.date()
        if self.is_working_day(day) and local < self.closes(day):
            return max(local, self.opens(day))
        return self.opens(self.next_working_day(day))

    def _at(self, day: date, which: int) -> datetime:
        hours = self.hours.get(day.weekday()) or next(iter(self.hours.values()))
        return datetime.combine(day, hours[which], tzinfo=self.zone)

    def _day(self, moment: datetime) -> date:
        if moment.tzinfo is None:
            raise ValueError("Waktu tanpa zona tidak dapat dihitung.")
        return moment.astimezone(self.zone).date()

    @staticmethod
    def _within(pauses: Iterable[Pause], start: datetime, end: datetime | None) -> list[Pause]:
        """The pauses that touch this stretch, in order; one that outlasts it is still open."""
        return [
            (max(a, start), None if b is None or (end is not None and b > end) else b)
            for a, b in sorted(pauses, key=lambda pause: pause[0])
            if (b is None or b > start) and (end is None or a < end)
        ]


def _running(start: datetime, pauses: Sequence[Pause], end: datetime | None) -> list[Pause]:
    """The stretches in which the clock ran; the last one is open when `end` is None."""
    stretches: list[Pause] = []
    at: datetime | None = start
    for paused, resumed in pauses:
        if at is not None and paused >= at:
            stretches.append((at, paused))
        at = resumed if resumed is None or at is None else max(resumed, at)
    if at is not None:
        stretches.append((at, end))
    return stretches


def _resumed(start: datetime, pauses: Sequence[Pause]) -> datetime:
    return max([start, *(resumed for _paused, resumed in pauses if resumed)])


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
