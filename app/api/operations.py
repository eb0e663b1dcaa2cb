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


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one route promises; app/api/description.py writes it down for others."""

    scope: str
    gives: Schema | str  # a shape, or the media type of a file
    status: int = 200
    takes: Schema | None = None  # the body, given to the view as `body`
    asks: Schema | None = None  # the words of the address, given as `query`
    for_office: bool = False  # done for the office of Alur-Position
    is_deed: bool = False  # needs a request key and is done once for it
    with_files: bool = False  # the body may be a form with files
    with_code: bool = False  # the applicant's: number and tracking code become `case`
    largest: int = bodies.LARGEST_JSON  # bytes of a body of JSON
    refuses: tuple[int, ...] = ()  # statuses beyond those that follow from the rest


OPERATIONS: dict[tuple[str, str], Operation] = {}


def feature(name: str) -> APIBlueprint:
    """The routes of one feature."""
    routes = APIBlueprint(f"api_{name}", f"app.api.{name}", url_prefix=PREFIX, tag=name)
    problems.init_app(routes)
    return routes


def declare(routes: APIBlueprint, method: str, rule: str, **promised: Any) -> Callable:
    """Declare a route by what its Operation promises."""
    known = OPERATIONS[method, PREFIX + rule] = Operation(**promised)

    def declared(view: Callable) -> Callable:
        shown = _described(routes, view, known)

        @wraps(shown)
        def asked(**named: Any) -> Any:
            access.check(known.scope, for_office=known.for_office)
            if known.with_code:
                named["case"] = access.opened_case(named.pop("number"))
            if known.asks is not None:
                named["query"] = bodies.read_query(known.asks)
            return shown(**named) if method == "GET" else _posted(known, shown, named)

        asked.open_to, asked.scope, asked.personal = access.KEYS, known.scope, True
        routes.route(rule, methods=[method])(asked)
        return asked

    return declared


def _described(routes: APIBlueprint, view: Callable, known: Operation) -> Callable:
    """The view with what it gives; what it takes is noted for the description alone, bodies.py reads it."""
    if isinstance(known.gives, str):
        binary = FileSchema(type="string", format="binary")
        shown = routes.output(binary, status_code=known.status, content_type=known.gives)(view)
    else:
        shown = routes.output(known.gives, status_code=known.status)(view)
    if known.takes is not None:
        routes.input(known.takes)(shown)
    if known.asks is not None:
        routes.input(known.asks, location="query")(shown)
    return shown


def _posted(known: Operation, shown: Callable, named: dict[str, Any]) -> Response:
    sent = bodies.read_body(known.takes, with_files=known.with_files, largest=known.largest)
    if known.takes is not None:
        named["body"] = sent
    key = bodies.read_request_key(required=known.is_deed)
    return _answered(key, sent, lambda: current_app.make_response(shown(**named)), is_deed=known.is_deed)


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
