"""Answers become clean values, or sentences that name the field and say what to do."""

import pytest

from app.domain import forms
from app.errors import Invalid
from tests.domain.sample_form import RT, TODAY, TYPED, is_area


def test_a_well_filled_form_becomes_clean_values(clean):
    assert clean() == {
        "nama": "Siti Aminah",
        "nik": "3574035205900001",
        "kk": "3574032203150004",
        "telepon": "081234500001",
        "tanggal_lahir": "1990-05-12",
        "jenis_kelamin": "perempuan",
        "alamat": RT,
        "tujuan": "sekolah",
        "sekolah": "SMPN 2",
        "kelas": "8B",
        "penghasilan": 900_000,
        "bantuan": [],
        "tanggungan": [{"nama": "Dewi Lestari", "hubungan": "anak", "sekolah": "SMPN 2"}],
        "foto_rumah": ["f1"],
        "surat": [],
        "benar": True,
    }


def test_clean_values_are_clean_when_checked_again(sktm, clean):
    once = clean(luas="36,5", jam="9.05", bantuan=["kip", "pkh"], punya_rekening="tidak")
    assert forms.clean(sktm, once, today=TODAY, areas=is_area) == once
    assert (once["luas"], once["jam"], once["bantuan"], once["punya_rekening"]) == (
        36.5,
        "09:05",
        ["pkh", "kip"],
        False,
    )


def test_every_required_field_left_empty_says_so_in_page_order(sktm):
    with pytest.raises(Invalid) as caught:
        forms.clean(sktm, {}, today=TODAY, areas=is_area)
    assert caught.value.fields == {
        "nama": "Isi Nama lengkap.",
        "nik": "Isi NIK.",
        "alamat": "Isi RT tempat tinggal.",
        "tujuan": "Pilih Keperluan.",
        "penghasilan": "Isi Penghasilan sebulan.",
        "foto_rumah": "Unggah Foto rumah.",
        "benar": "Centang bila Anda setuju: Data ini benar.",
    }
    assert list(caught.value.fields) == [
        "nama",
        "nik",
        "alamat",
        "tujuan",
        "penghasilan",
        "foto_rumah",
        "benar",
    ]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("penghasilan", "Rp900.000", 900_000),
        ("penghasilan", "Rp 900.000,00", 900_000),
        ("penghasilan", "rp. 900.000,-", 900_000),
        ("penghasilan", "900000", 900_000),
        ("penghasilan", 0, 0),
        ("luas", "1.250,5", 1250.5),
        ("luas", "36.5", 36.5),
        ("luas", "1.250", 1250),
        ("luas", "36,50", 36.5),
        ("telepon", "+62 812-3450-0001", "081234500001"),
        ("telepon", "62812 3450 0001", "081234500001"),
        ("telepon", "(0335) 421 234", "0335421234"),
        ("surel", "siti.aminah+kota@contoh.co.id", "siti.aminah+kota@contoh.co.id"),
        ("tanggal_lahir", "12/5/1990", "1990-05-12"),
        ("tanggal_lahir", "2026-11-23", "2026-11-23"),
        ("jam", "19.30", "19:30"),
        ("nik", "3574 0352 0590 0001", "3574035205900001"),
        ("surat", "f9", ["f9"]),
        ("benar", "on", True),
        ("punya_rekening", "ya", True),
    ],
)
def test_people_may_write_as_they_are_used_to(clean, name, typed, value):
    cleaned = clean(**{name: typed})[name]
    assert cleaned == value
    assert type(cleaned) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("nama", "S", "Nama lengkap sedikitnya 3 karakter; Anda mengetik 1."),
        (
            "nama",
            "x" * 1_000_000,
            "Nama lengkap paling panjang 200 karakter; Anda mengetik 1.000.000. Ringkaslah.",
        ),
        ("nama", ["Siti"], "Isi Nama lengkap."),
        ("nik", "357403520590001", "NIK harus 16 angka; Anda mengetik 15."),
        ("nik", "357403520590000l", "NIK hanya berisi angka. Ketik 16 angka tanpa huruf."),
        ("kk", "3574035205900001", "Nomor KK sama dengan NIK. Lihat nomor di atas kartu keluarga."),
        ("telepon", "0812", "Nomor HP harus nomor telepon 9 sampai 14 angka, misalnya 0812 3456 7890."),
        ("surel", "siti@contoh", "Surel harus berupa alamat surel, misalnya nama@contoh.id."),
        ("tanggal_lahir", "2026-02-30", "Tanggal lahir harus tanggal yang ada, misalnya 23 November 2026."),
        (
            "tanggal_lahir",
            "2026-11-24",
            "Tanggal lahir tidak boleh setelah hari ini; Anda mengetik 24 November 2026.",
        ),
        ("tujuan", "kuliah", "Pilih salah satu Keperluan dari daftar."),
        ("kelas", "delapan", "Kelas belum sesuai bentuk yang diminta. Contoh: 8B"),
        ("kelas", "8B\n", None),
        ("penghasilan", "900,5", "Penghasilan sebulan harus angka bulat, misalnya 900.000."),
        ("penghasilan", "sembilan ratus", "Penghasilan sebulan harus angka bulat, misalnya 900.000."),
        ("penghasilan", "90.00", "Penghasilan sebulan harus angka bulat, misalnya 900.000."),
        (
            "penghasilan",
            "6.000.000",
            "Penghasilan sebulan paling banyak Rp5.000.000; Anda mengetik Rp6.000.000.",
        ),
        ("penghasilan", "-1", "Penghasilan sebulan sedikitnya Rp0; Anda mengetik -Rp1."),
        ("luas", float("nan"), "Luas rumah harus angka, misalnya 1.250,5."),
        ("luas", "1e9", "Luas rumah harus angka, misalnya 1.250,5."),
        ("jam", "25.00", "Jam bertemu harus jam dan menit, misalnya 19.00."),
        ("bantuan", ["pkh", "blt"], "Pilih Bantuan yang diterima dari daftar."),
        (
            "bantuan",
            ["pkh", "bpnt", "kip"],
            "Bantuan yang diterima paling banyak 2 pilihan; sekarang 3. Kurangi.",
        ),
        ("alamat", "35.74.03", "Pilih kelurahan untuk RT tempat tinggal."),
        ("alamat", "35.74.03.1002.RW05", "Pilih RT untuk RT tempat tinggal."),
        ("alamat", "35.74.03.1002.RW05.RT99", "Pilih RT tempat tinggal dari daftar."),
        ("alamat", "diskominfo", "Pilih RT tempat tinggal dari daftar."),
        ("foto_rumah", ["1", "2", "3"], "Foto rumah paling banyak 2 berkas; sekarang 3. Kurangi."),
        ("foto_rumah", ["../../etc/passwd\n"], "Unggah ulang Foto rumah."),
        ("surat", ["1", "2"], "Surat pengantar cukup satu berkas. Hapus yang lain."),
        ("benar", "tidak", "Centang bila Anda setuju: Data ini benar."),
        ("punya_rekening", "mungkin", "Pilih Punya rekening bank."),
    ],
)
def test_a_wrong_answer_gets_a_sentence_that_says_what_to_do(clean, problems, name, typed, sentence):
    if sentence is None:
        assert clean(**{name: typed})
    else:
        assert problems(**{name: typed}) == {name: sentence}


