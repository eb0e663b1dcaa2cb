"""What a machine sends, read strictly: JSON without surprises, forms with files, query words, and the request key."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.problems import TooLarge, UnknownMediaType, Unreadable
from app.errors import Invalid
from app.usecases import once
from app.usecases.uploads import MOST_AT_ONCE, Upload

LARGEST_JSON = 1024 * 1024  # bytes
DEEPEST = 20
JSON, FORM = "application/json", "multipart/form-data"
REQUEST_KEY = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{8,100}\Z", re.ASCII)
NO_KEY = f"Sertakan header {REQUEST_KEY}: 8 sampai 100 tanda ASCII tanpa spasi, baru untuk setiap permintaan."
OURS = ("Isi ", "Pilih ")  # how the sentences of our own rules begin
SENTENCES = {
    "Missing data for required field.": "Wajib diisi.",
    "Unknown field.": "Isian ini tidak dikenal.",
    "Field may not be null.": "Tidak boleh kosong.",
    "Invalid input type.": "Harus berupa objek JSON.",
    "Not a valid string.": "Harus berupa teks.",
    "Not a valid integer.": "Harus berupa bilangan bulat.",
    "Not a valid mapping type.": "Harus berupa objek JSON.",
    "Not a valid list.": "Harus berupa daftar.",
    "Not a valid boolean.": "Harus berupa true atau false.",
}


@dataclass(frozen=True)
class Sent:
    """A body as it was read, and a fingerprint of it that does not depend on how it was packed."""

    values: dict[str, Any]
    files: list[Upload]
    fingerprint: str


def read_query(schema: Schema) -> dict[str, Any]:
    """The words of the address. Raises Invalid naming those that are unknown or wrong."""
    doubled = {
        name: "Sebutkan satu kali saja." for name in request.args if len(request.args.getlist(name)) > 1
    }
    if doubled:
        raise Invalid(fields=doubled)
    return _loaded(schema, request.args.to_dict())


def read_body(schema: Schema | None, *, with_files: bool, largest: int = LARGEST_JSON) -> Sent:
    """The body, checked. Raises Unreadable, UnknownMediaType, TooLarge, Invalid."""
    try:
        is_form = with_files and request.mimetype == FORM
        values, files = _read_form(schema) if is_form else (_read_json(schema, largest), [])
    except RequestEntityTooLarge as fault:
        raise TooLarge from fault
    print_of_files = [f"{each.field}:{each.name}:{_sha256(each)}" for each in files]
    said = orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode()
    loaded = _loaded(schema, values) if schema is not None else {}
    return Sent(loaded, files, once.fingerprint(said, *sorted(print_of_files)))


def read_request_key(*, required: bool) -> str:
    """The request key, empty where none came and none is needed. Raises Unreadable."""
    key = request.headers.get(REQUEST_KEY, "")
    if not key and not required:
        return ""
    if not _KEY.match(key):
        raise Unreadable(NO_KEY)
    return key


def _read_json(schema: Schema | None, largest: int) -> dict[str, Any]:
    request.max_content_length = largest
    content = request.get_data(cache=False)
    if schema is None:
        if content:
            raise Unreadable("Permintaan ini tidak membawa isi.")
        return {}
    if request.mimetype != JSON:
        raise UnknownMediaType(f"Kirim isi sebagai {JSON}.")
    return _parsed(content)


def _read_form(schema: Schema) -> tuple[dict[str, Any], list[Upload]]:
    """Parts that the schema knows as objects are JSON of their own; the others are text."""
    if len(request.files) > MOST_AT_ONCE:
        raise Invalid(f"Paling banyak {MOST_AT_ONCE} berkas dalam satu permintaan.")
    if None in request.form or None in request.files:
        raise Unreadable("Setiap bagian formulir perlu nama.")
    values: dict[str, Any] = {}
    for name, texts in request.form.lists():
        if len(texts) > 1:
            raise Invalid(fields={name: "Sebutkan satu kali saja."})
        known = schema.fields.get(name)
        values[name] = _parsed(texts[0].encode(errors="surrogatepass")) if _is_object(known) else texts[0]
    _refuse_strange(values)
    posted = request.files.items(multi=True)
    return values, [Upload(name, file.filename, file.stream) for name, file in posted if file.filename]


def _is_object(field: Any) -> bool:
    return getattr(field, "metadata", {}).get("is_object", False)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        values = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise Unreadable("Isi bukan JSON yang sah (UTF-8, tanpa NaN, tanpa setengah surogat).") from fault
    if not isinstance(values, dict):
        raise Unreadable("Isi harus berupa satu objek JSON.")
    _refuse_strange(values)
    return values


def _refuse_strange(value: Any) -> None:
    for text, depth in _texts(value, 1):
        if depth > DEEPEST:
            raise Unreadable(f"Isi bersarang lebih dari {DEEPEST} tingkat.")
        if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Unreadable("Isi memuat tanda NUL atau setengah surogat.")


def _texts(value: Any, depth: int) -> Iterator[tuple[str, int]]:
    """Every text in a value with how deep it lies; nothing below the deepest level is looked at."""
    yield (value if isinstance(value, str) else ""), depth
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, depth
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _loaded(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return schema.load(values)
    except ValidationError as fault:
        raise Invalid(fields=dict(_told(fault.messages))) from fault


def _told(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Marshmallow's nested messages as path → sentence."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _told(inner, f"{path}.{name}" if path else str(name))
    else:
        first = str(messages[0])
        yield path, SENTENCES.get(first, first if first.startswith(OURS) else "Tidak dapat dipakai.")


def _sha256(upload: Upload) -> str:
    found = hashlib.file_digest(upload.stream, "sha256").hexdigest()
    upload.stream.seek(0)
    return found
