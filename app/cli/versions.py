"""Versions of services from a shell: listing, rehearsing, moving, putting back, retiring."""

from collections.abc import Iterable

import click

from app.cli.inside import with_app
from app.errors import Invalid, Refused

SHOWN = 20
TITLES = {
    "safe": "Aman dipindahkan",
    "undecided": "Perlu keputusan",
    "impossible": "Tidak dapat dipindahkan",
}

_mapping = click.option(
    "--map", "pairs", multiple=True, metavar="OLD=NEW",
    help="What was decided: an element and what it becomes, itself where its change is accepted. May be repeated.",
)  # fmt: skip
_reason = click.option("--reason", required=True, help="Why; at least 10 characters.")


@click.command("versions")
@click.argument("service")
@with_app
def list_versions(service: str) -> None:
    """Versions of SERVICE: when, by whom, how many cases run on each; and the batches between them."""
    from app.usecases import versions

    sheet = versions.versions_of(service)
    for line in sheet.versions:
        mark = "*" if line.is_current and sheet.service.retired_at is None else " "
        click.echo(
            f"{mark} {line.number:4}  {line.published_at:%Y-%m-%d %H:%M}  {line.running:7}  {line.published_by}"
        )
    for each in versions.batches_of(service):
        click.echo(_batch_line(each))


@click.command("rehearse")
@click.argument("service")
@click.argument("number", type=int)
@_mapping
@with_app
def rehearse(service: str, number: int, pairs: tuple[str, ...]) -> None:
    """Say what a move of all running cases of SERVICE to version NUMBER would do; nothing is changed."""
    from app.usecases import versions

    found = versions.rehearse(service, number, mapping=_read(pairs))
    for kind, title in TITLES.items():
        click.echo(f"{title}: {found.count(kind)}")
        for group in found.of(kind):
            click.echo(f"  {len(group.cases)} dari versi {group.version} di {', '.join(group.stands) or '-'}")
            _echo(f"    {reason}" for reason in group.reasons)
            _echo(f"    {case.number}" for case in group.cases[:SHOWN])
            _echo([f"    … dan {len(group.cases) - SHOWN} lagi"] if len(group.cases) > SHOWN else [])
    for asked, _reasons, count in found.questions:
        choices = " ".join(f"--map {asked.element}={choice}" for choice, _name in asked.choices)
        click.echo(f"Putuskan untuk {count} berkas: {choices}")


@click.command("migrate")
@click.argument("service")
@click.argument("number", type=int)
@_mapping
@_reason
@with_app
def migrate(service: str, number: int, pairs: tuple[str, ...], reason: str) -> None:
    """Move every running case of SERVICE that can go to version NUMBER; the others stay. Shows how far it is."""
    from app.usecases import versions

    _finish(_said(lambda: versions.migrate(service, number, mapping=_read(pairs), reason=reason)))


@click.command("revert")
@click.argument("batch", type=int)
@_reason
@with_app
def revert(batch: int, reason: str) -> None:
    """Put the cases of BATCH back that have not moved since."""
    from app.usecases import versions

    _finish(_said(lambda: versions.revert(batch, reason=reason)))


@click.command("retire")
@click.argument("service")
@_reason
@with_app
def retire(service: str, reason: str) -> None:
    """Take no new applications for SERVICE; what runs goes on."""
    from app.usecases import versions

    _said(lambda: versions.retire(service, reason=reason))
    click.echo(f"Layanan {service} tidak lagi ditawarkan.")


@click.command("offer")
@click.argument("service")
@click.option(
    "--number", type=int, help="Another version than the one that was offered last; then with --reason."
)
@click.option("--reason", default="", help="Why.")
@with_app
def offer(service: str, number: int | None, reason: str) -> None:
    """Take new applications for SERVICE again, or on another version."""
    from app.usecases import versions

    _said(lambda: versions.offer_again(service, number=number, reason=reason))
    click.echo(f"Layanan {service} ditawarkan.")


COMMANDS = (list_versions, rehearse, migrate, revert, retire, offer)


def _finish(batch) -> None:
    """Carry on here until the batch is done, beside whatever workers run."""
    from app.usecases import version_batches, versions

    while version_batches.carry_on(batch.id, version_batches.TURN * 10):
        click.echo(_batch_line(versions.open_batch(batch.id).line), err=True)
    sheet = versions.open_batch(batch.id)
    click.echo(_batch_line(sheet.line))
    _echo(f"  {each.number}  {each.note}" for each in sheet.cases if each.status in ("refused", "kept"))


def _batch_line(line) -> str:
    counts = ", ".join(f"{status} {count}" for status, count in sorted(line.counts.items()))
    return f"pemindahan {line.batch.id} ke versi {line.batch.version.number}: {counts}"


def _read(pairs: tuple[str, ...]) -> dict[str, str]:
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(element and becomes for element, becomes in found.items()):
        raise click.UsageError("--map OLD=NEW")
    return found


def _said(deed):
    try:
        return deed()
    except Invalid as refusal:
        raise Refused(next(iter(refusal.fields.values()), str(refusal))) from refusal


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
