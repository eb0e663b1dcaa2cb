"""Where the city's no meets a machine: every refusal as application/problem+json (RFC 9457)."""

from collections.abc import Mapping

import orjson
import structlog
from apiflask import APIBlueprint
from flask import Response
from werkzeug.exceptions import HTTPException

from app.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    ProcessFault,
    Refused,
    SignInFirst,
    TooMany,
    Unavailable,
)
from app.storage import DatabaseFault
from app.usecases.once import AnotherRequest

MEDIA_TYPE = "application/problem+json"
BUSY = {"OperationalError", "TimeoutError"}  # gone, full, or every connection taken
TITLES = {
    400: "Permintaan tidak dapat dibaca",
    401: "Kunci diperlukan",
    403: "Tidak berwenang",
    404: "Tidak ditemukan",
    405: "Metode tidak tersedia",
    409: "Keadaan sudah berubah",
    413: "Kiriman terlalu besar",
    415: "Jenis isi tidak dikenal",
    422: "Isian perlu diperbaiki",
    429: "Terlalu banyak percobaan",
    500: "Gangguan pada portal",
    503: "Layanan sedang sibuk",
}
NAMES = {
    400: "unreadable", 401: "key-needed", 403: "not-allowed", 404: "not-found", 405: "no-such-method", 409: "conflict",
    413: "too-large", 415: "unknown-media-type", 422: "invalid", 429: "too-many", 500: "fault", 503: "unavailable",
}  # fmt: skip
DETAILS = {
    404: "Alamat itu tidak ada. Lihat /api/v1/openapi.json.",
    405: "Alamat ini tidak mengenal metode itu. Lihat /api/v1/openapi.json.",
    413: "Kiriman ini melewati batas ukuran, jadi tidak dibaca.",
    500: "Terjadi gangguan di portal. Kirim lagi dengan kunci permintaan yang sama; perbuatan tidak terjadi dua kali.",
}
STATUS = {
    AnotherRequest: 422, SignInFirst: 401, NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422, TooMany: 429,
    Unavailable: 503,
}  # fmt: skip

log = structlog.get_logger()


class Unreadable(Refused):
    """What was sent is no request of ours: not JSON, too deep, or with signs that no text of ours holds."""

    status = 400


class UnknownMediaType(Unreadable):
    status = 415


class TooLarge(Unreadable):
    text = DETAILS[413]
    status = 413


def init_app(feature: APIBlueprint) -> None:
    """Answer every no of these routes as a problem."""
    feature.register_error_handler(Refused, _refused)
    feature.register_error_handler(HTTPException, _http)
    feature.register_error_handler(DatabaseFault, _database)
    feature.register_error_handler(ProcessFault, _fault)
    feature.register_error_handler(Exception, _fault)


def answer(
    status: int,
    detail: str,
    *,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem."""
    said = {
        "type": f"urn:alur:problem:{NAMES[status]}",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
    }
    body = said | ({"fields": dict(fields)} if fields else {})
    return Response(orjson.dumps(body), status, dict(headers or {}), content_type=MEDIA_TYPE)


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal."""
    if isinstance(refusal, Unreadable):
        return refusal.status
    return next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 409)


def _refused(refusal: Refused) -> Response:
    status = status_of(refusal)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(refusal, TooMany):
        headers = {"Retry-After": str(60 * int(refusal.facts.get("minutes", 1)))}
    return answer(status, str(refusal), fields=getattr(refusal, "fields", None), headers=headers)


def _http(fault: HTTPException) -> Response:
    status = fault.code if fault.code in TITLES else 400
    allowed = getattr(fault, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return answer(status, DETAILS.get(status, TITLES[status]), headers=headers)


def _database(fault: DatabaseFault) -> Response:
    """A database that is gone or full is not the asker's fault: say when to try again."""
    broken_query = "no such" in str(getattr(fault, "orig", ""))  # SQLite's word for a table or column we lack
    if broken_query or not (getattr(fault, "connection_invalidated", False) or type(fault).__name__ in BUSY):
        return _fault(fault)
    log.error("database unavailable", error=type(fault).__name__)
    return answer(503, Unavailable.text, headers={"Retry-After": "5"})


def _fault(fault: Exception) -> Response:
    log.error("fault", exc_info=fault)
    return answer(500, DETAILS[500])
