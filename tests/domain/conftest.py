"""The sample form, read, and two short ways to fill it in."""

import copy

import pytest

from app.domain import forms
from app.errors import Invalid
from tests.domain.sample_form import SCHEMA, TODAY, TYPED, UI, is_area


@pytest.fixture
def sktm_files():
    """Copies of the schema and the ui file, to be broken."""
    return copy.deepcopy((SCHEMA, UI))


@pytest.fixture(scope="session")
def sktm():
    return forms.read(SCHEMA, UI, file="forms/sktm/permohonan.schema.json")


@pytest.fixture
def clean(sktm):
    """Cleans the form as Siti filled it in, with these differences."""

    def clean(form=None, only=None, applicant=None, **differences):
        typed = {name: value for name, value in (TYPED | differences).items() if value is not None}
        return forms.clean(form or sktm, typed, today=TODAY, areas=is_area, only=only, applicant=applicant)

    return clean


@pytest.fixture
def problems(clean):
    """What is wrong with the form as Siti filled it in, with these differences."""

    def problems(**differences):
        with pytest.raises(Invalid) as caught:
            clean(**differences)
        return caught.value.fields

    return problems
