"""The migrations build exactly what the classes say, on both databases, and can be undone."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from app import engine
from app.config import ROOT
from app.storage import db, schema, transaction
from app.storage.cases import Case, Timer, open_tasks_of
from app.storage.events import waits_of
from app.storage.processes import ProcessFile, ProcessVersion
from app.storage.work import Incident, open_incidents
from app.usecases import clock, diary
from tests import factories, founding
from tests.engine.diagrams.several import ALL
from tests.postgres import Server
from tests.usecases import player, talking


@pytest.fixture(params=["postgresql", "sqlite"])
def empty_app(
    request: pytest.FixtureRequest, tmp_path: Path, new_app: Callable[[str], Flask]
) -> Iterator[Flask]:
    """A portal on a database that holds nothing yet."""
    if request.param == "sqlite":
        app = new_app(f"sqlite:///{tmp_path}/empty.db")
    else:
        server: Server = request.getfixturevalue("postgres")
        with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
            connection.execute("CREATE DATABASE empty")
        app = new_app(server.url("empty"))
    with app.app_context():
        yield app
    founding.close(app)


def test_the_migrations_build_what_the_classes_say(empty_app: Flask) -> None:
    assert not schema.is_current()
    schema.upgrade()
    assert schema.is_current()
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": schema.is_ours}
        differences = compare_metadata(MigrationContext.configure(connection, opts=opts), db.metadata)
    assert not differences


def test_the_migrations_can_be_undone_and_done_again(empty_app: Flask) -> None:
    schema.upgrade()
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    assert schema.is_current()


def revisions() -> list[str]:
    """Every migration, oldest first."""
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def rows() -> dict[str, list[tuple]]:
    """Everything in every table, as text that both old and new columns can be compared by."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name not in {"person", "position", "unit", "process_file", "certificate"}:
            ordered = sorted(db.session.execute(select(table)), key=repr)
            found[table.name] = [tuple(row) for row in ordered]
    db.session.remove()
    return found


def test_a_filled_case_survives_every_step_down_and_up_again(each_app: Flask) -> None:
    """Without `foreign_keys` off in migrations/env.py, SQLite refuses this."""
    with each_app.app_context():
        case = factories.apply("domisili")
        factories.walk(case, until="setujui_kasi")
        factories.decide(factories.open_task(case), "kembalikan")
        case_id = case.id
        before, steps = rows(), revisions()

        for revision in reversed(steps[:-1]):
            schema.downgrade(revision)
        for revision in steps[1:]:
            schema.upgrade(revision)

        assert schema.is_current()
        lost = {name: rows()[name] for name in before if rows()[name] != before[name]}
        assert set(lost) <= {"task", "job"}, (
            "only who asked for a correction, and wake-ups, cannot be brought back"
        )
        assert diary.broken_at(case_id) is None
        case = db.session.get(Case, case_id)
        assert [task.applicant_search for task in open_tasks_of(case_id)] == [case.applicant_search] != [""]
        player.correct(case, {}, {})
        factories.walk(case)
        assert case.outcome == "terbit"
        db.session.remove()


def test_an_upgrade_keeps_the_rules_between_tables(each_app: Flask) -> None:
    with each_app.app_context():
        schema.downgrade(revisions()[0])
        schema.upgrade()
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(Timer).values(id="x", case_id=987, step="x", due_at=datetime.now(UTC)))
        db.session.remove()


def test_a_case_of_the_format_before_goes_on_after_the_upgrade(each_app: Flask) -> None:
    written = json.loads((ROOT / "tests/engine/states_of_format_1.json").read_text())[4]
    drawn = ALL[written["drawing"]][0]
    with each_app.app_context():
        case = factories.apply("domisili")
        with transaction():
            version = db.session.get(ProcessVersion, case.version_id)
            version.main = "bpmn/paralel.bpmn"
            version.files.append(ProcessFile(path="bpmn/paralel.bpmn", content=drawn))
            db.session.get(Case, case.id).state = base64.b64decode(written["state"])
        schema.downgrade("0005")
        schema.upgrade()
        state = db.session.get(Case, case.id).state
        standing = engine.fire_timers(
            engine.read({"paralel.bpmn": drawn}, "paralel"), state, datetime.fromisoformat(written["now"])
        )
        assert sorted(waiting.step for waiting in standing.waiting) == written["steps"]
        db.session.remove()


def test_messages_on_their_way_hold_up_no_migration(each_app: Flask, tmp_path: Path) -> None:
    """Cases that talk, a post that nobody takes and an incident of one: down to before there were any, and up again."""
    with each_app.app_context():
        talking.publish(tmp_path / "baru", {"tanya": talking.two_pools(busy_first=True, at_once=True)})
        case = factories.apply("tanya")
        clock.settle()
        (other,) = talking.opened_by(case)
        with transaction():
            post = talking.posts()[-1]
            db.session.add(Incident(case_id=case.id, post_id=post.id, what="macet", at=post.at))
        case_id, other_id = case.id, other.id
        db.session.remove()

        schema.downgrade("0004")
        schema.upgrade()

        assert schema.is_current() and not talking.posts() and not open_incidents()
        case = db.session.get(Case, case_id)
        talking.decide(case)
        assert [wait.name for wait in waits_of(case_id)] == ["Jawaban"], (
            "what it waits for is kept from here on"
        )
        assert diary.broken_at(case_id) is diary.broken_at(other_id) is None
        db.session.remove()
