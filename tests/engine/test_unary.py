"""Cells of decision tables say what FEEL says, and what they cannot mean is refused in words."""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import unary
from app.engine.language import BadExpression
from app.engine.trilean import Walk


def hit(cell: str, value: object, **names: object) -> bool:
    return Walk(names, {}).holds(unary.compile_cell(cell).test, value)


HITS = {
    "-": [1, "a", None, True, []],
    "": [1, None],
    "  ": [1, None],
    '"a"': ["a"],
    "'a'": ["a"],
    '"-"': ["-"],
    '"a, b"': ["a, b"],
    '"?"': ["?"],
    '"[1..5]"': ["[1..5]"],
    r'"kata \"kutip\""': ['kata "kutip"'],
    "5": [5, 5.0],
    "5.0": [5],
    "-5": [-5],
    ".5": [0.5],
    "1e3": [1000],
    "true": [True],
    "false": [False],
    "null": [None],
    "1,2,3": [1, 2, 3],
    '"a","b"': ["a", "b"],
    '1, "a", null': [1, "a", None],
    "[1..5]": [1, 3, 5, 4.9],
    "(1..5]": [1.1, 5],
    "[1..5)": [1, 4.9],
    "(1..5)": [2],
    "]1..5[": [2, 4.9],
    "]1..5]": [5],
    "[1..5[": [1],
    "[1.5..2.5]": [1.5, 2, 2.5],
    "[-5..-1]": [-5, -3, -1],
    "[.5...7]": [0.6],
    "[1..3], [7..9]": [1, 3, 7, 9],
    "]1..3[, ]7..9[": [2, 8],
    "1, [7..9], > 20": [1, 8, 21],
    '["a".."f"]': ["a", "c", "f"],
    '[date("2026-01-01")..date("2026-01-31")]': ["2026-01-01", "2026-01-31", "2026-01-31T23:00:00+07:00"],
    'date("2026-01-01")': ["2026-01-01", "2026-01-01T08:00:00+07:00"],
    '> date("2026-01-01")': ["2026-01-02"],
    'date("2026-01-01"), date("2026-02-01")': ["2026-02-01"],
    "> 5": [6, 5.1],
    ">= 5": [5, 6],
    "< 5": [4],
    "<= 5": [5],
    ">5": [6],
    "<-1": [-2],
    "= 5": [5],
    "== 5": [5],
    '= "a"': ["a"],
    "= null": [None],
    '!= "a"': ["b", None],
    "!= null": [1, "a", False],
    '> "b"': ["c"],
    "> 5, < 2": [6, 1],
    "> 2 * 3": [7],
    "not(5)": [6, None],
    'not("a","b")': ["c", None],
    'not( "a" , "b" )': ["c"],
    "not([1..5])": [0, 6],
    "not((1..5])": [1, 6],
    "not(]1..5[)": [1, 5],
    "not(> 5)": [5],
    "not(null)": [0, ""],
    "not([1..3], 7)": [4],
    "? in [1,2]": [1, 2],
    "? in (1,2)": [1, 2],
    "? in [1..5]": [3],
    "? in ]1..5[": [3],
    "? not in [1,2]": [3],
    "4 < ? < 10": [5, 9],
    "4 < ? <= 10": [10],
    '? == "x"': ["x"],
    '? = "x"': ["x"],
    "? is null": [None],
    "? != null": [0],
    "? > 5 or ? == null": [6, None],
    "? > 5 and ? < 8": [6],
    "not(? in [1,2])": [3],
    "not (? == 1) and (? > 0)": [2],
    "not ? > 5": [5],
    '"RT" in ?': ["RT 03", ["RW", "RT"]],
    "len(?) > 2": ["abc", [1, 2, 3]],
    "? + 1 > 5": [5],
    "? % 2 == 0": [4],
    "? > 5, null": [6, None],
    "? ==\n  5": [5],
    "[1,2]": [1, [1, 2]],
    "(1, 2)": [2],
    "max(1, 7)": [7],
}  # fmt: skip
MISSES = {
    '"a"': ["b", None, 5, ["a"]],
    "5": [6, True, "5", None],
    "1": [True],
    "0": [False, None, ""],
    '""': [None, 0, False],
    "true": [1, "true", None],
    "false": [0, None],
    "null": [0, "", False, []],
    "1,2,3": [0, 4, "1", None],
    "[1..5]": [0, 5.1, None, "3", True, [3]],
    "(1..5]": [1],
    "]1..5[": [1, 5],
    "(1..5)": [1, 5],
    '["a".."f"]': ["g", 1, None],
    '[date("2026-01-01")..date("2026-01-31")]': ["2026-02-01T00:00:00+07:00", "tahun lalu", 20260115, None, ""],
    '> date("2026-01-01")': ["2026-01-01T23:00:00+07:00", "zzz", "99999-01-01"],
    '!= date("2026-01-01")': ["bukan tanggal"],
    'date("2026-01-01")': ["2026-01-011", "2026-01-1", 20260101],
    "> 5": [5, None, "9", True, [9]],
    "< 5": [None, "1", False],
    '> "b"': [9, None],
    '!= "a"': ["a", 5, True],
    "!= 5": ["5", 5],
    "not(5)": [5, "5"],
    'not("a","b")': ["a", "b", 5],
    "not([1..5])": [3, None, "x"],
    "not(> 5)": [None, 6, "x"],
    "not(null)": [None],
    "4 < ? < 10": [4, 10, None, "5"],
    "? in [1,2]": [3, None, True, "1"],
    "not ? > 5": [None],
    "? + 1 > 5": [None],
    "len(?) > 2": [None],
    '"RT" in ?': [None, 5],
    "? > 5 and ? < 8": [None, "x"],
}  # fmt: skip


