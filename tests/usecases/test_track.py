"""What an applicant may read and do with number and code."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.errors import Conflict, Invalid, NotFound, Refused, TooMany
from app.storage import cases, db
from app.storage.cases import Answers, Message
from app.storage.people import Attempt
from app.usecases import casework, clock, correction, track
from app.usecases.drafts import Posted
from tests import factories
from tests.conftest import Clock
from tests.web import siti

HERE, AWAY = "203.0.113.5", "198.51.100.7"


def test_number_and_code_are_read_however_they_are_typed(city: Flask):
    opened = factories.send("domisili")

    found = track.unlock(opened.case.number.lower().replace("-", " "), opened.code.lower(), HERE)

    assert found.id == opened.case.id


def test_a_code_opens_only_its_own_case(city: Flask):
    first, second = factories.send("domisili"), factories.send("domisili", index=1)

    with pytest.raises(NotFound):
        track.unlock(first.case.number, second.code, HERE)


def test_tries_are_kept_without_address_or_number_and_for_a_short_time(city: Flask, clock: Clock):
    number = factories.send("domisili").case.number
    with pytest.raises(NotFound):
        track.unlock(number, "HJK-4MR-7TX", HERE)

    kept = [row.key for row in db.session.query(Attempt)]
    assert len(kept) == 2
    assert not [key for key in kept if HERE in key or number in key]

    clock.forward(minutes=20)
    with pytest.raises(NotFound):
        track.unlock(number, "HJK-4MR-7TX", HERE)
    assert db.session.query(Attempt).count() == 2


def test_a_guesser_is_stopped_and_the_owner_is_not(city: Flask):
    opened = factories.send("domisili")
    for _guess in range(5):
        with pytest.raises(NotFound):
            track.unlock(opened.case.number, "HJK-4MR-7TX", AWAY)

    with pytest.raises(TooMany):
        track.unlock(opened.case.number, opened.code, AWAY)
    assert track.unlock(opened.case.number, opened.code, HERE).id == opened.case.id


def test_a_case_is_read_only_after_it_was_opened(city: Flask):
    case = factories.apply("domisili")

    assert track.get_case(case.number, [case.id]).id == case.id
    with pytest.raises(NotFound):
        track.get_case(case.number, [case.id + 1])


def test_the_page_says_who_holds_it(city: Flask):
    tracked = track.read(factories.apply("domisili"))

    assert [stop.holder for stop in tracked.holders] == ["Ketua RT 03/RW 05"]
    assert tracked.may_withdraw and not tracked.may_rate and tracked.deed is None and not tracked.is_late


def test_a_case_is_late_once_its_working_days_are_used_up(city: Flask, clock: Clock):
    case = factories.apply("domisili")

    clock.forward(days=30)

    assert track.read(case).is_late


def test_the_time_with_the_applicant_makes_nothing_late(city: Flask, clock: Clock):
    case = factories.apply("domisili")
    factories.decide(factories.open_task(case), "kembalikan", alasan=siti.REASON, perbaikan=["nama"])

    clock.forward(days=20)

    tracked = track.read(case)
    assert not tracked.is_late
    assert (tracked.deed.reason, tracked.deed.fields) == (siti.REASON, ("Nama lengkap",))


def test_withdrawing_leaves_nothing_to_do(city: Flask):
    case = factories.apply("domisili")

    track.withdraw(case.id)
    clock.settle()

    case = cases.find_case(case.number)
    assert (case.outcome, case.is_open) == ("dibatalkan", False)
    assert cases.open_tasks_of(case.id) == cases.timers_of(case.id) == []
    with pytest.raises(Conflict):
        track.withdraw(case.id)


def test_withdrawing_and_deciding_at_the_same_moment_never_both_win(app: Flask):
    with app.app_context():
        case = factories.apply("domisili")
        number, case_id, task_id = case.number, case.id, factories.open_task(case).id
    together = Barrier(2)

    def attempt(deed: str) -> str:
        with app.app_context():
            task = cases.get_task(task_id)
            together.wait()
            try:
                if deed == "withdraw":
                    track.withdraw(case_id)
                else:
                    factories.decide(task, "tolak", alasan="Bukan warga RT ini.")
            except Refused:
                return ""
            return deed

    with ThreadPoolExecutor(2) as threads:
        done = set(threads.map(attempt, ("withdraw", "decide"))) - {""}

    with app.app_context():
        clock.settle()
        case = cases.find_case(number)
        assert cases.open_tasks_of(case.id) == []
        assert case.outcome == ("dibatalkan" if "withdraw" in done else "ditolak")
        assert done


def test_a_correction_sent_twice_at_the_same_moment_is_one(app: Flask):
    with app.app_context():
        case = factories.apply("domisili")
        factories.decide(factories.open_task(case), "kembalikan", alasan=siti.REASON, perbaikan=["nama"])
        case_id = case.id
        correction.keep(case_id, Posted(("nama",), {"nama": "Siti Aminah"}))
    together = Barrier(4)

    def send(_at: int) -> bool:
        with app.app_context():
            together.wait()
            try:
                correction.send(case_id)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(send, range(4))) == [False, False, False, True]

    with app.app_context():
        rows = db.session.query(Answers).filter_by(case_id=case_id, step=casework.APPLICATION)
        assert rows.count() == 2


def test_a_rating_needs_an_ended_case_and_a_known_word(city: Flask):
    case = factories.apply("domisili")
    with pytest.raises(Conflict):
        track.rate(case.id, "4", "")
    siti.refuse(case)

    for given in ("", "0", "5", "empat", "٣"):
        with pytest.raises(Invalid):
            track.rate(case.id, given, "")
    track.rate(case.id, "4", "Cepat")

    case = cases.find_case(case.number)
    assert case.rating == 4 and b"Cepat" not in case.rating_note_sealed


def test_the_last_notice_of_a_report_quotes_its_answer(city: Flask):
    case = factories.apply("pengaduan")
    factories.walk(case, until="jawab_pengaduan")
    factories.decide(factories.open_task(case), tanggapan="Lampu sudah kami ganti.")
    factories.walk(case)

    said = [message.text for message in track.messages_of(case)]
    assert any(text.endswith("ditutup. Tanggapan: Lampu sudah kami ganti.") for text in said), said


def test_a_message_reaches_every_office_that_holds_the_report_and_reads_once(city: Flask):
    case = factories.apply("pengaduan")

    track.write(case.id, "Masih mati.")

    assert [(said.mine, said.text) for said in track.messages_of(case)] == [(True, "Masih mati.")]
    (row,) = db.session.query(Message).filter_by(from_applicant=True)
    task = factories.open_task(case)
    assert (row.audience, row.unit_id) == (task.role_key, task.unit_id)
    assert b"Masih" not in row.sealed


def test_the_same_words_with_the_same_request_key_are_one_message(city: Flask):
    case = factories.apply("pengaduan")
    for text, key in (
        ("Masih mati.", "a"),
        ("Masih mati.", "a"),
        ("Masih mati.", "b"),
        ("Sudah nyala.", "a"),
    ):
        track.write(case.id, text, request_key=key)

    said = db.session.query(Message).filter_by(from_applicant=True)
    assert said.count() == 3, "words that were changed after a lost answer are not lost"


def test_files_and_letters_of_another_case_are_not_given(city: Flask):
    mine, other = factories.apply("domisili"), factories.apply("domisili", index=1)
    foreign = next(iter(cases.attachments_of(other.id)))

    with pytest.raises(NotFound):
        track.open_upload(mine.id, foreign)
    factories.walk(other)
    token = track.read(other).letters[0].token
    with pytest.raises(NotFound):
        track.open_letter(mine.id, token)
    assert track.open_letter(other.id, token)[1].startswith(b"%PDF")
