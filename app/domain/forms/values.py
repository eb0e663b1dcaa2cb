"""Turns one typed text into a clean value, or says how to write it."""

import re
from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any

from app.domain import nik as nik_numbers
from app.domain import words
from app.domain.forms.shape import TICKED, UNTICKED, Field, as_choice
from app.domain.forms.typed import plain
from app.errors import Invalid

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII
)
_WHOLE = re.compile(r"-?([0-9]{1,15}|[0-9]{1,3}(\.[0-9]{3}){1,4})(,00?|,-)?", re.ASCII)
_DECIMAL = re.compile(
    r"-?(([0-9]{1,15}|[0-9]{1,3}(\.[0-9]{3}){1,4})(,[0-9]{1,6})?|[0-9]{1,15}\.[0-9]{1,6})", re.ASCII
)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_SPOKEN_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(:[0-5][0-9])?", re.ASCII)
_PHONE = re.compile(r"0[0-9]{8,13}", re.ASCII)
_FIRST_YEAR = 1900


def text(each: Field, typed: Any, today: date) -> str:
    value = plain(typed, many_lines=each.widget == "textarea")
    size = len(value)
    if size > each.max_length:
        raise Invalid(
            f"{each.title} paling panjang {words.number(each.max_length)} karakter; "
            f"Anda mengetik {words.number(size)}. Ringkaslah."
        )
    if size < each.min_length:
        raise Invalid(f"{each.title} sedikitnya {each.min_length} karakter; Anda mengetik {size}.")
    if each.pattern and not each.pattern.search(value):
        raise Invalid(each.problem or f"{each.title} belum sesuai bentuk yang diminta. {_example(each)}")
    return value


def email(each: Field, typed: Any, today: date) -> str:
    value = plain(typed)
    local = value.partition("@")[0]
    if (
        len(value) > 254
        or not _EMAIL.fullmatch(value)
        or ".." in value
        or local.startswith(".")
        or local.endswith(".")
    ):
        raise Invalid(f"{each.title} harus berupa alamat surel, misalnya nama@contoh.id.")
    return value


def phone(each: Field, typed: Any, today: date) -> str:
    """A phone number as Indonesians dial it, from 08…, 62…, +62… or (0335) 42…."""
    value = re.sub(r"[\s().\-–/]", "", plain(typed))
    value = re.sub(r"\A(\+62|0062|62)(0?)", "0", value)
    if not _PHONE.fullmatch(value):
        raise Invalid(f"{each.title} harus nomor telepon 9 sampai 14 angka, misalnya 0812 3456 7890.")
    return value


def nik(each: Field, typed: Any, today: date) -> str:
    return nik_numbers.parse(plain(typed), today=today, name=each.title).number


def kk(each: Field, typed: Any, today: date) -> str:
    return nik_numbers.parse_kk(plain(typed), name=each.title)


def integer(each: Field, typed: Any, today: date) -> int:
    if isinstance(typed, int) and not isinstance(typed, bool) and abs(typed) < 10**15:
        return int(_in_range(each, typed))
    value = re.sub(r"\A(-?)Rp\.?", r"\1", re.sub(r"\s", "", plain(typed)), flags=re.IGNORECASE)
    if not _WHOLE.fullmatch(value):
        raise Invalid(f"{each.title} harus angka bulat, misalnya {_sample(each)}.")
    return int(_in_range(each, int(value.partition(",")[0].replace(".", ""))))


def number(each: Field, typed: Any, today: date) -> int | float:
    if (
        isinstance(typed, int | float)
        and not isinstance(typed, bool)
        and abs(typed) < 10**15
        and isfinite(typed)
    ):
        return _in_range(each, typed)
    value = re.sub(r"\A(-?)Rp\.?", r"\1", re.sub(r"\s", "", plain(typed)), flags=re.IGNORECASE)
    if not _DECIMAL.fullmatch(value):
        raise Invalid(f"{each.title} harus angka, misalnya 1.250,5.")
    if not re.fullmatch(r"-?[0-9]+\.[0-9]{1,2}|-?[0-9]+\.[0-9]{4,}", value):
        value = value.replace(".", "").replace(",", ".")
    exact = float(value)
    return _in_range(each, int(exact) if exact.is_integer() else exact)


def boolean(each: Field, typed: Any, today: date) -> bool:
    value = as_choice(typed)
    if value in {TICKED, "true", "on", "1"}:
        return True
    if value in {UNTICKED, "false", "0"} and not (each.required and each.widget == "checkbox"):
        return False
    raise Invalid(required_sentence(each))


def choice(each: Field, typed: Any, today: date) -> str:
    value = plain(typed)
    if value not in {option.value for option in each.options}:
        raise Invalid(f"Pilih salah satu {each.title} dari daftar.")
    return value


def day(each: Field, typed: Any, today: date) -> str:
    """A day as ISO text, typed by the browser (2026-11-23) or by hand (23-11-2026)."""
    found = _as_day(plain(typed))
    if found is None or found.year < _FIRST_YEAR:
        raise Invalid(f"{each.title} harus tanggal yang ada, misalnya {words.date_short(today)}.")
    typed_day = f"Anda mengetik {words.date_short(found)}"
    first = each.earliest.on(today) if each.earliest else None
    last = each.latest.on(today) if each.latest else None
    if first and found < first:
        raise Invalid(f"{each.title} paling awal {words.date_short(first)}; {typed_day}.")
    if last and found > last:
        reason = "tidak boleh setelah hari ini" if last == today else f"paling akhir {words.date_short(last)}"
        raise Invalid(f"{each.title} {reason}; {typed_day}.")
    return found.isoformat()


def time(each: Field, typed: Any, today: date) -> str:
    found = _TIME.fullmatch(plain(typed))
    if not found:
        raise Invalid(f"{each.title} harus jam dan menit, misalnya 19.00.")
    return f"{int(found[1]):02d}:{found[2]}"


BY_KIND: dict[str, Callable[[Field, Any, date], Any]] = {
    "text": text,
    "email": email,
    "phone": phone,
    "nik": nik,
    "kk": kk,
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "choice": choice,
    "date": day,
    "time": time,
}


def required_sentence(each: Field) -> str:
    """What to do about a field that was left empty."""
    if each.kind in {"choice", "choices"} or (each.kind == "boolean" and each.widget == "radio"):
        return f"Pilih {each.title}."
    if each.kind == "boolean":
        return f"Centang bila Anda setuju: {each.title}."
    if each.is_upload:
        return f"Unggah {each.title}."
    if each.kind == "group":
        return f"Tambahkan sedikitnya satu {each.title}."
    return f"Isi {each.title}."


def _as_day(typed: str) -> date | None:
    iso, spoken = _ISO_DAY.fullmatch(typed), _SPOKEN_DAY.fullmatch(typed)
    parts = iso.groups() if iso else spoken.groups()[::-1] if spoken else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def _in_range(each: Field, amount: int | float) -> int | float:
    show = words.rupiah if each.widget == "rupiah" else words.number
    if each.minimum is not None and amount < each.minimum:
        raise Invalid(f"{each.title} sedikitnya {show(each.minimum)}; Anda mengetik {show(amount)}.")
    if each.maximum is not None and amount > each.maximum:
        raise Invalid(f"{each.title} paling banyak {show(each.maximum)}; Anda mengetik {show(amount)}.")
    return amount


def _sample(each: Field) -> str:
    return "900.000" if each.widget == "rupiah" else "3"


def _example(each: Field) -> str:
    return f"Contoh: {each.placeholder}" if each.placeholder else "Baca petunjuk di atas isian."
