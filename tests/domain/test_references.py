"""Registration numbers and tracking codes: hard to guess, easy to copy, typing slips found (ASVS 5.0, 11.5.1)."""

import math
import random
import re

import pytest

from app.domain import references

SEEDED = random.Random(20261123)


def bits(characters):
    return characters * math.log2(len(references.ALPHABET))


def test_numbers_and_codes_look_as_they_are_documented():
    assert re.fullmatch(r"26-[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", references.new_number(2026))
    assert re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", references.new_code())
    assert len(references.new_sealed_code().replace("-", "")) == 20


def test_the_alphabet_has_no_vowels_no_look_alikes_and_a_prime_size():
    assert len(set(references.ALPHABET)) == len(references.ALPHABET) == 23
    assert not set(references.ALPHABET) & set("AEIOU01")
    for alike in ("0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(references.ALPHABET) & set(alike)) <= 1


def test_number_and_code_together_hold_at_least_75_bits_and_a_sealed_code_90():
    assert bits(references.RANDOM_IN_NUMBER + references.RANDOM_IN_CODE) >= 75
    assert bits(references.RANDOM_IN_SEALED_CODE) >= 90


def test_every_random_character_is_drawn_from_the_whole_alphabet():
    drawn = []

    def choose(characters):
        drawn.append(characters)
        return characters[0]

    assert references.new_number(2026, choose).startswith("26-222-222-22")
    references.new_code(choose)
    assert drawn == [references.ALPHABET] * (references.RANDOM_IN_NUMBER + references.RANDOM_IN_CODE)


def test_ten_thousand_numbers_and_codes_are_all_different():
    assert len({references.new_number(2026) for _ in range(10_000)}) == 10_000
    assert len({references.new_code() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize("year", [2026, 2000, 2010, 2099])
def test_every_single_wrong_character_is_found(year):
    for _ in range(20):
        number = references.new_number(year, SEEDED.choice)
        assert references.looks_right(number)
        for at, right in enumerate(number):
            for wrong in set("0123456789" + references.ALPHABET) - {right, "-"}:
                if right != "-":
                    assert not references.looks_right(number[:at] + wrong + number[at + 1 :])


@pytest.mark.parametrize("year", [2026, 2012, 2001, 2099])
def test_every_swap_of_two_neighbours_is_found(year):
    for _ in range(200):
        bare = references.new_number(year, SEEDED.choice).replace("-", "")
        for at in range(len(bare) - 1):
            swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]
            assert swapped == bare or not references.looks_right(swapped)


def test_a_wrong_check_would_be_noticed():
    number = references.new_number(2026, SEEDED.choice)
    passing = [c for c in references.ALPHABET if references.looks_right(number[:-1] + c)]
    assert passing == [number[-1]]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n", "nomor: {}"[7:]])
def test_numbers_are_recognised_however_they_are_typed(typed):
    number = references.new_number(2026, SEEDED.choice)
    for written in (
        number,
        number.lower(),
        number.replace("-", ""),
        number.replace("-", " "),
        number.replace("-", "–"),
    ):
        assert references.normalise(typed.format(written)) == number
        assert references.looks_right(typed.format(written))


def test_look_alikes_are_read_as_what_was_meant():
    assert references.normalise("o1-85b-6gs-u2z") == "01-858-665-V22"
    assert references.normalise("2O-I11-l11-111") == "20-111-111-111"


@pytest.mark.parametrize(
    "junk", ["", "-", "x", "26", "\x00", "26-7K3", "é" * 300, "2" * 5000, "26-AAA-AAA-AAA"]
)
def test_junk_does_not_look_right(junk):
    assert not references.looks_right(junk)
    assert len(references.normalise(junk)) < 150


def test_codes_survive_normalising():
    for _ in range(200):
        code, sealed = references.new_code(SEEDED.choice), references.new_sealed_code(SEEDED.choice)
        assert references.normalise(code.lower()) == code
        assert references.normalise(sealed.replace("-", "")) == sealed
