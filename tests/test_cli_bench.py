"""`alur bench engine` as an operator calls it: on no portal at all, in machine form and in words."""

import json
from statistics import median

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, text

from app.cli import bench, main
from app.config import ROOT

RATIOS = {
    "step_fresh_ratio", "step_50_rounds_ratio", "step_vs_bare", "step_growth_100", "step_services_ratio",
    "http_step_ratio",
}  # fmt: skip
RAW = {
    "ours_fresh_steps_per_second", "plain_fresh_steps_per_second", "bare_fresh_steps_per_second",
    "ours_50_rounds_steps_per_second", "plain_50_rounds_steps_per_second", "ours_100_rounds_steps_per_second",
    "http_steps_per_second", "two_processes_steps_per_second", "state_bytes_ours_fresh", "state_bytes_plain_fresh",
    "steps_measured", "passes", "database", "cpus", "load_before", "python", "seed", "seconds",
}  # fmt: skip
OF_A_SERVICE = {
    "ratio", "ours_steps_per_second", "plain_steps_per_second", "steps", "state_bytes_ours", "state_bytes_plain",
}  # fmt: skip


@pytest.fixture
def alur(monkeypatch):
    monkeypatch.delenv("ALUR_SECRET_KEY", raising=False)
    return lambda *words: CliRunner().invoke(main, ["bench", "engine", *words])


def test_every_figure_is_measured_on_real_tables_and_nothing_stays_behind(alur, postgres):
    address = postgres.url("postgres")
    before = what_is_there(address)
    answer = alur("--quick", "--json", "--seed", "7", "--db", address)
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.stdout)

    assert figures.keys() >= RATIOS | RAW
    assert all(figures[name] > 0 for name in RATIOS)
    assert figures["services"].keys() == {path.stem for path in (ROOT / "bpmn").glob("*.bpmn")}
    for service in figures["services"].values():
        assert service.keys() == OF_A_SERVICE
        assert all(number > 0 for number in service.values())
        assert service["state_bytes_ours"] < service["state_bytes_plain"]
    ratios = [service["ratio"] for service in figures["services"].values()]
    assert figures["step_services_ratio"] == round(median(ratios), 2)
    assert figures["seed"] == 7 and figures["database"].startswith("PostgreSQL")
    assert what_is_there(address) == before
    words = bench.told(figures)
    said = ("kasus baru", "SpiffWorkflow", "PostgreSQL", "CPU", "HTTP", "tanpa mesin", *figures["services"])
    assert all(each in words for each in said)


def test_a_database_that_cannot_be_used_is_one_sentence(alur):
    answer = alur("--quick", "--db", "mysql://x/y")
    assert answer.exit_code == 1
    assert answer.output == "Error: Hanya sqlite:/// dan postgresql:// yang dikenal.\n"


def what_is_there(address):
    engine = create_engine(address)
    with engine.connect() as connection:
        databases = connection.scalars(text("SELECT datname FROM pg_database ORDER BY datname")).all()
    found = [
        *databases,
        *sorted(inspect(engine).get_schema_names()),
        *sorted(inspect(engine).get_table_names()),
    ]
    engine.dispose()
    return [name for name in found if not name.startswith("test_")]
