"""Reads one property of a schema, with its part of the uiSchema, into a Field."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.forms.limits import day_limit, item_limits, length_limits, number_limits
from app.domain.forms.shape import Condition, Field, Option, as_choice
from app.errors import Invalid

MOST_OPTIONS = 500
MOST_MEGABYTES = 20
DOCUMENTS = ("application/pdf", "image/jpeg", "image/png")
FORMATS = {"date": "date", "email": "email", "nik": "nik", "kk": "kk", "telepon": "phone"} | {
    "wilayah": "area",
    "berkas": "file",
    "time": "time",
}
AREA_LEVELS = ("kecamatan", "kelurahan", "rw", "rt")
FEW = 6
"""Up to so many options stand on the page as radio buttons; more go into a list."""

WIDGETS = {
    "text": ("text", "textarea"),
    "integer": ("number", "rupiah"),
    "number": ("number", "rupiah"),
    "boolean": ("checkbox", "radio"),
    "choice": ("radio", "select"),
    "choices": ("checkboxes", "isian-pemohon"),
}
_MEANINGS = frozenset({"title", "description", "default", "examples", "$comment", "type"})
_KEYS = {
    "text": {"minLength", "maxLength", "pattern"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": {"const"},
    "choice": {"enum", "oneOf"},
    "choices": {"items", "minItems", "maxItems", "uniqueItems"},
    "date": {"format", "formatMinimum", "formatMaximum"},
    "email": {"format", "maxLength"},
    "files": {"items", "minItems", "maxItems"},
    "group": {"items", "minItems", "maxItems"},
}
_UI_KEYS = frozenset(
    {"ui:widget", "ui:help", "ui:description", "ui:placeholder", "ui:options", "ui:autocomplete"}
)
_OPTION_KEYS = frozenset(
    {"accept", "maks_mb", "jika", "tingkat", "kamera", "baris", "pesan", "satuan", "tambah", "autocomplete"}
)
Rows = Callable[..., tuple[Field, ...]]


def broken(name: str, sentence: str) -> Invalid:
    """The refusal of one field of a broken form."""
    return Invalid(f"isian {name}: {sentence}")


def show(name: Any) -> str:
    """A name out of a hostile file, short and printable."""
    text = name if isinstance(name, str) else type(name).__name__
    return "".join(char if char.isprintable() else "�" for char in text[:60]) or "(kosong)"


def read_field(path: str, schema: Any, ui: Any, *, required: bool, rows: Rows) -> Field:
    """One field; `rows` reads the fields of a repeated group's rows."""
    if not isinstance(schema, Mapping) or not isinstance(ui, Mapping):
        raise broken(path, "isinya harus berupa objek JSON.")
    try:
        return _read_field(path, schema, ui, required=required, rows=rows)
    except Invalid as refusal:
        text = str(refusal)
        raise refusal if text.startswith("isian ") else broken(path, text) from None


def _read_field(path: str, schema: Mapping, ui: Mapping, *, required: bool, rows: Rows) -> Field:
    kind = _kind(schema, ui)
    options = ui.get("ui:options", {})
    if not isinstance(options, Mapping):
        raise Invalid('"ui:options" harus berupa objek JSON.')
    _check_keys(kind, schema, ui, options)
    is_group = kind == "group"
    if is_group and "." in path:
        raise Invalid("kelompok berulang tidak boleh berada di dalam kelompok berulang.")
    if kind in {"file", "files", "area"} and "." in path:
        raise Invalid("berkas dan wilayah tidak boleh berada di dalam kelompok berulang. Pindahkan ke luar.")
    children = _children(path, schema, ui, rows) if is_group else ()
    title = _text(schema, "title", 200)
    if not title:
        raise Invalid('"title" wajib ada: itulah pertanyaan yang dibaca pemohon.')
    choices = _options(schema, kind)
    widget = _widget(kind, ui, choices)
    parts = _limits(kind, schema, many_lines=widget == "textarea") | _presentation(kind, ui, options)
    return Field(
        name=path.rpartition(".")[2],
        title=title,
        kind=kind,
        widget=widget,
        hint=_text(ui, "ui:help", 1000)
        or _text(ui, "ui:description", 1000)
        or _text(schema, "description", 1000),
        required=required or (kind == "boolean" and schema.get("const") is True),
        options=choices,
        condition=_condition(options.get("jika")),
        children=children,
        default=_default(schema, choices),
        **parts,
    )


