"""Answers read as people say them, numbers of persons stay masked, differences are found."""

import pytest

from app.domain import forms
from tests.domain.sample_form import RT, TODAY


@pytest.fixture
def answers(clean):
    return clean(luas="1.250,5", jam="19.30", bantuan=["pkh", "kip"], punya_rekening="tidak", surat="f9")


def rows(form, answers, **how):
    return {row.title: row for group in forms.describe(form, answers, **how) for row in group.rows}


def test_answers_stand_in_the_groups_of_the_pages(sktm, answers):
    assert [group.title for group in forms.describe(sktm, answers)] == ["Pemohon", "Isi", "Berkas"]


def test_answers_read_as_people_say_them(sktm, answers):
    told = {
        title: row.text for title, row in rows(sktm, answers, name_area=lambda code: "RT 03/RW 05").items()
    }
    assert told["Tanggal lahir"] == "12 Mei 1990"
    assert told["RT tempat tinggal"] == "RT 03/RW 05"
    assert told["Keperluan"] == "Beasiswa atau sekolah"
    assert told["Penghasilan sebulan"] == "Rp900.000"
    assert told["Luas rumah"] == "1.250,5 m2"
    assert told["Jam bertemu"] == "19.30"
    assert told["Bantuan yang diterima"] == "pkh, kip"
    assert told["Punya rekening bank"] == "Tidak"
    assert told["Tanggungan 1"] == "Nama: Dewi Lestari; Hubungan: anak; Sekolah: SMPN 2"
    assert told["Surel"] == ""


def test_a_year_is_no_amount():
    form = forms.read(
        {"type": "object", "properties": {"tahun": {"type": "integer", "title": "Sejak tahun"}}}, {}
    )
    assert rows(form, {"tahun": 2024})["Sejak tahun"].text == "2024"
    assert rows(form, {"tahun": 20240})["Sejak tahun"].text == "20.240"


def test_nik_and_kk_are_masked_unless_asked_otherwise(sktm, answers):
    masked, plain = rows(sktm, answers), rows(sktm, answers, mask=False)
    assert (masked["NIK"].text, masked["NIK"].masked) == ("3574••••••••0001", True)
    assert masked["Nomor KK"].text == "3574••••••••0004"
    assert (plain["NIK"].text, plain["NIK"].masked) == ("3574035205900001", False)


def test_a_childs_nik_is_masked_too(sktm, clean):
    child = {"nama": "Dewi", "nik": "3574034101120002", "hubungan": "anak", "sekolah": "SMPN 2"}
    answers = clean(tanggungan=[child])
    assert "3574••••••••0002" in rows(sktm, answers)["Tanggungan 1"].text
    assert "3574034101120002" not in str(forms.describe(sktm, answers))


def test_files_are_given_by_their_ids(sktm, answers):
    told = rows(sktm, answers)
    assert (told["Foto rumah"].files, told["Surat pengantar"].files) == (("f1",), ("f9",))


def test_what_was_not_asked_is_not_told(sktm, clean):
    assert "Nama sekolah" not in rows(sktm, clean(tujuan="rs"))


def test_what_was_typed_is_told_even_before_it_is_clean(sktm):
    told = rows(sktm, {"tanggal_lahir": "kemarin", "penghasilan": "banyak", "nik": "357", "benar": "ya"})
    assert told["Tanggal lahir"].text == "kemarin"
    assert told["Penghasilan sebulan"].text == "banyak"
    assert told["NIK"].text == "•••"


def test_letters_read_the_answers_in_full(sktm, answers):
    told = forms.readable(sktm, answers, name_area={RT: "RT 03/RW 05"}.get)
    assert told["nik"] == "3574035205900001"
    assert told["penghasilan"] == "Rp900.000"
    assert told["bantuan"] == ["pkh", "kip"]
    assert told["tanggungan"] == [
        {"nama": "Dewi Lestari", "nik": "", "hubungan": "anak", "sekolah": "SMPN 2"}
    ]
    assert told["uraian"] == ""
    assert "foto_rumah" not in told


def test_fields_to_correct_are_told_by_their_titles(sktm):
    schema = {"perbaikan": {"type": "array", "title": "Perbaikan", "items": {"type": "string"}}}
    form = forms.read({"type": "object", "properties": schema}, {"perbaikan": {"ui:widget": "isian-pemohon"}})
    told = rows(form, {"perbaikan": ["foto_rumah", "nama"]}, applicant=sktm)
    assert told["Perbaikan"].text == "Foto rumah, Nama lengkap"


def test_only_real_differences_count_as_changes(sktm, answers):
    assert forms.changed(sktm, answers, answers | {"surel": "", "bantuan": ["pkh", "kip"]}) == set()
    changed = answers | {"penghasilan": 1, "tanggungan": [], "surel": "a@b.id", "unknown": 1}
    assert forms.changed(sktm, answers, changed) == {"penghasilan", "tanggungan", "surel"}


def test_a_nik_is_shown_as_understood_wherever_it_stands(sktm):
    typed = {"nik": "3574 0352 0590 0001", "tanggungan": [{"nik": ""}, {"nik": "3574034101120002"}]}
    assert forms.understood(sktm, typed, today=TODAY) == {
        "nik": "Lahir 12 Mei 1990, perempuan",
        "tanggungan.1.nik": "Lahir 1 Januari 2012, perempuan",
    }


def test_a_nik_that_does_not_fit_is_only_a_warning(sktm, clean):
    answers = clean(tanggal_lahir="1990-05-13", jenis_kelamin="laki-laki")
    assert forms.warnings(sktm, answers, today=TODAY) == {
        "nik": "Menurut NIK, tanggal lahir 12 Mei 1990 dan jenis kelamin perempuan. "
        "Periksa NIK dan isian Anda; bila sudah sesuai KTP, lanjutkan."
    }
    assert forms.warnings(sktm, clean(), today=TODAY) == {}
