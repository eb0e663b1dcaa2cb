"""Checks a filled-in form and gives clean values, or one sentence for every field that needs mending."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.forms.areas import LEVELS, level_of
from app.domain.forms.shape import Field, Form, parents_first
from app.domain.forms.typed import plain, rows_of
from app.domain.forms.values import BY_KIND, required_sentence
from app.errors import Invalid

MOST_TYPED = 100_000
"""Characters that all answers of one form may have together."""

Areas = Callable[[str, str], bool]


@dataclass
class _Check:
    """What one round of checking needs and finds."""

    today: date
    areas: Areas
    choices: Collection[str] | None
    problems: dict[str, str] = field(default_factory=dict)


def clean(
    form: Form,
    typed: Mapping[str, Any],
    *,
    today: date,
    areas: Areas,
    only: Collection[str] | None = None,
    applicant: Form | None = None,
) -> dict[str, Any]:
    """The clean answers; raises Invalid with `fields` = {path: sentence}.

    A field that was left empty, or that its condition does not ask for, is absent; lists and boxes are
    always there when asked. With `only`, just these fields and those that hang on them are checked and given
    back, but `typed` must hold the other answers as well, since conditions look at them. `areas(code, level)`
    says whether there is such a unit. `applicant` is the form whose fields an `isian-pemohon` offers.
    """
    check = _Check(today, areas, applicant.names if applicant else None)
    answers = _fields(form.fields, typed, "", check)
    if only is not None:
        kept = form.reach(only)
        answers = {name: value for name, value in answers.items() if name in kept}
        check.problems = {
            path: text for path, text in check.problems.items() if path.partition(".")[0] in kept
        }
    if check.problems:
        raise Invalid(fields=_in_page_order(form, check.problems))
    if _size(answers) > MOST_TYPED:
        raise Invalid(
            "Isian Anda terlalu panjang seluruhnya. Ringkas uraian yang panjang atau unggah sebagai berkas."
        )
    return answers


def merged(
    form: Form, before: Mapping[str, Any], corrections: Mapping[str, Any], only: Collection[str]
) -> dict[str, Any]:
    """The answers after a correction of only these fields: what is no longer asked goes."""
    kept = form.reach(only)
    return {name: value for name, value in before.items() if name not in kept} | dict(corrections)


def _fields(fields: Iterable[Field], typed: Mapping[str, Any], path: str, check: _Check) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    closed: set[str] = set()
    everything = list(fields)
    for each in parents_first(everything):
        condition = each.condition
        if condition and (condition.field in closed or not condition.met_by(answers.get(condition.field))):
            closed.add(each.name)
            continue
        try:
            value = _value(each, typed.get(each.name), check)
        except Invalid as refusal:
            check.problems[f"{path}{each.name}"] = str(refusal)
        else:
            if value is not None:
                answers[each.name] = value
    _compare_numbers(everything, answers, path, check)
    return {each.name: answers[each.name] for each in everything if each.name in answers}


def _value(each: Field, typed: Any, check: _Check) -> Any:
    if each.kind == "choices":
        return _ticks(each, typed, check)
    if each.is_upload:
        return _uploads(each, typed)
    if each.kind == "group":
        return _rows(each, typed, check)
    if not _is_answer(each, typed):
        return _nothing(each)
    if each.kind == "area":
        return _area(each, typed, check)
    return BY_KIND[each.kind](each, typed, check.today)


def _is_answer(each: Field, typed: Any) -> bool:
    if isinstance(typed, str):
        return bool(plain(typed))
    return each.kind in {"integer", "number", "boolean"} and isinstance(typed, int | float)


def _nothing(each: Field) -> Any:
    if each.required:
        raise Invalid(required_sentence(each))
    return False if each.kind == "boolean" and each.widget == "checkbox" else None


def _area(each: Field, typed: Any, check: _Check) -> str:
    code = plain(typed)
    level = level_of(code)
    if level and LEVELS.index(level) < LEVELS.index(each.level):
        missing = each.levels[LEVELS.index(level)]
        raise Invalid(f"Pilih {missing.upper() if missing in {'rw', 'rt'} else missing} untuk {each.title}.")
    if level != each.level or len(code) > 60 or not check.areas(code, each.level):
        raise Invalid(f"Pilih {each.title} dari daftar.")
    return code


def _ticks(each: Field, typed: Any, check: _Check) -> list[str]:
    given = (
        [plain(one) for one in typed] if isinstance(typed, list | tuple) else [plain(typed)] if typed else []
    )
    given = [one for one in dict.fromkeys(given) if one]
    known = [option.value for option in each.options] or list(check.choices or given)
    if any(one not in known or len(one) > 100 for one in given):
        raise Invalid(f"Pilih {each.title} dari daftar.")
    if not given and (each.required or each.min_items):
        raise Invalid(required_sentence(each))
    return _counted(each, [one for one in known if one in given], "pilihan")


def _uploads(each: Field, typed: Any) -> list[str]:
    ids = [one for one in typed if isinstance(one, str)] if isinstance(typed, list | tuple) else []
    ids = [typed] if isinstance(typed, str) and typed else ids
    if any(not one.isascii() or not one.isprintable() or not 0 < len(one) <= 64 for one in ids):
        raise Invalid(f"Unggah ulang {each.title}.")
    if not ids and each.required:
        raise Invalid(required_sentence(each))
    if each.kind == "file" and len(ids) > 1:
        raise Invalid(f"{each.title} cukup satu berkas. Hapus yang lain.")
    return _counted(each, ids, "berkas") if ids and each.kind == "files" else ids


def _rows(group: Field, typed: Any, check: _Check) -> list[dict[str, Any]]:
    rows = []
    for at, row in enumerate(rows_of(typed)):
        if not _is_blank(group, row):
            rows.append(_row(group, row, at, check))
    if not rows and group.required:
        raise Invalid(required_sentence(group))
    return _counted(group, rows, "baris")


def _row(group: Field, row: Mapping[str, Any], at: int, check: _Check) -> dict[str, Any]:
    inner = _Check(check.today, check.areas, check.choices)
    answers = _fields(group.children, row, f"{group.name}.{at}.", inner)
    check.problems |= {path: f"{group.title} {at + 1}: {text}" for path, text in inner.problems.items()}
    return answers


def _is_blank(group: Field, row: Mapping[str, Any]) -> bool:
    return not any(
        row.get(child.name) not in (None, "", [], False, child.default) for child in group.children
    )


def _counted(each: Field, items: list, noun: str) -> list:
    if len(items) > each.max_items:
        raise Invalid(f"{each.title} paling banyak {each.max_items} {noun}; sekarang {len(items)}. Kurangi.")
    if items and len(items) < each.min_items or (each.required and len(items) < each.min_items):
        raise Invalid(f"{each.title} sedikitnya {each.min_items} {noun}; sekarang {len(items)}. Tambahkan.")
    return items


def _compare_numbers(fields: Iterable[Field], answers: Mapping[str, Any], path: str, check: _Check) -> None:
    """A family card's number is never a person's: the usual slip is copying one into both."""
    persons = {
        answers.get(each.name): each.title for each in fields if each.kind == "nik" and each.name in answers
    }
    for each in fields:
        if each.kind == "kk" and answers.get(each.name) in persons:
            person = persons[answers[each.name]]
            check.problems[f"{path}{each.name}"] = (
                f"{each.title} sama dengan {person}. Lihat nomor di atas kartu keluarga."
            )


def _in_page_order(form: Form, problems: Mapping[str, str]) -> dict[str, str]:
    order = {name: at for at, name in enumerate(name for page in form.pages for name in page.names)}
    return dict(sorted(problems.items(), key=lambda item: order.get(item[0].partition(".")[0], len(order))))


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value) if isinstance(value, str) else 8
