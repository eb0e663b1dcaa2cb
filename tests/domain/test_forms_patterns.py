"""Patterns of form designers work as JSON Schema says and can never make the matcher run away (ASVS 5.0, 1.3.12)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import forms
from app.errors import Invalid
from tests.effort import soon

GOOD = [
    (r"^[A-Z]{1,2} [0-9]{1,4} [A-Z]{0,3}$", ["N 1234 QX", "AB 1 "], ["N1234QX", "n 1234 QX", "N 1234 QX\n"]),
    (r"^\d{3}\.\d{3}$", ["425.501"], ["425501", "٤٢٥.٥٠١"]),
    (r"^(?:RT|RW) [0-9]+$", ["RT 3", "RW 05"], ["RK 3"]),
    (r"^([0-9]{2}\.){3}[0-9]{2}$", ["01.02.03.04"], ["01.02.03"]),
    (r"[0-9]", ["a1b"], ["ab"]),
    (r"^[^@]+@[^@]+$", ["a@b"], ["a@b@c"]),
    (r"^a/b-c\$$", ["a/b-c$"], ["a/b-c"]),
    (r"^[\w.-]+$", ["a_b.c-d"], ["a b", "é"]),
]
DANGEROUS = [
    r"(a+)+$",
    r"(a*)*",
    r"^(a|a)+$",
    r"^(a|aa)*$",
    r"(.*a){20}",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    "a?" * 60 + "a" * 60,
    "(a|b)" * 30,
    r".*.*.*x",
    r"a{0,200}a{0,200}a{0,200}",
    r"((a{100}){100}){100}",
    r"(?:(?:(?:){200}){200}){200}",
    r"((?:a?){2}){50}",
]
UNKNOWN = [
    r"(?=a)",
    r"(?<!a)b",
    r"(?P<x>a)",
    r"(a)\1",
    r"\x41",
    r"\bword",
    r"\p{L}",
    "(?i)a",
    "[[:alpha:]]",
    "[a&&b]",
]
BROKEN = [
    "(",
    ")",
    "a)",
    "[",
    "[]",
    "a{",
    "a{2,1}",
    "a{999}",
    "a**",
    "a+?",
    "*a",
    "\\",
    "[z-a]",
    "(" * 50,
    "a" * 201,
    "",
]


@pytest.mark.parametrize(("pattern", "fitting", "other"), GOOD)
def test_good_patterns_match_as_json_schema_says(pattern, fitting, other):
    admitted = forms.admit_pattern(pattern)
    assert all(admitted.search(text) for text in fitting)
    assert not any(admitted.search(text) for text in other)


@pytest.mark.parametrize("pattern", DANGEROUS + UNKNOWN + BROKEN)
def test_dangerous_unknown_and_broken_patterns_are_refused(pattern):
    with pytest.raises(Invalid, match=r"^(Pola|Jumlah)"):
        forms.admit_pattern(pattern)


PIECES = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        r"\w",
        r"\d",
        "(",
        "(?:",
        ")",
        "|",
        "*",
        "+",
        "?",
        "{0,9}",
        "{3}",
        "{2,}",
        "^",
        "$",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(PIECES, max_size=14).map("".join),
    st.sampled_from(["a" * 200, "ab" * 100, "a" * 199 + "!", "1" * 200]),
)
def test_whatever_is_admitted_answers_at_once(pattern, text):
    try:
        admitted = forms.admit_pattern(pattern)
    except Invalid:
        return
    with soon(1):
        admitted.search(text)


@given(st.text(alphabet="ab01()[]{}|*+?^$\\.,-dws:", max_size=20))
def test_any_text_is_admitted_or_refused(pattern):
    try:
        assert isinstance(forms.admit_pattern(pattern), re.Pattern)
    except Invalid as refusal:
        assert str(refusal)
