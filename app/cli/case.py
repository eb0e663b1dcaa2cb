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
@click.argument("incident")
@with_app
def retry(incident: str) -> None:
    """Try the work of INCIDENT again: its number, or the number of the one case it is about."""
    from app.usecases import mending

    deed = mending.retry(mending.named(incident))
    click.echo("Dicoba lagi oleh pekerja." if deed == mending.RETRIED else "Tidak diperlukan lagi; ditutup.")


@case.command("skip")
@click.argument("incident")
@click.option("--reason", required=True, help="Why; at least 10 characters, shown in the case's diary.")
@with_app
def skip(incident: str, reason: str) -> None:
    """Let a case go on without the work of INCIDENT: its number, or the number of the one case it is about."""
    from app.errors import Invalid, Refused
    from app.usecases import mending

    try:
        mending.skip(mending.named(incident), reason)
    except Invalid as refusal:
        raise Refused(refusal.fields["alasan"]) from refusal
    click.echo("Dilewati; berkas berjalan terus.")
