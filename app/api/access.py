"""Who asks: the key a system comes with, the scope each route declares, and the office it acts for.

No cookie is read and none is set; a key says who asks at every request, so that a revoked one ends at the next.
"""

from flask import g, request

from app.errors import NotAllowed
from app.storage.cases import Case
from app.usecases import keys, track
from app.usecases.keys import KeyNeeded

EVERYBODY, KEYS = "siapa pun", "kunci"  # who may open a route at all, as docs/routes.md lists it
POSITION, CODE = "Alur-Position", "Alur-Tracking-Code"


def check(scope: str, *, for_office: bool) -> None:
    """Raises KeyNeeded, TooMany, NotAllowed, or Conflict where the office is vacant."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise KeyNeeded
    client = keys.client_of(secret.strip(), address=request.remote_addr or "")
    if scope not in client.scopes:
        raise NotAllowed(f"Kunci ini tidak diberi lingkup {scope}.")
    g.client_id = client.id
    g.acting = keys.actor_for(client, request.headers.get(POSITION, "")) if for_office else None


def opened_case(number: str) -> Case:
    """The applicant's case, by its number and the code in the header; wrong and unknown look the same.

    Tries in vain count against the system that makes them. Raises NotFound, TooMany.
    """
    return track.unlock(number[:100], request.headers.get(CODE, "")[:100], caller())


def caller() -> str:
    """Who asks, for counting tries only: a system's tries count against the system."""
    return f"client:{g.client_id}"
