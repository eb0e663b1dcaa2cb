"""Issued letters: `alur letter`."""

import click

from app.cli.inside import with_app


@click.group()
def letter() -> None:
    """Issued letters."""


@letter.command("revoke")
@click.argument("number")
@click.option("--reason", required=True, help="Why; at least 10 characters, shown in the case's diary.")
@with_app
def revoke(number: str, reason: str) -> None:
    """Withdraw the letter of NUMBER: it stays on record, and its verification page says DICABUT."""
    from app.usecases import letters

    letters.revoke(number, reason, by="alur letter revoke")
    click.echo(f"Surat {number} dicabut.")
