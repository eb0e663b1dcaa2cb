"""The `alur` command on a real database: one sentence on success or refusal, and an exit status that says which."""

from datetime import date

import pytest
from click.testing import CliRunner

from app.cli import main
from app.storage import cases, db, letters, people, sessions
from app.storage.cases import Case
from app.usecases import sign_in, verification
from app.usecases.people import DEMO_PASSWORD, actor_of
from tests import factories, founding
from tests.usecases import stuck


@pytest.fixture
def alur(postgres_url, city, tmp_path, monkeypatch):
    """Run a command as an operator would; `city` stays for looking at what it did."""
    monkeypatch.setenv("ALUR_SECRET_KEY", founding.SECRET)
    monkeypatch.setenv("ALUR_DATABASE_URL", postgres_url)
    monkeypatch.setenv("ALUR_FILES", str(tmp_path / "files"))

    def run(*words):
        db.session.remove()
        return CliRunner().invoke(main, list(words))

    return run


def test_init_again_adds_nothing_and_publishes_nothing(alur):
    answer = alur("init")
    assert answer.exit_code == 0, answer.output
    assert "Kota: 394 unit kerja." in answer.output
    assert "Layanan" not in answer.output


def test_a_new_account_must_change_its_first_password(alur):
    answer = alur("user", "add", "arif", "Arif Rahman", "--role", "lurah", "--unit", "35.74.03.1002")
    password = answer.output.rsplit(": ", 1)[1].strip()
    token = sign_in.sign_in("arif", password, address="127.0.0.1")
    assert sign_in.recognise(token).must_change_password


def test_an_account_needs_a_role_of_its_units_level(alur):
    answer = alur("user", "add", "arif", "Arif Rahman", "--role", "camat", "--unit", "35.74.03.1002")
    assert answer.exit_code == 1
    assert "tidak cocok" in answer.output


def test_a_reset_ends_every_session(alur):
    token = sign_in.sign_in("lurah.mangunharjo", DEMO_PASSWORD, address="127.0.0.1")
    assert alur("user", "reset", "lurah.mangunharjo").exit_code == 0
    assert sign_in.recognise(token) is None


def test_a_closed_account_is_out_at_once_and_its_office_empty(alur, clock):
    token = sign_in.sign_in("lurah.mangunharjo", DEMO_PASSWORD, address="127.0.0.1")
    assert "ditutup" in alur("user", "close", "lurah.mangunharjo").output
    assert sign_in.recognise(token) is None
    assert people.holder("lurah", people.find_unit("35.74.03.1002").id, clock.now.date()) is None


def test_a_mandate_gives_the_office_for_its_days(alur, clock):
    words = ("--role", "lurah", "--unit", "35.74.03.1002", "--order", "800.1/7/2026")
    given = alur(
        "user", "mandate", "seklur.mangunharjo", *words, "--since", "2026-06-08", "--until", "2026-06-12"
    )
    assert given.exit_code == 0, given.output
    deputy = actor_of(sessions.find_person("seklur.mangunharjo").id)
    assert "Plh. Lurah Mangunharjo" in deputy.positions
    assert clock.now.date() == date(2026, 6, 8)

    again = alur(
        "user",
        "mandate",
        "operator-kelurahan.mangunharjo",
        *words,
        "--since",
        "2026-06-12",
        "--until",
        "2026-06-13",
    )
    assert again.exit_code == 1
    assert "sudah mempunyai Plh." in again.output


def test_a_revoked_letter_says_so_to_everybody(alur):
    case = factories.apply("domisili")
    factories.walk(case)
    (letter,) = letters.letters_of(case.id)
    number, token = letter.number, letter.token

    assert alur("letter", "revoke", number, "--reason", "salah").exit_code == 1
    assert alur("letter", "revoke", number, "--reason", "Data pemohon keliru").exit_code == 0

    assert verification.verify(token, "127.0.0.1").state == verification.REVOKED
    assert "sudah dicabut" in alur("letter", "revoke", number, "--reason", "Data pemohon keliru").output


def test_given_up_work_is_retried_and_skipped_by_its_case(alur, clock, monkeypatch):
    tried, passed_over = (
        db.session.get_one(Case, stuck.by_notice(monkeypatch, clock).case_id).number for _ in range(2)
    )
    assert "Dicoba lagi" in alur("case", "retry", tried).output
    answer = alur("case", "skip", passed_over, "--reason", "Sudah diberi tahu lewat telepon")
    assert answer.exit_code == 0 and "berjalan terus" in answer.output
    assert "ditolak" in alur("case", "show", passed_over).output
    assert "Tidak ada insiden" in alur("case", "retry", passed_over).output
    (line,) = [
        line for line in cases.diary_of(cases.find_case(passed_over).id) if line.kind == "incident skipped"
    ]
    assert line.by == "alur case skip"


def test_no_incident_is_said_plainly(alur):
    assert "Tidak ada gangguan." in alur("case", "incidents").output


@pytest.mark.parametrize(
    "words",
    [
        ("case", "show", "26-XXX-XXX-XXX"),
        ("case", "retry", "1"),
        ("case", "retry", "26-XXX-XXX-XXX"),
        ("case", "skip", "1", "--reason", "Sudah diberi tahu lewat telepon"),
        ("case", "skip", "1", "--reason", "pendek"),
        ("user", "reset", "nobody"),
        ("user", "close", "nobody"),
        ("letter", "revoke", "1/2/3", "--reason", "Data pemohon keliru"),
        ("process", "export", "nothing", "."),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(alur, words):
    answer = alur(*words)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert answer.output.count("\n") == 1


def test_show_tells_where_a_case_stands_without_its_applicant(alur):
    case = factories.apply("domisili")
    number, name = case.number, case.applicant_name
    said = alur("case", "show", number).output
    assert "sahkan_rt" in said
    assert name not in said