def _kind(schema: Mapping, ui: Mapping) -> str:
    kind = _plain_kind(schema, schema.get("type"), ui.get("ui:widget"))
    if not kind:
        raise Invalid(
            f"jenis {show(schema.get('type', 'tanpa type'))}/{show(schema.get('format', 'tanpa format'))} "
            "tidak dikenal. Pakai string, integer, number, boolean atau array, dengan format "
            f"{', '.join(sorted(FORMATS))} bila perlu."
        )
    return kind


def _plain_kind(schema: Mapping, stated: Any, widget: Any) -> str:
    if stated == "array":
        return _array_kind(schema.get("items"), widget)
    if stated in ("integer", "number", "boolean") and "format" not in schema:
        return str(stated)
    if stated not in ("string", None):
        return ""
    if "enum" in schema or "oneOf" in schema:
        return "choice" if "format" not in schema else ""
    if stated == "string":
        form = schema.get("format", "")
        return "text" if form == "" else FORMATS.get(form, "") if isinstance(form, str) else ""
    return ""


def _array_kind(items: Any, widget: Any) -> str:
    if not isinstance(items, Mapping):
        return ""
    if items.get("type") == "object":
        return "group"
    if items.get("format") == "berkas":
        return "files"
    return "choices" if "enum" in items or "oneOf" in items or widget == "isian-pemohon" else ""


def _check_keys(kind: str, schema: Mapping, ui: Mapping, options: Mapping) -> None:
    known = _KEYS.get(kind, {"format"}) | _MEANINGS
    extra = set(WIDGETS) if kind == "group" else set()
    for stated, allowed in ((schema, known), (ui, _UI_KEYS), (options, _OPTION_KEYS)):
        for key in stated:
            if key not in allowed and not (extra and stated is ui and not str(key).startswith("ui:")):
                raise Invalid(
                    f"kata kunci {show(key)} tidak dikenal untuk jenis ini. Hapus atau betulkan ejaannya."
                )


def _children(path: str, schema: Mapping, ui: Mapping, rows: Rows) -> tuple[Field, ...]:
    inner = ui.get("items", {name: part for name, part in ui.items() if not str(name).startswith("ui:")})
    if not isinstance(inner, Mapping):
        raise Invalid('"items" pada berkas ui harus berupa objek JSON.')
    return rows(schema["items"], inner, places=(f"{path}.", frozenset()))


def _options(schema: Mapping, kind: str) -> tuple[Option, ...]:
    where = schema.get("items", {}) if kind == "choices" else schema
    if kind not in {"choice", "choices"} or not ("enum" in where or "oneOf" in where):
        return ()
    stated = where.get("oneOf", where.get("enum"))
    if not isinstance(stated, list) or not 1 <= len(stated) <= MOST_OPTIONS:
        raise Invalid(f"pilihan harus berupa daftar 1 sampai {MOST_OPTIONS} nilai.")
    options = tuple(_option(each) for each in stated)
    if len({each.value for each in options}) < len(options):
        raise Invalid("ada pilihan yang sama dua kali. Hapus salah satunya.")
    return options


def _option(stated: Any) -> Option:
    value = stated.get("const") if isinstance(stated, Mapping) else stated
    title = stated.get("title", value) if isinstance(stated, Mapping) else stated
    if (
        not isinstance(value, str)
        or not value
        or len(value) > 100
        or value != value.strip()
        or not value.isprintable()
    ):
        raise Invalid("nilai setiap pilihan harus teks 1 sampai 100 karakter.")
    if not isinstance(title, str) or len(title) > 300:
        raise Invalid(f"judul pilihan {show(value)} harus teks paling panjang 300 karakter.")
    return Option(value, title)


