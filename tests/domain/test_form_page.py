"""The drawn form works without a script: every field is labelled, told and found again by its links."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict

from app.domain import forms, words
from tests.domain.sample_form import RT, TODAY, TYPED

PAGE = """{% from "components/form.html" import problem_summary, enter_button, form_fields %}
<!doctype html><html lang="id"><title>x</title><form method="post">{{ enter_button("lanjut", "Lanjut") }}
{{ problem_summary(problems) }}
{% for page in form.pages %}
{{ form_fields(page.fields, typed, problems, files, areas, understood, choices) }}
{% endfor %}
</form></html>"""
AREAS = {
    "kecamatan": [("35.74.03", "Mayangan"), ("35.74.04", "Kanigaran")],
    "kelurahan": [("35.74.03.1002", "Mangunharjo")],
    "rt": [("RW 05", [(RT, "RT 03")])],
}


@pytest.fixture(scope="module")
def templates():
    folder = Path(__file__).parents[2] / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)
    environment.filters["number"] = words.number
    return environment


@pytest.fixture
def draw(templates, sktm):
    """The page as a tree, after a strict reading of its HTML."""

    def draw(form=sktm, typed=TYPED, problems=None, files=None, areas=None, choices=()) -> Element:
        text = templates.from_string(PAGE).render(
            form=form,
            typed=typed,
            problems=problems or {},
            files=files or {},
            areas={"alamat": areas or AREAS},
            understood=forms.understood(form, typed, today=TODAY),
            choices=choices,
        )
        assert "style=" not in text
        assert not re.search(r"\bon[a-z]+=|<script", text)
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text.strip())
        ids = [each.get("id") for each in tree.iter() if each.get("id")]
        assert len(ids) == len(set(ids))
        return tree

    return draw


def inputs(tree):
    return [each for tag in ("input", "select", "textarea") for each in tree.iter(tag)]


def by_id(tree, name):
    return next(each for each in tree.iter() if each.get("id") == name)


def words_of(element):
    return " ".join("".join(element.itertext()).split())


def test_every_input_has_a_label_and_every_told_id_exists(draw):
    tree = draw(
        problems={"nama": "Isi.", "tanggungan.0.nama": "Isi.", "tanggungan": "Isi.", "alamat": "Isi."}
    )
    ids = {each.get("id") for each in tree.iter()}
    labelled = {each.get("for") for each in tree.iter("label")}
    assert {each.get("id") for each in inputs(tree)} <= labelled
    for each in tree.iter():
        assert set((each.get("aria-describedby") or "").split()) <= ids


def test_the_summary_leads_to_every_field(draw, sktm):
    paths = [*sktm.names, *(f"tanggungan.0.{child.name}" for child in sktm.field("tanggungan").children)]
    tree = draw(problems=dict.fromkeys(paths, "Perbaiki."))
    ids = {each.get("id") for each in tree.iter()}
    links = [each.get("href") for each in tree.iter("a")]
    assert len(links) == len(paths)
    assert all(link[1:] in ids for link in links)


def test_what_was_typed_is_still_there(draw):
    typed = TYPED | {
        "nik": '"><script>',
        "tanggal_lahir": "12-5-1990",
        "bantuan": ["kip"],
        "uraian": "\nsatu\ndua",
    }
    tree = draw(typed=typed)
    assert by_id(tree, "isian-nik").get("value") == '"><script>'
    assert (
        by_id(tree, "isian-tanggal_lahir").get("type"),
        by_id(tree, "isian-tanggal_lahir").get("value"),
    ) == (
        "text",
        "12-5-1990",
    )
    assert by_id(tree, "isian-uraian").text == "\nsatu\ndua"
    assert by_id(tree, "isian-penghasilan").get("value") == "900.000"
    assert by_id(tree, "isian-benar").get("checked") is not None
    chosen = {
        each.get("value")
        for each in tree.iter()
        if each.get("checked") is not None or each.get("selected") is not None
    }
    assert chosen >= {"sekolah", "perempuan", "kip", "ya", "35.74.03", "35.74.03.1002", RT, "anak"}


def test_clean_answers_can_be_drawn_as_well(draw, clean):
    answers = clean(luas="1.250,5", punya_rekening="tidak", jam="9.05")
    tree = draw(typed=answers)
    assert by_id(tree, "isian-luas").get("value") == "1.250,5"
    assert by_id(tree, "isian-penghasilan").get("value") == "900.000"
    assert by_id(tree, "isian-jam").get("value") == "09:05"
    assert by_id(tree, "isian-punya_rekening-2").get("checked") is not None
    assert by_id(tree, "isian-tanggal_lahir").get("type") == "date"


def test_drawn_and_posted_again_the_answers_are_the_same(draw, sktm, clean):
    """The strongest check of names and values: what the browser would post is what was there."""
    answers = clean(luas=36.5, bantuan=["pkh"], punya_rekening="ya", uraian="satu\n\ndua")
    typed = forms.raw(sktm, posted(draw(typed=answers)))
    again = forms.clean(sktm, typed | {"foto_rumah": ["f1"]}, today=TODAY, areas=lambda code, level: True)
    assert again == answers


def posted(tree):
    pairs = []
    for each in inputs(tree):
        if each.tag == "select":
            pairs += [
                (each.get("name"), o.get("value"))
                for o in each.iter("option")
                if o.get("selected") is not None
            ]
        elif each.tag == "textarea":
            pairs.append((each.get("name"), (each.text or "").removeprefix("\n")))
        elif each.get("type") not in ("checkbox", "radio", "file") or each.get("checked") is not None:
            pairs.append((each.get("name"), each.get("value")))
    return MultiDict(pairs)


def test_optional_fields_say_so_in_words(draw):
    tree = draw()
    labels = {each.get("for"): words_of(each) for each in tree.iter("label")}
    assert labels["isian-nama"] == "Nama lengkap"
    assert labels["isian-surel"] == "Surel (tidak wajib)"


def test_an_error_stands_at_its_field_with_a_sign_and_words(draw):
    tree = draw(problems={"nik": "NIK harus 16 angka; Anda mengetik 15."})
    field = by_id(tree, "isian-nik")
    problem = by_id(tree, "isian-nik-masalah")
    assert field.get("aria-invalid") == "true"
    assert "isian-nik-masalah" in field.get("aria-describedby")
    assert words_of(problem) == "Perlu diperbaiki: NIK harus 16 angka; Anda mengetik 15."
    assert any(each.tag.endswith("svg") for each in problem.iter())


def test_the_nik_shows_what_it_understood_and_is_kept_from_memory(draw):
    tree = draw()
    nik = by_id(tree, "isian-nik")
    assert (nik.get("inputmode"), nik.get("autocomplete")) == ("numeric", "off")
    assert words_of(by_id(tree, "isian-nik-terbaca")) == "Lahir 12 Mei 1990, perempuan"


def test_conditional_fields_say_when_and_tell_scripts_what_opens_them(draw):
    tree = draw()
    marks = {each.get("data-jika") for each in tree.iter() if each.get("data-jika")}
    assert marks == {"tujuan=sekolah", "tanggungan.0.hubungan=anak"}
    assert (
        words_of(by_id(tree, "isian-sekolah-bila")) == "Isi bila “Keperluan” dijawab Beasiswa atau sekolah."
    )


def actions(tree):
    return {each.get("value") for each in tree.iter("button") if each.get("name") == "aksi"}


def test_groups_files_and_areas_have_buttons_that_work_without_a_script(draw):
    photo = {"id": "f1", "name": "rumah.jpg", "size": "1,2 MB", "kind": "Gambar", "url": "/b/f1"}
    tree = draw(files={"foto_rumah": [photo]})
    assert actions(tree) == {
        "lanjut",
        "tambah:tanggungan",
        "hapus:tanggungan:0",
        "hapus-berkas:foto_rumah:f1",
        "unggah:foto_rumah",
        "pilih:alamat",
    }
    assert next(tree.iter("button")).get("value") == "lanjut"


def test_full_groups_and_file_lists_offer_no_more(draw):
    photos = [{"id": str(n), "name": f"{n}.jpg", "size": "1 KB", "kind": "Gambar"} for n in range(2)]
    tree = draw(typed=TYPED | {"tanggungan": [{}] * 3}, files={"foto_rumah": photos})
    assert not {"tambah:tanggungan", "unggah:foto_rumah"} & actions(tree)


def test_uploads_say_what_is_accepted_and_offer_the_camera(draw):
    tree = draw()
    assert (
        words_of(by_id(tree, "isian-foto_rumah-syarat"))
        == "JPG, PNG, paling besar 8 MB; paling banyak 2 berkas."
    )
    assert by_id(tree, "isian-foto_rumah").get("accept") == "image/jpeg,image/png"
    assert by_id(tree, "isian-foto_rumah-kamera").get("capture") == "environment"


def test_lower_areas_wait_for_the_higher_ones(draw):
    tree = draw(typed={}, areas={"kecamatan": AREAS["kecamatan"], "kelurahan": [], "rt": []})
    assert by_id(tree, "isian-alamat-kelurahan").get("disabled") is not None
    assert words_of(by_id(tree, "isian-alamat-rt")) == "Pilih kelurahan dahulu"
    button = next(each for each in tree.iter("button") if each.get("value") == "pilih:alamat")
    assert words_of(button) == "Pilih kecamatan"


def test_officials_tick_fields_of_the_applicants_form(draw, sktm):
    schema = {"perbaikan": {"type": "array", "title": "Yang perlu diperbaiki", "items": {"type": "string"}}}
    form = forms.read({"type": "object", "properties": schema}, {"perbaikan": {"ui:widget": "isian-pemohon"}})
    tree = draw(form=form, typed={"perbaikan": ["nik"]}, choices=forms.correctable(sktm))
    boxes = [each for each in inputs(tree) if each.get("name") == "perbaikan"]
    assert [each.get("value") for each in boxes] == list(sktm.names)
    assert [each.get("value") for each in boxes if each.get("checked") is not None] == ["nik"]


def test_an_untouched_form_shows_one_blank_row_only_where_rows_are_required(draw, sktm):
    assert "isian-tanggungan-0-nama" not in {each.get("id") for each in draw(typed={}).iter()}
