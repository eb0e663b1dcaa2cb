"""Requests as they arrive: what no text of ours holds, and PostgreSQL refuses, is gone before anybody reads it."""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict


class Typed(ImmutableMultiDict):
    """What was asked and typed, names and values without NUL."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = mapping if isinstance(mapping, list) else ()
        super().__init__(
            [(_without_nul(name), _without_nul(value)) for name, value in pairs] if pairs else mapping
        )


class PortalRequest(Request):
    """A request of this portal."""

    parameter_storage_class = Typed


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
