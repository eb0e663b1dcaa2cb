"""Whatever is posted, the only way out is clean values or a refusal (OWASP ASVS 5.0, 2.2.1 and 1.2)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.domain import forms
from app.errors import Invalid
from tests.domain.sample_form import SCHEMA, TODAY, TYPED, UI

FORM = forms.read(SCHEMA, UI)
NAMES = [
    *FORM.names,
    "typename",
    "__class__",
    "alamat.kecamatan",
    "alamat.rt",
    "tanggungan.0.nama",
    "tanggungan.1.nik",
]
NASTY = [
    "\x00",
    "\ud800",
    "\u202e",
    "\u200b",
    "NaN",
    "-0",
    "1e999",
    "٣",
    "²",
    "Rp",
    "35.74.03",
    "''\"<>",
    "{{7*7}}",
    "%s",
]
TEXTS = (
    st.text(max_size=40)
    | st.sampled_from(NASTY)
    | st.sampled_from([v for v in TYPED.values() if isinstance(v, str)])
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)

POSTS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=12), TEXTS), max_size=25)


def check(typed):
    """Clean values that a database can keep, and that stay as they are, or a refusal in words."""
    try:
        answers = forms.clean(FORM, typed, today=TODAY, areas=lambda code, level: True)
    except Invalid as refusal:
        assert all(path.partition(".")[0] in FORM and text for path, text in refusal.fields.items())
        return
    assert set(answers) <= set(FORM.names)
    stored = json.dumps(answers, allow_nan=False, ensure_ascii=False)
    stored.encode()
    assert "\\u0000" not in stored
    assert forms.clean(FORM, answers, today=TODAY, areas=lambda code, level: True) == answers
    assert forms.describe(FORM, answers)


@settings(max_examples=300, deadline=None)
@given(POSTS)
def test_posts_full_of_junk(pairs):
    typed = forms.raw(FORM, MultiDict(pairs))
    assert set(typed) <= set(FORM.names)
    json.dumps(typed, ensure_ascii=False).encode()
    assert forms.understood(FORM, typed, today=TODAY) is not None
    check(typed)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FORM.names), JSON, max_size=8))
def test_a_good_form_with_some_answers_replaced_by_junk(junk):
    check(TYPED | junk)
    forms.describe(FORM, TYPED | {name: value for name, value in junk.items() if isinstance(value, str)})


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_deep_junk_in_every_place(junk):
    check(dict.fromkeys(FORM.names, junk))


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(POSTS)
def test_ten_thousand_posts_full_of_junk(pairs):
    check(TYPED | {name: value for name, value in forms.raw(FORM, MultiDict(pairs)).items() if value})


def test_depth_does_not_matter():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    check(dict.fromkeys(FORM.names, deep))
