"""Logs tell what happened to whoever runs the portal, and nothing about anybody (ASVS 16.2.5)."""

import json
import logging
from datetime import timedelta

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import logs
from app.storage import db, transaction
from app.usecases.parts import now
from tests import factories
from tests.web import visitors

NIK, PHONE, NAME = "3574035205900001", "081234500001", "Kanaria Burungwati"


@pytest.fixture
def log(capsys):
    logs.start("DEBUG")
    yield structlog.get_logger()
    logs.start("WARNING")


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "value",
    [NIK, f"NIK {NIK} salah", "3574 0352 0590 0001", "357403-520590-0001", "3574.0352.0590.0001", int(NIK)],
)
def test_long_numbers_never_reach_a_line(log, capsys, value):
    log.warning("fault", error=value, nested={"typed": [value, {"nik": value}]}, steps=(value,))
    (line,) = lines(capsys)
    assert not [
        digits for digits in ("0352", "5205", "0001") if digits in json.dumps({**line, "timestamp": ""})
    ]


def test_a_line_is_json_with_its_level_and_time(log, capsys):
    log.info("timer fired", case="26-7JP-XKK-529", steps=["pengingat_rt"], case_id=17)
    (line,) = lines(capsys)
    assert line["event"] == "timer fired" and line["level"] == "info" and line["timestamp"].endswith("Z")
    assert line["case"] == "26-7JP-XKK-529" and line["case_id"] == 17


def test_the_words_of_an_exception_are_cleaned_and_its_place_is_kept(log, capsys):
    try:
        raise ValueError(f"bukan angka: {NIK}")
    except ValueError as fault:
        log.error("fault", exc_info=fault)
    (line,) = lines(capsys)
    assert "ValueError: bukan angka: …" in line["exception"] and "test_logs.py" in line["exception"]


def test_a_row_the_database_refuses_is_not_quoted(each_app: Flask, log, capsys):
    """Without `hide_parameters` and `told`, SQLAlchemy and PostgreSQL quote the whole row here."""
    with visitors.inside(each_app):
        case = factories.apply("domisili")
        early = now() - timedelta(days=9)
        with pytest.raises(IntegrityError) as refusal, transaction():
            db.session.execute(
                text(
                    'UPDATE "case" SET applicant_name = :name, nik_index = :nik, closed_at = :early WHERE id = :case'
                ),
                {"name": NAME, "nik": NIK, "early": early, "case": case.id},
            )
    log.error("fault", exc_info=refusal.value)
    log.warning("work failed", error=str(refusal.value))
    said = capsys.readouterr().out
    assert "closes_after_it_opens" in said
    assert NAME not in said and NIK not in said
    assert NAME not in logs.told(str(refusal.value))


def test_a_fault_of_a_page_is_logged_without_what_was_typed(app: Flask, client, log, capsys, monkeypatch):
    monkeypatch.setattr("app.usecases.track.unlock", _break)
    answer = client.post("/lacak", data={"nomor": NIK, "kode": NAME})
    assert answer.status_code == 500
    (line,) = [line for line in lines(capsys) if line["event"] == "fault"]
    assert line["path"] == "/lacak" and "RuntimeError" in line["exception"]
    assert NAME not in str(line) and NIK not in str(line)


def test_the_libraries_below_stay_quiet(log):
    for name in ("spiff", "sqlalchemy.engine", "pyhanko", "fontTools", "fpdf"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO), name


def _break(number: str, code: str, address: str) -> None:
    raise RuntimeError("rusak")
