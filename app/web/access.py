"""Who may open a route: every view declares it, and a view without a declaration is not served."""

from collections.abc import Callable
from functools import wraps

from flask import abort, current_app, g, request

from app.domain.permissions import ADMINISTRATOR
from app.errors import NotAllowed, SignInFirst

EVERYBODY = "siapa pun"  # no sign-in; may still ask for a tracking code
STAFF = "petugas"  # anybody signed in who holds an office today
SIGNED_IN = "yang masuk"  # signed in, office or not
ADMIN = "administrator"  # holds the role admin_sistem
MACHINES = "mesin"  # liveness and figures

_RULES: dict[str, Callable[[], bool]] = {
    EVERYBODY: lambda: True,
    MACHINES: lambda: True,
    SIGNED_IN: lambda: g.actor is not None,
    STAFF: lambda: g.actor is not None and bool(g.actor.seats),
    ADMIN: lambda: g.actor is not None and g.actor.holds(ADMINISTRATOR),
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
    if _RULES[who]():
        return
    raise SignInFirst if g.get("actor") is None else NotAllowed


def refuse_undeclared() -> None:
    """Before every request: a view that says nothing of access answers nobody."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "open_to"):
        abort(404)
