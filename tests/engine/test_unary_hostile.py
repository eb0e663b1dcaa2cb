"""No cell of a decision table reaches further than its column, or works for long. (ASVS 5.0: 1.3.2)"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import language, unary
from app.engine.language import BadExpression
from app.engine.trilean import Walk
from tests.effort import few_calls, soon
from tests.engine.attacks import ATTACKS


def hit(cell: str, value: object, **names: object) -> bool:
    return Walk(names, {}).holds(unary.compile_cell(cell).test, value)


HOSTILE = [
    *[f"? == ({attack})" for attack in ATTACKS],
    *[f"> {attack}" for attack in ATTACKS],
    *[f"not({attack})" for attack in ATTACKS],
    *[f"[1..{attack}]" for attack in ATTACKS],
]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_attack_in_a_cell_is_worked_out(cell):
    """Refused when read, or a plain no: never more than that, and never for long."""
    with soon(0.5):
        try:
            outcome = hit(cell, 1, x=[1], s="teks", d={"a": 1}, keputusan="setuju")
        except BadExpression:
            outcome = False
        assert outcome is False


LARGE = {
    "letters": '"' + "a" * 2_001 + '"',
    "values": ",".join(map(str, range(900))),
    "many values": ",".join(["1"] * 999),
    "ranges": ",".join(["[1..5]"] * 280),
    "list": "? in [" + "1," * 800 + "1]",
    "brackets": "(" * 900 + "1" + ")" * 900,
    "open brackets": "[" * 1_999,
    "closed brackets": "]" * 1_999,
    "open pairs": "[," * 999,
    "nested ranges": "[1.." * 400 + "1" + "]" * 400,
    "nested not": "not(" * 390 + "1" + ")" * 390,
    "nots": "not " * 450 + "? > 1",
    "minuses": "-" * 1_900 + "1",
    "dots": "." * 1_999,
    "dotted": "1.." * 600 + "1",
    "quotes": '"' * 1_999,
    "escapes": '"' + "\\" * 1_999,
    "questions": "?" * 1_999,
    "chain": "1 < " * 450 + "?",
    "commas": "," * 1_999,
    "digits": "9" * 1_999,
    "spaces": "1" + " " * 5_000 + "1",
    "power": "9**9**9",
    "nul": "1\0",
}


@pytest.mark.parametrize("kind", LARGE)
def test_large_and_deep_cells_are_refused_at_once(kind):
    with few_calls(100_000), pytest.raises(BadExpression):
        unary.compile_cell(LARGE[kind])


def test_large_values_run_out_of_fuel():
    deep = [[list(range(100))] * 100] * 100
    walk = Walk({"a": deep}, {})
    with few_calls(4_000_000), pytest.raises(BadExpression, match="berat"):
        walk.holds(unary.compile_cell("= a").test, [[list(range(100))] * 100] * 99 + [[[1]]])
    with pytest.raises(BadExpression, match="berat"):
        walk.holds(unary.compile_cell("? == 1").test, None)  # an absent input hides no exhaustion


def test_a_host_object_is_neither_reached_nor_equal():
    for hostile in (object(), open, type, {1, 2}, b"x"):
        with pytest.raises(BadExpression):
            hit("1", hostile)
        with pytest.raises(BadExpression):
            hit("wadah", 1, wadah=hostile)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="?[]().,<>=!-\"'ab19 notidre", max_size=40), st.sampled_from([None, 1, "a", True, [1]])
)
def test_any_text_is_a_cell_or_refused_and_never_more(text, value):
    try:
        assert hit(text, value, a=1, b="b") in (True, False)
    except BadExpression as refusal:
        assert str(refusal)


def test_no_text_of_the_language_can_spell_the_input():
    for text in ("?", "_", "? > 1", "a?b"):
        with pytest.raises(BadExpression):
            language.compile_expression(text)
