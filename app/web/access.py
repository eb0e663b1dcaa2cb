"""Who may open a route: every view declares it, and a view without a declaration is not served."""

from collections.abc import Callable
from functools import wraps

from flask import abort, g

from app.domain.permissions import ADMINISTRATOR, Actor
from app.errors import NotAllowed, SignInFirst

EVERYBODY = "siapa pun"  # no sign-in; may still ask for a tracking code
STAFF = "petugas"  # anybody signed in who holds an office today
SIGNED_IN = "yang masuk"  # signed in, office or not
ADMIN = "administrator"  # holds the role admin_sistem
MACHINES = "mesin"  # liveness and figures

_RULES: dict[str, Callable[[Actor | None], bool]] = {
    EVERYBODY: lambda _actor: True,
    MACHINES: lambda _actor: True,
    SIGNED_IN: lambda actor: actor is not None,
    STAFF: lambda actor: actor is not None and bool(actor.seats),
    ADMIN: lambda actor: actor is not None and actor.holds(ADMINISTRATOR),
}


def open_to(who: str, *, personal: bool = False) -> Callable:
    """Declare who may open a view. `personal` pages (and everything behind a sign-in) are never cached."""

    def declare(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            check_access(who)
            return view(*args, **kwargs)

        guarded.open_to = who
        guarded.personal = personal or who not in (EVERYBODY, MACHINES)
        return guarded

    return declare


def check_access(who: str) -> None:
    """Raises SignInFirst or NotAllowed where the present reader may not come in."""
    actor = g.actor
    if not _RULES[who](actor):
        raise SignInFirst if actor is None else NotAllowed


def refuse_undeclared(view: Callable | None) -> None:
    """Before every request: a view that says nothing of access answers nobody."""
    if view is not None and not hasattr(view, "open_to"):
        abort(404)
