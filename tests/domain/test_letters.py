"""Letter templates: what designers may write, and what an applicant's words can never do in them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.letter_language import fill_line, plain, roots
from app.domain.letter_words import amount_in_words, in_words
from app.domain.letters import NUMBER_PENDING, compose, names_used, read_template, valid_until
from app.errors import Invalid, ProcessFault
from tests.effort import soon

HEAD = "judul: SURAT KETERANGAN TIDAK MAMPU\nklasifikasi: 400.9\n"
SKTM = (
    HEAD
    + """berlaku: 90 hari
tembusan: Dinas Sosial Kota {{ unit.kota }}; Arsip
---
Yang bertanda tangan di bawah ini {{ penandatangan.jabatan }}
menerangkan dengan sebenarnya bahwa:

: Nama = {{ nama }}
: NIK = {{ nik }}
{% if penghasilan %}
: Penghasilan = {{ penghasilan }} ({{ penghasilan | terbilang }} rupiah)
{% endif %}
: Alamat = {{ alamat }}

# Tanggungan

{% for orang in tanggungan %}
{{ forloop.index }}. {{ orang.nama }}, {{ orang.hubungan }}
{% endfor %}

| No. | Nama |
{% for orang in tanggungan %}
| {{ forloop.index }} | {{ orang.nama }} |
{% endfor %}

