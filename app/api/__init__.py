"""HTTP for other systems: /api/v1, described at /api/v1/openapi.json. It calls the same use cases as the pages."""

from importlib import import_module

from apiflask import APIFlask
from flask import abort
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.api import access, description
from app.api.operations import PREFIX, feature

FEATURES = (
    "services", "applications", "tracking", "tasks", "cases", "messages", "letters", "processes", "versions",
    "incidents", "calendar",
)  # fmt: skip
DESCRIPTION = f"{PREFIX}/openapi.json"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

rest = feature("rest")
rest.enable_openapi = False


def init_app(app: APIFlask, csrf: CSRFProtect) -> None:
    """Put the routes for machines on the application; they know no cookie, so there is nothing to forge."""
    description.init_app(app)
    routes = [import_module(f"app.api.{name}").bp for name in FEATURES]
    for each in (*routes, rest):
        app.register_blueprint(each)
        csrf.exempt(each)
    app.view_functions["openapi.spec"].open_to = access.EVERYBODY
    app.view_functions["openapi.spec"].personal = False


@rest.route("/<path:address>", methods=METHODS, provide_automatic_options=False)
def unknown(address: str) -> None:
    """Any other address, and any other method of a known one."""
    known = [method for method in METHODS if _is_known(method)]
    raise MethodNotAllowed(known) if known else abort(404)


unknown.open_to, unknown.personal = access.EVERYBODY, False


def _is_known(method: str) -> bool:
    adapter = request_ctx.url_adapter
    try:
        return (
            adapter.match(f"{PREFIX}/{request_ctx.request.view_args['address']}", method)[0]
            != "api_rest.unknown"
        )
    except HTTPException:
        return False
