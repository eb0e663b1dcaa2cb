"""Passwords, sessions that end, and a brake on guessing (ASVS 5.0: 6.2, 6.3, 7.3, 7.4)."""

import time

import pytest
from flask import Flask

from app.domain.passwords import check_password
from app.errors import Invalid, NotFound, TooMany
from app.storage import db, people, sessions, transaction
from app.usecases import sign_in as door
from app.usecases.parts import today
from tests import factories
from tests.conftest import Clock

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
NEW = "perahu biru di dermaga"


@pytest.fixture
def lurah(city: Flask) -> str:
    return factories.account("lurah", "35.74.03.1002")


def enter(username: str, *, password: str = factories.PASSWORD, address: str = HERE) -> str:
    return door.sign_in(username, password, address=address, device="Chrome di Android")


def fail(username: str, *, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Invalid):
            enter(username, password="salah semua ini", address=address)


def test_the_right_password_opens_a_session_of_that_person(lurah: str) -> None:
    token = enter(lurah)

    known = door.recognise(token)

    assert known is not None
    assert sessions.get_person(known.actor.person_id).username == lurah


def test_the_user_name_is_read_however_it_is_written(lurah: str) -> None:
    assert door.recognise(enter(f"  {lurah.upper()} ")) is not None


def test_wrong_and_unknown_get_the_same_sentence(lurah: str) -> None:
    sentences = set()
    for username in (lurah, "tidak-ada"):
        with pytest.raises(Invalid) as refusal:
            enter(username, password="salah semua ini")
        sentences.add(str(refusal.value))
    assert len(sentences) == 1


def test_an_unknown_user_takes_as_long_as_a_known_one(lurah: str) -> None:
    def quickest(username: str) -> float:
        times = []
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            began = time.process_time()
            fail(username, times=1, address=address)
            times.append(time.process_time() - began)
        return min(times)

    assert quickest("tidak-ada") > quickest(lurah) / 3


def test_a_person_who_left_no_longer_comes_in(lurah: str) -> None:
    token = enter(lurah)
    with transaction():
        sessions.find_person(lurah).active = False

    assert door.recognise(token) is None
    with pytest.raises(Invalid):
        enter(lurah)


def test_guessing_stops_for_that_address_and_nobody_else(lurah: str, clock: Clock) -> None:
    fail(lurah, times=door.TRIES)

    with pytest.raises(TooMany, match="Tunggu 15 menit"):
        enter(lurah)

    assert door.recognise(enter(lurah, address=ELSEWHERE)) is not None
    clock.forward(minutes=door.MINUTES, seconds=1)
    assert door.recognise(enter(lurah)) is not None


def test_a_right_password_forgets_the_wrong_ones(lurah: str) -> None:
    for _ in range(3):
        fail(lurah, times=door.TRIES - 1)
        enter(lurah)


def test_one_address_cannot_try_every_account(lurah: str) -> None:
    for number in range(door.TRIES_FROM_ADDRESS):
        fail(f"orang-{number}", times=1)

    with pytest.raises(TooMany):
        enter(lurah)


def test_what_is_stored_opens_nothing(lurah: str) -> None:
    token = enter(lurah)
    person = sessions.find_person(lurah)

    (stored,) = door.open_sessions(person.id, token)

    assert door.recognise(stored.key) is None
    assert person.password_hash.startswith("$argon2id$")


def test_signing_out_ends_the_session_for_good(lurah: str) -> None:
    token = enter(lurah)
    door.sign_out(token)
    door.sign_out(token)
    assert door.recognise(token) is None


def test_a_session_ends_when_it_is_left_alone(lurah: str, clock: Clock) -> None:
    token = enter(lurah)
    for _ in range(3):
        clock.forward(hours=1)
        assert door.recognise(token) is not None
    clock.forward(hours=2, minutes=1)
    assert door.recognise(token) is None


def test_a_session_ends_at_the_end_of_the_day_however_busy(lurah: str, clock: Clock) -> None:
    token = enter(lurah)
    for _ in range(12):
        assert door.recognise(token) is not None
        clock.forward(hours=1)
    clock.forward(minutes=1)
    assert door.recognise(token) is None


def test_another_session_is_ended_from_the_list(lurah: str) -> None:
    here, there = enter(lurah), enter(lurah, address=ELSEWHERE)
    person = sessions.find_person(lurah)
    other = next(row for row in door.open_sessions(person.id, here) if not row.current)

    door.revoke(person.id, other.key)

    assert door.recognise(there) is None
    assert door.recognise(here) is not None


def test_nobody_ends_the_session_of_somebody_else(lurah: str) -> None:
    token = enter(lurah)
    person = sessions.find_person(lurah)
    key = door.open_sessions(person.id, token)[0].key
    camat = people.holder("camat", people.find_unit("35.74.03").id, today())

    with pytest.raises(NotFound):
        door.revoke(camat.person_id, key)
    assert door.recognise(token) is not None


def test_a_new_password_ends_every_other_session(lurah: str) -> None:
    here, there = enter(lurah), enter(lurah, address=ELSEWHERE)
    person_id = sessions.find_person(lurah).id

    door.change_password(person_id, factories.PASSWORD, NEW, token=here)

    assert door.recognise(here) is not None
    assert door.recognise(there) is None
    assert door.recognise(enter(lurah, password=NEW)) is not None
    with pytest.raises(Invalid):
        enter(lurah)


def test_the_first_password_must_be_changed(lurah: str) -> None:
    with transaction():
        sessions.find_person(lurah).must_change_password = True
    token = enter(lurah)
    assert door.recognise(token).must_change_password

    door.change_password(sessions.find_person(lurah).id, factories.PASSWORD, NEW, token=token)

    assert not door.recognise(token).must_change_password


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("bukan yang lama", NEW, "sandi_lama"), (factories.PASSWORD, factories.PASSWORD, "sandi_baru")],
)
def test_a_change_needs_the_old_password_and_another_new_one(
    lurah: str, old: str, new: str, field: str
) -> None:
    token = enter(lurah)
    with pytest.raises(Invalid) as refusal:
        door.change_password(sessions.find_person(lurah).id, old, new, token=token)
    assert list(refusal.value.fields) == [field]


def test_an_older_kind_of_hash_is_renewed_at_sign_in(lurah: str) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(factories.PASSWORD)
    with transaction():
        sessions.find_person(lurah).password_hash = weak

    enter(lurah)

    db.session.expire_all()
    assert sessions.find_person(lurah).password_hash != weak
    assert door.recognise(enter(lurah)) is not None


@pytest.mark.parametrize(
    "password",
    [
        "pendek saja",
        "aaaaaaaaaaaaaa",
        "123456789012",
        "qwertyuiopasdf",
        "password123456",
        "P@ssw0rd!!!!!",
        "Probolinggo2026",
        "lurah.mangunharjo1",
        "wicaksono-2026",
        "katasandi katasandi",
    ],
)
def test_weak_passwords_are_refused_with_advice(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, username="lurah.mangunharjo", name="Drs. Agung Wicaksono")
    assert refusal.value.fields["sandi_baru"].endswith(".")


@pytest.mark.parametrize("password", [NEW, "Kopi tubruk jam enam", "xK9#mQ2$vL5!"])
def test_strong_passwords_are_taken(password: str) -> None:
    assert check_password(password, username="lurah.mangunharjo", name="Drs. Agung Wicaksono") == password
