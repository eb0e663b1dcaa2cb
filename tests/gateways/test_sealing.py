"""Sealing: nothing is readable or movable without the secret, and the secret can be changed."""

import pytest

from app.errors import ProcessFault
from app.gateways.sealing import Sealer

OLD, NEW = "o" * 40, "n" * 40
NIK = "3574035205900001"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(NEW)


def test_what_is_sealed_opens_again_in_its_own_place(sealer):
    sealed = sealer.seal_text(NIK, "case 7 nik")
    assert NIK.encode() not in sealed
    assert sealer.open_text(sealed, "case 7 nik") == NIK


def test_sealing_twice_gives_two_different_values(sealer):
    assert sealer.seal(b"x", "a") != sealer.seal(b"x", "a")


@pytest.mark.parametrize("place", range(37))
def test_a_changed_bit_is_found(sealer, place):
    sealed = bytearray(sealer.seal(b"nilai", "a"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(ProcessFault):
        sealer.open(bytes(sealed), "a")


@pytest.mark.parametrize("cut", [0, 1, 4, 5, 10, 20])
def test_a_cut_value_is_found(sealer, cut):
    with pytest.raises(ProcessFault):
        sealer.open(sealer.seal(b"nilai", "a")[:cut], "a")


def test_a_value_moved_to_another_place_does_not_open(sealer):
    with pytest.raises(ProcessFault, match="moved"):
        sealer.open(sealer.seal(b"nilai", "case 1"), "case 2")


def test_another_secret_opens_nothing(sealer):
    with pytest.raises(ProcessFault, match="key"):
        Sealer(OLD).open(sealer.seal(b"nilai", "a"), "a")


def test_after_a_change_of_secret_old_values_still_open_and_new_ones_use_the_new_key():
    before, after = Sealer(OLD), Sealer(NEW, older=[OLD])
    sealed = before.seal(b"nilai", "a")

    assert after.open(sealed, "a") == b"nilai"
    assert not after.is_current(sealed)
    assert after.is_current(after.seal(b"nilai", "a"))
    assert before.blind_index(NIK) in after.blind_indexes(NIK)
    assert after.is_code("ABC", before.code_hash("ABC"))
    assert before.passphrase("official") == after.passphrases("official")[1]


def test_a_blind_index_finds_equal_texts_without_showing_them(sealer):
    assert sealer.blind_index(NIK) == sealer.blind_index(NIK)
    assert sealer.blind_index(NIK) != sealer.blind_index(NIK[:-1] + "2")
    assert sealer.blind_index(NIK) != Sealer(OLD).blind_index(NIK)
    assert sealer.blind_index(NIK) != sealer.code_hash(NIK)


def test_a_code_is_known_by_its_hash(sealer):
    stored = sealer.code_hash("K7MW-2QXR")
    assert sealer.is_code("K7MW-2QXR", stored)
    assert not sealer.is_code("K7MW-2QXS", stored)


def test_passphrases_differ_by_purpose_and_secret(sealer):
    assert len({sealer.passphrase("a"), sealer.passphrase("b"), Sealer(OLD).passphrase("a")}) == 3


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32"):
        Sealer("pendek")
