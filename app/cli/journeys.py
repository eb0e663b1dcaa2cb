"""Playing the journeys of services: `alur process test`."""

from pathlib import Path

import click
import orjson

from app.errors import Refused

KINDS = {"flows": "alur", "steps": "langkah", "gateways": "gerbang", "events": "kejadian"}


@click.command("test")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--service", default="", metavar="KODE", help="Only this service.")
@click.option(
    "--least", type=click.IntRange(0, 100), default=0, metavar="PERCENT",
    help="Exit status 1 when the journeys of a service walk less of its flows.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
def test(folder: Path | None, service: str, least: int, as_json: bool) -> None:
    """Play the journeys of FOLDER (bpmn/, forms/, tests/journeys/; this checkout's own without FOLDER).

    Says of each whether the case went as it tells, and which steps and flows of its service no journey covers.
    Nothing is stored. Exit status 1 where a journey fails.
    """
    from app.config import ROOT, read_city
    from app.usecases import journeys

    try:
        seed, zone = read_city()
        report = journeys.test(folder or ROOT, service=service, seed=seed, zone=zone)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    below = [each for each in report.coverage if not each.reaches(least)]
    ok = all(verdict.ok for verdict in report.verdicts) and not below
    if as_json:
        click.echo(orjson.dumps(_plain(report, least, ok=ok), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join([*_told(report), *(_below(each, least) for each in below)]))
    raise SystemExit(0 if ok else 1)


def _told(report) -> list[str]:
    lines = [line for verdict in report.verdicts for line in _verdict(verdict)]
    for covered in report.coverage:
        lines += _coverage(covered)
    good = sum(verdict.ok for verdict in report.verdicts)
    return [*lines, "", f"{len(report.verdicts)} perjalanan, {good} lulus."]


def _verdict(verdict) -> list[str]:
    title = f"{verdict.file}: {verdict.title}".removesuffix(": ")
    if verdict.ok:
        return [f"lulus  {title}"]
    problems = verdict.actual.splitlines()
    if verdict.at is None:
        return [f"GAGAL  {title}", *(f"       {line}" for line in problems)]
    return [
        f"GAGAL  {title}", f"       {_place(verdict)}", f"       seharusnya: {verdict.expected}",
        f"       yang terjadi: {' '.join(problems)}",
    ]  # fmt: skip


def _place(verdict) -> str:
    if verdict.at == 0:
        return "saat permohonan dikirim"
    if verdict.at > verdict.moves:
        return "sesudah langkah terakhir"
    return f"pada langkah {verdict.at} dari {verdict.moves}"


def _coverage(covered) -> list[str]:
    parts = {word: getattr(covered, name) for name, word in KINDS.items()}
    shares = ", ".join(f"{word} {p.walked}/{p.total} ({p.percent} %)" for word, p in parts.items())
    missed = [f"  {word}: {_named(each)}" for word, part in parts.items() for each in part.missed]
    return [
        "",
        f"Cakupan {covered.service}, {covered.journeys} perjalanan: {shares}",
        *(["Belum dilalui:", *missed] if missed else []),
    ]


def _named(missed) -> str:
    named = f"{missed.id} “{missed.name}”" if missed.name and missed.name != missed.id else missed.id
    return f"{named}, dari “{missed.source}” ke “{missed.target}”" if hasattr(missed, "source") else named


def _below(covered, least: int) -> str:
    return f"{covered.service}: perjalanan melalui {covered.flows.percent} % alur, kurang dari {least} %."


def _plain(report, least: int, *, ok: bool) -> dict:
    return {
        "ok": ok,
        "least": least,
        "journeys": list(report.verdicts),
        "services": [
            {
                "service": covered.service,
                "journeys": covered.journeys,
                "ok": covered.reaches(least),
                **{name: _part(getattr(covered, name)) for name in KINDS},
            }
            for covered in report.coverage
        ],
    }


def _part(part) -> dict:
    return {"total": part.total, "walked": part.walked, "percent": part.percent, "missed": list(part.missed)}
