"""What a step costs on the machine that asks: `alur bench`."""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
import orjson

from app import create_app
from app.cli.bench_pages import bench_inbox, bench_pages
from app.cli.bench_worker import bench_worker
from app.config import read_settings
from app.errors import Refused

ROWS = (
    ("kasus baru", "fresh", "step_fresh_ratio"),
    ("sesudah 50 kali kembali", "50_rounds", "step_50_rounds_ratio"),
)
COLUMNS = ("Alur/detik", "SpiffWorkflow/detik", "kali lipat", "bita Alur", "bita SpiffWorkflow")
NAME_WIDTH = 26
SIDES = ("ours", "plain")


@click.group()
def bench() -> None:
    """Measure how fast cases move."""


bench.add_command(bench_worker)


bench.add_command(bench_inbox)
bench.add_command(bench_pages)


@bench.command("engine")
@click.option("--db", "url", metavar="URL", help="Measure beside this database, not in a temporary file.")
@click.option("--json", "as_json", is_flag=True, help="Machine form.")
@click.option(
    "--quick", is_flag=True, help="Few passes and returns: shows that it works, not how fast it is."
)
@click.option("--seed", default=3574, show_default=True, help="Decides case data and order of measuring.")
def bench_engine(url: str | None, as_json: bool, quick: bool, seed: int) -> None:
    """Set a step of the portal beside the same with SpiffWorkflow as it comes, and beside its bare row writes.

    The step is that of a chain of offices, and of every service of the city.
    """
    from app.usecases import bench as measuring

    passes = measuring.QUICK if quick else measuring.FULL
    try:
        with _scratch_portal(url):
            figures = measuring.measure_engine(passes=passes, seed=seed)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode() if as_json else told(figures))


@contextmanager
def _scratch_portal(url: str | None) -> Iterator[None]:
    """A portal of its own on empty tables, its context pushed; nothing of it is left."""
    from app.storage import db
    from app.storage.bench import scratch

    with scratch(url) as address, tempfile.TemporaryDirectory(prefix="alur-bench-") as files:
        wishes = {"ALUR_DATABASE_URL": address, "ALUR_FILES": files, "ALUR_LOG_LEVEL": "ERROR"}
        app = create_app(read_settings({"ALUR_SECRET_KEY": secrets.token_hex(), **wishes}))
        with app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


def told(figures: Mapping[str, object]) -> str:
    """The figures in words, for a reader."""
    services: Mapping[str, Mapping[str, float]] = figures["services"]
    return "\n".join(
        [
            _row("langkah dan transaksinya", COLUMNS),
            *(_row(name, _cells(figures, key, ratio)) for name, key, ratio in ROWS),
            *(_row(_service_name(code, each), _service_cells(each)) for code, each in services.items()),
            f"Layanan kota: nilai tengah {_comma(figures['step_services_ratio'], 2)} kali lipat.",
            f"Baris yang sama ditulis tanpa mesin: {figures['bare_fresh_steps_per_second']:.0f} langkah/detik;"
            f" langkah Alur {_comma(figures['step_vs_bare'], 1)} kali waktunya.",
            f"Sesudah 100 kali kembali: {_comma(figures['step_growth_100'], 2)} kali waktu sesudah sekali.",
            f"Lewat HTTP (2 proses web): {figures['http_steps_per_second']:.0f} langkah/detik,"
            f" {_comma(figures['http_step_ratio'], 2)} kali {figures['two_processes_steps_per_second']:.0f}"
            " pada 2 proses tanpa HTTP.",
            f"{figures['steps_measured']} langkah dalam {figures['seconds']:.0f} detik pada {figures['database']},"
            f" {figures['cpus']} CPU, Python {figures['python']}.",
        ]
    )


def _cells(figures: Mapping[str, object], key: str, ratio: str) -> tuple[str, ...]:
    speeds = (f"{figures[f'{side}_{key}_steps_per_second']:.0f}" for side in SIDES)
    sizes = (f"{figures[f'state_bytes_{side}_{key}']}" for side in SIDES)
    return (*speeds, _comma(figures[ratio], 1), *sizes)


def _service_name(code: str, service: Mapping[str, float]) -> str:
    return f"{code}, {service['steps']} langkah"


def _service_cells(service: Mapping[str, float]) -> tuple[str, ...]:
    speeds = (f"{service[f'{side}_steps_per_second']:.0f}" for side in SIDES)
    sizes = (f"{service[f'state_bytes_{side}']}" for side in SIDES)
    return (*speeds, _comma(service["ratio"], 1), *sizes)


def _row(name: str, cells: tuple[str, ...]) -> str:
    held = (f"{cell:>{len(title) + 2}}" for cell, title in zip(cells, COLUMNS, strict=True))
    return f"{name:<{NAME_WIDTH}}{''.join(held)}"


def _comma(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace(".", ",")
