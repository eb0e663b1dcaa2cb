"""Reads the number of an identity card (NIK) and of a family card (KK): PP KK CC DDMMYY NNNN."""

import re
from dataclasses import dataclass
from datetime import date

from app.domain import words
from app.errors import Invalid

PROVINCES = frozenset(
    {
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 97),
    }
)
"""Province codes in use; they say where a number was given out, never where its holder lives now."""

LENGTH = 16
FEMALE_OFFSET = 40
_FEMALE = frozenset({"p", "perempuan", "wanita", "female"})
_MALE = frozenset({"l", "laki-laki", "laki laki", "laki_laki", "pria", "male"})
_BETWEEN_DIGITS = re.compile(r"[\s.\-]+")


@dataclass(frozen=True)
class Nik:
    """What the digits of a NIK say."""

    number: str
    province: str
    regency: str
    district: str
    birth_date: date
    sex: str
    serial: str


def parse(number: str, *, today: date, name: str = "NIK") -> Nik:
    """The NIK, read; raises Invalid with what to do. `name` is what the form calls the number."""
    digits = _digits(number, name)
    sex = "perempuan" if int(digits[6:8]) > FEMALE_OFFSET else "laki-laki"
    birth_date = _birth_date(digits, today)
    if int(digits[:2]) not in PROVINCES or "00" in (digits[2:4], digits[4:6]):
        raise Invalid(f"{name} tidak dikenal: enam angka pertama bukan kode wilayah. Cocokkan dengan KTP.")
    if birth_date is None:
        raise Invalid(
            f"{name} tidak dikenal: angka ke-7 sampai ke-12 bukan tanggal lahir. Cocokkan dengan KTP."
        )
    if digits[12:] == "0000":
        raise Invalid(f"{name} tidak dikenal: empat angka terakhir tidak boleh 0000. Cocokkan dengan KTP.")
    return Nik(digits, digits[:2], digits[:4], digits[:6], birth_date, sex, digits[12:])


def parse_kk(number: str, *, name: str = "Nomor KK") -> str:
    """The number of a family card: only its digits can be checked."""
    digits = _digits(number, name)
    if len(set(digits)) == 1:
        raise Invalid(f"{name} tidak dikenal. Cocokkan dengan kartu keluarga.")
    return digits


def understood(number: str, *, today: date) -> str:
    """What a NIK says, for the eye to check: "Lahir 12 Mei 1990, perempuan"; empty when it cannot be read."""
    try:
        nik = parse(number, today=today)
    except Invalid:
        return ""
    return f"Lahir {words.date_short(nik.birth_date)}, {nik.sex}"


def mismatch(number: str, *, birth_date: date | str | None, sex: str | None, today: date) -> str:
    """A warning when a NIK does not fit the stated birth date or sex; else empty."""
    try:
        nik = parse(number, today=today)
        born = date.fromisoformat(birth_date) if isinstance(birth_date, str) and birth_date else birth_date
    except (Invalid, ValueError):
        return ""
    differs = []
    if born and born != nik.birth_date:
        differs.append(f"tanggal lahir {words.date_short(nik.birth_date)}")
    if _sex(sex) not in ("", nik.sex):
        differs.append(f"jenis kelamin {nik.sex}")
    said = " dan ".join(differs)
    return (
        f"Menurut NIK, {said}. Periksa NIK dan isian Anda; bila sudah sesuai KTP, lanjutkan." if said else ""
    )


def mask(number: str) -> str:
    """3574••••••••0001."""
    return number[:4] + "•" * 8 + number[-4:] if len(number) == LENGTH else "•" * len(number)


def _digits(number: str, name: str) -> str:
    digits = _BETWEEN_DIGITS.sub("", number)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid(f"{name} hanya berisi angka. Ketik {LENGTH} angka tanpa huruf.")
    if len(digits) != LENGTH:
        raise Invalid(f"{name} harus {LENGTH} angka; Anda mengetik {len(digits)}.")
    return digits


def _birth_date(digits: str, today: date) -> date | None:
    """The date in the number; two digits of a year mean this century unless that lies ahead."""
    birth_day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    birth_day -= FEMALE_OFFSET if birth_day > FEMALE_OFFSET else 0
    century = today.year // 100 * 100
    for full_year in (century + year, century - 100 + year):
        try:
            found = date(full_year, month, birth_day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _sex(stated: str | None) -> str:
    word = (stated or "").strip().lower()
    return "perempuan" if word in _FEMALE else "laki-laki" if word in _MALE else ""
