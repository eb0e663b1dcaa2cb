"""Accounts of officials: `alur user`."""

from datetime import datetime

import click

from app.cli.inside import with_app


@click.group()
def user() -> None:
    """Accounts of officials."""


@user.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--role", required=True, help="Role key, e.g. lurah.")
@click.option("--unit", required=True, help="Unit code, e.g. 35.74.03.1002.")
@click.option("--nip", default="", help="18 digits.")
@with_app
def add_user(username: str, name: str, role: str, unit: str, nip: str) -> None:
    """Give NAME an account and a position; prints the first password, which must be changed at sign-in."""
    from app.usecases import accounts

    click.echo(f"Kata sandi pertama: {accounts.add(username, name, role_key=role, unit_code=unit, nip=nip)}")


@user.command("reset")
@click.argument("username")
@with_app
def reset_user(username: str) -> None:
    """Replace a forgotten password; prints the new first one and ends every session of USERNAME."""
    from app.usecases import accounts

    click.echo(f"Kata sandi pertama: {accounts.reset(username)}")


@user.command("close")
@click.argument("username")
@with_app
def close_user(username: str) -> None:
    """Close an account; its offices end today and open tasks stay with the office."""
    from app.usecases import accounts

    accounts.close(username)
    click.echo(f"Akun {username} ditutup.")


@user.command("mandate")
@click.argument("username")
@click.option("--kind", type=click.Choice(["Plh.", "Plt."]), default="Plh.", show_default=True)
@click.option("--role", required=True, help="Role key of the office acted for.")
@click.option("--unit", required=True, help="Unit code of the office acted for.")
@click.option("--order", required=True, help="Number of the order (surat perintah).")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
@with_app
def mandate(
    username: str, kind: str, role: str, unit: str, order: str, since: datetime, until: datetime
) -> None:
    """Let USERNAME act for an office for some days, by an order."""
    from app.usecases import accounts

    days = {"since": since.date(), "until": until.date()}
    accounts.act_for(username, kind=kind, role_key=role, unit_code=unit, order=order, **days)
    click.echo(f"{username} bertindak sebagai {kind} {role} {unit}.")
