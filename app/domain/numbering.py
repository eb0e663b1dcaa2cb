"""How a letter's number is written: the city's pattern, filled from the register at signing."""

import re
from datetime import date

from app.errors import Invalid

EAST_JAVA = "{klasifikasi}/{urut}/{kode_unit}/{tahun}"
VILLAGE = "{klasifikasi}/{urut:3}/{kode_unit}/{bulan_romawi}/{tahun}"
TOKENS = ("klasifikasi", "urut", "kode_unit", "bulan", "bulan_romawi", "tahun")

_TOKEN = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<width>[1-9]))?\}")
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def check_pattern(pattern: str) -> str:
    """The pattern itself when it can number letters without two ever being the same; refuses any other."""
    names = [found["name"] for found in _TOKEN.finditer(pattern)]
    unknown = [name for name in names if name not in TOKENS]
    if unknown or re.search(r"[{}]", _TOKEN.sub("", pattern)):
        raise Invalid(f"Pola nomor surat hanya mengenal: {', '.join(f'{{{name}}}' for name in TOKENS)}.")
    for needed in ("klasifikasi", "urut", "kode_unit", "tahun"):
        if needed not in names:
            raise Invalid(f"Pola nomor surat harus memuat {{{needed}}}, agar tidak ada dua nomor yang sama.")
    return pattern


def write_number(pattern: str, *, classification: str, sequence: int, unit_code: str, day: date) -> str:
    """The number as printed, e.g. 400.9/35/425.501.3/2026."""
    values = {
        "klasifikasi": classification,
        "urut": str(sequence),
        "kode_unit": unit_code,
        "bulan": f"{day.month:02d}",
        "bulan_romawi": _ROMAN_MONTHS[day.month - 1],
        "tahun": str(day.year),
    }

    def written(found: re.Match[str]) -> str:
        return values[found["name"]].zfill(int(found["width"] or 0))

    return _TOKEN.sub(written, check_pattern(pattern))
