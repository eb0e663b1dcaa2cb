"""Forms as data: what a service asks, what was typed, what is clean, and how it reads.

The public face of the package; the files behind it are its own business.
"""

from app.domain.forms.areas import choices as area_choices
from app.domain.forms.areas import path as area_path
from app.domain.forms.cleaning import MOST_TYPED, clean, merged
from app.domain.forms.describing import (
    Group,
    Row,
    changed,
    correctable,
    describe,
    readable,
    understood,
    warnings,
)
from app.domain.forms.patterns import admit as admit_pattern
from app.domain.forms.reading import RESERVED, read
from app.domain.forms.sent import sent
from app.domain.forms.shape import Condition, Field, Form, Option, Page, open_fields
from app.domain.forms.typed import act, plain, raw

__all__ = [
    "MOST_TYPED",
    "RESERVED",
    "Condition",
    "Field",
    "Form",
    "Group",
    "Option",
    "Page",
    "Row",
    "act",
    "admit_pattern",
    "area_choices",
    "area_path",
    "changed",
    "clean",
    "correctable",
    "describe",
    "merged",
    "open_fields",
    "plain",
    "raw",
    "read",
    "readable",
    "sent",
    "understood",
    "warnings",
]
