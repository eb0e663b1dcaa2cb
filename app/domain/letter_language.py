"""The small language of letters and messages: placeholders, conditions and loops over plain data."""

import re
from collections.abc import Mapping
from functools import lru_cache
from io import StringIO
from typing import ClassVar

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin import content, illegal, output
from liquid.builtin.tags import case_tag, comment_tag, for_tag, if_tag, unless_tag
from liquid.exceptions import LiquidError
from liquid.static_analysis import Variable
from liquid.stringify import to_liquid_string

from app.domain.letter_words import amount_in_words
from app.errors import Invalid, ProcessFault

LARGEST_SOURCE = 50_000
GUARD = "\u2060"  # stands before a value's own markup signs; the reader of the markup takes it away again
SOFT_BREAK = "\u2028"  # a line break typed by a person: it breaks the line, it never starts a new block

_MARKUP_SIGN = re.compile(r"(?=[#:|]|[0-9]{1,3}\.\s|---)")
_TAG_ONLY_LINE = re.compile(r"(?m)^[ \t]*((?:\{%-?[^%]*-?%\}[ \t]*)+)\n")
_EMPTY_TEXT = re.compile(r"""\{%[^}]*[=!]=\s*(""|'')""")
_RANGE = re.compile(r"\{[%{][^}]*\.\.[^}]*\}")


class _GuardedOutput(output.OutputNode):
    """A placeholder whose value can never be mistaken for the designer's own markup."""

    def render_to_output(self, context: RenderContext, buffer: StringIO) -> int:
        return buffer.write(_guarded(to_liquid_string(self.expression.evaluate(context), autoescape=False)))


class _Output(output.Output):
    node_class = _GuardedOutput


class _Letters(Environment):
    """Liquid with the doors closed: no loader, no assignment, no arithmetic, hard limits."""

    block_nesting_limit: ClassVar[int] = 8
    context_depth_limit: ClassVar[int] = 12
    loop_iteration_limit: ClassVar[int | None] = 2_000
    output_stream_limit: ClassVar[int | None] = 200_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        tags = (
            content.Literal,
            _Output,
            illegal.Illegal,
            if_tag.IfTag,
            unless_tag.UnlessTag,
            case_tag.CaseTag,
            for_tag.ForTag,
            for_tag.BreakTag,
            for_tag.ContinueTag,
            comment_tag.CommentTag,
        )
        for tag in tags:
            self.add_tag(tag)
        for name, rule in FILTERS.items():
            self.add_filter(name, rule)


def _default(value: object, fallback: str = "") -> object:
    return fallback if value in (None, "", False, [], {}) or not str(value).strip() else value


def _join(value: object, glue: str = ", ") -> str:
    return glue.join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


FILTERS = {
    "default": _default,
    "join": _join,
    "size": _size,
    "upcase": lambda value: str(value).upper(),
    "downcase": lambda value: str(value).lower(),
    "capitalize": lambda value: str(value).capitalize(),
    "judul": lambda value: " ".join(word.capitalize() for word in str(value).split()),
    "strip": lambda value: str(value).strip(),
    "terbilang": lambda value: amount_in_words(str(value)),
}

_ENVIRONMENT = _Letters()


def check(source: str, *, first_line: int = 1) -> None:
    """Refuse a text that is not in the language, naming the line, counted from `first_line`."""
    if len(source) > LARGEST_SOURCE:
        raise Invalid(f"Templat terlalu panjang: paling banyak {LARGEST_SOURCE:,} huruf.".replace(",", "."))
    if _RANGE.search(source):
        raise Invalid("Templat hanya boleh mengulang daftar dari isian, bukan rentang angka (..).")
    if _EMPTY_TEXT.search(source):
        raise Invalid(
            'Untuk bertanya apakah suatu isian diisi, tulis {% if nama %}, bukan perbandingan dengan "".'
        )
    try:
        parsed = _ENVIRONMENT.from_string(source)
        unknown = set(parsed.analyze(include_partials=False).filters) - set(FILTERS)
    except (LiquidError, RecursionError) as error:
        raise Invalid(_explain(error, source, first_line)) from error
    if unknown:
        known = ", ".join(sorted(FILTERS))
        raise Invalid(f"Penyaring {', '.join(sorted(unknown))} tidak dikenal. Yang dapat dipakai: {known}.")


def names(source: str) -> frozenset[str]:
    """Every name a text takes from outside, dotted (`unit.kelurahan`), without the names of its own loops."""
    return frozenset(str(variable) for places in _used(source).values() for variable in places)


def roots(source: str) -> frozenset[str]:
    """The first parts of these names: what a context must hold for the text."""
    return frozenset(_used(source))


def fill(source: str, context: Mapping[str, object]) -> str:
    """The text with its values in place; values keep guard and soft-break signs, see `finish`."""
    try:
        return _parsed(source).render(plain(context))
    except (LiquidError, RecursionError, ValueError) as error:
        raise ProcessFault(f"A letter or message text cannot be filled in: {error}") from error


def finish(text: str) -> str:
    """Take the guards away and make soft breaks real ones: the text as people read it."""
    return text.replace(GUARD, "").replace(SOFT_BREAK, "\n").strip()


def fill_line(source: str, context: Mapping[str, object]) -> str:
    """One line of text (a subject, a header value, a short message) with its values in place."""
    return " ".join(finish(fill(source, context)).split())


def plain(value: object) -> object:
    """A copy made of exact plain types only, so that no template can reach a Python object.

    Empty texts and lists become nothing, for in Liquid an empty text counts as true.
    """
    if value is None or type(value) in (int, bool, float):
        return value
    if isinstance(value, str):
        return str.__str__(value) if value.strip() else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value] or None
    raise ProcessFault(f"A letter may be given plain data only, not {type(value).__name__}.")


@lru_cache(maxsize=256)
def _parsed(source: str) -> BoundTemplate:
    return _ENVIRONMENT.from_string(_TAG_ONLY_LINE.sub(r"\1", source))


@lru_cache(maxsize=256)
def _used(source: str) -> Mapping[str, list[Variable]]:
    """First part of a name → where the text uses it."""
    return _parsed(source).analyze(include_partials=False).globals


def _guarded(value: str) -> str:
    lines = re.split(r"\r\n|[\r\n\v\f\x85\u2028\u2029]", value.replace(GUARD, "").replace("\0", ""))
    safe = SOFT_BREAK.join(line.strip() for line in lines).replace("=", GUARD + "=").replace("|", GUARD + "|")
    return GUARD + safe if _MARKUP_SIGN.match(safe.lstrip()) else safe


def _explain(error: Exception, source: str, first_line: int) -> str:
    token = getattr(error, "token", None)
    if token is None or token.start_index < 0:
        return "Templat tidak dapat dibaca: periksa pasangan {{ … }} dan {% … %}."
    line = source.count("\n", 0, token.start_index) + first_line
    return (
        f"Templat baris {line} tidak dapat dibaca. Periksa penulisan {{{{ … }}}} dan {{% … %}}; "
        "yang dapat dipakai: if, elsif, else, unless, case, for, comment."
    )
