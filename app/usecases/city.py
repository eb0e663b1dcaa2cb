"""Founding a city: its units, roles, calendar and certificate authority from a folder of CSV files."""

import csv
import re
from datetime import date
from pathlib import Path

from app.domain.hours import Weeks, plain_week, read_week
from app.domain.words import WEEKDAYS
from app.errors import Invalid
from app.storage import db, people, transaction
from app.storage.days import CalendarDay, WorkingWeek
from app.storage.people import Role, Unit
from app.usecases import calendar_changes

ESTIMATE = " (perkiraan)"  # how the seed marks a day that hangs on the moon
LEVELS = {"kota", "kecamatan", "kelurahan", "rw", "rt", "instansi", "vertikal"}


def seed_city(folder: Path, *, neighbourhoods: tuple[int, int] = (0, 0)) -> int:
    """Create or complete the city from the seed's CSV files; returns the number of units.

    `neighbourhoods` = (RW a kelurahan, RT an RW) to make up where the seed lists none. Safe to repeat.
    """
    with transaction():
        units = {unit.code: unit for unit in people.all_units()}
        for row in rows(folder / "areas.csv"):
            _unit(units, row["kode"], row["tingkat"], row["nama"], row["kode_induk"])
        for row in rows(folder / "units.csv"):
            _agency(units, row)
        _make_neighbourhoods(units, rows(folder / "neighbourhoods.csv"), *neighbourhoods)
        for row in rows(folder / "roles.csv"):
            db.session.merge(
                Role(key=row["kunci"], name=row["nama"], level=row["tingkat"], rank=int(row["urutan"]))
            )
        _seed_calendar(folder)
        return len(units)


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a seed's CSV file, by column. Raises Invalid naming a file that is missing."""
    if not path.is_file():
        raise Invalid(f"Berkas {path.name} tidak ada di folder kota. Tambahkan, lalu jalankan lagi.")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def weeks(folder: Path) -> Weeks:
    """The working hours that the seed lists; none where it lists none."""
    typed: dict[date, dict[int, str]] = {}
    for row in rows(folder / "hours.csv") if (folder / "hours.csv").is_file() else []:
        typed.setdefault(date.fromisoformat(row["berlaku"]), {})[WEEKDAYS.index(row["hari"])] = row["jam"]
    return tuple((since, read_week(hours)) for since, hours in sorted(typed.items()))


def _seed_calendar(folder: Path) -> None:
    """Days off and hours of the seed. What an administrator has changed stays; running cases are counted anew."""
    before = calendar_changes.snapshot()
    for row in rows(folder / "holidays.csv"):
        _day(date.fromisoformat(row["tanggal"]), row["jenis"], row["nama"])
    for since, week in weeks(folder):
        known = db.session.get(WorkingWeek, since)
        if known is None or not known.is_edited:
            db.session.merge(WorkingWeek(since=since, hours=plain_week(week), is_edited=False))
    db.session.flush()
    if before["days"] and before != calendar_changes.snapshot():
        calendar_changes.record(before, by="Sistem", what="Kalender dari data awal kota", reason="alur init")


def _day(day: date, kind: str, name: str) -> None:
    known = db.session.get(CalendarDay, day)
    if known is None or not known.is_edited:
        plain, is_estimate = name.removesuffix(ESTIMATE), name.endswith(ESTIMATE)
        db.session.merge(
            CalendarDay(day=day, kind=kind, name=plain, is_estimate=is_estimate, is_off=True, is_edited=False)
        )


def _unit(units: dict[str, Unit], code: str, level: str, name: str, parent: str) -> Unit:
    if code in units:
        return units[code]
    if level not in LEVELS:
        raise Invalid(
            f"Tingkat unit {level!r} pada {code} tidak dikenal. Pakai salah satu dari {', '.join(sorted(LEVELS))}."
        )
    above = units.get(parent)
    unit = Unit(code=code, level=level, name=name, parent_id=above.id if above else None, path="")
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{above.path if above else '/'}{unit.id}/"
    units[code] = unit
    return unit


def _agency(units: dict[str, Unit], row: dict[str, str]) -> None:
    """An office or the letterhead details of an area: `units.csv` may name either."""
    unit = _unit(units, row["kode"], row["tingkat"], row["nama"], row["kode_induk"])
    unit.letter_code, unit.address, unit.phone = row["kode_surat"], row["alamat"], row["telepon"]
    unit.email, unit.postal_code = row["surel"], row["kode_pos"]


def _make_neighbourhoods(units: dict[str, Unit], listed: list[dict[str, str]], rws: int, rts: int) -> None:
    """RW and RT as the seed lists them; where it lists none for a kelurahan, as many as asked for."""
    for row in listed:
        _neighbourhood(units, row["kelurahan"], int(row["rw"]), int(row["rt"]))
    known = {row["kelurahan"] for row in listed}
    for code in [
        unit.code for unit in units.values() if unit.level == "kelurahan" and unit.code not in known
    ]:
        for rw in range(1, rws + 1):
            for rt in range(1, rts + 1):
                _neighbourhood(units, code, rw, rt)


def _neighbourhood(units: dict[str, Unit], kelurahan: str, rw: int, rt: int) -> None:
    above = _unit(units, f"{kelurahan}.RW{rw:02}", "rw", f"RW {rw:02}", kelurahan)
    _unit(units, f"{above.code}.RT{rt:02}", "rt", f"RT {rt:02}/RW {rw:02}", above.code)


def slug(name: str) -> str:
    """A unit's or person's name as it stands in a user name: "Triwung Lor" → "triwung-lor"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
