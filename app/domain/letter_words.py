"""Amounts in words, as official letters spell them beside the figures."""

import re

ONES = (
    "",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))
LARGEST = 10**15


def in_words(amount: int) -> str:
    """900000 -> "sembilan ratus ribu"; the caller adds the unit (rupiah, orang, lembar)."""
    if amount < 0:
        return f"minus {in_words(-amount)}"
    return _spell(amount) or "nol"


def amount_in_words(text: str) -> str:
    """Spell the whole number written in a text such as "Rp900.000" or "3 orang"; "" when there is none."""
    written = re.search(r"[0-9][0-9.]*", text)
    if written is None:
        return ""
    amount = int(written.group().replace(".", "")[:16])
    return in_words(amount) if amount < LARGEST else ""


def _spell(amount: int) -> str:
    for size, word in SCALES:
        if amount >= size:
            return _join(_spell(amount // size), word, _spell(amount % size))
    if amount >= 2000:
        return _join(_spell(amount // 1000), "ribu", _spell(amount % 1000))
    if amount >= 1000:
        return _join("seribu", _spell(amount - 1000))
    return _spell_hundreds(amount)


def _spell_hundreds(amount: int) -> str:
    if amount >= 200:
        return _join(ONES[amount // 100], "ratus", _spell_hundreds(amount % 100))
    if amount >= 100:
        return _join("seratus", _spell_hundreds(amount - 100))
    if amount >= 20:
        return _join(ONES[amount // 10], "puluh", ONES[amount % 10])
    if amount >= 12:
        return _join(ONES[amount - 10], "belas")
    return ONES[amount]


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)
