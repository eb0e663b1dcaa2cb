"""What a second worker is worth: `alur bench worker`."""

import click
import orjson

from app.errors import Refused


@click.command("worker")
@click.option(
    "--db", "url", metavar="URL", help="PostgreSQL to measure on, in a schema that is dropped afterwards."
)
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
@click.option("--quick", is_flag=True, help="One second each: shows that it works, not how fast it is.")
def bench_worker(url: str | None, as_json: bool, quick: bool) -> None:
    """Set the timers two workers fire in a second beside those that one fires."""
    from app.cli.bench import _scratch_portal
    from app.usecases.bench import workers

    try:
        with _scratch_portal(url):
            figures = workers.measure_workers(quick=quick)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode() if as_json else told(figures))


def told(figures: dict[str, object]) -> str:
    """The figures in words."""
    one, two, ratio = (
        figures[key] for key in ("timers_per_second_1", "timers_per_second_2", "worker_speedup_2")
    )
    return "\n".join(
        [
            f"Satu pekerja: {one:.0f} batas waktu tiap detik.",
            f"Dua pekerja: {two:.0f} tiap detik, " + f"{ratio:.2f} kali.".replace(".", ",", 1),
            f"{figures['cases']} kasus pada {figures['database']}, {figures['cpus']} CPU, Python {figures['python']}.",
        ]
    )
