"""The working-day clock: when a step is due, how much of its time is used, and why, in one sentence."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache

from app.domain.hours import COUNTER_WEEK, Stretch, Week, Weeks
from app.domain.usage import MOST_DAYS, MOST_HOURS, Limit, Pause, Usage

__all__ = ["MOST_DAYS", "MOST_HOURS", "Calendar", "Limit", "Pause", "Usage"]

_HORIZON = timedelta(days=3660)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The city's working days and hours. Everything it returns carries the city's zone.

    `weeks` says from which day which hours hold, oldest first; the first ones hold for all days before as well.
    """

    zone: tzinfo
    days_off: frozenset[date] = frozenset()
    weeks: Weeks = ((date.min, COUNTER_WEEK),)

    def week_of(self, day: date) -> Week:
        """The hours that hold on this day."""
        for since, week in reversed(self.weeks):
            if since <= day:
                return week
        return self.weeks[0][1]

    def is_working_day(self, day: date) -> bool:
        return bool(self._open_on(day))

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        last = day + _HORIZON
        while day < last:
            day += _DAY
            if self.is_working_day(day):
                return day
        raise ValueError("Kalender tidak punya hari kerja.")

    def opens(self, day: date) -> datetime:
        return self._at(day)[0][0]

    def closes(self, day: date) -> datetime:
        return (self._open_on(day) or self._at(day))[-1][1]

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
        return self._days_between(self._day(start), self._day(end))

    @cached_property
    def _days_between(self) -> Callable[[date, date], int]:
        """The same of two days, remembered: the lines of lists ask it of few days very often."""
        return lru_cache(maxsize=1_000)(self._count_days)

    def _count_days(self, first: date, last: date) -> int:
        if last <= first:
            return 0
        free = {day for day in self.days_off if first < day <= last and day.weekday() in self.week_of(day)}
        return sum(_weekdays(week, *span) for week, *span in self._spans(first, last)) - len(free)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Open counter time between two moments."""
        total = timedelta()
        day, last = self._day(start), self._day(end)
        while day <= last:
            for opened, closed in self._open_on(day):
                total += max(min(closed, end) - max(opened, start), timedelta())
            day += _DAY
        return total

    def due(self, moment: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> datetime | None:
        """When a step with this limit is due; None while its clock stands still.

        Every finished pause starts the count afresh with what was left, so the day of the pause
        has counted and the day of resumption has not. What was late before a pause stays late.
        """
        reading = Limit.read(limit)
        used, begun = 0, moment
        due = self._first_due(moment, reading)
        for paused, resumed in self._within(pauses, moment, None):
            if paused > due:
                break
            if resumed is None:
                return None
            if reading.unit == "hk":
                used += self.working_days_between(begun, paused)
                due = self.add_working_days(resumed, max(reading.amount - used, 0))
            else:
                due = self._add_open_time(resumed, self.working_time_between(paused, due))
            begun = resumed
        return due

    def reminder(self, moment: datetime, due: datetime) -> datetime:
        """When three quarters of the open time between the two have passed."""
        return min(self._add_open_time(moment, self.working_time_between(moment, due) * 3 // 4), due)

    def usage(self, start: datetime, end: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> Usage:
        """How much of the limit passed between two moments while the clock was running."""
        reading = Limit.read(limit)
        ordered = self._within(pauses, start, end)
        stretches = list(_running(start, ordered, end))
        if reading.unit == "hk":
            used = sum(self.working_days_between(a, b) for a, b in stretches)
        else:
            spent = sum((self.working_time_between(a, b) for a, b in stretches), timedelta())
            used = int(spent.total_seconds() // 3600)
        local = tuple((a.astimezone(self.zone), b.astimezone(self.zone) if b else None) for a, b in ordered)
        return Usage(used, reading, local, self._is_over(start, end, limit, ordered))

    def explain(self, start: datetime, end: datetime, limit: str, *, pauses: Sequence[Pause] = ()) -> str:
        """One line: `terpakai 3 dari 5 hari kerja; berhenti 2–9 Juni menunggu pemohon`."""
        return self.usage(start, end, limit, pauses=pauses).sentence

    def _first_due(self, moment: datetime, limit: Limit) -> datetime:
        add = self.add_working_days if limit.unit == "hk" else self.add_working_hours
        return add(moment, limit.amount)

    def _is_over(self, start: datetime, end: datetime, limit: str, pauses: Sequence[Pause]) -> bool:
        if pauses and pauses[-1][1] is None:
            end, pauses = pauses[-1][0], pauses[:-1]
        due = self.due(start, limit, pauses=pauses)
        return due is not None and end > due

    def _add_open_time(self, moment: datetime, left: timedelta) -> datetime:
        at = moment.astimezone(self.zone)
        day = at.date() if self.is_working_day(at.date()) else self.next_working_day(at.date())
        while True:
            for opened, closed in self._open_on(day):
                room = closed - max(opened, at)
                if room > timedelta() and room >= left:
                    return max(opened, at) + left
                left -= max(room, timedelta())
            day = self.next_working_day(day)

    @cached_property
    def _open_on(self) -> Callable[[date], list[tuple[datetime, datetime]]]:
        """When the counter is open on a day, remembered: every deadline walks over the same few days."""
        return lru_cache(maxsize=4_000)(self._look_up)

    def _look_up(self, day: date) -> list[tuple[datetime, datetime]]:
        is_off = day in self.days_off or day.weekday() not in self.week_of(day)
        return [] if is_off else self._at(day)

    def _at(self, day: date) -> list[tuple[datetime, datetime]]:
        week = self.week_of(day)
        stretches: Sequence[Stretch] = week.get(day.weekday()) or next(iter(week.values()))
        return [
            (datetime.combine(day, first, tzinfo=self.zone), datetime.combine(day, last, tzinfo=self.zone))
            for first, last in stretches
        ]

    def _day(self, moment: datetime) -> date:
        if moment.tzinfo is None:
            raise ValueError("Waktu tanpa zona tidak dapat dihitung.")
        return moment.astimezone(self.zone).date()

    def _spans(self, first: date, last: date) -> Iterator[tuple[Week, date, date]]:
        """The days after `first` up to `last`, cut where other hours begin: (week, day before, last day)."""
        ends = [since - _DAY for since, _week in self.weeks[1:]] + [last]
        for (_since, week), end in zip(self.weeks, ends, strict=True):
            if first < min(end, last):
                yield week, first, min(end, last)
                first = min(end, last)

    @staticmethod
    def _within(pauses: Iterable[Pause], start: datetime, end: datetime | None) -> list[Pause]:
        """The pauses that touch this stretch, in order; one that outlasts it is still open."""
        return [
            (max(a, start), None if b is None or (end is not None and b > end) else b)
            for a, b in sorted(pauses, key=lambda pause: pause[0])
            if (b is None or b > start) and (end is None or a < end)
        ]


def _running(start: datetime, pauses: Sequence[Pause], end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the clock ran."""
    at: datetime | None = start
    for paused, resumed in pauses:
        if at is not None and paused >= at:
            yield at, paused
        at = resumed if resumed is None or at is None else max(resumed, at)
    if at is not None:
        yield at, end


def _weekdays(week: Week, before: date, last: date) -> int:
    """How many days after `before` up to `last` have hours in this week."""
    weeks, rest = divmod((last - before).days, 7)
    return weeks * len(week) + sum((last - offset * _DAY).weekday() in week for offset in range(rest))