@pytest.mark.parametrize("cell", HITS)
def test_a_cell_is_hit_by(cell):
    assert [value for value in HITS[cell] if not hit(cell, value)] == []


@pytest.mark.parametrize("cell", MISSES)
def test_a_cell_is_missed_by(cell):
    assert [value for value in MISSES[cell] if hit(cell, value)] == []


def test_names_in_a_cell_are_the_cases_variables():
    assert hit("> batas", 6, batas=5) and not hit("> batas", 6, batas=7)
    assert hit("[awal..akhir]", 5, awal=1, akhir=5)
    assert hit("nama, lain", "b", nama="a", lain="b")
    assert hit("? in daftar", 2, daftar=[1, 2]) and hit("not(? in daftar)", 3, daftar=[1, 2])
    assert hit("daftar", 2, daftar=[1, 2]) and not hit("not(daftar)", 2, daftar=[1, 2])
    assert hit("daftar", [1, 2], daftar=[1, 2])
    assert hit("? > 5 or darurat", 1, darurat=True)
    assert hit("date", "kata", date="kata")


def test_a_name_without_a_value_makes_no_cell_crash():
    assert hit("tidak_ada", None) and hit("not(tidak_ada)", 1)
    for cell in ("> tidak_ada", "[1..tidak_ada]", "? in tidak_ada", "? not in tidak_ada", "not(> tidak_ada)"):
        assert not hit(cell, 5)


def test_the_names_of_a_cell_are_known_without_the_input():
    assert unary.compile_cell('not(a, "x", b)').names == {"a", "b"}
    assert unary.compile_cell("? > len(c) and d").names == {"c", "d"}
    assert unary.compile_cell("-").names == frozenset()
    assert unary.compile_cell("> masukan").names == {"masukan"}


