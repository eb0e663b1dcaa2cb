"""Reads a JSON Schema and its uiSchema into a Form, or says in one sentence what its designer must mend."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.forms.fields import broken, read_field, show
from app.domain.forms.shape import TICKED, UNTICKED, Condition, Field, Form, Page, parents_first
from app.errors import Invalid

MOST_FIELDS = 200
MOST_PAGES = 20

RESERVED = frozenset(
    {"typename", "langkah", "isi_berubah", "hari_kerja", "jam_kerja"}
    | {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none"}
    | {"aksi", "csrf_token"}
    | {"pemohon", "unit", "nomor", "tanggal", "penandatangan", "mengetahui"}
)
"""Names that the engine, its expressions, the page and the letters (in this order) use otherwise."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}\Z", re.ASCII)
_SCHEMA_KEYS = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "type",
        "title",
        "description",
        "properties",
        "required",
        "additionalProperties",
    }
)
_UI_KEYS = frozenset(
    {"ui:halaman", "ui:tombol", "ui:order", "ui:help", "ui:description", "ui:title", "ui:options"}
)


def read(schema: Mapping[str, Any], ui: Mapping[str, Any] | None = None, *, file: str = "") -> Form:
    """The form these two files describe; `file` names them in the refusal of a broken one."""
    try:
        return _read(schema, {} if ui is None else ui)
    except Invalid as refusal:
        where = f"Formulir {show(file)}: " if file else "Formulir tidak dapat dipakai: "
        raise Invalid(where + str(refusal)) from None


def _read(schema: Any, ui: Any) -> Form:
    if not isinstance(schema, Mapping) or not isinstance(ui, Mapping):
        raise Invalid("isinya harus berupa objek JSON.")
    _refuse_unknown(schema, _SCHEMA_KEYS, "skema")
    if schema.get("type") != "object":
        raise Invalid('skema harus punya "type": "object".')
    fields = read_fields(schema, ui, places=("", frozenset(_UI_KEYS)))
    return Form(
        title=_text(schema, "title", 200),
        description=_text(schema, "description", 2000),
        pages=_pages(ui.get("ui:halaman"), fields, _text(schema, "title", 200)),
        fields=fields,
        buttons=_buttons(ui.get("ui:tombol", {}), fields),
    )


def read_fields(
    schema: Mapping[str, Any], ui: Mapping[str, Any], *, places: tuple[str, frozenset[str]]
) -> tuple[Field, ...]:
    """The fields of a form or of the rows of a repeated group; `places` = (path, further keys of `ui`)."""
    path, ui_keys = places
    properties, required = schema.get("properties"), schema.get("required", [])
    if not isinstance(properties, Mapping) or not 1 <= len(properties) <= MOST_FIELDS:
        raise Invalid(f'{path or "skema"} harus punya "properties" dengan 1 sampai {MOST_FIELDS} isian.')
    if not isinstance(required, list):
        raise Invalid(f'"required" pada {path or "skema"} harus berupa daftar nama isian.')
    for name in properties:
        _check_name(name, path)
    for name in required:
        if not isinstance(name, str) or name not in properties:
            raise Invalid(f'"required" menyebut {show(name)} yang tidak ada. Hapus atau tambahkan isian itu.')
    for name in ui:
        if name not in properties and name not in ui_keys:
            raise Invalid(
                f"berkas ui menyebut {show(name)} yang tidak ada di skema. Hapus atau betulkan namanya."
            )
    fields = tuple(
        read_field(
            f"{path}{name}", properties[name], ui.get(name, {}), required=name in required, rows=read_fields
        )
        for name in properties
    )
    return _with_conditions(fields)


def _check_name(name: Any, path: str) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise Invalid(
            f"nama isian {path}{show(name)} tidak boleh dipakai. "
            "Mulai dengan huruf; pakai huruf, angka dan _ saja, paling panjang 60."
        )
    if name.lower() in RESERVED:
        raise Invalid(f"nama isian {path}{name} sudah dipakai oleh sistem. Beri nama lain.")


