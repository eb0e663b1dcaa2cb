"""Another system as tests drive it: with a key, for an office, every deed with a request key of its own."""

import itertools
from collections.abc import Collection, Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.keys import SCOPES
from app.storage import people
from app.usecases import keys
from app.usecases.parts import today

ADDRESS = "/api/v1"
numbers = itertools.count(1)


class Machine:
    """A system with its key; it acts for the first of its `positions` unless told otherwise."""

    def __init__(self, client: FlaskClient, secret: str, positions: Sequence[int] = ()) -> None:
        self.client, self.secret, self.positions = client, secret, positions

    def get(self, path: str, **others: Any) -> TestResponse:
        return self.ask("GET", path, **others)

    def post(self, path: str, body: dict | None = None, **others: Any) -> TestResponse:
        return self.ask("POST", path, **({"json": body} if body is not None else {}), **others)

    def ask(
        self,
        method: str,
        path: str,
        *,
        key: str = "",
        code: str = "",
        position: int | str | None = None,
        headers: dict | None = None,
        **others: Any,
    ) -> TestResponse:
        """One request; without a `key` it gets a request key of its own."""
        said = {"Authorization": f"Bearer {self.secret}", "Alur-Tracking-Code": code}
        said["Alur-Position"] = str(next(iter(self.positions), "") if position is None else position)
        if method == "POST":
            said["Idempotency-Key"] = key or f"permintaan-{next(numbers)}"
        return self.client.open(ADDRESS + path, method=method, headers=said | (headers or {}), **others)


def position_of(role: str, unit: str) -> int:
    """The position that holds an office; inside an app context."""
    return people.holder(role, people.find_unit(unit).id, today()).id


def machine(
    app: Flask, *offices: tuple[str, str], scopes: Collection[str] = tuple(SCOPES), name: str = ""
) -> Machine:
    """A system with a key for these offices, acting for the first of them."""
    with app.app_context():
        positions = [position_of(*office) for office in offices]
        _client, secret = keys.create(name or f"Sistem {next(numbers)}", scopes, positions, actor=None)
    return Machine(app.test_client(), secret, positions)
