"""Reads answers that a machine sends as JSON: only declared fields, each of a type that its question can hold."""

from collections.abc import Collection, Mapping
from typing import Any

from app.domain.forms.shape import Field, Form
from app.errors import Invalid

UNKNOWN = "Isian ini tidak dikenal formulirnya."
AS_FILE = "Kirim berkas sebagai bagian multipart/form-data dengan nama isian ini."
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "integer": ((int, str), "Harus berupa bilangan bulat."),
    "number": ((int, float, str), "Harus berupa angka."),
    "boolean": ((bool, str), "Harus berupa true atau false."),
    "choices": ((list,), "Harus berupa daftar pilihan."),
    "group": ((list,), "Harus berupa daftar baris."),
}
_TEXT = ((str,), "Harus berupa teks.")


def sent(form: Form, answers: Mapping[str, Any], *, only: Collection[str] | None = None) -> dict[str, Any]:
    """The answers, null left out. Raises Invalid naming those the form does not ask for or cannot hold."""
    problems: dict[str, str] = {}
    fields = {each.name: each for each in form.fields if only is None or each.name in only}
    _look(fields, answers, "", problems)
    if problems:
        raise Invalid(fields=problems)
    return {name: value for name, value in answers.items() if value is not None}


def _look(
    fields: Mapping[str, Field], answers: Mapping[str, Any], path: str, problems: dict[str, str]
) -> None:
    for name, value in answers.items():
        sentence = _misfit(fields.get(name), value)
        if sentence:
            problems[f"{path}{name[:60]}"] = sentence
        elif value is not None and fields[name].kind == "group":
            children = {child.name: child for child in fields[name].children}
            for at, row in enumerate(value):
                _look(children, row, f"{path}{name}.{at}.", problems)


def _misfit(asked: Field | None, value: Any) -> str:
    if asked is None:
        return UNKNOWN
    if asked.is_upload:
        return AS_FILE
    types, sentence = _TYPES.get(asked.kind, _TEXT)
    if value is None:
        return ""
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return sentence
    inner = {"choices": str, "group": Mapping}.get(asked.kind)
    return sentence if inner and not all(isinstance(each, inner) for each in value) else ""
