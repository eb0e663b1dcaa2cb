"""What the pages cost among very many cases: `alur bench inbox` and `alur bench pages`."""

import os
import platform
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from app import create_app
from app.config import read_settings
from app.errors import Refused

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.usecases.bench.crowd import Landmark
    from app.usecases.bench.crowd_pages import Page


def _options(command: Callable) -> Callable:
    """The options both commands know."""
    for option in (
        click.option(
            "--db", "url", metavar="URL", help="Measure in scratch databases on this server, not in files."
        ),
        click.option("--json", "as_json", is_flag=True, help="Machine form."),
        click.option("--quick", is_flag=True, help="Few cases: shows that it works, not how fast it is."),
        click.option(
            "--cases", default=0, help="How many cases the larger city has.", show_default="1,000,000"
        ),
        click.option(
            "--seed", default=3574, show_default=True, help="Decides names, homes and order of measuring."
        ),
    ):
        command = option(command)
    return command


@click.command("inbox")
@_options
def bench_inbox(**wishes: object) -> None:
    """Set every view of an official's inbox among a million cases beside the same among ten thousand."""
    from app.usecases.bench.crowd_pages import INBOX

    _measure(INBOX, **wishes)


@click.command("pages")
@_options
def bench_pages(**wishes: object) -> None:
    """Set case page, tracking page, lists and searches among a million cases beside the same among ten thousand."""
    from app.usecases.bench.crowd_pages import PAGES

    _measure(PAGES, **wishes)


def _measure(pages: tuple, *, url: str | None, as_json: bool, quick: bool, cases: int, seed: int) -> None:
    from app.usecases.bench import crowd_pages as measuring

    grown = cases or (measuring.MORE if quick else measuring.GROWN)
    first = measuring.FEW if quick else min(measuring.FIRST, grown)
    rounds = measuring.QUICK if quick else measuring.FULL
    try:
        figures = _figures(pages, url, first=first, grown=grown, rounds=rounds, seed=seed, quick=quick)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode() if as_json else _told(figures))


def _figures(
    pages: tuple, url: str | None, *, first: int, grown: int, rounds: int, seed: int, quick: bool
) -> dict[str, object]:
    from app.usecases.bench import crowd_pages as measuring
    from app.usecases.bench.crowd import Crowd, places

    began, crowd = time.perf_counter(), Crowd(seed=seed, rounds=0 if quick else 2)
    secret = secrets.token_urlsafe(48)
    with tempfile.TemporaryDirectory(prefix="alur-bench-") as files, places(url) as made:
        with _portal(made.new(), secret, files) as few:
            crowd.fill(first)
        with _portal(made.copy(), secret, files) as many:
            crowd.grow_to(grown)
        filled = time.perf_counter() - began
        asks, sizes = {}, {}
        for side, app in (("first", few), ("grown", many)):
            with app.app_context():
                sizes[side], accounts = crowd.size(), crowd.officials()
            asks[side] = _asking(app, accounts)
        spent = measuring.alternate(pages, asks, crowd.landmarks, rounds=rounds, seed=seed)
        for app in (few, many):
            _close(app)
    return {
        "growth_1m": measuring.growth(spent),
        "milliseconds": spent,
        "crowd": sizes,
        "rounds": rounds,
        "cpus": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "seed": seed,
        "seconds_to_fill": round(filled, 1),
        "seconds": round(time.perf_counter() - began, 1),
    }


@contextmanager
def _portal(url: str, secret: str, files: str) -> Iterator["Flask"]:
    """A portal on a scratch database, its context pushed while it is filled."""
    environment = {
        "ALUR_SECRET_KEY": secret,
        "ALUR_DATABASE_URL": url,
        "ALUR_FILES": files,
        "ALUR_LOG_LEVEL": "ERROR",
    }
    app = create_app(read_settings({"ALUR_CITY": os.environ.get("ALUR_CITY", ""), **environment}))
    app.config["WTF_CSRF_ENABLED"] = False
    Path(files).mkdir(exist_ok=True)
    with app.app_context():
        yield app
    _close(app)


def _close(app: "Flask") -> None:
    """Give back every connection, so that the database can be copied or dropped."""
    from app.storage import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _asking(app: "Flask", accounts: Mapping[str, str]) -> Callable:
    """Sends real requests as whoever a page is for; an answer that is none stops the measurement."""
    from app.usecases.people import DEMO_PASSWORD

    browsers: dict[str, FlaskClient] = {who: app.test_client() for who in (*accounts, "citizen")}
    for who, username in accounts.items():
        browsers[who].post("/masuk", data={"nama": username, "sandi": DEMO_PASSWORD})

    def ask(page: "Page", landmark: "Landmark") -> float:
        browser = browsers[page.who]
        if page.who == "citizen" and not page.posted:
            browser.post("/lacak", data={"nomor": landmark.number, "kode": landmark.code})
        began = time.perf_counter()
        answer = browser.post(page.address, data=page.posted) if page.posted else browser.get(page.address)
        spent, wanted = time.perf_counter() - began, 302 if page.posted else 200
        if answer.status_code != wanted:
            raise RuntimeError(f"{page.key}: {answer.status_code} instead of {wanted}")
        return spent

    return ask


def _told(figures: Mapping[str, object]) -> str:
    """The figures as a table."""
    sizes = figures["crowd"]
    head = f"{'halaman':<28}{'sedikit (md)':>14}{'banyak (md)':>14}{'kali':>8}"
    rows = (
        f"{key:<28}{_comma(each['first']):>14}{_comma(each['grown']):>14}{_comma(figures['growth_1m'][key]):>8}"
        for key, each in figures["milliseconds"].items()
    )
    foot = (
        f"{sizes['first']['case']} dan {sizes['grown']['case']} permohonan pada {sizes['grown']['database']},"
        f" {figures['cpus']} CPU, Python {figures['python']}, beban {_comma(figures['load'])}."
    )
    return "\n".join((head, *rows, foot))


def _comma(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")
