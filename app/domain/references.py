"""Makes and recognises the two things a citizen keeps: the registration number and the tracking code.

A number reads `26-7K3-MN4-TXC`: the year, eight random characters and a check character. A tracking code
reads `HJK-4MR-7TX`: nine random characters.

The alphabet has 23 characters: no vowels (no words arise) and of each group that looks alike (0 O Q, 1 I L,
2 Z, 5 S, 6 G, 8 B, U V) at most one. A random character therefore holds log2(23) = 4.5236 bits:

    number          8 x 4.5236 = 36.2 bits   (78 thousand million numbers a year)
    tracking code   9 x 4.5236 = 40.7 bits
    both together                76.9 bits   (at least 75 asked for a case)
    sealed code    20 x 4.5236 = 90.5 bits   (at least 90 asked for a whistle-blower)

At 100,000 cases a year the chance that two get the same number is 6 %, so the database's unique key decides
and the caller draws again. Because 23 is a prime and every place has another weight, the check character
finds every single wrong character and every swap of two neighbours.
"""

import re
import secrets
from collections.abc import Callable, Sequence

ALPHABET = "23456789CDFHJKMNPRTVWXY"
RANDOM_IN_NUMBER = 8
RANDOM_IN_CODE = 9
RANDOM_IN_SEALED_CODE = 20

Choose = Callable[[Sequence[str]], str]

_VALUES = {char: at for at, char in enumerate(ALPHABET)}
_VALUES |= {"0": _VALUES["X"], "1": _VALUES["Y"]}
"""Places of the year also know 0 and 1: any values will do that no other digit has."""

_LOOK_ALIKES = str.maketrans("OQILZSGBU", "00112568V")
_NUMBER = re.compile(rf"[0-9]{{2}}[{ALPHABET}]{{{RANDOM_IN_NUMBER + 1}}}", re.ASCII)
_NOT_KEPT = re.compile(r"[^0-9A-Z]", re.ASCII)


def new_number(year: int, choose: Choose = secrets.choice) -> str:
    """A registration number of this year."""
    body = f"{year % 100:02d}" + _draw(RANDOM_IN_NUMBER, choose)
    return _dashed(body + _check_character(body))


def new_code(choose: Choose = secrets.choice) -> str:
    """A tracking code."""
    return _dashed(_draw(RANDOM_IN_CODE, choose))


def new_sealed_code(choose: Choose = secrets.choice) -> str:
    """A code that alone must withstand guessing, for reports whose number is known to others."""
    return _dashed(_draw(RANDOM_IN_SEALED_CODE, choose))


def normalise(text: str) -> str:
    """A number or code as it was given out, however it was typed: small letters, no dashes, O for 0."""
    return _dashed(_bare(text))


def looks_right(number: str) -> bool:
    """Whether this can be a registration number at all; a wrong character or two swapped ones cannot."""
    bare = _bare(number)
    return bool(_NUMBER.fullmatch(bare)) and _check_character(bare[:-1]) == bare[-1]


def _bare(text: str) -> str:
    return _NOT_KEPT.sub("", text[:100].upper()).translate(_LOOK_ALIKES)


def _draw(count: int, choose: Choose = secrets.choice) -> str:
    return "".join(choose(ALPHABET) for _ in range(count))


def _check_character(body: str) -> str:
    """The last character: it makes the sum of values times places (from the right) divisible by 23."""
    total = sum(_VALUES[char] * place for place, char in enumerate(reversed(body), start=2))
    return ALPHABET[-total % len(ALPHABET)]


def _dashed(bare: str) -> str:
    """Groups of three from the right, so that the year of a number stands alone."""
    first = len(bare) % 3
    groups = [bare[:first], *(bare[at : at + 3] for at in range(first, len(bare), 3))]
    return "-".join(group for group in groups if group)
