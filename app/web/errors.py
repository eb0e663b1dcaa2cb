"""Where the city's no meets HTTP: every refusal gets its status and a calm page in Indonesian."""

import errno

import structlog
from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, SignInFirst, TooMany, Unavailable
from app.storage import DatabaseFault
from app.web.assets import asset

STATUS = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422, TooMany: 429, Unavailable: 503}
BUSY = {"OperationalError", "TimeoutError"}  # gone, full, or every connection taken
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # what is sent lies on the disk while it comes in
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 503}

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Register what happens to each kind of no."""
    app.register_error_handler(SignInFirst, _to_sign_in)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseFault, _database)
    app.register_error_handler(Exception, _fault)


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 400)


def _to_sign_in(_refusal: SignInFirst) -> Response:
    """On to what was asked for; a form that was sent too late is opened again, its words kept by the browser."""
    is_page = request.method == "GET" or request_ctx.url_adapter.test(request.path, "GET")
    onward = request.full_path.rstrip("?") if is_page else None
    return redirect(url_for("session.sign_in", lanjut=onward))


def _refused(refusal: Refused) -> tuple[str, int]:
    return _page(status_of(refusal), str(refusal))


def _form_expired(_fault: CSRFError) -> tuple[str, int]:
    return _page(
        400,
        "Formulir ini sudah terlalu lama terbuka atau dikirim dari tempat lain. Kembali, muat ulang, lalu kirim lagi.",
    )


def _http(fault: HTTPException) -> Response | tuple[str, int]:
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    return _page(fault.code, "")


def _database(fault: DatabaseFault) -> tuple[str, int]:
    """A database that is gone or full is not the reader's fault: say when to try again."""
    broken_query = "no such" in str(getattr(fault, "orig", ""))  # SQLite's word for a table or column we lack
    if broken_query or not (getattr(fault, "connection_invalidated", False) or type(fault).__name__ in BUSY):
        return _fault(fault)
    log.error("database unavailable", error=type(fault).__name__)
    return _alone(503)


def _alone(status: int, message: str = "") -> tuple[str, int]:
    """A page that asks neither the database nor the session: they may be what is broken."""
    page = current_app.jinja_env.get_template(f"pages/errors/{status}.html")
    return page.render(asset=asset, message=message), status


def _fault(fault: Exception) -> tuple[str, int]:
    if isinstance(fault, OSError) and fault.errno in FULL:
        log.error("disk full", path=request.path)
        return _alone(503)
    log.error("fault", path=request.path, exc_info=fault)
    return _alone(500)


def _page(status: int, message: str) -> tuple[str, int]:
    if status >= 500:
        return _alone(503 if status == 503 else 500, message)
    template = f"pages/errors/{status}.html" if status in PAGES - {422} else "pages/errors/400.html"
    return render_template(template, message=message), status
