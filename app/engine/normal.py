"""Rewrites what is only notation into the few elements that the engine runs.

`normalise` is the whole list, in order. Elements of the drawing keep their ids, so that whoever follows a case
meets them once; elements put in between carry the id of theirs with an ending, and `is_inserted` knows them.
"""

import copy
import re

from lxml import etree

from app.engine import normal_events, normal_flows, normal_globals, normal_pictures
from app.engine.normal_sheet import Sheet, sheets

_INSERTED = re.compile(
    r"(.+?)(\.(split|choice|tokens|wait|start|end|way|fan|in|token\d+|event\d+|to\..+))+",
    re.ASCII | re.DOTALL,
)


def normalised(root: etree._Element) -> etree._Element:
    """A copy of a file in the notation that the parser reads."""
    root = copy.deepcopy(root)
    normalise(root)
    return root


def normalise(root: etree._Element) -> None:
    """Rewrite a copy of a file, in place, into the notation that the parser reads."""
    normal_events.copy_definitions(root)
    normal_pictures.clear(root)
    normal_globals.unfold(root)
    for sheet in sheets(root):
        _normalise_level(sheet)


def is_inserted(name: str) -> bool:
    """Whether this id was made here; no element of a drawing may have such an id."""
    return _INSERTED.fullmatch(name) is not None


def origin(name: str) -> str:
    """The id of the drawn element that an inserted one stands for; any other id as it is."""
    found = _INSERTED.fullmatch(name)
    return found[1] if found else name


def _normalise_level(sheet: Sheet) -> None:
    normal_flows.order(sheet)
    normal_flows.drop_empty_conditions(sheet)
    normal_events.begin_with_messages(sheet)
    normal_events.join_links(sheet)
    normal_events.part_definitions(sheet)
    normal_flows.wait_for_tokens(sheet)
    normal_flows.split_ways(sheet)
    normal_flows.part_twins(sheet)
    normal_flows.simplify_complex(sheet)
    normal_flows.list_flows(sheet)
