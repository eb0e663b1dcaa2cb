"""Forms are read as their designers wrote them, and broken ones are refused in a sentence that helps."""

from typing import Any

import pytest

from app.domain import forms
from app.errors import Invalid


def one(field: Any, ui: Any = None, name: str = "isi") -> forms.Field:
    schema = {"type": "object", "title": "F", "properties": {name: {"title": "Isi"} | field}}
    return forms.read(schema, {name: ui} if ui else {}).field(name)


@pytest.fixture
def schema(sktm_files):
    return sktm_files[0]


@pytest.fixture
def ui(sktm_files):
    return sktm_files[1]


@pytest.fixture
def refusal(schema, ui):
    """The sentence with which the form is refused after the test has broken it."""

    def refusal():
        with pytest.raises(Invalid) as caught:
            forms.read(schema, ui, file="forms/sktm/permohonan.schema.json")
        return str(caught.value)

    return refusal


def test_pages_hold_the_fields_in_the_stated_order(sktm):
    assert [page.title for page in sktm.pages] == ["Pemohon", "Isi", "Berkas"]
    assert sktm.pages[2].names == ("foto_rumah", "surat", "benar")
    assert sktm.page_of("tanggungan.1.nama") == 1


def test_a_form_without_pages_is_one_page():
    form = forms.read(
        {"type": "object", "title": "F", "properties": {"a": {"type": "string", "title": "A"}}}, {}
    )
    assert [(page.title, page.names) for page in form.pages] == [("F", ("a",))]


def test_every_kind_is_recognised(sktm):
    assert {each.name: each.kind for each in sktm.fields} == {
        "nama": "text",
        "nik": "nik",
        "kk": "kk",
        "telepon": "phone",
        "surel": "email",
        "tanggal_lahir": "date",
        "jenis_kelamin": "choice",
        "alamat": "area",
        "tujuan": "choice",
        "sekolah": "text",
        "kelas": "text",
        "uraian": "text",
        "penghasilan": "integer",
        "luas": "number",
        "jam": "time",
        "bantuan": "choices",
        "tanggungan": "group",
        "foto_rumah": "files",
        "surat": "file",
        "punya_rekening": "boolean",
        "benar": "boolean",
    }


def test_lengths_have_sensible_limits_unless_stated(sktm):
    assert sktm.field("nama").max_length == 200
    assert sktm.field("uraian").max_length == 2000
    assert one({"type": "string", "maxLength": 30}).max_length == 30


def test_upload_rules_come_from_the_ui_file(sktm):
    photo, letter = sktm.field("foto_rumah"), sktm.field("surat")
    assert (photo.accept, photo.max_bytes, photo.max_items) == (
        ("image/jpeg", "image/png"),
        8 * 1024 * 1024,
        2,
    )
    assert letter.accept == ("application/pdf", "image/jpeg", "image/png")
    assert [each.name for each in sktm.requirements] == ["foto_rumah", "surat"]


def test_the_first_area_field_is_the_home_of_the_case(sktm):
    assert sktm.home.name == "alamat"
    assert sktm.home.levels == ("kecamatan", "kelurahan", "rw", "rt")


def test_many_options_make_a_list_and_few_make_radio_buttons():
    assert one({"enum": [str(n) for n in range(6)]}).widget == "radio"
    assert one({"enum": [str(n) for n in range(7)]}).widget == "select"


def test_a_condition_says_itself_in_words(sktm):
    assert sktm.field("sekolah").condition.text == "Isi bila “Keperluan” dijawab Beasiswa atau sekolah."


def test_fields_that_hang_on_others_are_reached_with_them(sktm):
    assert sktm.reach({"tujuan", "unknown"}) == {"tujuan", "sekolah", "kelas"}
    narrowed = sktm.narrowed({"tujuan"})
    assert [(page.title, page.names) for page in narrowed.pages] == [("Isi", ("tujuan", "sekolah", "kelas"))]


@pytest.mark.parametrize(
    "name",
    [
        "typename",
        "TypeName",
        "__class__",
        "_x",
        "",
        "a.b",
        "a b",
        "9a",
        "é",
        "a\n",
        "x" * 61,
        "langkah",
        "aksi",
        "nomor",
    ],
)
def test_reserved_and_hostile_names_are_refused(schema, refusal, name):
    schema["properties"][name] = {"type": "string", "title": "X"}
    assert refusal().startswith("Formulir forms/sktm/permohonan.schema.json: nama isian ")


def test_reserved_names_are_refused_inside_groups_too(schema, refusal):
    schema["properties"]["tanggungan"]["items"]["properties"]["__class__"] = {"type": "string", "title": "X"}
    assert "nama isian tanggungan.__class__ tidak boleh dipakai" in refusal()


