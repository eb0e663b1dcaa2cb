"""Patterns written by form designers, admitted only when they cannot make the matcher run away.

A pattern is a JSON Schema (ECMA) pattern. `cost` bounds the number of ways a backtracking matcher can try one
start position: the product over all variable quantifiers of their span and over all alternations of their
arms. `size` bounds how much one try can walk through. A variable quantifier inside a repeated group would
multiply without bound, so it is refused outright.
"""

import re
from dataclasses import dataclass
from math import prod

from app.errors import Invalid

LONGEST_PATTERN = 200
LONGEST_INPUT = 200
HIGHEST_COST = 50_000
LARGEST_SIZE = 5_000

_CLASS_ESCAPES = frozenset("dDwWsS")
_LITERAL_ESCAPES = frozenset(r"\.^$*+?()[]{}|/-")
_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}", re.ASCII)


@dataclass(frozen=True)
class _Part:
    """One piece of a pattern: Python's way to write it, how dear trying it is and how long it can get."""

    text: str
    cost: int = 1
    size: int = 1

    @property
    def varies(self) -> bool:
        return self.cost > 1


def admit(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled for ASCII and with ECMA's idea of `$`; raises Invalid with the reason."""
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise Invalid(f"Pola harus 1 sampai {LONGEST_PATTERN} karakter.")
    reader = _Reader(pattern)
    part = reader.alternation()
    if not reader.at_end:
        raise Invalid("Pola punya tanda kurung tutup yang berlebih.")
    if part.cost > HIGHEST_COST or part.size > LARGEST_SIZE:
        raise Invalid("Pola terlalu rumit. Kurangi tanda * + ? dan |, atau beri batas jumlah seperti {1,4}.")
    try:
        return re.compile(part.text, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise Invalid(f"Pola tidak dapat dibaca ({error}).") from error


class _Reader:
    """Walks a pattern once, from left to right, and refuses everything it does not know."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.pattern)

    @property
    def here(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def alternation(self) -> _Part:
        arms = [self.sequence()]
        while self.here == "|":
            self.at += 1
            arms.append(self.sequence())
        cost = prod(arm.cost for arm in arms) * len(arms)
        return _Part("|".join(arm.text for arm in arms), cost, max(arm.size for arm in arms))

    def sequence(self) -> _Part:
        parts = []
        while not self.at_end and self.here not in "|)":
            parts.append(self.repeated(self.piece()))
        text, size = "".join(part.text for part in parts), sum(part.size for part in parts)
        return _Part(text, prod(part.cost for part in parts), max(size, 1))

    def piece(self) -> _Part:
        char = self.here
        self.at += 1
        if char == "(":
            return self.group()
        if char == "[":
            return self.char_class()
        if char == "\\":
            return self.escape()
        if char == "$":
            return _Part(r"\Z")
        if char in "*+?{":
            raise Invalid(f"Pola punya tanda {char} yang tidak mengikuti apa pun.")
        return _Part(char if char in "^." else re.escape(char))

    def group(self) -> _Part:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.here == "?":
            raise Invalid("Pola memakai kelompok (?…) yang tidak didukung. Pakai ( ) atau (?: ) saja.")
        self.depth += 1
        if self.depth > 10:
            raise Invalid("Pola punya terlalu banyak tanda kurung bersarang.")
        inner = self.alternation()
        if self.here != ")":
            raise Invalid("Pola punya tanda kurung buka yang tidak ditutup.")
        self.at += 1
        self.depth -= 1
        return _Part(f"(?:{inner.text})", inner.cost, inner.size)

    def char_class(self) -> _Part:
        start = self.at
        if self.here == "^":
            self.at += 1
        first = self.at
        while not self.at_end and (self.here != "]" or self.at == first):
            self.at += 2 if self.here == "\\" else 1
        if self.at_end:
            raise Invalid("Pola punya tanda [ yang tidak ditutup.")
        inner = self.pattern[start : self.at]
        self.at += 1
        for char in re.findall(r"\\(.)", inner, re.DOTALL):
            self._known_escape(char)
        if "[" in inner.replace("\\[", "") or any(twice in inner for twice in ("--", "&&", "||", "~~")):
            raise Invalid("Pola punya isi kurung siku yang tidak didukung.")
        return _Part(f"[{inner}]")

    def escape(self) -> _Part:
        char = self.here
        self.at += 1
        self._known_escape(char)
        return _Part("\\" + char)

    def repeated(self, part: _Part) -> _Part:
        least, most, text = self._quantifier()
        if not text:
            return part
        if part.varies and most > 1:
            raise Invalid(
                "Pola mengulang sesuatu yang sudah berulang atau berpilihan. "
                "Pecah menjadi pola yang lebih sederhana."
            )
        if self.here and self.here in "*+?{":
            raise Invalid("Pola punya dua tanda pengulangan berturut-turut.")
        return _Part(part.text + text, part.cost * (most - least + 1), part.size * max(most, 1))

    def _quantifier(self) -> tuple[int, int, str]:
        simple = {"*": (0, LONGEST_INPUT), "+": (1, LONGEST_INPUT), "?": (0, 1)}.get(self.here)
        if simple:
            self.at += 1
            return *simple, self.pattern[self.at - 1]
        if self.here != "{":
            return 1, 1, ""
        count = _COUNT.match(self.pattern, self.at)
        if not count:
            raise Invalid("Pola punya tanda { } yang tidak dapat dibaca. Tulis misalnya {3} atau {1,4}.")
        self.at = count.end()
        least = int(count[1])
        most = least if count[2] is None else int(count[3] or LONGEST_INPUT)
        if least > LONGEST_INPUT or most > LONGEST_INPUT or most < least:
            raise Invalid(f"Jumlah di dalam {{ }} pada pola harus urut dan paling banyak {LONGEST_INPUT}.")
        return least, most, count[0]

    def _known_escape(self, char: str) -> None:
        if char not in _CLASS_ESCAPES | _LITERAL_ESCAPES:
            raise Invalid(f"Pola memakai \\{char} yang tidak didukung.")
