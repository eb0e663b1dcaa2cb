"""What a step costs on the machine that asks: `alur bench`."""

from collections.abc import Mapping

import click
import orjson

from app.cli.bench_pages import bench_inbox, bench_pages
from app.errors import Refused

ROWS = (
    ("kasus baru", "fresh", "step_fresh_ratio"),
    ("sesudah 50 kali kembali", "50_rounds", "step_50_rounds_ratio"),
)
COLUMNS = ("Alur/detik", "SpiffWorkflow/detik", "kali lipat", "bita Alur", "bita SpiffWorkflow")
NAME_WIDTH = 26


@click.group()
def bench() -> None:
    """Measure how fast cases move."""


bench.add_command(bench_inbox)
bench.add_command(bench_pages)


@bench.command("engine")
@click.option("--db", "url", metavar="URL", help="Measure beside this database, not in a temporary file.")
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
@click.option("--quick", is_flag=True, help="Two passes: shows that it works, not how fast it is.")
@click.option("--seed", default=3574, show_default=True, help="Decides case data and order of measuring.")
def bench_engine(url: str | None, as_json: bool, quick: bool, seed: int) -> None:
    """Set a step of the engine beside the same step with SpiffWorkflow as it comes, each in one transaction."""
    from app.usecases import bench as measuring

    passes = measuring.QUICK if quick else measuring.FULL
    try:
        figures = measuring.measure_engine(url, passes=passes, seed=seed)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode() if as_json else _told(figures))


def _told(figures: Mapping[str, object]) -> str:
    return "\n".join(
        [
            _row("langkah dan transaksinya", COLUMNS),
            *(_row(name, _cells(figures, key, ratio)) for name, key, ratio in ROWS),
            f"Sesudah 100 kali kembali: {_comma(figures['step_growth_100'], 2)} kali waktu sesudah sekali.",
            f"{figures['steps_measured']} langkah dalam {figures['seconds']:.0f} detik pada {figures['database']},"
            f" {figures['cpus']} CPU, Python {figures['python']}.",
        ]
    )


def _cells(figures: Mapping[str, object], key: str, ratio: str) -> tuple[str, ...]:
    speeds = (f"{figures[f'{side}_{key}_steps_per_second']:.0f}" for side in ("ours", "plain"))
    sizes = (f"{figures[f'state_bytes_{side}_{key}']}" for side in ("ours", "plain"))
    return (*speeds, _comma(figures[ratio], 1), *sizes)


def _row(name: str, cells: tuple[str, ...]) -> str:
    held = (f"{cell:>{len(title) + 2}}" for cell, title in zip(cells, COLUMNS, strict=True))
    return f"{name:<{NAME_WIDTH}}{''.join(held)}"


def _comma(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace(".", ",")
