"""Letter numbers: the pattern is the city's, two letters never share one."""

from datetime import date

import pytest

from app.domain.numbering import EAST_JAVA, VILLAGE, check_pattern, write_number
from app.errors import Invalid

NUMBER = {"classification": "400.9", "sequence": 35, "unit_code": "425.501.3", "day": date(2026, 11, 24)}


def test_the_east_java_pattern_is_code_sequence_unit_year():
    assert write_number(EAST_JAVA, **NUMBER) == "400.9/35/425.501.3/2026"


def test_a_pattern_may_pad_the_sequence_and_name_the_month_in_roman_figures():
    assert write_number(VILLAGE, **NUMBER) == "400.9/035/425.501.3/XI/2026"


def test_a_month_may_stand_as_two_figures():
    pattern = "{urut}/{klasifikasi}/{kode_unit}/{bulan}-{tahun}"
    assert write_number(pattern, **{**NUMBER, "day": date(2026, 3, 1)}) == "35/400.9/425.501.3/03-2026"


@pytest.mark.parametrize("missing", ["klasifikasi", "urut", "kode_unit", "tahun"])
def test_a_pattern_that_would_give_two_letters_one_number_is_refused(missing):
    with pytest.raises(Invalid, match=missing):
        check_pattern(EAST_JAVA.replace(f"{{{missing}}}", "x"))


@pytest.mark.parametrize("extra", ["{kode}", "{urut.__class__}", "{0}", "{", "{tahun!r}", "{urut:99}"])
def test_a_pattern_knows_no_other_places(extra):
    with pytest.raises(Invalid, match="hanya mengenal"):
        check_pattern(EAST_JAVA + extra)
