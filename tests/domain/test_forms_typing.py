"""What is posted comes off the page harmless, nested as the form is, and nothing undeclared with it."""

import pytest
from werkzeug.datastructures import MultiDict

from app.domain import forms
from tests.domain.sample_form import RT
from tests.effort import soon


def raw(form, *pairs, only=None):
    return forms.raw(form, MultiDict(pairs), only=only)


def test_only_declared_names_are_taken(sktm):
    typed = raw(
        sktm,
        ("nama", "Siti"),
        ("typename", "x"),
        ("__class__", "x"),
        ("tanggungan.0.__class__", "x"),
        ("tanggungan.0.typename", "x"),
        ("foto_rumah", "someone-elses-file"),
    )
    assert typed["nama"] == "Siti"
    assert set(typed) == set(sktm.names) - {"foto_rumah", "surat"}
    assert typed["tanggungan"] == [{"nama": "", "nik": "", "hubungan": "", "sekolah": ""}]


def test_one_page_gives_only_its_own_fields_and_unticked_boxes_too(sktm):
    typed = raw(sktm, ("nama", "Siti"), ("tujuan", "rs"), only=sktm.pages[1].names)
    assert "nama" not in typed
    assert (typed["tujuan"], typed["bantuan"], typed["punya_rekening"]) == ("rs", [], "")


def test_rows_are_ordered_by_their_number_and_closed_up(sktm):
    typed = raw(sktm, ("tanggungan.10.nama", "C"), ("tanggungan.2.nama", "B"), ("tanggungan.00.nama", "?"))
    assert [row["nama"] for row in typed["tanggungan"]] == ["B", "C"]


def test_rows_without_end_are_cut(sktm):
    typed = raw(sktm, *((f"tanggungan.{n}.nama", "x") for n in range(5000)))
    assert len(typed["tanggungan"]) == 100


@pytest.mark.parametrize(
    ("dirty", "plain"),
    [
        ("  Siti\tAminah \r\n", "Siti Aminah"),
        ("Si\x00ti\x07\x1b[31m", "Siti[31m"),
        ("Siti\ud800", "Siti"),
        ("Si\u200bti\u2060\ufeff", "Siti"),
        ("\u202eitiS\u2066", "itiS"),
        ("Siti\u00a0Aminah", "Siti Aminah"),
        ("e\u0301", "é"),
        ("a\u2028b", "a b"),
        ("\ufdd0\U000e0041x", "x"),
        (None, ""),
        (["x"], ""),
    ],
)
def test_text_is_made_harmless(dirty, plain):
    assert forms.plain(dirty) == plain


def test_lines_of_a_long_text_are_kept(sktm):
    assert raw(sktm, ("uraian", "satu \r\n\r\ndua\x00\r"))["uraian"] == "satu\n\ndua"
    assert raw(sktm, ("nama", "satu\ndua"))["nama"] == "satu dua"


def test_a_megabyte_is_kept_for_showing_again_and_takes_no_long_time(sktm):
    with soon(10):
        for text in ("x" * 1_000_000, "a" + "\u0301\u0327" * 500_000, "\u200b" * 1_000_000):
            typed = raw(sktm, ("uraian", text))["uraian"]
        assert typed == ""


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"kecamatan": "35.74.03"}, "35.74.03"),
        ({"kecamatan": "35.74.03", "kelurahan": "35.74.03.1002"}, "35.74.03.1002"),
        ({"kecamatan": "35.74.03", "kelurahan": "35.74.03.1002", "rt": RT}, RT),
        ({"kecamatan": "35.74.04", "kelurahan": "35.74.03.1002", "rt": RT}, "35.74.04"),
        ({"kecamatan": "", "kelurahan": "35.74.03.1002"}, "35.74.03.1002"),
        ({"rt": "35.74.03"}, ""),
        ({"kecamatan": "../../etc/passwd"}, ""),
        ({}, ""),
    ],
)
def test_an_area_is_the_deepest_choice_that_fits_the_ones_above(sktm, chosen, code):
    assert raw(sktm, *((f"alamat.{level}", value) for level, value in chosen.items()))["alamat"] == code


def test_the_selects_of_an_area_offer_what_lies_below_the_choice():
    below = {
        "35.74": [("35.74.03", "Mayangan")],
        "35.74.03": [("35.74.03.1002", "Mangunharjo")],
        "35.74.03.1002": [("35.74.03.1002.RW05", "RW 05")],
        "35.74.03.1002.RW05": [(RT, "RT 03")],
    }

    def offered(level, code):
        return forms.area_choices(level, code, root="35.74", children=lambda code: below.get(code, []))

    assert offered("rt", "") == {"kecamatan": below["35.74"], "kelurahan": [], "rt": []}
    assert offered("rt", "35.74.03")["kelurahan"] == below["35.74.03"]
    assert offered("rt", RT)["rt"] == [("RW 05", [(RT, "RT 03")])]
    assert offered("rw", RT)["rw"] == below["35.74.03.1002"]
    assert offered("kecamatan", "") == {"kecamatan": below["35.74"]}
    assert offered("kelurahan", "99.74.03")["kelurahan"] == []


def test_rows_are_added_and_removed_by_their_buttons(sktm):
    typed = {"nama": "Siti", "tanggungan": [{"nama": "Dewi"}]}
    longer = forms.act(sktm, typed, "tambah:tanggungan")
    assert longer["tanggungan"] == [{"nama": "Dewi"}, {"nama": "", "nik": "", "hubungan": "", "sekolah": ""}]
    assert forms.act(sktm, longer, "hapus:tanggungan:0")["tanggungan"] == longer["tanggungan"][1:]
    assert typed["tanggungan"] == [{"nama": "Dewi"}]


def test_no_more_rows_than_the_form_allows_can_be_added(sktm):
    typed = {"tanggungan": [{}] * 3}
    assert forms.act(sktm, typed, "tambah:tanggungan") == typed


@pytest.mark.parametrize(
    "action",
    ["", "tambah", "tambah:nama", "tambah:x", "hapus:tanggungan", "hapus:tanggungan:9", "hapus:tanggungan:-1"]
    + ["hapus:tanggungan:²", "hapus:tanggungan:0:0", "lanjut", ":::", "hapus:tanggungan:" + "9" * 5000],
)
def test_other_buttons_change_nothing(sktm, action):
    typed = {"tanggungan": [{"nama": "Dewi"}]}
    assert forms.act(sktm, typed, action) == typed
