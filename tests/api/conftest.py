"""What tests of the machine interface share: a city with cases in every state, and a system with every scope."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from app.storage import cases, db, letters, transaction
from app.storage.work import Incident
from app.usecases import clock
from app.usecases.parts import now
from tests import factories, founding, postgres
from tests.api.machines import Machine, machine
from tests.conftest import Clock, _administer, numbers
from tests.web import visitors

KELURAHAN = "35.74.03.1002"
OFFICES = (
    ("operator_kelurahan", KELURAHAN), ("lurah", KELURAHAN), ("rt", factories.SITI_HOME),
    ("rw", factories.SITI_HOME.rpartition(".")[0]), ("kasi_pelayanan_kelurahan", KELURAHAN), ("seklur", KELURAHAN),
    ("admin_sistem", "diskominfo"), ("verifikator_pengaduan", "diskominfo"),
)  # fmt: skip


@dataclass(frozen=True)
class Life:
    """Known numbers, codes and ids of a city at work."""

    waiting: tuple[str, str]
    returned: tuple[str, str]
    issued: tuple[str, str]
    complaint: tuple[str, str]
    task: str
    first_task: str
    attachment: str
    letter: str
    incident: str


@pytest.fixture
def system(app: Flask) -> Machine:
    """A system with every scope; it acts for the operator unless told otherwise."""
    return machine(app, *OFFICES)


@pytest.fixture
def position(system: Machine) -> Callable[[str], int]:
    """The number of the office of a role that the system may act for."""
    return dict(zip((role for role, _unit in OFFICES), system.positions, strict=True)).__getitem__


@pytest.fixture
def life(app: Flask) -> Life:
    return lived_in(app)


@pytest.fixture(scope="module")
def shared_app(
    postgres_server: postgres.Server, postgres_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A portal for all tests of a module that change nothing another one looks at."""
    folder, name = tmp_path_factory.mktemp("shared"), f"shared_{next(numbers)}"
    shutil.copytree(postgres_template, folder / "files")
    _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE template_alur")
    app = founding.portal(postgres_server.url(name), folder / "files", Clock())
    yield app
    founding.close(app)
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def lived_in(app: Flask) -> Life:
    """Send and decide until every usual state is there."""
    with visitors.inside(app):
        waiting, returned, issued = factories.send("sktm"), factories.send("sktm"), factories.send("domisili")
        fresh, complaint = factories.send("usaha"), factories.send("pengaduan")
        factories.walk(waiting.case, until="periksa_operator")
        factories.walk(returned.case, until="periksa_operator")
        factories.decide(factories.open_task(returned.case), "kembalikan")
        factories.walk(issued.case)
        clock.settle()
        with transaction():
            incident = Incident(case_id=waiting.case.id, what="Gangguan", at=now())
            db.session.add(incident)
        (letter,) = letters.letters_of(issued.case.id)
        return Life(
            *((each.case.number, each.code) for each in (waiting, returned, issued, complaint)),
            task=factories.open_task(waiting.case).id,
            first_task=factories.open_task(fresh.case).id,
            attachment=next(iter(cases.attachments_of(waiting.case.id))),
            letter=letter.token,
            incident=str(incident.id),
        )
