"""Looking at cases and helping those that cannot go on: `alur case`."""

import click

from app.cli.inside import with_app


@click.group()
def case() -> None:
    """Look at cases and help those that cannot go on."""


@case.command("show")
@click.argument("number")
@with_app
def show(number: str) -> None:
    """Where a case stands, without personal data."""
    from app.usecases import standing

    for line in standing.told(number):
        click.echo(line)


@case.command("incidents")
@with_app
def incidents() -> None:
    """List the cases that cannot go on by themselves."""
    from app.usecases import standing

    for line in standing.incidents():
        click.echo(line)


@case.command("retry")
@click.argument("incident", type=int)
@with_app
def retry(incident: int) -> None:
    """Try the work of INCIDENT again."""
    from app.usecases import clock

    clock.retry(incident, by="alur case retry")
    click.echo("Dicoba lagi oleh pekerja.")
