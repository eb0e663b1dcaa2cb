"""How a route is declared: its scope, what it takes and gives, and whether a request key answers it once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, current_app, g, request
from marshmallow import Schema

from app.api import access, bodies, problems
from app.api.bodies import Sent
from app.errors import Invalid
from app.usecases import once
from app.usecases.once import Answer, Asked

PREFIX = "/api/v1"
PDF, ZIP, ANY = "application/pdf", "application/zip", "application/octet-stream"
KEPT_HEADERS = ("Location",)


@dataclass(frozen=True)
class Operation:
    """What one route promises; app/api/description.py writes it down for others."""

    scope: str
    takes: Schema | None
    asks: Schema | None
    for_office: bool
    is_deed: bool
    with_files: bool
    with_code: bool
    largest: int  # bytes of a body of JSON
    refuses: frozenset[int]


OPERATIONS: dict[tuple[str, str], Operation] = {}


def feature(name: str) -> APIBlueprint:
    """The routes of one feature."""
    routes = APIBlueprint(f"api_{name}", f"app.api.{name}", url_prefix=PREFIX, tag=name)
    problems.init_app(routes)
    return routes


def declare(
    routes: APIBlueprint,
    method: str,
    rule: str,
    *,
    scope: str,
    gives: Schema | str,
    status: int = 200,
    takes: Schema | None = None,
    asks: Schema | None = None,
    for_office: bool = False,
    is_deed: bool = False,
    with_files: bool = False,
    with_code: bool = False,
    largest: int = bodies.LARGEST_JSON,
    refuses: tuple[int, ...] = (),
) -> Callable:
    """Declare a route. `gives` is a schema or a media type; the view gets `body`, `query` as it takes and asks them.

    A deed needs a request key. `refuses` names the statuses beyond those that follow from the rest.
    """
    known = Operation(
        scope, takes, asks, for_office, is_deed, with_files, with_code, largest, frozenset(refuses)
    )

    def declared(view: Callable) -> Callable:
        shown = _shown(routes, view, gives, status)
        if takes is not None:
            routes.input(takes)(shown)  # for the description alone: bodies.py reads them
        if asks is not None:
            routes.input(asks, location="query")(shown)

        @wraps(shown)
        def asked(**named: Any) -> Any:
            access.check(scope, for_office=for_office)
            if with_code:
                named["case"] = access.opened_case(named.pop("number"))
            if asks is not None:
                named["query"] = bodies.read_query(asks)
            if method == "GET":
                return shown(**named)
            sent = bodies.read_body(takes, with_files=with_files, largest=largest)
            if takes is not None:
                named["body"] = sent
            key = bodies.read_request_key(required=is_deed)
            return _answered(key, sent, lambda: current_app.make_response(shown(**named)), is_deed=is_deed)

        asked.open_to, asked.scope, asked.personal = access.KEYS, scope, True
        OPERATIONS[method, PREFIX + rule] = known
        routes.route(rule, methods=[method])(asked)
        return asked

    return declared


def _shown(routes: APIBlueprint, view: Callable, gives: Schema | str, status: int) -> Callable:
    if isinstance(gives, str):
        binary = FileSchema(type="string", format="binary")
        return routes.output(binary, status_code=status, content_type=gives)(view)
    return routes.output(gives, status_code=status)(view)


def _answered(key: str, sent: Sent, deed: Callable[[], Response], *, is_deed: bool) -> Response:
    """The answer, once for a request key: of a deed kept together with it, of a look kept after it."""
    if not key:
        return deed()
    who = (request.headers.get(access.POSITION, ""), request.headers.get(access.CODE, ""))
    print_of_it = once.fingerprint(request.method, request.path, *who, sent.fingerprint)
    way = once.once if is_deed else once.remembered
    return _restored(way(Asked(g.client_id, key, print_of_it), lambda: _kept(deed())))


def _kept(answer: Response) -> Answer:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return {"status": answer.status_code, "body": answer.get_data(as_text=True), "headers": headers}


def _restored(kept: Answer) -> Response:
    return Response(kept["body"], kept["status"], kept["headers"], content_type="application/json")


def fitting_field(refusal: Invalid, prefix: str) -> Invalid:
    """The same refusal, its fields named as the body names them."""
    fields = {f"{prefix}.{path}": text for path, text in refusal.fields.items()}
    return Invalid(None if fields else str(refusal), fields=fields)
