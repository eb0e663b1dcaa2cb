"""What tests of the pages share: a case that was sent with its number and code, and officials at their desks."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import factories
from tests.web.browser import Visitor
from tests.web.scenario_desk import Official


@pytest.fixture
def opened(app: Flask) -> Callable[..., tuple[str, str]]:
    """Sends an application and gives its number and code; `then` moves the case on."""

    def send(service: str = "sktm", then: Callable | None = None) -> tuple[str, str]:
        with app.app_context():
            found = factories.send(service)
            number, code = found.case.number, found.code
            if then:
                then(found.case)
        return number, code

    return send


@pytest.fixture
def officials(visit: Callable[..., Visitor]) -> Callable[..., Official]:
    """`officials("camat.mayangan")` is at the desk, signed in; asked again, the same person on the same device."""
    present: dict[str, Official] = {}

    def find(username: str, *, width: int = 1280) -> Official:
        if username not in present:
            present[username] = Official(visit(width=width), username)
        return present[username]

    return find
