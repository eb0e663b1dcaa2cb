"""Journeys: whole cases as data, read from JSON files and refused by file and move where they cannot be played.

tests/journeys/README.md describes the format for those who write one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from app.errors import Invalid

LARGEST = 1024 * 1024  # bytes of one file
MOST_MOVES = 500
FIRST_YEAR, LAST_YEAR = 1900, 2200
Answers = Mapping[str, Any]
Files = Mapping[str, "str | list[str]"]  # field → name, or names


@dataclass(frozen=True, kw_only=True)
class Move:
    """Something that happens to the case; afterwards some steps wait and others do not."""

    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deed(Move):
    """Somebody finishes a step: an official decides, or the applicant corrects the fields in `only`."""

    step: str
    role: str
    answers: Answers = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    only: tuple[str, ...] | None = None
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class Wait(Move):
    """Time passes, and what is due happens."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Word(Move):
    """A message or a signal reaches the case."""

    kind: str  # message or signal
    name: str
    payload: Answers = field(default_factory=dict)
    correlation: Mapping[str, Answers] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One case from the sent form to its end, and what must be true there."""

    name: str
    service: str
    title: str
    sent: datetime
    applicant: Answers
    moves: tuple[Move, ...]
    outcome: str
    confidential: bool = False
    files: Files = field(default_factory=dict)
    results: Mapping[str, Answers] = field(default_factory=dict)  # service step → what it brings back
    letter: bool | None = None
    returns: int | None = None
    sheets: int | None = None
    never: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    letter_says: tuple[str, ...] = ()
    notice_says: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kind:
    """What a value must be, in words, and whether it is that."""

    words: str
    fits: Callable[[Any], bool]


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(each) for each in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_moment(value: Any) -> bool:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _holds(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(fits(each) for each in value.values())


TEXT = _Kind("teks yang tidak kosong", _is_text)
YES_NO = _Kind("true atau false", lambda value: isinstance(value, bool))
COUNT = _Kind("bilangan bulat dari 0", _is_count)
MOMENT = _Kind("waktu dengan zona, misalnya 2026-11-23T09:00:00+07:00", _is_moment)
NAMES = _Kind("daftar teks", _is_names)
OBJECT = _Kind("objek {…}", _is_object)
TEXTS = _Kind("objek yang nilainya teks", _holds(_is_text))
OBJECTS = _Kind("objek yang nilainya objek", _holds(_is_object))
FILES = _Kind(
    "objek: isian → nama berkas, atau daftar nama", _holds(lambda value: _is_text(value) or _is_names(value))
)
MOVES = _Kind(
    f"daftar, paling banyak {MOST_MOVES} langkah", lambda v: isinstance(v, list) and len(v) <= MOST_MOVES
)

JOURNEY = {
    "service": TEXT, "title": TEXT, "sent": MOMENT, "applicant": OBJECT, "moves": MOVES, "outcome": TEXT,
    "confidential": YES_NO, "files": FILES, "results": OBJECTS, "letter": YES_NO, "returns": COUNT, "sheets": COUNT,
    "never": NAMES, "units": TEXTS, "letter_says": NAMES, "notice_says": NAMES,
}  # fmt: skip
NEEDED = ("service", "title", "sent", "applicant", "moves", "outcome")
AFTERWARDS = {"opens": NAMES, "closes": NAMES}
WORD = {"payload": OBJECT, "correlation": OBJECTS, **AFTERWARDS}
BY_FIRST_KEY: Mapping[str, Mapping[str, _Kind]] = {
    "step": {"step": TEXT, "as": TEXT, "answers": OBJECT, "files": FILES, "only": NAMES, "person": TEXT, **AFTERWARDS},
    "until": {"until": MOMENT, **AFTERWARDS},
    "message": {"message": TEXT, **WORD},
    "signal": {"signal": TEXT, **WORD},
}  # fmt: skip


def read(name: str, content: bytes) -> Journey:
    """The journey that a file tells. Raises Invalid: one line for each thing to mend, with the move's number."""
    try:
        if len(content) > LARGEST:
            raise Invalid("berkas lebih dari 1 MB. Pecah menjadi beberapa perjalanan.")
        told = orjson.loads(content)
    except orjson.JSONDecodeError as wrong:
        raise Invalid(
            f"{name}: baris {wrong.lineno}, kolom {wrong.colno}: bukan JSON yang benar. Periksa tanda kurung dan koma."
        ) from None
    except Invalid as refusal:
        raise Invalid(f"{name}: {refusal}") from None
    if problems := list(_wrong(told)):
        raise Invalid("\n".join(f"{name}: {problem}" for problem in problems))
    return _journey(name, told)


def _wrong(told: Any) -> Iterator[str]:
    if not isinstance(told, dict):
        yield "isinya harus satu objek {…}. Lihat tests/journeys/README.md."
        return
    yield from _wrong_values(told, JOURNEY, NEEDED)
    if MOVES.fits(told.get("moves")):
        last = told.get("sent")
        for number, move in enumerate(told["moves"], start=1):
            yield from (f"langkah {number}: {problem}" for problem in _wrong_move(move, last))
            last = move["until"] if isinstance(move, dict) and _is_moment(move.get("until")) else last


def _wrong_move(move: Any, last: Any) -> Iterator[str]:
    kinds = [key for key in BY_FIRST_KEY if isinstance(move, dict) and key in move]
    if len(kinds) != 1:
        yield f"harus berisi tepat satu dari {', '.join(BY_FIRST_KEY)}. Pecah atau lengkapi langkah ini."
        return
    yield from _wrong_values(move, BY_FIRST_KEY[kinds[0]], ("step", "as") if kinds == ["step"] else ())
    if kinds == ["until"] and _goes_back(move["until"], last):
        yield f"until {move['until']} lebih awal dari {last}. Waktu hanya dapat maju."


def _goes_back(moment: Any, last: Any) -> bool:
    both = _is_moment(moment) and _is_moment(last)
    return both and datetime.fromisoformat(moment) < datetime.fromisoformat(last)


def _wrong_values(told: Mapping, known: Mapping[str, _Kind], needed: tuple[str, ...]) -> Iterator[str]:
    for key, value in told.items():
        if key not in known:
            yield f"kunci “{key}” tidak dikenal. Pakai {', '.join(known)}."
        elif not known[key].fits(value):
            yield f"“{key}” harus {known[key].words}. Betulkan nilainya."
    for key in needed:
        if key not in told:
            yield f"kunci “{key}” belum ada. Tambahkan."


def _journey(name: str, told: Mapping) -> Journey:
    kept = {key: tuple(value) if JOURNEY[key] is NAMES else value for key, value in told.items()}
    kept["sent"] = datetime.fromisoformat(told["sent"])
    kept["moves"] = tuple(_move(each) for each in told["moves"])
    return Journey(name=name, **kept)


def _move(told: Mapping) -> Move:
    kept = {key: tuple(value) if key in ("opens", "closes", "only") else value for key, value in told.items()}
    if "until" in kept:
        return Wait(**{**kept, "until": datetime.fromisoformat(told["until"])})
    if "step" in kept:
        return Deed(role=kept.pop("as"), **kept)
    kind = "message" if "message" in kept else "signal"
    return Word(kind=kind, name=kept.pop(kind), **kept)
