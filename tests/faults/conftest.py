"""What the fault tests share: a portal with their own small services, copied from a template that is made once."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import conftest, founding, postgres
from tests.conftest import Clock
from tests.faults import services
from tests.faults.stage import Stage

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def attacked_template(
    postgres_server: postgres.Server, postgres_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Database `attacked`: the template with the small services; gives the folder of its files."""
    conftest._administer(postgres_server, "CREATE DATABASE attacked TEMPLATE template_alur")
    _publish(postgres_server.url("attacked"), postgres_template, tmp_path_factory.mktemp("services"))
    return postgres_template


@pytest.fixture(scope="session")
def attacked_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attacked") / "portal"
    shutil.copytree(sqlite_template, folder)
    _publish(f"sqlite:///{folder}/alur.db", folder / "files", tmp_path_factory.mktemp("services"))
    return folder


@pytest.fixture
def attacked_postgres_url(
    postgres_server: postgres.Server, attacked_template: Path, tmp_path: Path
) -> Iterator[str]:
    name = f"attacked_{next(numbers)}"
    shutil.copytree(attacked_template, tmp_path / "files", dirs_exist_ok=True)
    conftest._administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE attacked")
    yield postgres_server.url(name)
    conftest._administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def attacked_sqlite_url(attacked_sqlite: Path, tmp_path: Path) -> str:
    shutil.copytree(attacked_sqlite, tmp_path, dirs_exist_ok=True)
    return f"sqlite:///{tmp_path}/alur.db"


@pytest.fixture
def stage(new_app: Callable[[str], Flask], attacked_postgres_url: str, clock: Clock) -> Stage:
    """On PostgreSQL."""
    return _stage(new_app(attacked_postgres_url), clock)


@pytest.fixture(params=["attacked_postgres_url", "attacked_sqlite_url"])
def each_stage(request: pytest.FixtureRequest, new_app: Callable[[str], Flask], clock: Clock) -> Stage:
    return _stage(new_app(request.getfixturevalue(request.param)), clock)


def _stage(app: Flask, clock: Clock) -> Stage:
    app.config["WTF_CSRF_ENABLED"] = False
    return Stage(app, clock)


def _publish(url: str, files: Path, folder: Path) -> None:
    app = founding.portal(url, files, Clock())
    with app.app_context():
        services.publish(folder)
    founding.close(app)
