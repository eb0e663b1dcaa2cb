"""How a deadline and a wait are said in words, with the colour that goes with them."""

from datetime import datetime
from typing import NamedTuple

from app.domain.calendar import Calendar


class Due(NamedTuple):
    """A deadline as people read it; `state` is the name of its colour."""

    state: str  # aman | segera | terlambat | berhenti
    text: str


STANDING_STILL = Due("berhenti", "menunggu pemohon")
WITHOUT = Due("aman", "tanpa batas waktu")


def due_words(due_at: datetime | None, moment: datetime, calendar: Calendar) -> Due:
    """ "terlambat 2 hari kerja", "hari ini sampai 15.00", "1 hari kerja lagi"."""
    if due_at is None:
        return WITHOUT
    due, moment = due_at.astimezone(calendar.zone), moment.astimezone(calendar.zone)
    if due < moment:
        days = calendar.working_days_between(due, moment)
        return Due("terlambat", f"terlambat {days} hari kerja" if days else f"terlambat sejak {due:%H.%M}")
    if due.date() == moment.date():
        return Due("segera", f"hari ini sampai {due:%H.%M}")
    days = max(calendar.working_days_between(moment, due), 1)
    return Due("segera" if days == 1 else "aman", f"{days} hari kerja lagi")


def waited(since: datetime, moment: datetime) -> str:
    """ "baru saja", "12 menit", "3 jam", "2 hari"."""
    minutes = int((moment - since).total_seconds() // 60)
    if minutes < 1:
        return "baru saja"
    if minutes < 60:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 24 * 60 else f"{minutes // (24 * 60)} hari"
