"""The addresses of what a list shows."""

from urllib.parse import quote

from flask import url_for

ANY = "~"  # in the place of a name, in an address


class Addresses:
    """The addresses of many things of one kind, by their names; `key` is what the route calls the name.

    Flask builds one of them: a list of 25 would spend a tenth of its time on it.
    """

    def __init__(self, endpoint: str, key: str, **more: str) -> None:
        self._before, _any, self._after = url_for(endpoint, **{key: ANY}, **more).partition(ANY)

    def __getitem__(self, name: str) -> str:
        return f"{self._before}{quote(name, safe='')}{self._after}"