def test_a_field_is_asked_only_under_its_condition(clean, problems):
    assert "sekolah" not in clean(tujuan="rs", sekolah="SMPN 2")
    assert problems(sekolah=" ") == {"sekolah": "Isi Nama sekolah."}


def test_a_wrong_answer_closes_what_hangs_on_it(problems):
    assert set(problems(tujuan="kuliah", sekolah="")) == {"tujuan"}


def test_a_problem_in_a_row_names_the_row_as_it_stands_on_the_page(problems):
    rows = [{"nama": "", "hubungan": ""}, {"nama": "Dewi", "hubungan": "anak"}, {"hubungan": "orang tua"}]
    assert problems(tanggungan=rows) == {
        "tanggungan.1.sekolah": "Tanggungan 2: Isi Sekolah.",
        "tanggungan.2.nama": "Tanggungan 3: Isi Nama.",
    }


def test_empty_rows_are_dropped_and_too_many_are_refused(clean, problems):
    assert clean(tanggungan=[{}, {"nama": ""}])["tanggungan"] == []
    row = {"nama": "Dewi", "hubungan": "orang tua"}
    assert problems(tanggungan=[row] * 4) == {
        "tanggungan": "Tanggungan paling banyak 3 baris; sekarang 4. Kurangi."
    }


@pytest.mark.parametrize("hostile", ["x", 3, {"0": {"nama": "x"}}, [["x"]], [None], [[[[[]]]]]])
def test_something_else_in_place_of_rows_is_no_row(clean, hostile):
    assert clean(tanggungan=hostile)["tanggungan"] == []