Nomor surat ini {{ nomor }}.
"""
)
SITI = {
    "nama": "Siti Aminah",
    "nik": "3574035205900001",
    "penghasilan": "Rp900.000",
    "alamat": "RT 03 RW 05",
    "tanggungan": [{"nama": "Dewi Lestari", "hubungan": "anak"}, {"nama": "Rizky", "hubungan": "anak"}],
    "unit": {"kota": "Probolinggo"},
    "penandatangan": {"jabatan": "Lurah Mangunharjo"},
    "nomor": "400.9/35/425.501.3/2026",
}


def body(text: str, **context: object):
    return compose(read_template(f"{HEAD}---\n{text}"), context).blocks


def test_a_letter_is_filled_with_the_answers():
    letter = compose(read_template(SKTM), SITI)

    assert [block.kind for block in letter.blocks] == [
        "paragraph",
        "rows",
        "heading",
        "items",
        "table",
        "paragraph",
    ]
    opening, rows, heading, items, table, closing = letter.blocks
    assert (
        opening.text
        == "Yang bertanda tangan di bawah ini Lurah Mangunharjo menerangkan dengan sebenarnya bahwa:"
    )
    assert rows.rows == (
        ("Nama", "Siti Aminah"),
        ("NIK", "3574035205900001"),
        ("Penghasilan", "Rp900.000 (sembilan ratus ribu rupiah)"),
        ("Alamat", "RT 03 RW 05"),
    )
    assert heading.text == "Tanggungan"
    assert items.items == ("Dewi Lestari, anak", "Rizky, anak")
    assert table.rows == (("No.", "Nama"), ("1", "Dewi Lestari"), ("2", "Rizky"))
    assert closing.text == "Nomor surat ini 400.9/35/425.501.3/2026."
    assert letter.copies == ("Dinas Sosial Kota Probolinggo", "Arsip")
    assert (letter.shape, letter.classification, letter.valid_for) == ("keterangan", "400.9", "90 hari")


def test_a_row_under_a_false_condition_leaves_no_gap_between_the_rows():
    rows = compose(read_template(SKTM), {**SITI, "penghasilan": ""}).blocks[1].rows
    assert [label for label, _ in rows] == ["Nama", "NIK", "Alamat"]


def test_a_letter_without_number_shows_an_empty_place():
    letter = compose(read_template(SKTM), {**SITI, "nomor": None})
    assert letter.number == NUMBER_PENDING
    assert letter.blocks[-1].text == f"Nomor surat ini {NUMBER_PENDING}."


def test_an_unanswered_field_is_a_dash_in_its_row():
    assert body(": Nama = {{ nama }}")[0].rows == (("Nama", "-"),)


def test_every_name_a_letter_takes_is_known_before_it_is_published():
    assert names_used(read_template(SKTM)) == {
        "unit.kota", "penandatangan.jabatan", "nama", "nik", "penghasilan", "alamat", "tanggungan", "nomor",
    }  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "a\n# Judul palsu",
        "a\n\nParagraf palsu",
        "a\r\n: NIK = 1",
        "a\u2028: NIK = 1",
        "a\v1. butir",
        "# a",
        ": NIK = 1",
        "1. butir",
        "| a | b |",
        "---",
        "{{ nik }}{% if x %}",
    ],
)
@pytest.mark.parametrize("place", ["Halo {{ x }}", "{{ x }}", ": Isi = {{ x }}", "1. {{ x }}", "# {{ x }}"])
def test_typed_words_never_become_markup(typed, place):
    honest = body(place, x="kata biasa")
    assert [block.kind for block in body(place, x=typed)] == [block.kind for block in honest]
    assert len(body(place, x=typed)[0].rows) == len(honest[0].rows)


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_no_text_at_all_breaks_out_of_its_row(typed):
    (block,) = body(": Nama = {{ x }}\n: NIK = 1", x=typed)
    assert [label for label, _ in block.rows] == ["Nama", "NIK"]


def test_a_cell_keeps_a_bar_that_was_typed():
    assert body("| Nama | NIK |\n| {{ x }} | 1 |", x="a | b")[0].rows[1] == ("a | b", "1")


def test_a_label_with_an_equals_sign_in_it_stays_whole():
    assert body(": {{ x }} = isi", x="a = b")[0].rows == (("a = b", "isi"),)


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'rahasia' %}", "{% render 'rahasia' %}", "{% assign a = 1 %}", "{% capture a %}x{% endcapture %}",
        "{% cycle 'a' %}", "{% increment a %}", "{% tablerow a in b %}{% endtablerow %}", "{% liquid echo 1 %}",
        "{% echo 1 %}", "{% for i in (1..9) %}{% endfor %}", "{% for i in (a..b) %}{% endfor %}",
        "{{ a | append: 'x' }}", "{{ a | replace: '', 'x' }}", "{{ a | map: 'x' }}", "{{ a | safe }}", "{{ a",
        "{% if a %}", "{% endif %}", "{% for %}{% endfor %}", "{{ a | }}",
        '{% if a != "" %}x{% endif %}', "{% if a %}" * 20 + "{% endif %}" * 20,
        "{{" + "a[" * 3000 + "a" + "]" * 3000 + "}}", "x" * 50_001,
    ],
)  # fmt: skip
def test_anything_beyond_placeholders_conditions_and_loops_is_refused_in_words(text):
    """ASVS 5.0 V1.3.7: template injection."""
    with pytest.raises(Invalid) as refusal:
        read_template(f"{HEAD}---\nhalo\n{text}")
    assert str(refusal.value).endswith(".")


def test_a_refusal_names_the_line_in_the_file():
    with pytest.raises(Invalid, match="baris 6"):
        read_template(f"{HEAD}---\nsatu\ndua\n{{% include 'x' %}}\n")


@pytest.mark.parametrize(
    "path", ["nama.__class__", "nama.upper", "tanggungan.append", "unit.items", "nama[0]", "a.b.c"]
)
def test_a_path_reaches_plain_data_only(path):
    assert body(f"x{{{{ {path} }}}}y", **SITI)[0].text == "xy"


def test_an_object_is_never_handed_to_a_letter():
    with pytest.raises(ProcessFault, match="plain data"):
        plain({"nama": object()})


def test_a_loop_within_loops_is_stopped_soon():
    loop = "{% for a in x %}" * 4 + "o" + "{% endfor %}" * 4
    with soon(2), pytest.raises(ProcessFault):
        body(loop, x=list(range(200)))


def test_a_letter_whose_conditions_are_all_false_is_a_fault():
    with pytest.raises(ProcessFault, match="empty"):
        body("{% if x %}halo{% endif %}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("halo", "---"),
        ("klasifikasi: 400\n---\nhalo", "judul"),
        ("judul: A\n---\nhalo", "klasifikasi"),
        ("judul: A\nklasifikasi: rahasia\n---\nhalo", "klasifikasi"),
        ("judul: A\nklasifikasi: 400\nwarna: merah\n---\nhalo", "baris 3"),
        ("judul: A\njudul: B\nklasifikasi: 400\n---\nhalo", "dua kali"),
        ("judul: A\nklasifikasi: 400\nberlaku: selamanya\n---\nhalo", "90 hari"),
        ("judul: A\nklasifikasi: 400\nbentuk: nota\n---\nhalo", "korespondensi"),
        ("hal: A\nklasifikasi: 400\nbentuk: korespondensi\n---\nhalo", "kepada"),
        ("judul: {{ a\nklasifikasi: 400\n---\nhalo", "baris 1"),
        ("judul: A\nklasifikasi: 400\n---\n \n", "kalimat"),
    ],
)
def test_a_broken_head_is_refused_with_its_reason(text, words):
    with pytest.raises(Invalid, match=words):
        read_template(text)


def test_a_correspondence_has_subject_and_addressee():
    head = "hal: Izin {{ acara }}\nkepada: Kapolsek {{ kec }}; di Tempat\n"
    text = f"{head}klasifikasi: 300.1\nbentuk: korespondensi\n---\nhalo"
    letter = compose(read_template(text), {"acara": "orkes\nmalam", "kec": "Mayangan"})
    assert (letter.subject, letter.addressee) == ("Izin orkes malam", ("Kapolsek Mayangan", "di Tempat"))


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("90 hari", date(2027, 2, 22)),
        ("2 minggu", date(2026, 12, 8)),
        ("3 bulan", date(2027, 2, 24)),
        ("1 tahun", date(2027, 11, 24)),
        ("", None),
    ],
)
def test_a_letter_is_good_until_its_last_day(period, last):
    assert valid_until(period, date(2026, 11, 24)) == last


def test_a_month_after_the_31st_ends_with_the_shorter_month():
    assert valid_until("1 bulan", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (100, "seratus"),
        (1_000, "seribu"),
        (1_234, "seribu dua ratus tiga puluh empat"),
        (900_000, "sembilan ratus ribu"),
        (1_000_000, "satu juta"),
        (2_001_015, "dua juta seribu lima belas"),
        (7_000_000_000, "tujuh miliar"),
    ],
)
def test_amounts_are_spelled_as_in_letters(amount, words):
    assert in_words(amount) == words


def test_an_amount_is_read_out_of_a_text():
    assert amount_in_words("Rp900.000") == "sembilan ratus ribu"
    assert amount_in_words("tiga orang") == amount_in_words("9" * 400) == ""


def test_a_message_says_what_it_needs_to_be_filled():
    text = """{{ nomor }} {{ langkah.jawab.isi | default: alasan }} {{ unit["kota lama"] }} {{ daftar[urutan] }}
        {% for orang in tanggungan %}{{ orang.nama }}{{ kota }}{% endfor %}{% if kaya %}ya{% endif %}"""
    assert sorted(roots(text)) == [
        "alasan", "daftar", "kaya", "kota", "langkah", "nomor", "tanggungan", "unit", "urutan",
    ]  # fmt: skip


def test_a_message_is_one_line():
    assert (
        fill_line("Permohonan {{ nama }}\nsudah selesai.", {"nama": "a\nb"})
        == "Permohonan a b sudah selesai."
    )