def _with_conditions(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    by_name = {each.name: each for each in fields}
    told = tuple(
        _with_condition(each, each.condition, by_name) if each.condition else each for each in fields
    )
    if len(parents_first(told)) < len(told):
        raise Invalid('"jika" beberapa isian saling menunggu. Putuskan salah satunya.')
    return told


def _with_condition(each: Field, condition: Condition, by_name: Mapping[str, Field]) -> Field:
    parent = by_name.get(condition.field)
    if parent is None or parent is each:
        raise broken(each.name, f'"jika" menyebut {show(condition.field)} yang tidak ada. Sebut isian lain.')
    titles = {option.value: option.title for option in parent.options}
    if parent.kind == "boolean":
        titles = {TICKED: "Ya", UNTICKED: "Tidak"}
    if not titles:
        raise broken(each.name, f'"jika" tidak dapat bergantung pada {parent.name}. Pakai isian pilihan.')
    for value in condition.values:
        if value not in titles:
            raise broken(each.name, f'"jika" menyebut nilai {show(value)} yang bukan pilihan {parent.name}.')
    answers = " atau ".join(titles[value] for value in condition.values)
    text = f"Isi bila “{parent.title}” dijawab {answers}."
    return replace(each, condition=replace(condition, text=text))


def _pages(stated: Any, fields: tuple[Field, ...], title: str) -> tuple[Page, ...]:
    if stated is None:
        return (Page(title, fields),)
    if not isinstance(stated, list) or not 1 <= len(stated) <= MOST_PAGES:
        raise Invalid(f'"ui:halaman" harus berupa daftar 1 sampai {MOST_PAGES} halaman.')
    left = {each.name: each for each in fields}
    pages = tuple(_page(one, left, fields) for one in stated)
    if left:
        raise Invalid(f'isian {", ".join(left)} tidak ada di halaman mana pun. Tambahkan ke "ui:halaman".')
    return pages


def _buttons(stated: Any, fields: tuple[Field, ...]) -> dict[str, str]:
    if not isinstance(stated, Mapping):
        raise Invalid('"ui:tombol" harus berupa objek: nilai keputusan dan kata pada tombolnya.')
    decisions = {option.value for each in fields if each.name == "keputusan" for option in each.options}
    for value in stated:
        if value not in decisions:
            raise Invalid(
                f'"ui:tombol" menyebut {show(value)} yang bukan pilihan keputusan. Hapus atau betulkan.'
            )
    return {value: _text(stated, value, 80) for value in stated}


def _page(stated: Any, left: dict[str, Field], fields: tuple[Field, ...]) -> Page:
    if (
        not isinstance(stated, Mapping)
        or set(stated) - {"judul", "isian"}
        or not isinstance(stated.get("isian"), list)
    ):
        raise Invalid(
            'setiap halaman pada "ui:halaman" harus punya "judul" dan daftar "isian", tanpa yang lain.'
        )
    title = _text(stated, "judul", 200)
    if not title or not stated["isian"]:
        raise Invalid('setiap halaman pada "ui:halaman" harus punya "judul" dan sedikitnya satu isian.')
    known, taken = {each.name for each in fields}, []
    for name in stated["isian"]:
        if not isinstance(name, str) or name not in known:
            raise Invalid(
                f"halaman {title} menyebut isian {show(name)} yang tidak ada. Hapus atau tambahkan ke skema."
            )
        if name not in left:
            raise Invalid(f"isian {name} berada di dua halaman. Sisakan satu.")
        taken.append(left.pop(name))
    return Page(title, tuple(taken))


def _refuse_unknown(stated: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for key in stated:
        if key not in known:
            raise Invalid(
                f"{where} memakai kata kunci {show(key)} yang tidak dikenal. Hapus atau betulkan ejaannya."
            )


def _text(stated: Mapping[str, Any], key: str, longest: int) -> str:
    text = stated.get(key, "")
    if not isinstance(text, str) or len(text) > longest:
        raise Invalid(f'"{key}" harus berupa teks paling panjang {longest} karakter.')
    return text.strip()
