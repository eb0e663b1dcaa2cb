"""`alur bench worker` as an operator calls it: on scratch tables of a PostgreSQL, in machine form and in words."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.cli.bench_worker import told
from tests.postgres import Server


def alur(*words: str) -> Result:
    return CliRunner().invoke(main, ["bench", "worker", *words])


def test_two_workers_need_postgresql():
    answer = alur("--quick")
    assert answer.exit_code == 1
    assert (
        answer.output
        == "Error: Dua pekerja hanya dapat diukur pada PostgreSQL: sebut alamatnya dengan --db.\n"
    )


def test_the_words_name_both_speeds_and_what_a_second_worker_is_worth():
    figures = {"timers_per_second_1": 100.4, "timers_per_second_2": 181.2, "worker_speedup_2": 1.805}
    machine = {"cases": 400, "database": "PostgreSQL 15.0", "cpus": 2, "python": "3.11.7"}
    words = told(figures | machine)
    assert "100 batas waktu" in words and "181 tiap detik, 1,80 kali" in words and "2 CPU" in words


@pytest.mark.long
def test_the_machine_form_holds_what_is_promised(postgres: Server):
    answer = alur("--quick", "--json", "--db", postgres.url("postgres"))
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.output)
    assert figures["worker_speedup_2"] > 0 and figures["timers_per_second_1"] > 0
