"""`alur process versions`, `rehearse`, `migrate`, `revert`, `retire` and `offer`."""

import pytest
from click.testing import CliRunner
from flask import Flask

from app.cli import main
from app.storage import db
from app.storage.cases import Case
from tests import founding
from tests.usecases.test_versions import REASON, RENAMED, Publish, at, publish, version

__all__ = ["publish"]  # the fixture


def test_the_shell_does_the_same(city: Flask, publish: Publish, monkeypatch: pytest.MonkeyPatch):
    case_id = at("sahkan_rw").id
    publish(RENAMED)
    settings = city.extensions["alur"].settings
    monkeypatch.setattr("app.cli.inside.create_app", lambda: founding.portal(
        settings.database_url, settings.files, city.extensions["alur"].clock))  # fmt: skip

    def run(*words: str) -> str:
        db.session.remove()
        return CliRunner().invoke(main, ["process", *words]).output

    assert "Perlu keputusan: 1" in run("rehearse", "usaha", "2")
    assert "Tidak ada berkas yang dapat dipindahkan" in run("migrate", "usaha", "2", "--reason", REASON)
    moved = run("migrate", "usaha", "2", "--map", "sahkan_rw=sahkan_rukun_warga", "--reason", REASON)
    assert "ke versi 2: moved 1" in moved
    assert version(db.session.get_one(Case, case_id)) == 2
    assert "reverted 1" in run("revert", "1", "--reason", REASON)
    assert "Tulis alasan" in run("retire", "usaha", "--reason", "-")
    assert "tidak lagi ditawarkan" in run("retire", "usaha", "--reason", REASON)
    assert "ditawarkan" in run("offer", "usaha")
    assert "pemindahan 1 ke versi 2: reverted 1" in run("versions", "usaha")
