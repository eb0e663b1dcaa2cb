"""Cases that began under the previous format of states go on after an upgrade, exactly from where they stood."""

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest

from app import engine
from app.engine import codec
from app.engine.rules import Rules
from app.errors import ProcessFault
from tests.engine.diagrams.case import CALENDAR, Case
from tests.engine.diagrams.several import ALL

WRITTEN = json.loads(Path(__file__).with_name("states_of_format_1.json").read_text())
IDS = [f"{each['drawing']}-{number}" for number, each in enumerate(WRITTEN)]


def awake(each: dict) -> Case:
    """The case of this file, renewed, at the moment when it was written."""
    now = datetime.fromisoformat(each["now"])
    case = Case(*ALL[each["drawing"]], now=now)
    state = engine.renew(case.drawing, base64.b64decode(each["state"]))
    case.standing = engine.fire_timers(case.drawing, state, now, calendar=CALENDAR)
    return case


@pytest.mark.parametrize("each", WRITTEN, ids=IDS)
def test_it_stands_where_it_stood_and_goes_on_to_its_end(each):
    case = awake(each)
    assert (case.steps, case.orders) == (each["steps"], each["orders"])
    assert {step: due.isoformat() for step, due in case.due.items()} == each["due"]
    for _move in range(20):
        for order in case.orders:
            case.perform(order)
        if case.standing.finished:
            break
        case.do(case.steps[0], keputusan="setuju", tujuan=["a", "b"])
    assert case.standing.finished


def test_a_parallel_review_still_waits_for_everybody():
    case = awake(next(each for each in WRITTEN if each["after"] == ["do:c", "do:b"]))
    assert case.steps == ["a"]
    assert case.do("a").steps == ["putus"]


def test_the_old_format_itself_is_not_read_and_the_current_one_is_left_alone():
    each = WRITTEN[0]
    drawing = Case(*ALL[each["drawing"]]).drawing
    old = base64.b64decode(each["state"])
    with pytest.raises(ProcessFault):
        codec.load(
            old, drawing._spec, drawing._subprocess_specs, Rules(datetime.fromisoformat(each["now"]), None)
        )
    renewed = engine.renew(drawing, old)
    assert engine.renew(drawing, renewed) == renewed
    assert engine.renew(drawing, b"") == b""
