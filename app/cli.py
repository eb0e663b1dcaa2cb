"""The `alur` command: everything an operator or designer does from a shell, thin as a view."""

import signal
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path

import click
import orjson
from flask import Flask

from app import create_app
from app.errors import Refused
from app.storage import db, schema


def with_app(command: Callable) -> Callable:
    """Run a command inside the portal; a refusal becomes one sentence and exit status 1."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> object:
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


@click.group()
def main() -> None:
    """Alur: the city's services, cases and letters."""


@main.command()
@click.option("--demo", is_flag=True, help="Also bring demo officials and about 80 cases in every state.")
@with_app
def init(demo: bool) -> None:
    """Bring the database up to date, found the city and its certificate authority, publish services it lacks."""
    from app.config import ROOT
    from app.usecases import certificates, city, processes
    from app.usecases import demo as showing
    from app.usecases.parts import parts

    schema.upgrade()
    units = city.seed_city(parts().settings.city, neighbourhoods=(3, 3) if demo else (0, 0))
    click.echo(f"Kota: {units} unit kerja.")
    if certificates.found_authority(showing.BEGAN if demo else None):
        click.echo("Otoritas sertifikat kota dibuat.")
    _say_published(processes.publish(ROOT, by="alur init", only_new=not demo))
    parts().settings.files.mkdir(parents=True, exist_ok=True)
    if demo:
        showing.fill(click.echo)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered side by side.")
def serve(host: str, port: int, threads: int) -> None:
    """Answer HTTP with waitress; production may use gunicorn on `app:create_app()` instead."""
    import waitress

    try:
        app: Flask = create_app()
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    waitress.serve(app, host=host, port=port, threads=threads, connection_limit=1000, ident=None)


@main.command()
@with_app
def worker() -> None:
    """Fire due timers and do outside work until told to stop. Any number may run on PostgreSQL."""
    from app.usecases import clock

    stopped: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: stopped.append(number))
    clock.run(lambda: bool(stopped))


@main.group()
def process() -> None:
    """Check, publish and export services."""


@process.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say what is wrong with diagrams, at which element, and what to do. Exit status 1 where something is."""
    from app.usecases import processes

    found = []
    for path in files:
        problems = processes.check({path.name: path.read_bytes()})
        rows = [
            {k: getattr(p, k) for k in ("rule", "element", "name", "message", "advice")} for p in problems
        ]
        found.append({"file": str(path), "ok": not rows, "problems": rows})
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() if as_json else _told(found))
    raise SystemExit(0 if all(row["ok"] for row in found) else 1)


def _told(found: list[dict]) -> str:
    lines = []
    for row in found:
        lines.append(f"{row['file']}: {'baik' if row['ok'] else 'perlu diperbaiki'}")
        lines += [
            f"  {p['name'] or p['element'] or '-'}: {p['message']} {p['advice']}" for p in row["problems"]
        ]
    return "\n".join(lines)


@process.command("publish")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_app
def publish(folder: Path) -> None:
    """Publish every service of FOLDER (bpmn/, forms/, templates/letters/): all or none."""
    from app.usecases import processes

    _say_published(processes.publish(folder, by="alur process publish"))


def _say_published(services: list) -> None:
    for each in services:
        click.echo(f"Layanan {each.service}: versi {each.number}{'' if each.changed else ' (tetap)'}.")


@process.command("export")
@click.argument("service")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_app
def export(service: str, folder: Path) -> None:
    """Write the current version of SERVICE back as files into FOLDER."""
    from app.usecases import processes

    for path in processes.export(service, folder):
        click.echo(str(path))


@process.command("list")
@with_app
def list_processes() -> None:
    """List the services that are offered."""
    from app.storage import processes

    for service in processes.offered_services():
        click.echo(f"{service.code:16} {service.name}")


@main.group()
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


@main.group()
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


@main.group()
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
def mandate(username: str, kind: str, role: str, unit: str, order: str, since: datetime, until: datetime) -> None:
    """Let USERNAME act for an office for some days, by an order."""
    from app.usecases import accounts

    days = {"since": since.date(), "until": until.date()}
    accounts.act_for(username, kind=kind, role_key=role, unit_code=unit, order=order, **days)
    click.echo(f"{username} bertindak sebagai {kind} {role} {unit}.")


@main.group()
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
