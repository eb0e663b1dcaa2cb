"""What tests of the citizens' pages share: a case that was sent, and its number and code."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import factories


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
