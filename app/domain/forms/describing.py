"""Says what was answered as people read it: for the review page, the task page and the letters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain import nik, words
from app.domain.forms.shape import UNTICKED, Field, Form, Option, open_fields
from app.domain.forms.typed import rows_of

SMALLEST_GROUPED = 10_000
"""Whole numbers below are written without a point, so that a year stays a year."""

NameArea = Callable[[str], str]
Readable = str | list[str] | list[dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One answered question; an empty text means that nothing was answered."""

    field: str
    title: str
    text: str
    files: tuple[str, ...] = ()
    kind: str = "text"
    masked: bool = False


@dataclass(frozen=True)
class Group:
    """The answers of one page."""

    title: str
    rows: tuple[Row, ...]


def describe(
    form: Form,
    answers: Mapping[str, Any],
    *,
    mask: bool = True,
    name_area: NameArea | None = None,
    applicant: Form | None = None,
) -> list[Group]:
    """The answers in the groups of the form's pages; NIK and KK masked unless `mask` is off.

    `name_area` names an area code; `applicant` is the form that an `isian-pemohon` question speaks of.
    """
    asked = open_fields(form.fields, answers)
    tell = _Teller(mask, name_area, applicant)
    groups = [
        Group(
            page.title,
            tuple(row for each in page.fields if each.name in asked for row in tell.rows(each, answers)),
        )
        for page in form.pages
    ]
    return [group for group in groups if group.rows]


def readable(
    form: Form, answers: Mapping[str, Any], *, name_area: NameArea | None = None
) -> dict[str, Readable]:
    """Every answer by field name, in full, as a letter writes it; a group is a list of such mappings."""
    tell = _Teller(False, name_area, None)
    return {
        each.name: tell.readable(each, answers.get(each.name)) for each in form.fields if not each.is_upload
    }


def changed(form: Form, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The names of the fields whose answers differ."""
    return {
        each.name for each in form.fields if _settled(before.get(each.name)) != _settled(after.get(each.name))
    }


def correctable(form: Form) -> tuple[Option, ...]:
    """What an `isian-pemohon` question offers: every field of the applicant's form."""
    return tuple(Option(each.name, each.title) for each in form.fields)


def understood(form: Form, typed: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """For every NIK that can be read: what it says, for the eye to check."""
    return {
        path: text for path, number in _niks(form, typed) if (text := nik.understood(number, today=today))
    }


def warnings(form: Form, answers: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """NIK that do not fit the birth date or sex stated beside them: only a warning, no proof."""
    born, sex = answers.get("tanggal_lahir"), answers.get("jenis_kelamin")
    found = {}
    for path, number in _niks(form, answers):
        if "." not in path and (text := nik.mismatch(number, birth_date=born, sex=sex, today=today)):
            found[path] = text
    return found


def _niks(form: Form, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [(each.name, typed.get(each.name)) for each in form.fields if each.kind == "nik"]
    for group in (each for each in form.fields if each.kind == "group"):
        for at, row in enumerate(rows_of(typed.get(group.name))):
            found += [
                (f"{group.name}.{at}.{c.name}", row.get(c.name)) for c in group.children if c.kind == "nik"
            ]
    return [(path, number) for path, number in found if isinstance(number, str)]


def _as_it_is(each: Field, value: Any) -> str:
    return str(value)


def _settled(value: Any) -> Any:
    return None if value in ("", [], None) else value


@dataclass(frozen=True)
class _Teller:
    """Writes values as people read them."""

    mask: bool
    name_area: NameArea | None
    applicant: Form | None

    def rows(self, each: Field, answers: Mapping[str, Any]) -> list[Row]:
        value = answers.get(each.name)
        if each.kind == "group":
            return [
                Row(each.name, f"{each.title} {at}", self._line(each, row), kind="group")
                for at, row in enumerate(rows_of(value), start=1)
            ] or [Row(each.name, each.title, "", kind="group")]
        if each.is_upload:
            files = (value,) if isinstance(value, str) else tuple(value or ())
            return [Row(each.name, each.title, "", files, each.kind)]
        return [
            Row(each.name, each.title, self.text(each, value), (), each.kind, self.mask and each.is_secret)
        ]

    def readable(self, each: Field, value: Any) -> Readable:
        if each.kind == "group":
            return [
                {c.name: self.readable(c, row.get(c.name)) for c in each.children} for row in rows_of(value)
            ]
        if each.kind == "choices":
            return [self._title(each, one) for one in value or ()]
        return self.text(each, value)

    def text(self, each: Field, value: Any) -> str:
        """The value in words; what was typed and is not clean yet stands as it was typed."""
        if value is None or value == "" or value == []:
            return ""
        try:
            return self._writers().get(each.kind, _as_it_is)(each, value)
        except (TypeError, ValueError, AttributeError, ArithmeticError):
            return str(value)

    def _writers(self) -> dict[str, Callable[[Field, Any], str]]:
        return {
            "integer": self._amount,
            "number": self._amount,
            "date": lambda each, value: words.date_short(value),
            "time": lambda each, value: value.replace(":", "."),
            "boolean": lambda each, value: "Tidak" if value in (False, UNTICKED) else "Ya",
            "choice": self._title,
            "choices": lambda each, value: ", ".join(self._title(each, one) for one in value),
            "area": lambda each, value: self.name_area(value) if self.name_area else value,
            "nik": lambda each, value: self._number(str(value)),
            "kk": lambda each, value: self._number(str(value)),
        }

    def _line(self, group: Field, row: Mapping[str, Any]) -> str:
        asked = open_fields(group.children, row)
        told = [(c.title, self.text(c, row.get(c.name))) for c in group.children if c.name in asked]
        return "; ".join(f"{title}: {text}" for title, text in told if text)

    def _amount(self, each: Field, value: Any) -> str:
        if each.widget == "rupiah":
            return words.rupiah(value)
        is_short = each.kind == "integer" and abs(value) < SMALLEST_GROUPED
        return f"{value if is_short else words.number(value)} {each.unit}".strip()

    def _number(self, value: str) -> str:
        return nik.mask(value) if self.mask else value

    def _title(self, each: Field, value: str) -> str:
        offered = correctable(self.applicant) if self.applicant and not each.options else each.options
        return next((option.title for option in offered if option.value == value), value)