def test_only_the_returned_fields_are_checked_and_what_hangs_on_them(sktm, clean):
    assert clean(only={"foto_rumah"}, nama="", nik="x", foto_rumah=["f2"]) == {"foto_rumah": ["f2"]}
    assert clean(only={"tujuan"}, nik="x") == {"tujuan": "sekolah", "sekolah": "SMPN 2", "kelas": "8B"}
    with pytest.raises(Invalid) as caught:
        clean(only={"tujuan"}, sekolah="", nik="x")
    assert set(caught.value.fields) == {"sekolah"}


def test_a_correction_replaces_what_was_asked_and_removes_what_no_longer_is(sktm, clean):
    before = clean()
    correction = clean(only={"tujuan"}, tujuan="rs")
    after = forms.merged(sktm, before, correction, {"tujuan"})
    assert after == {k: v for k, v in before.items() if k not in {"sekolah", "kelas"}} | {"tujuan": "rs"}
    assert forms.changed(sktm, before, after) == {"tujuan", "sekolah", "kelas"}


def test_all_answers_together_may_not_be_endless():
    fields = {f"a{n}": {"type": "string", "title": "A", "maxLength": 10_000} for n in range(11)}
    form = forms.read({"type": "object", "properties": fields}, {})
    with pytest.raises(Invalid, match="terlalu panjang seluruhnya"):
        forms.clean(form, {name: "x" * 10_000 for name in fields}, today=TODAY, areas=is_area)


@pytest.fixture
def decision():
    schema = {
        "type": "object",
        "title": "Periksa",
        "required": ["keputusan", "alasan", "perbaikan"],
        "properties": {
            "keputusan": {"title": "Keputusan", "enum": ["setuju", "kembalikan", "tolak"]},
            "alasan": {"type": "string", "title": "Alasan", "minLength": 10},
            "perbaikan": {"type": "array", "title": "Yang perlu diperbaiki", "items": {"type": "string"}},
        },
    }
    back = {"isian": "keputusan", "nilai": ["kembalikan", "tolak"]}
    ui = {
        "alasan": {"ui:widget": "textarea", "ui:options": {"jika": back}},
        "perbaikan": {
            "ui:widget": "isian-pemohon",
            "ui:options": {"jika": {"isian": "keputusan", "nilai": ["kembalikan"]}},
        },
    }
    return forms.read(schema, ui)


def test_an_official_who_returns_names_fields_of_the_applicants_form(sktm, decision):
    def decide(**typed):
        return forms.clean(decision, typed, today=TODAY, areas=is_area, applicant=sktm)

    assert decide(keputusan="setuju", alasan="", perbaikan=["nama"]) == {"keputusan": "setuju"}
    returned = decide(keputusan="kembalikan", alasan="Foto rumah buram", perbaikan=["foto_rumah", "nama"])
    assert returned["perbaikan"] == ["nama", "foto_rumah"]
    with pytest.raises(Invalid) as caught:
        decide(keputusan="kembalikan", alasan="Buram", perbaikan=["__class__"])
    assert caught.value.fields == {
        "alasan": "Alasan sedikitnya 10 karakter; Anda mengetik 5.",
        "perbaikan": "Pilih Yang perlu diperbaiki dari daftar.",
    }
    assert {option.value for option in forms.correctable(sktm)} == set(sktm.names)


def test_dates_may_be_bound_to_days_around_today():
    form = forms.read(
        {
            "type": "object",
            "properties": {
                "acara": {
                    "type": "string",
                    "format": "date",
                    "title": "Tanggal acara",
                    "formatMinimum": "today+7",
                    "formatMaximum": "2027-01-31",
                }
            },
        },
        {},
    )

    def problem(day):
        with pytest.raises(Invalid) as caught:
            forms.clean(form, {"acara": day}, today=TODAY, areas=is_area)
        return caught.value.fields["acara"]

    assert (
        problem("2026-11-29") == "Tanggal acara paling awal 30 November 2026; Anda mengetik 29 November 2026."
    )
    assert (
        problem("2027-02-01") == "Tanggal acara paling akhir 31 Januari 2027; Anda mengetik 1 Februari 2027."
    )
    assert forms.clean(form, {"acara": "2026-11-30"}, today=TODAY, areas=is_area) == {"acara": "2026-11-30"}


def test_the_sample_is_filled_in_rightly(clean):
    assert set(clean()) >= set(TYPED)
