"""The description of this interface for others: OpenAPI 3.1, from what the routes declare."""

from collections.abc import Iterator
from typing import Any

from apiflask import APIFlask
from marshmallow import Schema

from app.api import access, bodies, problems
from app.api.operations import OPERATIONS, Operation
from app.domain.keys import SCOPES

ALWAYS = frozenset({401, 403, 429, 500, 503})
WITH_WORDS = frozenset({422})
WITH_BODY = frozenset({400, 413, 415, 422})
WITHOUT_BODY = frozenset({400, 413})
INTRODUCTION = """
Kunci dibuat administrator di `/admin/kunci` dan dikirim pada header `Authorization: Bearer <kunci>`.
Sistem yang bekerja untuk sebuah jabatan menyebut nomornya pada header `Alur-Position`.
Setiap perbuatan membawa `Idempotency-Key` yang baru; kunci yang sama dengan isi yang sama mendapat jawaban yang sama,
tanpa perbuatan kedua. Daftar berlanjut dengan `cursor`. Yang ditolak dijawab sebagai `application/problem+json`.
"""


def init_app(app: APIFlask) -> None:
    """Settings of the description; nothing of it loads a script, least of all a foreign one."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
        SPEC_PROCESSOR_PASS_OBJECT=False,
        SECURITY_SCHEMES={"key": {"type": "http", "scheme": "bearer", "description": _scopes()}},
    )
    app.title, app.version, app.description = "Alur", "1", INTRODUCTION.strip()
    app.schema_name_resolver = _name_of
    app.spec_processor(_complete)


def _complete(spec: dict[str, Any]) -> dict[str, Any]:
    """What every route refuses, the headers it reads and what its body may be, from its declaration."""
    spec["components"]["schemas"]["Problem"] = _problem()
    declared = {(method, _templated(rule)): known for (method, rule), known in OPERATIONS.items()}
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            known = declared[method.upper(), path]
            _describe(operation, known)
            if known.with_files:
                _add_form(operation["requestBody"]["content"], spec["components"]["schemas"])
            operation["operationId"] = f"{method}{path.removeprefix('/api/v1').translate(_PLAIN)}"
    return spec


def _name_of(schema: type[Schema] | Schema) -> str:
    """A shape's name with its feature's: several features have a Line."""
    kind = schema if isinstance(schema, type) else type(schema)
    feature = kind.__module__.rpartition(".")[2]
    return kind.__name__ if feature in {"shapes", "abc"} else f"{feature.title()}{kind.__name__}"


def _describe(operation: dict[str, Any], known: Operation) -> None:
    operation["security"] = [{"key": [known.scope]}]
    operation["parameters"] += list(_headers(known))
    for status in sorted(_refusals(operation, known)):
        operation["responses"][str(status)] = {
            "description": problems.TITLES[status],
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _refusals(operation: dict[str, Any], known: Operation) -> frozenset[int]:
    found = ALWAYS | set(known.refuses)
    if known.takes is not None:
        found |= WITH_BODY
    elif known.is_deed:
        found |= WITHOUT_BODY
    if known.asks is not None or known.is_deed:
        found |= WITH_WORDS
    if known.for_office:
        found |= {409}  # the office may be vacant
    return found


def _headers(known: Operation) -> Iterator[dict[str, Any]]:
    if known.for_office:
        yield _header(access.POSITION, "Nomor jabatan yang diberikan pada kunci.", "^[0-9]{1,17}$")
    if known.with_code:
        yield _header(access.CODE, "Kode lacak permohonan.", "^[0-9A-Za-z -]{1,100}$")
    if known.is_deed:
        yield _header(bodies.REQUEST_KEY, "Baru untuk setiap permintaan.", "^[!-~]{8,100}$")


def _header(name: str, description: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _add_form(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The same parts as a multipart form, each file under the name of its field."""
    name = content[bodies.JSON]["schema"]["$ref"].rpartition("/")[2]
    file = {"type": "string", "format": "binary", "description": "Berkas, dengan nama isian yang memintanya."}
    content[bodies.FORM] = {"schema": schemas[name] | {"additionalProperties": file}}


def _problem() -> dict[str, Any]:
    told = {"type": "object", "additionalProperties": {"type": "string"}, "description": "Isian → kalimat."}
    properties = {
        "type": {"type": "string", "examples": ["urn:alur:problem:not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Kalimat untuk pembaca, dalam bahasa Indonesia."},
        "fields": told,
    }
    required = ["type", "title", "status", "detail"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _templated(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}")


def _scopes() -> str:
    return "Lingkup: " + "; ".join(f"`{name}` {words.lower()}" for name, words in SCOPES.items()) + "."


_PLAIN = str.maketrans({"/": "_", "{": "", "}": "", "-": "_"})
