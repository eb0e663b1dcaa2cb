"""The answer to COMMIT is lost: nobody knows whether it was kept, and whoever presses again is told what was."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.storage import db
from app.storage.cases import Case
from tests.faults import invariants, wrong
from tests.faults.conftest import _stage
from tests.faults.cutting_proxy import CuttingProxy
from tests.faults.deeds import DEEDS
from tests.faults.stage import Stage
from tests.postgres import Server

FEW, MANY = 25, 200


@pytest.fixture
def proxy(postgres_server: Server) -> Iterator[CuttingProxy]:
    folder = Path(tempfile.mkdtemp(prefix="alur-proxy-"))  # the path of a socket is short
    proxy = CuttingProxy(folder, postgres_server.folder)
    yield proxy
    proxy.close()
    shutil.rmtree(folder)


@pytest.fixture
def far_stage(stage: Stage, proxy: CuttingProxy, new_app: Callable[[str], Flask]) -> Stage:
    """The same portal, its database behind the proxy."""
    url = stage.app.config["SQLALCHEMY_DATABASE_URI"]
    return _stage(new_app(f"{url.partition('?')[0]}?host={proxy.folder}"), stage.clock)


def submit(far_stage: Stage, proxy: CuttingProxy) -> None:
    """One application whose commit is cut off; its sender is told to try again, and does."""
    browser, key = DEEDS["send"].prepare(far_stage)
    proxy.cuts += 1
    first = browser.post("/layanan/uji/ajukan/periksa", data={"kunci": key})
    assert proxy.cut == proxy.cuts
    assert first.status_code == 503 and "coba lagi" in first.text.lower()
    again = DEEDS["send"].act(far_stage, (browser, key))
    assert DEEDS["send"].act(far_stage, (browser, key)) == again, "the same answer however often"


def complete(far_stage: Stage, proxy: CuttingProxy) -> None:
    thing = DEEDS["complete"].prepare(far_stage)
    proxy.cuts += 1
    assert DEEDS["complete"].act(far_stage, thing) == 503
    DEEDS["complete"].check(far_stage, thing, DEEDS["complete"].act(far_stage, thing))


@pytest.mark.parametrize("many", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_whoever_presses_again_is_told_what_was_kept(far_stage: Stage, proxy: CuttingProxy, many: int):
    for _each in range(many):
        submit(far_stage, proxy)
    for _each in range(many // 5):
        complete(far_stage, proxy)

    with far_stage.inside():
        assert db.session.query(Case).filter_by(service_code="uji").count() == many
        assert invariants.broken() == []


def test_a_portal_that_forgets_request_keys_would_be_found(
    far_stage: Stage, proxy: CuttingProxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wrong.work, "find_answered", lambda scope, key: None)

    with pytest.raises(AssertionError):
        submit(far_stage, proxy)
