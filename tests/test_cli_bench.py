"""`alur bench` as an operator calls it: on no portal at all, in machine form and in words."""

import json

import pytest
from click.testing import CliRunner

from app.cli import main


@pytest.fixture
def alur(monkeypatch):
    monkeypatch.delenv("ALUR_SECRET_KEY", raising=False)
    return lambda *words: CliRunner().invoke(main, ["bench", "engine", *words])


def test_the_machine_form_holds_what_is_promised(alur):
    answer = alur("--quick", "--json", "--seed", "7")
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.output)
    assert {"step_fresh_ratio", "step_50_rounds_ratio", "step_growth_100"} <= figures.keys()
    assert figures["seed"] == 7


def test_the_words_name_both_sides_and_the_machine(alur):
    answer = alur("--quick")
    assert answer.exit_code == 0, answer.output
    assert all(word in answer.output for word in ("kasus baru", "SpiffWorkflow", "SQLite", "CPU"))


def test_a_database_that_cannot_be_used_is_one_sentence(alur):
    answer = alur("--quick", "--db", "mysql://x/y")
    assert answer.exit_code == 1
    assert answer.output == "Error: Hanya sqlite:/// dan postgresql:// yang dikenal.\n"
