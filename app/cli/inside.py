"""Runs a command inside the portal."""

from collections.abc import Callable
from functools import wraps

import click

from app import create_app
from app.errors import Refused


def with_app(command: Callable) -> Callable:
    """Run a command inside the portal; a refusal becomes one sentence and exit status 1."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> object:
        from app.storage import db

        try:
            with create_app().app_context():
                try:
                    return command(*args, **kwargs)
                finally:
                    db.session.remove()
                    db.engine.dispose()
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal

    return run
