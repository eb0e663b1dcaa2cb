"""Requests as they arrive: what no text of ours holds, and PostgreSQL refuses, is gone before anybody reads it."""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie
from werkzeug.utils import cached_property


class Typed(ImmutableMultiDict):
    """What was asked and typed, names and values without NUL."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = mapping if isinstance(mapping, list) else ()
        if [True for pair in pairs for text in pair if type(text) is str and "\0" in text]:
            mapping = [tuple(map(_without_nul, pair)) for pair in pairs]
        super().__init__(mapping)


class PortalRequest(Request):
    """A request of this portal."""

    parameter_storage_class = Typed

    # Flask asks the settings for these with every request
    max_content_length = 40 * 1024 * 1024
    max_form_memory_size = 2 * 1024 * 1024
    max_form_parts = 2000

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """They come in one line: it is asked for by its name, not looked for among all lines."""
        return parse_cookie(self.environ, self.dict_storage_class)


def _without_nul(text: Any) -> Any:
    """A part of a form may lack its name, and a file is no text."""
    return text.replace("\0", "") if isinstance(text, str) else text
