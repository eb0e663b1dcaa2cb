"""What every test may ask for.

app         the portal on its own fresh PostgreSQL database: migrated, the city founded, services published, the
            demo's people in office, no case yet. It has no app context of its own: requests bring theirs.
city        the same portal with its app context pushed, for tests of use cases and storage. It gives the app.
            Do not mix it with `client` in one test: requests would share its context (and `flask.g`).
client      a browser without a screen for `app`; CSRF tokens are not asked for (`app` and the browser ask for them).
sqlite_app  the portal on SQLite. each_app  runs the test twice, on PostgreSQL and on SQLite.
clock       the time: `clock.now`, `clock.set(moment)`, `clock.forward(hours=3)`. It starts at START, a Monday at
            nine, and moves only when told. Every portal above uses it.
new_app     `new_app(url)` makes one more portal on a database, e.g. for a second web process on `app`'s.
postgres    the server itself, for tests that need `postgres.url(name)` or want it restarted.

Browser tests: tests/web/browser.py. Making cases and letters: tests/factories.py.
A test that is skipped counts as failed: without PostgreSQL or the browser nothing is proven.
"""

import itertools
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import chromium, founding, postgres

pytest_plugins = ["tests.web.browser"]

LONGEST = "test_scenarios"
numbers = itertools.count(1)
ran: Counter[str] = Counter()
START = datetime(2026, 6, 8, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


class Clock:
    """The one clock of a portal under test."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: datetime) -> None:
        self.now = moment

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    server = postgres.Server(memory=postgres.memory())
    yield server
    server.stop()


@pytest.fixture(name="postgres")
def _postgres(postgres_server: postgres.Server) -> postgres.Server:
    return postgres_server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database `template_alur`, filled once; gives the folder of its files."""
    files = tmp_path_factory.mktemp("template") / "files"
    _administer(postgres_server, "CREATE DATABASE template_alur")
    founding.found(postgres_server.url("template_alur"), files, Clock())
    return files


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an SQLite portal, filled once."""
    folder = tmp_path_factory.mktemp("template")
    founding.found(f"sqlite:///{folder}/alur.db", folder / "files", Clock())
    return folder


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, postgres_template: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh copy of the template; `tmp_path/files` holds its files."""
    name = f"test_{next(numbers)}"
    shutil.copytree(postgres_template, tmp_path / "files", dirs_exist_ok=True)
    _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE template_alur")
    yield postgres_server.url(name)
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copytree(sqlite_template, tmp_path, dirs_exist_ok=True)
    return f"sqlite:///{tmp_path}/alur.db"


@pytest.fixture
def new_app(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Flask]]:
    made = []

    def make(url: str) -> Flask:
        made.append(founding.portal(url, tmp_path / "files", clock))
        return made[-1]

    yield make
    for app in made:
        founding.close(app)


@pytest.fixture
def app(new_app: Callable[[str], Flask], postgres_url: str) -> Flask:
    return new_app(postgres_url)


@pytest.fixture
def sqlite_app(new_app: Callable[[str], Flask], sqlite_url: str) -> Flask:
    return new_app(sqlite_url)


@pytest.fixture(params=["postgres_url", "sqlite_url"])
def each_app(request: pytest.FixtureRequest, new_app: Callable[[str], Flask]) -> Flask:
    return new_app(request.getfixturevalue(request.param))


@pytest.fixture
def city(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def pytest_configure() -> None:
    """The files of tests lie in memory, where there is room: a portal waits for the disk with every file it stores."""
    if place := postgres.memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))


def pytest_report_header() -> list[str]:
    """Which PostgreSQL and which browser these tests run on."""
    binaries, browser = postgres.find_binaries(), chromium.find()
    return [
        f"PostgreSQL: {_version(binaries / 'postgres') if binaries else 'missing'} ({binaries})",
        f"Chromium: {_version(browser) if browser else 'missing'} ({browser})",
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: once Playwright has begun, its event loop runs in this thread for good.

    Where two processes share the tests, those of one file stay together, apart from its browser tests; of these the
    longest come first, so that at the end neither process waits for the other.
    """
    items.sort(key=lambda item: (_in_browser(item), item.path.stem != LONGEST))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}{'-browser' * _in_browser(item)}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if call.when == "call":
        used = {"postgres_url", "browser"} & set(getattr(item, "fixturenames", ()))
        report.user_properties += [("ran on", name) for name in sorted(used)]
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr[-1]}"
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        ran.update(name for said, name in report.user_properties if said == "ran on")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        f"{ran['postgres_url']} tests ran on PostgreSQL, {ran['browser']} in Chromium."
    )


def _in_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def _version(program: Path | str) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def _administer(server: postgres.Server, statement: str) -> None:
    with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)
