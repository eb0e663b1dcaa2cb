"""The addresses of what a list shows."""

from collections.abc import Callable
from urllib.parse import quote

from flask import url_for

ANY = "~"  # in the place of a name, in an address


def address_of(endpoint: str, key: str, **more: str) -> Callable[[str], str]:
    """The addresses of many things of one kind, by their names; `key` is what the route calls the name.

    Flask builds one of them: a list of 25 would spend a tenth of its time on it.
    """
    pattern = url_for(endpoint, **{key: ANY}, **more)
    return lambda name: pattern.replace(ANY, quote(name, safe=""), 1)