def _limits(kind: str, schema: Mapping, *, many_lines: bool) -> dict[str, Any]:
    if kind in {"text", "email"}:
        return length_limits(schema, many_lines=many_lines)
    if kind in {"integer", "number"}:
        return number_limits(schema)
    if kind == "date":
        first, last = day_limit(schema.get("formatMinimum")), day_limit(schema.get("formatMaximum"))
        return {"earliest": first, "latest": last}
    return item_limits(kind, schema) if kind in {"choices", "files", "group"} else {}


def _widget(kind: str, ui: Mapping, options: tuple[Option, ...]) -> str:
    usual = WIDGETS.get(kind, (kind,))
    stated = ui.get("ui:widget")
    if stated is None:
        return "select" if kind == "choice" and len(options) > FEW else usual[0]
    if stated not in usual:
        raise Invalid(f'"ui:widget" {show(stated)} tidak cocok. Pakai {" atau ".join(usual)}.')
    return str(stated)


def _presentation(kind: str, ui: Mapping, options: Mapping) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "placeholder": _text(ui, "ui:placeholder", 200),
        "problem": _text(options, "pesan", 300),
        "unit": _text(options, "satuan", 40),
        "add_label": _text(options, "tambah", 80),
        "autocomplete": _text(ui, "ui:autocomplete", 40) or _text(options, "autocomplete", 40),
        "rows": _whole(options, "baris", usual=4, most=30),
    }
    if kind in {"file", "files"}:
        parts |= {"accept": _accept(options), "camera": options.get("kamera") is True}
        parts["max_bytes"] = _whole(options, "maks_mb", usual=5, most=MOST_MEGABYTES) * 1024 * 1024
    if kind == "area":
        parts["level"] = options.get("tingkat", "rt")
        if parts["level"] not in AREA_LEVELS:
            raise Invalid(f'"tingkat" harus salah satu dari {", ".join(AREA_LEVELS)}.')
    return parts


def _accept(options: Mapping) -> tuple[str, ...]:
    stated = options.get("accept", list(DOCUMENTS))
    if not isinstance(stated, list) or not stated or any(each not in DOCUMENTS for each in stated):
        raise Invalid(f'"accept" harus berupa daftar dari {", ".join(DOCUMENTS)}.')
    return tuple(dict.fromkeys(stated))


def _condition(stated: Any) -> Condition | None:
    if stated is None:
        return None
    if (
        not isinstance(stated, Mapping)
        or set(stated) != {"isian", "nilai"}
        or not isinstance(stated["isian"], str)
    ):
        raise Invalid('"jika" harus berisi "isian" (nama isian lain) dan "nilai" (daftar).')
    values = stated["nilai"] if isinstance(stated["nilai"], list) else [stated["nilai"]]
    if not 1 <= len(values) <= MOST_OPTIONS or not all(isinstance(each, str | bool | int) for each in values):
        raise Invalid('"nilai" pada "jika" harus berupa daftar teks, angka, true atau false.')
    return Condition(stated["isian"], tuple(as_choice(each) for each in values))


def _default(schema: Mapping, options: tuple[Option, ...]) -> str:
    stated = as_choice(schema.get("default"))
    if "default" in schema and options and stated not in {each.value for each in options}:
        raise Invalid('"default" bukan salah satu pilihan.')
    return stated[:200]


def _text(stated: Mapping, key: str, longest: int) -> str:
    text = stated.get(key, "")
    if not isinstance(text, str) or len(text) > longest:
        raise Invalid(f'"{key}" harus berupa teks paling panjang {longest} karakter.')
    return text.strip()


def _whole(stated: Mapping, key: str, *, usual: int, most: int) -> int:
    number = stated.get(key, usual)
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
        raise Invalid(f'"{key}" harus berupa angka 1 sampai {most}.')
    return number
