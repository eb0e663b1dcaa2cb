"""Answers as they leave: with the guards that every one of them carries."""

from collections.abc import Iterable
from typing import Any

from flask import Response

POLICY = (
    "Content-Security-Policy",
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "manifest-src 'self'; object-src 'none'",
)
GUARDS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
ON_HTTPS = ("Strict-Transport-Security", "max-age=31536000")


class Guarded(Response):
    """An answer of this portal. Its guards are laid on as it leaves: nobody can forget or replace them, and they are
    not looked through with every header that a view sets. Only the policy may be a view's own."""

    def get_wsgi_response(
        self, environ: dict[str, Any]
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        body, status, headers = super().get_wsgi_response(environ)
        if POLICY[0] not in dict(headers):
            headers.append(POLICY)
        headers += GUARDS
        if environ["wsgi.url_scheme"] == "https":
            headers.append(ON_HTTPS)
        return body, status, headers