def test_values_are_sentences_of_our_language_with_dates():
    assert unary.constant(unary.compile_value('date("2026-01-31")')) == ("2026-01-31",)
    assert type(unary.constant(unary.compile_value('date("2026-01-31")'))[0]) is str
    assert unary.constant(unary.compile_value("a = 1")) == ()
    assert unary.listed(unary.compile_cell('"a", 2, -1, null')) == ("a", 2, -1, None)
    assert unary.listed(unary.compile_cell("[1..2]")) == unary.listed(unary.compile_cell("a, b")) == ()
    for text in ("? > 1", "1,5", "", "date(1)", "x.y", "[1..5]"):
        with pytest.raises(BadExpression):
            unary.compile_value(text)


@pytest.mark.parametrize(
    ("cell", "said"),
    {
        "jumlah > 3": "mulai dari tandanya",
        "not(not(5))": "mulai dari tandanya",
        "> 5 and ? < 10": "tanpa tanda",
        "> ?": "tanpa tanda",
        "?": "perbandingan",
        "? + 1": "perbandingan",
        "not(? > 5, ? < 2)": "perbandingan",
        "? > 5 and (a, b)": "perbandingan",
        "1,,2": "kosong",
        "1,": "kosong",
        ",": "kosong",
        "not()": "kosong",
        "[1..2..3]": "dua batas",
        "[1,2..3]": "bukan daftar",
        "> [1]": "bukan daftar",
        "[5..1]": "kecil ke yang besar",
        '[1.."a"]': "kecil ke yang besar",
        '[date("2026-02-01")..date("2026-01-01")]': "kecil ke yang besar",
        "[1..5] and ? > 2": "berdiri sendiri",
        '"a" "b"': "berdampingan",
        '"a': "tidak ditutup",
        "“a”": "lurus",
        'date("2026-02-30")': "tanggal ditulis",
        'date("20260101")': "tanggal ditulis",
        "date(x)": "tanggal ditulis",
        'f"x"': "tidak dapat dibaca",
        "> 5 and < 10": "tidak dapat dibaca",
        "? between 1 and 5": "tidak dapat dibaca",
        "[1..": "tidak dapat dibaca",
        "1_000": "tidak dapat dibaca",
        "_ > 5": "_",
        "x.y": "titik",
        "a; b": "tanda ;",
        'duration("P1D")': "hanya fungsi ini",
    }.items(),
)
def test_what_cannot_be_meant_is_refused_in_words(cell, said):
    with pytest.raises(BadExpression, match=said):
        unary.compile_cell(cell)


numbers = st.one_of(st.integers(-20, 20), st.floats(-20, 20).map(lambda number: round(number, 3)))
words = st.text("abcXYZ 19-", max_size=4)
dates = st.dates().map(str)
OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
             "=": operator.eq, "!=": operator.ne}  # fmt: skip


def spelled(value: object, as_date: bool) -> str:
    return f'date("{value}")' if as_date else f'"{value}"' if isinstance(value, str) else repr(value)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([numbers, words, dates]), st.sampled_from("[]("), st.sampled_from("])["))
def test_ranges_and_comparisons_agree_with_python(data, kind, opening, closing):
    low, value, high = (data.draw(kind) for _place in range(3))
    low, high = sorted([low, high])
    ends = [spelled(end, kind is dates) for end in (low, high)]
    inside = (low <= value if opening == "[" else low < value) and (
        value <= high if closing == "]" else value < high
    )
    cell = f"{opening}{ends[0]}..{ends[1]}{closing}"
    assert hit(cell, value) is inside
    assert hit(f"not({cell})", value) is not inside
    assert hit(f"? in {cell}", value) is inside
    assert hit("[awal..akhir]", value, awal=low, akhir=high) is (low <= value <= high)
    for sign, compare in OPERATORS.items():
        assert hit(f"{sign} {ends[0]}", value) is compare(value, low)
        assert hit(f"not({sign} {ends[0]})", value) is not compare(value, low)
    if kind is not dates:
        assert hit(f"{ends[0]} <= ? < {ends[1]}", value) is (low <= value < high)
    assert hit(", ".join(ends), value) is (value in (low, high))
