"""Changing the city's calendar: a day off more, less or described anew, and other hours; first foreseen, then made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain import forms, hours, words
from app.domain.calendar import Calendar, Pause
from app.domain.permissions import Actor
from app.errors import Invalid, NotFound
from app.storage import days, db, transaction
from app.storage.days import CalendarChange, CalendarDay, Running, WorkingWeek
from app.usecases import calendar_changes, casework
from app.usecases.city_calendar import KINDS, keeper
from app.usecases.parts import calendar, now, today

SHORTEST_REASON = 10
LONGEST = 200
BACKWARDS = timedelta(days=31)  # how far back a day may still be set: figures of before stand
FORWARDS = timedelta(days=366 * 10)
MOST_LOOKED_AT = 5000


@dataclass(frozen=True)
class Wish:
    """One change somebody wants, checked and said; `write` puts it into the rows."""

    what: str
    reason: str
    write: Callable[[], None]
    bend: Callable[[Calendar], Calendar]  # what the calendar is with it


@dataclass(frozen=True)
class Effect:
    """What a change does to what runs: how many deadlines move, and how many are over at once."""

    cases: int
    tasks: int
    late: int
    is_rough: bool  # more runs than was looked at


def wish_day(typed: Mapping[str, str], actor: Actor) -> Wish:
    """A day off that is to be added, or described anew. Raises NotAllowed, Invalid with the fields to mend."""
    keeper(actor)
    problems: dict[str, str] = {}
    day = _read_day(typed.get("tanggal", ""), problems, earliest=today() - BACKWARDS)
    name = forms.plain(typed.get("nama", ""))
    kind = typed.get("jenis", "")
    if not name or len(name) > LONGEST:
        problems["nama"] = f"Tulis nama hari liburnya, paling panjang {LONGEST} karakter."
    if kind not in KINDS:
        problems["jenis"] = "Pilih jenis liburnya."
    reason = _read_reason(typed, problems)
    if problems or day is None:
        raise Invalid(fields=problems)
    row = {"kind": kind, "name": name, "is_estimate": typed.get("perkiraan") == "ya", "is_off": True}
    what = f"{KINDS[kind]} {words.date_long(day)}: {name}" + (" (perkiraan)" if row["is_estimate"] else "")
    known = db.session.get(CalendarDay, day)
    if known is not None and all(getattr(known, field) == value for field, value in row.items()):
        raise Invalid(
            fields={"nama": "Hari itu sudah tercatat begitu. Ubah isinya, atau kembali ke kalender."}
        )
    put = CalendarDay(day=day, is_edited=True, **row)
    return Wish(what, reason, lambda: _put(put), lambda city: replace(city, days_off=city.days_off | {day}))


def wish_no_day(typed: Mapping[str, str], actor: Actor) -> Wish:
    """A day off on which the city works after all. Raises NotAllowed, NotFound, Invalid."""
    keeper(actor)
    problems: dict[str, str] = {}
    day = _read_day(typed.get("tanggal", ""), problems, earliest=today() - BACKWARDS)
    reason = _read_reason(typed, problems)
    if problems or day is None:
        raise Invalid(fields=problems)
    known = db.session.get(CalendarDay, day)
    if known is None or not known.is_off:
        raise NotFound("Hari itu tidak tercatat sebagai hari libur. Muat ulang kalender.")
    kept = {"kind": known.kind, "name": known.name, "is_estimate": known.is_estimate}
    struck = CalendarDay(day=day, is_off=False, is_edited=True, **kept)
    what = f"{words.date_long(day)} bukan hari libur lagi: {known.name}"
    return Wish(
        what, reason, lambda: _put(struck), lambda city: replace(city, days_off=city.days_off - {day})
    )


def wish_hours(typed: Mapping[str, str], actor: Actor) -> Wish:
    """Other working hours from a day on. Raises NotAllowed, Invalid."""
    keeper(actor)
    problems: dict[str, str] = {}
    since = _read_day(typed.get("berlaku", ""), problems, name="berlaku", earliest=today())
    week: hours.Week = {}
    try:
        week = hours.read_week({day: forms.plain(typed.get(f"hari.{day}", ""))[:LONGEST] for day in range(7)})
    except Invalid as refusal:
        problems |= refusal.fields
    reason = _read_reason(typed, problems)
    if problems or since is None:
        raise Invalid(fields=problems)
    row = WorkingWeek(since=since, hours=hours.plain_week(week), is_edited=True)
    said = "; ".join(f"{weekdays} {open_at}" for weekdays, open_at in hours.say_week(week))
    what = f"Jam kerja sejak {words.date_long(since)}: {said}"
    return Wish(what, reason, lambda: _put(row), lambda city: _with_week(city, since, week))


def wish_no_hours(typed: Mapping[str, str], actor: Actor) -> Wish:
    """Hours that were to come and shall not. Raises NotAllowed, NotFound, Invalid."""
    keeper(actor)
    problems: dict[str, str] = {}
    since = _read_day(typed.get("berlaku", ""), problems, name="berlaku", earliest=today())
    reason = _read_reason(typed, problems)
    if problems or since is None:
        raise Invalid(fields=problems)
    known = db.session.get(WorkingWeek, since)
    if known is None or since == days.working_weeks()[0].since:
        raise NotFound("Jam kerja itu tidak tercatat. Muat ulang kalender.")
    what = f"Jam kerja sejak {words.date_long(since)} dibatalkan"
    return Wish(what, reason, lambda: _drop(since), lambda city: _with_week(city, since, None))


def foresee(wish: Wish) -> Effect:
    """What a change would do to what runs; nothing is changed."""
    after, moment = wish.bend(calendar()), now()
    running = [*days.running_cases(MOST_LOOKED_AT), *days.running_tasks(MOST_LOOKED_AT)]
    pauses = days.pauses_of_open_cases()
    moved = [
        (each, due)
        for each in running
        if (due := _due(each, after, pauses.get(each.case_id, ()))) not in (None, each.due_at)
    ]
    late = sum(due < moment <= each.due_at for each, due in moved if not each.step)
    in_cases = sum(not each.step for each, _due in moved)
    return Effect(in_cases, len(moved) - in_cases, late, is_rough=len(running) >= MOST_LOOKED_AT)


def change(wish: Wish, actor: Actor) -> CalendarChange:
    """Make the change and count running cases anew, the first of them at once. Raises NotAllowed, Conflict."""
    seat = keeper(actor)
    with transaction():
        days.lock_calendar()
        before = calendar_changes.snapshot()
        wish.write()
        db.session.flush()
        return calendar_changes.record(
            before, by=actor.selaku(seat), person_id=actor.person_id, what=wish.what, reason=wish.reason
        )


def _put(row: CalendarDay | WorkingWeek) -> None:
    db.session.merge(row)


def _drop(since: date) -> None:
    row = db.session.get(WorkingWeek, since)
    if row is not None:
        db.session.delete(row)


def _read_day(text: str, problems: dict[str, str], *, name: str = "tanggal", earliest: date) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        problems[name] = "Isi tanggalnya, misalnya 2026-09-04."
        return None
    if not earliest <= day <= today() + FORWARDS:
        problems[name] = f"Pilih tanggal sejak {words.date_short(earliest)}, paling jauh sepuluh tahun lagi."
    return day


def _read_reason(typed: Mapping[str, str], problems: dict[str, str]) -> str:
    reason = forms.plain(typed.get("alasan", ""))
    if not SHORTEST_REASON <= len(reason) <= LONGEST:
        problems["alasan"] = (
            f"Tulis dasar atau alasannya, {SHORTEST_REASON} sampai {LONGEST} karakter, misalnya nomor SKB."
        )
    return reason


def _with_week(city: Calendar, since: date, week: hours.Week | None) -> Calendar:
    weeks = dict(city.weeks) | ({since: week} if week else {})
    kept = {day: each for day, each in weeks.items() if week or day != since}
    return replace(city, weeks=tuple(sorted(kept.items(), key=lambda each: each[0])))


def _due(each: Running, after: Calendar, pauses: Sequence[Pause]) -> datetime | None:
    drawing = casework.drawing_of(each.version_id, each.process_id)
    if not each.step:
        promised = drawing.properties.get("waktu_layanan")
        return after.due(each.since, promised, pauses=pauses) if promised else None
    limit = drawing.steps[each.step].time_limit if each.step in drawing.steps else None
    return after.due(each.since, limit) if limit else None
