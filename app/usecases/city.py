"""Founding a city: its units, roles, calendar and certificate authority from a folder of CSV files."""

import csv
import re
from datetime import date
from pathlib import Path

from app.errors import Invalid
from app.storage import db, people, transaction
from app.storage.people import Role, Unit
from app.storage.work import CalendarDay

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
        for row in rows(folder / "holidays.csv"):
            db.session.merge(
                CalendarDay(day=date.fromisoformat(row["tanggal"]), kind=row["jenis"], name=row["nama"])
            )
        return len(units)


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a seed's CSV file, by column. Raises Invalid naming a file that is missing."""
    if not path.is_file():
        raise Invalid(f"Berkas {path.name} tidak ada di folder kota. Tambahkan, lalu jalankan lagi.")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


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
