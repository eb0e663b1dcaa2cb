"""Keys with which other systems use the portal: `alur key`."""

import click

from app.cli.inside import with_app
from app.domain.keys import SCOPES


@click.group()
def key() -> None:
    """Keys of other systems for /api/v1."""


@key.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(SCOPES)),
    help="May be repeated.",
)
@click.option(
    "--office",
    "offices",
    multiple=True,
    nargs=2,
    metavar="ROLE UNIT",
    help="An office to act for, e.g. lurah 35.74.03.1002.",
)
@with_app
def create(name: str, scopes: tuple[str, ...], offices: tuple[tuple[str, str], ...]) -> None:
    """Make a key for the system NAME; prints it this once, and the numbers of its offices."""
    from app.errors import Invalid, Refused
    from app.usecases import keys

    positions = [keys.office_at(role, unit) for role, unit in offices]
    try:
        client, secret = keys.create(name, scopes, positions, actor=None)
    except Invalid as refusal:
        raise Refused(" ".join(refusal.fields.values())) from refusal
    click.echo(f"Kunci {client.id} untuk {client.name}: {secret}")
    for (role, unit), position in zip(offices, positions, strict=True):
        click.echo(f"Alur-Position: {position}  {role} {unit}")


@key.command("list")
@with_app
def show() -> None:
    """List every key: what it may do, for whom, and when it was used last."""
    from app.usecases import keys

    for line in keys.list_keys(None):
        client = line.client
        state = "dicabut" if client.revoked_at else "berlaku"
        used = client.used_at.isoformat(timespec="minutes") if client.used_at else "belum dipakai"
        click.echo(
            f"{client.id}  {client.name}  {state}  {used}  {','.join(client.scopes)}  {'; '.join(line.offices)}"
        )


@key.command("revoke")
@click.argument("number", type=int)
@with_app
def revoke(number: int) -> None:
    """Revoke the key with this NUMBER: it opens nothing from the next request on."""
    from app.usecases import keys

    click.echo(f"Kunci {keys.revoke(number, actor=None).name} dicabut.")
