"""`alur bench inbox` and `alur bench pages` as an operator calls them: scratch databases that are gone afterwards."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from app.cli import main
from app.usecases.bench.crowd_pages import INBOX, PAGES


@pytest.fixture
def alur(monkeypatch):
    monkeypatch.delenv("ALUR_SECRET_KEY", raising=False)
    return lambda *words: CliRunner().invoke(main, ["bench", *words, "--quick"])


def test_every_view_of_the_inbox_is_measured_and_no_database_stays(alur, postgres):
    address = postgres.url("postgres")
    answer = alur("inbox", "--json", "--db", address)
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.output)
    assert figures["growth_1m"].keys() == {page.key for page in INBOX}
    assert all(each.keys() == {"first", "grown"} for each in figures["milliseconds"].values())
    assert (figures["crowd"]["first"]["case"], figures["crowd"]["grown"]["case"]) == (60, 240)
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'alur_bench%'"
        ).fetchall()
    assert left == []


@pytest.mark.long
def test_every_page_is_told_in_words_and_measured_in_files_too(alur):
    answer = alur("pages")
    assert answer.exit_code == 0, answer.output
    assert all(page.key in answer.output for page in PAGES)
    assert "60 dan 240 permohonan pada SQLite" in answer.output


def test_a_database_that_cannot_be_used_is_one_sentence(alur):
    answer = alur("pages", "--db", "mysql://x/y")
    assert answer.exit_code == 1
    assert answer.output == "Error: Hanya sqlite:/// dan postgresql:// yang dikenal.\n"
