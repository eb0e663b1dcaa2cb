"""Whatever stands where a form should be, it is read or refused, never anything else."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import forms
from app.errors import Invalid
from tests.domain.sample_form import SCHEMA, UI
from tests.domain.test_forms_reading import break_at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        "type",
        "title",
        "format",
        "items",
        "properties",
        "enum",
        "oneOf",
        "pattern",
        "minLength",
        "maxItems",
        "const",
    ]
    + [
        "ui:widget",
        "ui:options",
        "ui:help",
        "jika",
        "accept",
        "formatMinimum",
        "required",
        "minimum",
        "default",
    ]
)


@given(st.dictionaries(WORDS, JSON | WORDS, max_size=6), st.dictionaries(WORDS, JSON, max_size=4))
def test_no_junk_in_a_field_makes_reading_fail_otherwise_than_by_refusing(junk, ui):
    try:
        forms.read(
            {"type": "object", "title": "F", "properties": {"a": {"type": "string", "title": "A"} | junk}},
            {"a": ui},
        )
    except Invalid as refusal:
        assert str(refusal)


@given(JSON, JSON)
def test_junk_instead_of_a_form_is_refused(schema, ui):
    with pytest.raises(Invalid):
        forms.read(schema, ui)


def places(tree, path=()):
    """The path of every part of a tree."""
    for step in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield (*path, step)
        yield from places(tree[step], (*path, step))


@given(st.sampled_from(list(places([SCHEMA, UI]))), JSON)
def test_a_form_with_one_part_replaced_by_junk_is_read_or_refused(path, junk):
    files = copy.deepcopy([SCHEMA, UI])
    break_at(files, path, junk)
    try:
        forms.read(*files)
    except Invalid as refusal:
        assert str(refusal).startswith("Formulir")
