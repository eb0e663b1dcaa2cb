"""Verifying what must not have been changed: `alur audit`."""

import click

from app.cli.inside import with_app


@click.group()
def audit() -> None:
    """Verify what must not have been changed."""


@audit.command("verify")
@with_app
def verify() -> None:
    """Walk every diary and say where one was changed. Exit status 1 where one was."""
    from app.usecases import diary

    broken = diary.broken_cases()
    for number, seq in broken:
        click.echo(f"{number}: catatan ke-{seq} tidak cocok dengan catatan sebelumnya.")
    if broken:
        raise SystemExit(1)
    click.echo("Semua riwayat utuh.")
