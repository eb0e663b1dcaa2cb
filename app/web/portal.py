"""The portal as a Flask application: what arrives, what leaves, and what Flask need not ask at every request."""

from collections.abc import Callable

from apiflask import APIFlask

from app.web.answers import Guarded
from app.web.intake import PortalRequest


class Portal(APIFlask):
    """Flask with our requests and answers."""

    request_class = PortalRequest
    response_class = Guarded

    def ensure_sync(self, func: Callable) -> Callable:
        """Views and guards are plain functions, all of them: nothing to look up before each is called."""
        return func

    def redirect(self, location: str, code: int = 302) -> Guarded:
        """Onward, and no more: no browser shows the page that Flask puts beside it."""
        return Guarded(status=code, headers=[("Location", location)])
