"""Says dates, amounts, spans of time and names the way Indonesians read them."""

from datetime import date, datetime, time
from decimal import Decimal

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def date_short(when: date | str) -> str:
    """12 Mei 1990; a text is an ISO date."""
    when = date.fromisoformat(when) if isinstance(when, str) else when
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def date_long(when: date | str) -> str:
    """Senin, 23 November 2026."""
    when = date.fromisoformat(when) if isinstance(when, str) else when
    return f"{WEEKDAYS[when.weekday()]}, {date_short(when)}"


def clock_time(when: datetime | time) -> str:
    """08.10."""
    return f"{when.hour:02d}.{when.minute:02d}"


def moment(when: datetime) -> str:
    """Senin, 23 November 2026 pukul 08.10."""
    return f"{date_long(when)} pukul {clock_time(when)}"


def month(when: date) -> str:
    """November 2026."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, as people say it; both moments carry their zone."""
    then = then.astimezone(now.tzinfo)
    seconds, days = (now - then).total_seconds(), (now.date() - then.date()).days
    if seconds < _MINUTE:
        return "baru saja"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} menit lalu"
    if days == 0 or seconds < 6 * _HOUR:
        return f"{int(seconds // _HOUR)} jam lalu"
    if days == 1:
        return "kemarin"
    return f"{days} hari lalu" if days <= 30 else date_short(then)


def span(seconds: float) -> str:
    """A length of time in its largest unit: 45 menit, 3 jam, 2 hari."""
    if seconds < _HOUR:
        return f"{max(1, int(seconds // _MINUTE))} menit"
    return f"{int(seconds // _HOUR)} jam" if seconds < _DAY else f"{int(seconds // _DAY)} hari"


def counted(count: int, most: int) -> str:
    """A number of things that were counted no further than this: 27, 1.000+."""
    return f"{number(most)}+" if count > most else number(count)


def number(amount: int | float | Decimal) -> str:
    """1.234,5: points between thousands, a comma before decimals (six at most, no idle zeros)."""
    exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    whole, _, decimals = f"{round(exact, 6):,f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")


def rupiah(amount: int | float | Decimal) -> str:
    """Rp900.000."""
    text = number(amount)
    return f"-Rp{text[1:]}" if text.startswith("-") else f"Rp{text}"


def file_size(size: int) -> str:
    """820 KB, 1,2 MB."""
    if size < 1024 * 1024:
        return f"{number(max(1, round(size / 1024)))} KB"
    return f"{number(round(size / 1024 / 1024, 1))} MB"


def mask_name(name: str) -> str:
    """S*** A****: enough to recognise one's own letter by, too little to learn a name from."""
    return " ".join(part[0] + "*" * max(1, min(len(part) - 1, 4)) for part in name.split())
