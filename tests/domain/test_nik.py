"""The numbers of identity and family cards are read by their digits and never taken as proof."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import nik
from app.errors import Invalid
from tests.domain.sample_form import TODAY


def refusal(number, today=TODAY):
    with pytest.raises(Invalid) as caught:
        nik.parse(number, today=today)
    return str(caught.value)


def test_a_nik_says_where_when_and_who():
    read = nik.parse("3574035205900001", today=TODAY)
    assert read == nik.Nik("3574035205900001", "35", "3574", "357403", date(1990, 5, 12), "perempuan", "0001")


def test_a_mans_day_of_birth_stands_as_it_is():
    read = nik.parse("3574041708850002", today=TODAY)
    assert (read.birth_date, read.sex) == (date(1985, 8, 17), "laki-laki")


def test_spaces_points_and_dashes_do_not_matter():
    assert nik.parse(" 3574.0352-0590 0001", today=TODAY).number == "3574035205900001"


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("3574030101260001", date(2026, 1, 1)),
        ("3574032311260001", date(2026, 11, 23)),
        ("3574032411260001", date(1926, 11, 24)),
        ("3574030101270001", date(1927, 1, 1)),
        ("3574032902000001", date(2000, 2, 29)),
        ("3574037112990001", date(1999, 12, 31)),
    ],
)
def test_two_digits_of_a_year_mean_this_century_unless_that_lies_ahead(number, born):
    assert nik.parse(number, today=TODAY).birth_date == born


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("357403520590001", "NIK harus 16 angka; Anda mengetik 15."),
        ("35740352059000011", "NIK harus 16 angka; Anda mengetik 17."),
        ("", "NIK hanya berisi angka. Ketik 16 angka tanpa huruf."),
        ("357403520590000A", "NIK hanya berisi angka. Ketik 16 angka tanpa huruf."),
        ("357403520590000٣", "NIK hanya berisi angka. Ketik 16 angka tanpa huruf."),
        ("0074035205900001", "enam angka pertama bukan kode wilayah"),
        ("2074035205900001", "enam angka pertama bukan kode wilayah"),
        ("3500035205900001", "enam angka pertama bukan kode wilayah"),
        ("3574005205900001", "enam angka pertama bukan kode wilayah"),
        ("3574033202900001", "bukan tanggal lahir"),
        ("3574037202900001", "bukan tanggal lahir"),
        ("3574034005900001", "bukan tanggal lahir"),
        ("3574035213900001", "bukan tanggal lahir"),
        ("3574030000900001", "bukan tanggal lahir"),
        ("3574032902010001", "bukan tanggal lahir"),
        ("3574035205900000", "empat angka terakhir tidak boleh 0000"),
    ],
)
def test_numbers_that_cannot_be_a_nik_are_refused_with_the_reason(number, sentence):
    assert sentence in refusal(number)


def test_the_refusal_uses_the_name_the_form_gives_the_number():
    with pytest.raises(Invalid, match="^NIK anak harus 16 angka"):
        nik.parse("1", today=TODAY, name="NIK anak")


@given(st.dates(date(1927, 11, 24), TODAY), st.booleans(), st.integers(1, 9999))
def test_every_birth_date_of_the_last_99_years_is_read_back(born, female, serial):
    number = f"357403{born.day + 40 * female:02d}{born:%m%y}{serial:04d}"
    read = nik.parse(number, today=TODAY)
    assert (read.birth_date, read.sex == "perempuan") == (born, female)


@given(st.text(max_size=20) | st.text("0123456789", min_size=16, max_size=16))
def test_any_text_is_read_or_refused(number):
    try:
        assert nik.parse(number, today=TODAY).number
    except Invalid:
        assert nik.understood(number, today=TODAY) == ""


def test_what_was_understood_is_said_for_the_eye():
    assert nik.understood("3574035205900001", today=TODAY) == "Lahir 12 Mei 1990, perempuan"
    assert nik.understood("35740352", today=TODAY) == ""


@pytest.mark.parametrize(
    ("born", "sex", "warned"),
    [
        ("1990-05-12", "perempuan", ""),
        ("1990-05-12", "P", ""),
        (date(1990, 5, 12), None, ""),
        (None, None, ""),
        ("", "", ""),
        ("bukan tanggal", "perempuan", ""),
        ("1990-05-13", "perempuan", "tanggal lahir 12 Mei 1990"),
        ("1990-05-12", "L", "jenis kelamin perempuan"),
    ],
)
def test_a_mismatch_is_a_warning(born, sex, warned):
    text = nik.mismatch("3574035205900001", birth_date=born, sex=sex, today=TODAY)
    assert (warned in text) if warned else text == ""


def test_a_family_cards_number_is_checked_by_its_digits_only():
    assert nik.parse_kk("3574 0322 0315 0004") == "3574032203150004"
    for wrong in ("357403220315000", "x", "0" * 16):
        with pytest.raises(Invalid, match="^Nomor KK"):
            nik.parse_kk(wrong)


def test_a_masked_number_shows_its_ends_only():
    assert nik.mask("3574035205900001") == "3574••••••••0001"
    assert nik.mask("12345") == "•••••"
