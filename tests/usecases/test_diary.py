"""The diary: whoever changes a line behind the portal's back is found (ASVS 16.4.2)."""

from contextlib import suppress

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from app.cli import main
from app.storage import cases, db, transaction
from app.usecases import clock, diary
from tests import factories, founding

LAST = "(SELECT max(seq) FROM diary WHERE case_id = :case)"
TAMPERED = {
    "the words of a line": ("UPDATE diary SET by = 'Orang lain' WHERE case_id = :case AND seq = 2", 2),
    "the facts of a line": (
        'UPDATE diary SET facts = \'{"step": "x"}\' WHERE case_id = :case AND seq = 2',
        2,
    ),
    "the time of a line": (
        "UPDATE diary SET at = '2026-06-01 00:00:00' WHERE case_id = :case AND seq = 3",
        3,
    ),
    "a line and its own hash": (
        "UPDATE diary SET kind = 'x', hash = previous WHERE case_id = :case AND seq = 3",
        3,
    ),
    "a line taken out": ("DELETE FROM diary WHERE case_id = :case AND seq = 2", 2),
    "the first line taken out": ("DELETE FROM diary WHERE case_id = :case AND seq = 1", 1),
    "the last line cut off": (f"DELETE FROM diary WHERE case_id = :case AND seq = {LAST}", 4),
    "all of it taken out": ("DELETE FROM diary WHERE case_id = :case", 1),
    "two lines changed over": (
        "UPDATE diary SET seq = 99 WHERE case_id = :case AND seq = 2;"
        "UPDATE diary SET seq = 2 WHERE case_id = :case AND seq = 3;"
        "UPDATE diary SET seq = 3 WHERE case_id = :case AND seq = 99",
        2,
    ),
    "a line moved to another case": (
        'UPDATE diary SET seq = 5, case_id = (SELECT max(id) FROM "case") WHERE case_id = :case AND seq = 2',
        2,
    ),
}


class Undone(Exception):
    """What was changed for a look is not kept."""


@pytest.fixture
def cases_in_diary(each_app: Flask):
    """Two cases with four lines each."""
    with each_app.app_context():
        found = []
        for index in range(2):
            case = factories.apply("domisili", index=index)
            factories.decide(factories.open_task(case))
            factories.decide(factories.open_task(case))
            factories.decide(factories.open_task(case))
            found.append(case.id)
        assert [len(cases.diary_of(case_id)) for case_id in found] == [4, 4]
        yield found
        db.session.remove()


def test_a_diary_nobody_touched_is_whole(cases_in_diary):
    assert diary.broken_cases() == []


def test_what_was_changed_in_the_database_is_found(cases_in_diary):
    case_id, other = cases_in_diary
    found = {}
    for what, (statements, _line) in TAMPERED.items():
        with suppress(Undone), transaction():
            for statement in statements.split(";"):
                db.session.execute(text(statement), {"case": case_id})
            db.session.expire_all()
            found[what] = (diary.broken_at(case_id), diary.broken_at(other))
            raise Undone

    wanted = {what: (line, 5 if "max(id)" in said else None) for what, (said, line) in TAMPERED.items()}
    assert found == wanted
    assert diary.broken_cases() == []


def test_a_forged_line_with_a_right_hash_does_not_fit_the_next(cases_in_diary):
    case_id, _other = cases_in_diary
    with transaction():
        line = cases.diary_of(case_id)[1]
        line.by = "Orang lain"
        line.hash = diary.fingerprint(line)

    assert diary.broken_at(case_id) == 3


def test_the_command_names_case_and_line(city: Flask, postgres_url: str, tmp_path, monkeypatch):
    case = factories.apply("domisili")
    number, case_id = case.number, case.id
    factories.decide(factories.open_task(case), "tolak")
    clock.settle()
    db.session.remove()
    monkeypatch.setenv("ALUR_SECRET_KEY", founding.SECRET)
    monkeypatch.setenv("ALUR_DATABASE_URL", postgres_url)
    monkeypatch.setenv("ALUR_FILES", str(tmp_path / "files"))

    whole = CliRunner().invoke(main, ["audit", "verify"])
    with transaction():
        db.session.execute(
            text("UPDATE diary SET by = '' WHERE case_id = :case AND seq = 2"), {"case": case_id}
        )
    db.session.remove()
    broken = CliRunner().invoke(main, ["audit", "verify"])

    assert (whole.exit_code, whole.output) == (0, "Semua riwayat utuh.\n")
    assert broken.exit_code == 1 and f"{number}: catatan ke-2" in broken.output


def test_every_deed_of_a_case_is_a_line_without_personal_data(city: Flask):
    case = factories.apply("sktm", index=7)
    factories.walk(case)
    lines = cases.diary_of(case.id)

    kinds = [line.kind for line in lines]
    assert kinds[0] == "application received" and kinds[-1] == "case closed"
    assert kinds.count("task completed") == len(
        [task for task in cases.tasks_of(case.id) if task.status == "done"]
    )
    assert "letter signed" in kinds
    assert case.applicant_name not in " ".join(f"{line.by} {line.facts}" for line in lines)
