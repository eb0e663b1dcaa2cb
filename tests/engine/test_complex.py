"""A complex gateway is activated when it has enough, and begins anew when nothing more is expected."""

from itertools import permutations, product

import pytest

from app.errors import ProcessFault
from tests.engine.diagrams.activities import complex_gateway
from tests.engine.diagrams.build import bpmn, end, par, start, sub, user, xor
from tests.engine.diagrams.case import Case

OPINIONS = [start(), par("bagi"), user("a"), user("b"), user("c")]
ASKED = "mulai>bagi bagi>a bagi>b bagi>c a>cukup:dari_a b>cukup:dari_b c>cukup:dari_c"
TWO = "activationCount >= 2"


def opinions(
    activation: str, ways: str, *, default: str = "", after: tuple = (user("putus"), end())
) -> bytes:
    """Three people are asked; the gateway `cukup` says how many answers are enough."""
    attributes = {"default": default} if default else {}
    return bpmn(
        "suara", [*OPINIONS, complex_gateway("cukup", activation, **attributes), *after], f"{ASKED}\n{ways}"
    )


REPEATED = bpmn(
    "ulang",
    [
        start(), xor("awal"), par("bagi"), user("a"), user("b"), user("c"), complex_gateway("cukup", TWO),
        user("putus"), xor("lagi"), end(),
    ],
    """mulai>awal awal>bagi bagi>a bagi>b bagi>c a>cukup b>cukup c>cukup cukup>putus putus>lagi
    lagi>awal[keputusan == "kembalikan"]
    lagi>selesai[keputusan == "setuju"]""",
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
def test_two_of_three_are_enough_and_the_third_says_nothing_more(order):
    case = Case(opinions(TWO, "cukup>putus putus>selesai"))
    assert "putus" not in case.do(order[0]).steps
    assert case.do(order[1]).steps == sorted(["putus", order[2]])
    assert case.do(order[2]).steps == ["putus"]
    assert case.do("putus").standing.finished
    assert case.ended == ["selesai"]


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
def test_the_condition_counts_each_flow_by_its_id(order):
    case = Case(opinions("dari_a + dari_c >= 2", "cukup>putus putus>selesai"))
    for place, name in enumerate(order):
        done = {*order[: place + 1]} >= {"a", "c"}
        assert ("putus" in case.do(name).steps) == done
    assert case.do("putus").standing.finished


def test_the_condition_reads_the_variables_that_the_tokens_bring():
    case = Case(opinions("activationCount >= perlu", "cukup>putus putus>selesai"), perlu=3)
    assert case.do("a").do("b").steps == ["c"]
    assert case.do("c").steps == ["putus"]


def test_conditions_of_its_ways_tell_the_activation_from_the_reset():
    drawn = opinions(
        TWO,
        """cukup>putus[waitingForStart]
        cukup>arsip[not waitingForStart]
        putus>selesai arsip>selesai""",
        after=(user("putus"), user("arsip"), end()),
    )
    case = Case(drawn).do("c").do("a")
    assert case.steps == ["b", "putus"]
    assert case.do("putus").steps == ["b"]
    assert not case.standing.finished
    assert case.do("b").steps == ["arsip"]
    assert case.do("arsip").standing.finished


def test_the_default_way_is_taken_in_both_phases_when_no_condition_is_true():
    drawn = opinions(
        "activationCount >= 1",
        """cukup>putus[waitingForStart]
        cukup>arsip:lain
        putus>selesai arsip>selesai""",
        default="lain",
        after=(user("putus"), user("arsip"), end()),
    )
    case = Case(drawn).do("a")
    assert case.steps == ["b", "c", "putus"]
    assert case.do("b").do("c").steps == ["arsip", "putus"]
    assert case.do("putus").do("arsip").standing.finished


def test_every_way_whose_condition_is_true_gets_a_token():
    drawn = opinions(
        TWO,
        """cukup>putus[waitingForStart and nilai > 1]
        cukup>arsip[waitingForStart and nilai > 2]
        putus>selesai arsip>selesai""",
        after=(user("putus"), user("arsip"), end()),
    )
    assert Case(drawn, nilai=2).do("a").do("b").steps == ["c", "putus"]
    assert Case(drawn, nilai=3).do("a").do("b").steps == ["arsip", "c", "putus"]


def test_no_true_condition_is_a_fault_at_the_activation_but_not_at_the_reset():
    ways = """cukup>putus[waitingForStart and nilai == 1]
        cukup>arsip[waitingForStart and nilai == 2]
        putus>selesai arsip>selesai"""
    drawn = opinions(TWO, ways, after=(user("putus"), user("arsip"), end()))
    case = Case(drawn, nilai=1).do("a").do("b").do("c")
    assert case.do("putus").standing.finished
    case = Case(drawn, nilai=3).do("a")
    with pytest.raises(ProcessFault):
        case.do("b")


def test_it_does_not_wait_for_a_branch_that_was_not_taken():
    drawn = bpmn(
        "jalur",
        [start(), par("bagi"), user("a"), xor("pilih"), user("b"), end("lain"),
         complex_gateway("cukup", "activationCount >= 1"), user("putus"), user("arsip"), end()],
        """mulai>bagi bagi>a bagi>pilih a>cukup b>cukup
        pilih>b[x == 1]
        pilih>lain[x == 2]
        cukup>putus[waitingForStart]
        cukup>arsip[not waitingForStart]
        putus>selesai arsip>selesai""",
    )  # fmt: skip
    assert Case(drawn, x=1).do("a").steps == ["b", "putus"]
    assert Case(drawn, x=2).do("a").steps == ["arsip", "putus"]


@pytest.mark.parametrize("orders", list(product(permutations("abc"), repeat=2)), ids=str)
def test_in_a_loop_every_round_counts_for_itself(orders):
    case = Case(REPEATED)
    for order in (*orders, orders[0]):
        assert case.steps == ["a", "b", "c"]
        assert "putus" not in case.do(order[0]).steps
        assert case.do(order[1]).steps == sorted([order[2], "putus"])
        assert case.do(order[2]).steps == ["putus"]
        case.do("putus", keputusan="kembalikan")
    for name in "bca":
        case.do(name)
    assert case.do("putus", keputusan="setuju").standing.finished


def test_who_is_late_by_a_round_completes_the_old_round_first():
    case = Case(REPEATED).do("a").do("b").do("putus", keputusan="kembalikan")
    assert case.steps == ["a", "b", "c", "c"]
    assert case.do("c").steps == ["a", "b", "c"]
    assert case.do("a").steps == ["b", "c"]
    assert case.do("b").steps == ["c", "putus"]


def test_what_the_late_ones_wrote_is_known_after_the_reset():
    drawn = opinions(
        TWO,
        """cukup>putus[waitingForStart]
        cukup>arsip[not waitingForStart and catatan == "terlambat"]
        putus>selesai arsip>selesai""",
        after=(user("putus"), user("arsip"), end()),
    )
    case = Case(drawn).do("a", keputusan="ya").do("b").do("c", catatan="terlambat")
    assert "catatan" not in case.data("putus")
    assert case.data("arsip")["catatan"] == "terlambat"


def test_inside_a_subprocess_it_does_not_look_outside():
    enough = complex_gateway("cukup", "activationCount >= 1")
    inner = [start("m2"), par("bagi"), user("a"), user("b"), enough, user("putus"), end("e2")]
    drawn = bpmn(
        "dalam",
        [start(), sub("bagian", inner, "m2>bagi bagi>a bagi>b a>cukup b>cukup cukup>putus putus>e2"), end()],
        "mulai>bagian bagian>selesai",
    )
    case = Case(drawn).do("b")
    assert case.steps == ["a", "putus"]
    assert not case.do("putus").standing.finished
    assert case.do("a").standing.finished


def test_without_an_activation_condition_it_only_chooses_ways():
    drawn = bpmn(
        "pisah",
        [start(), complex_gateway("pilih", default="lain"), user("a"), user("b"), user("c"), end()],
        """mulai>pilih
        pilih>a[x > 0]
        pilih>b[x > 1]
        pilih>c:lain
        a>selesai b>selesai c>selesai""",
    )
    assert Case(drawn, x=2).steps == ["a", "b"]
    assert Case(drawn, x=0).steps == ["c"]


def test_several_tokens_over_one_flow_are_counted_and_used_one_by_one():
    drawn = bpmn(
        "banyak",
        [start(), par("bagi"), user("a"), user("b"), user("c"), xor("satu"), complex_gateway("cukup", "dari_satu >= 2"),
         user("putus"), user("arsip"), end()],
        """mulai>bagi bagi>a bagi>b bagi>c a>satu b>satu satu>cukup:dari_satu c>cukup
        cukup>putus[waitingForStart]
        cukup>arsip[not waitingForStart]
        putus>selesai arsip>selesai""",
    )  # fmt: skip
    assert Case(drawn).do("a").do("c").steps == ["b"]
    case = Case(drawn).do("a").do("b")
    assert case.steps == ["c", "putus"]
    assert case.do("c").steps == ["arsip", "putus"]
