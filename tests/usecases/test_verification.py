"""What the city says of a letter, and what it never says."""

from io import BytesIO

import pytest
from flask import Flask

from app.errors import Invalid, NotFound, TooMany
from app.storage import db, letters, transaction
from app.storage.letters import Letter
from app.usecases import verification
from app.usecases.parts import parts
from tests import factories

HERE = "203.0.113.5"


@pytest.fixture
def letter(city: Flask) -> Letter:
    case = factories.apply("domisili")
    factories.walk(case)
    return letters.letters_of(case.id)[0]


def signed(letter: Letter) -> bytes:
    return parts().files.get(letter.signed_key)


def test_one_office_issues_and_its_signer_is_named(letter: Letter):
    verdict = verification.verify(letter.token, HERE)

    assert (verdict.state, verdict.number, verdict.unit) == ("sah", letter.number, "Kelurahan Mangunharjo")
    assert verdict.signatures[0].title == "Lurah Mangunharjo"
    assert "*" in verdict.subject


def test_the_exact_file_is_known_with_and_without_its_code(letter: Letter):
    for token in (letter.token, ""):
        assert verification.check_file(BytesIO(signed(letter)), token, HERE).file == "persis"


def test_every_sort_of_wrong_file_is_named(letter: Letter):
    content = signed(letter)
    other = factories.apply("domisili", index=1)
    factories.walk(other)
    foreign = signed(letters.letters_of(other.id)[0])
    original = parts().files.get(letter.original_key)
    half = bytes(content[:-200])
    flipped = bytearray(content)
    flipped[2000] ^= 1

    def named(wrong: bytes) -> str:
        return verification.check_file(BytesIO(wrong), letter.token, HERE).file

    assert named(foreign) == "lain"
    assert named(original) == "tanpa"
    assert named(bytes(flipped)) in {"berubah", "tanpa"}
    assert named(half) in {"berubah", "tanpa"}


def test_no_single_changed_byte_passes(letter: Letter):
    content = signed(letter)
    for at in range(100, len(content), len(content) // 12):
        flipped = bytearray(content)
        flipped[at] ^= 0x20
        assert (
            verification.check_file(BytesIO(flipped), letter.token, f"198.51.100.{at % 200}").file != "persis"
        )


def test_numbers_looked_up_by_hand_give_no_name_and_no_code(letter: Letter):
    verdict = verification.look_up(f"  {letter.number} ", HERE)

    assert (verdict.number, verdict.subject, verdict.token) == (letter.number, "", "")


def test_the_address_printed_in_the_qr_can_be_typed_too(letter: Letter):
    address = f"https://alur.example/verifikasi/{letter.token}"

    assert verification.look_up(address, HERE).token == letter.token


def test_a_letter_that_is_not_signed_yet_does_not_exist(letter: Letter):
    with transaction():
        db.session.get_one(Letter, letter.id).signed_at = None

    for ask in (
        lambda: verification.verify(letter.token, HERE),
        lambda: verification.look_up(letter.number, HERE),
        lambda: verification.check_file(BytesIO(b"%PDF"), letter.token, HERE),
    ):
        with pytest.raises(NotFound):
            ask()


def test_files_are_not_tried_endlessly(letter: Letter):
    for _attempt in range(20):
        verification.check_file(BytesIO(b"bukan"), letter.token, HERE)

    with pytest.raises(TooMany):
        verification.check_file(BytesIO(b"bukan"), letter.token, HERE)


@pytest.mark.parametrize("content", [b"", b"0" * (verification.MOST_BYTES + 1)])
def test_what_is_no_letter_at_all_is_refused_in_words(city: Flask, content: bytes):
    with pytest.raises(Invalid) as refusal:
        verification.check_file(BytesIO(content), "", HERE)

    assert "berkas" in refusal.value.fields
