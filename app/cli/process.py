"""Checking, testing, publishing and exporting services: `alur process`."""

from pathlib import Path

import click
import orjson

from app.cli import journeys, versions
from app.cli.inside import with_app

WORDS = ("rule", "element", "name", "message", "advice")


@click.group()
def process() -> None:
    """Check, test, publish, export and move services between versions."""


for _command in (journeys.test, *versions.COMMANDS):
    process.add_command(_command)


@process.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say what is wrong with diagrams, at which element, and what to do. Exit status 1 where something is.

    Files given together are taken together: one may call what another draws.
    """
    from app.usecases import checking

    contents = {click.format_filename(path): _beginning(path, checking.MOST_BYTES + 1) for path in files}
    problems = checking.check(contents)
    found = [_verdict(path, [each for each in problems if each.path == path]) for path in contents]
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() if as_json else _told(found))
    raise SystemExit(0 if all(row["ok"] for row in found) else 1)


def _beginning(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _verdict(path: str, problems: list) -> dict:
    rows = [{word: getattr(each, word) for word in WORDS} for each in problems]
    return {"file": path, "ok": not rows, "problems": rows}


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

    say_published(processes.publish(folder, by="alur process publish"))


def say_published(services: list) -> None:
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
