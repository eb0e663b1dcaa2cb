"""Invented names as a city has them: few very common ones, many that hardly anybody else has."""

import random

FIRST = (
    "siti",
    "ahmad",
    "sri",
    "agus",
    "dwi",
    "nur",
    "budi",
    "eko",
    "wahyu",
    "rina",
    "joko",
    "ani",
    "hendra",
    "lina",
)
COMMON, MIDDLING = "siti", "kirana"  # parts of names: one person in eight, and one in two hundred
# three of one kelurahan; nobody of its kecamatan
RARE, ELSEWHERE = (
    "Zulkarnaen Qomaruddin",
    "Xaverius Quartono",
)
NOBODY = "wqxz"
CONSONANTS, VOWELS = "bdghjklmnprstwy", "aiueo"


def name(chance: random.Random) -> str:
    """One of many thousand names."""
    first = FIRST[min(int(chance.expovariate(0.28)), len(FIRST) - 1)]
    middle = f" {MIDDLING}" if chance.random() < 0.005 else ""
    return f"{first}{middle} {_word(chance)} {_word(chance)}".title()


def nik(chance: random.Random) -> str:
    """A number of the right shape."""
    return f"3574{chance.randrange(10**12):012}"


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(chance.choice((2, 2, 3))))
