"""What a form is once it has been read: pages of typed fields, plain and immutable."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.forms.areas import LEVELS

TICKED = "ya"
UNTICKED = "tidak"


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    value: str
    title: str


@dataclass(frozen=True)
class Condition:
    """A field is asked only when another field of the same list has one of these values; `text` says so."""

    field: str
    values: tuple[str, ...]
    text: str = ""

    def met_by(self, value: Any) -> bool:
        given = value if isinstance(value, list | tuple) else (value,)
        return any(as_choice(each) in self.values for each in given)


@dataclass(frozen=True)
class DayLimit:
    """The first or last day a date may have: a fixed day, or so many days from today."""

    fixed: date | None = None
    offset: int = 0

    def on(self, today: date) -> date:
        return self.fixed or date.fromordinal(today.toordinal() + self.offset)


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    name: str
    title: str
    kind: str
    hint: str = ""
    widget: str = ""
    placeholder: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    condition: Condition | None = None
    children: tuple["Field", ...] = ()
    min_length: int = 0
    max_length: int = 0
    pattern: re.Pattern[str] | None = None
    problem: str = ""
    minimum: float | None = None
    maximum: float | None = None
    earliest: DayLimit | None = None
    latest: DayLimit | None = None
    accept: tuple[str, ...] = ()
    max_bytes: int = 0
    min_items: int = 0
    max_items: int = 0
    rows: int = 4
    level: str = ""
    camera: bool = False
    unit: str = ""
    autocomplete: str = ""
    add_label: str = ""
    default: str = ""

    @property
    def is_upload(self) -> bool:
        return self.kind in {"file", "files"}

    @property
    def is_secret(self) -> bool:
        """Shown masked, stored encrypted."""
        return self.kind in {"nik", "kk"}

    @property
    def levels(self) -> tuple[str, ...]:
        """For an area: the levels the reader picks one after the other, largest first."""
        return LEVELS[1 : LEVELS.index(self.level) + 1] if self.kind == "area" else ()

    def child(self, name: str) -> "Field":
        return next(each for each in self.children if each.name == name)


@dataclass(frozen=True)
class Page:
    """The fields that are asked together."""

    title: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields)


@dataclass(frozen=True)
class Form:
    """A whole form, its fields in the order in which they were declared.

    `buttons`: what the main button says for each value of `keputusan` ("Tandatangani dan terbitkan").
    """

    title: str
    description: str
    pages: tuple[Page, ...]
    fields: tuple[Field, ...]
    buttons: Mapping[str, str] = field(default_factory=dict)
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name: each for each in self.fields})

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def field(self, name: str) -> Field:
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    @property
    def requirements(self) -> tuple[Field, ...]:
        """The documents to bring, as the service page lists them."""
        return tuple(each for each in self.fields if each.is_upload)

    @property
    def home(self) -> Field | None:
        """The area field that says where a case is at home."""
        return next((each for each in self.fields if each.kind == "area"), None)

    def page_of(self, name: str) -> int:
        """The number of the page, from 0, on which a field or a path such as `tanggungan.0.nama` stands."""
        top = name.partition(".")[0]
        return next((n for n, page in enumerate(self.pages) if top in page.names), 0)

    def reach(self, names: Collection[str]) -> frozenset[str]:
        """These fields and all that are asked only because of their answers."""
        found = {each for each in names if each in self}
        while more := {each.name for each in self.fields if _hangs_on(each, found)} - found:
            found |= more
        return frozenset(found)

    def narrowed(self, names: Collection[str]) -> "Form":
        """The same form with only these fields and those that hang on them, for correcting it."""
        kept = self.reach(names)
        pages = [
            Page(page.title, tuple(each for each in page.fields if each.name in kept)) for page in self.pages
        ]
        return Form(
            self.title,
            self.description,
            tuple(page for page in pages if page.fields),
            tuple(each for each in self.fields if each.name in kept),
        )


def as_choice(value: Any) -> str:
    """A value as conditions compare it: booleans are the words that the page posts."""
    if isinstance(value, bool):
        return TICKED if value else UNTICKED
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def parents_first(fields: Iterable[Field]) -> list[Field]:
    """The fields with each one after the field its condition asks about."""
    waiting, done = list(fields), []
    while waiting:
        names = {each.name for each in waiting}
        ready = [each for each in waiting if each.condition is None or each.condition.field not in names]
        if not ready:
            return done
        done += ready
        waiting = [each for each in waiting if each not in ready]
    return done


def open_fields(fields: Iterable[Field], values: Mapping[str, Any]) -> frozenset[str]:
    """The names of the fields that these values make us ask."""
    is_open: set[str] = set()
    for each in parents_first(fields):
        condition = each.condition
        if condition is None or (
            condition.field in is_open and condition.met_by(values.get(condition.field))
        ):
            is_open.add(each.name)
    return frozenset(is_open)


def _hangs_on(each: Field, names: Collection[str]) -> bool:
    return each.condition is not None and each.condition.field in names
