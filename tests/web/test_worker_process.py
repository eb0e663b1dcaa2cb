"""The letter is issued by `alur worker`, a process of its own, as in a real installation."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import factories, founding
from tests.conftest import Clock
from tests.web import scenario_letter
from tests.web.browser import Site, Visitor
from tests.web.scenario_citizen import Citizen
from tests.web.scenario_desk import Official

pytestmark = pytest.mark.browser


def test_the_real_worker_issues_the_letter(
    site: Site,
    citizen: Visitor,
    officials: Callable[..., Official],
    clock: Clock,
    postgres_url: str,
    tmp_path: Path,
):
    """Nobody lends a hand: the second process does the work that the Lurah's signature asked for."""
    clock.set(datetime.now(UTC) - timedelta(minutes=1))
    with site.app.app_context():
        sent = factories.send("domisili")
        factories.walk(sent.case, until="tandatangan_lurah")
        number, code = sent.case.number, sent.code
    officials("lurah.mangunharjo").agree(number)
    somebody = Citizen(citizen)
    somebody.track(number, code)
    assert "Unduh surat" not in somebody.words()

    with _worker(postgres_url, tmp_path / "files"):
        _wait_until(lambda: somebody.page.reload() and "Unduh surat" in somebody.words())

    assert len(scenario_letter.signatures(somebody.download(), tmp_path)) == 1


@contextmanager
def _worker(url: str, files: Path) -> Iterator[None]:
    """`alur worker`, as an operator starts it."""
    settings = {"ALUR_SECRET_KEY": founding.SECRET, "ALUR_DATABASE_URL": url, "ALUR_FILES": str(files)}
    command = [sys.executable, "-c", "from app.cli import main; main()", "worker"]
    process = subprocess.Popen(command, env=os.environ | settings)
    yield
    process.terminate()
    assert process.wait(timeout=20) == 0


def _wait_until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.3)