BROKEN_SCHEMAS = [
    (("properties", "nama", "type"), "null", "isian nama: jenis null/tanpa format tidak dikenal"),
    (("properties", "nama", "format"), "uri", "isian nama: jenis string/uri tidak dikenal"),
    (("properties", "nama", "title"), "", 'isian nama: "title" wajib ada'),
    (("properties", "nama", "minLegnth"), 3, "isian nama: kata kunci minLegnth tidak dikenal"),
    (("properties", "nama", "maxLength"), 2, 'isian nama: "minLength" lebih besar daripada "maxLength"'),
    (("properties", "nama", "pattern"), "(a+)+$", "isian nama: Pola mengulang"),
    (("properties", "penghasilan", "minimum"), 9_000_000, 'isian penghasilan: "minimum" lebih besar'),
    (
        ("properties", "penghasilan", "maximum"),
        float("nan"),
        'isian penghasilan: "maximum" harus berupa angka',
    ),
    (("properties", "tanggal_lahir", "formatMaximum"), "besok", "isian tanggal_lahir: batas tanggal"),
    (("properties", "tujuan", "oneOf"), [{"const": 1}], "isian tujuan: nilai setiap pilihan harus teks"),
    (
        ("properties", "jenis_kelamin", "enum"),
        ["L", "L"],
        "isian jenis_kelamin: ada pilihan yang sama dua kali",
    ),
    (
        ("properties", "tanggungan", "items", "properties", "nama", "type"),
        "array",
        "isian tanggungan.nama: jenis",
    ),
    (
        ("properties", "tanggungan", "minItems"),
        9,
        'isian tanggungan: "minItems" lebih besar daripada "maxItems"',
    ),
    (("required",), ["nama", "alamt"], '"required" menyebut alamt yang tidak ada'),
    (("if",), {}, "kata kunci if yang tidak dikenal"),
    (("type",), "array", '"type": "object"'),
    (("properties",), {}, 'harus punya "properties"'),
]
BROKEN_UIS = [
    (("namaa",), {}, "berkas ui menyebut namaa yang tidak ada di skema"),
    (("nama", "ui:hepl"), "x", "isian nama: kata kunci ui:hepl tidak dikenal"),
    (("nama", "ui:widget"), "color", 'isian nama: "ui:widget" color tidak cocok'),
    (("uraian", "ui:options", "bariss"), 3, "isian uraian: kata kunci bariss tidak dikenal"),
    (
        ("foto_rumah", "ui:options", "maks_mb"),
        2000,
        'isian foto_rumah: "maks_mb" harus berupa angka 1 sampai 20',
    ),
    (("foto_rumah", "ui:options", "accept"), ["text/html"], 'isian foto_rumah: "accept" harus'),
    (
        ("sekolah", "ui:options", "jika", "isian"),
        "tujuann",
        'isian sekolah: "jika" menyebut tujuann yang tidak ada',
    ),
    (("sekolah", "ui:options", "jika", "nilai"), ["kuliah"], 'isian sekolah: "jika" menyebut nilai kuliah'),
    (
        ("sekolah", "ui:options", "jika", "isian"),
        "nama",
        'isian sekolah: "jika" tidak dapat bergantung pada nama',
    ),
    (
        ("ui:halaman", 0, "isian"),
        ["nama", "nik", "umur"],
        "halaman Pemohon menyebut isian umur yang tidak ada",
    ),
    (("ui:halaman", 0, "isian"), ["nama", "nama"], "isian nama berada di dua halaman"),
    (("ui:halaman", 2, "isian"), ["foto_rumah", "surat"], "isian benar tidak ada di halaman mana pun"),
    (("ui:halaman",), [], '"ui:halaman" harus berupa daftar'),
]


def break_at(tree, path, value):
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


@pytest.mark.parametrize(("path", "value", "sentence"), BROKEN_SCHEMAS)
def test_a_broken_schema_is_refused_with_the_place_and_the_reason(schema, refusal, path, value, sentence):
    break_at(schema, path, value)
    assert sentence in refusal()


@pytest.mark.parametrize(("path", "value", "sentence"), BROKEN_UIS)
def test_a_broken_ui_file_is_refused_with_the_place_and_the_reason(ui, refusal, path, value, sentence):
    break_at(ui, path, value)
    assert sentence in refusal()


def test_conditions_that_wait_for_each_other_are_refused():
    choice = {"title": "X", "enum": ["1", "2"]}
    ui = {
        name: {"ui:options": {"jika": {"isian": on, "nilai": ["1"]}}} for name, on in (("a", "b"), ("b", "a"))
    }
    with pytest.raises(Invalid, match="saling menunggu"):
        forms.read({"type": "object", "properties": {"a": choice, "b": choice}}, ui)


def test_groups_files_and_areas_inside_groups_are_refused():
    for inner in ({"type": "array", "items": {"type": "object"}}, {"type": "string", "format": "berkas"}):
        with pytest.raises(Invalid, match="kelompok berulang"):
            one({"type": "array", "items": {"type": "object", "properties": {"a": inner | {"title": "A"}}}})
