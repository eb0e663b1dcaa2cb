"""What becomes of tokens that are too many, too late or on another way when a join counts."""

from itertools import permutations

import pytest

from tests.engine.diagrams.build import boundary, bpmn, end, inclusive, par, start, timer, user, xor
from tests.engine.diagrams.case import Case

EXCESS = bpmn(
    "kelebihan",
    [
        start(), par("bagi"), user("a"), user("b"), user("c"), user("d"), xor("satu"), xor("dua"), par("kumpul"),
        user("e"), end(),
    ],
    """mulai>bagi bagi>a bagi>b bagi>c bagi>d a>satu b>satu c>dua d>dua satu>kumpul dua>kumpul
    kumpul>e e>selesai""",
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations("abcd")), ids="".join)
def test_two_tokens_over_each_of_two_flows_make_two_rounds(order):
    case = Case(EXCESS)
    for name in order:
        case.do(name)
    assert case.steps == ["e", "e"]
    assert case.do("e").do("e").standing.finished


def test_a_token_that_no_other_will_ever_meet_keeps_the_case_open():
    drawn = bpmn(
        "sisa",
        [start(), par("bagi"), user("a"), user("b"), user("c"), xor("satu"), par("kumpul"), user("d"), end()],
        "mulai>bagi bagi>a bagi>b bagi>c a>satu b>satu satu>kumpul c>kumpul kumpul>d d>selesai",
    )
    for order in permutations("abc"):
        case = Case(drawn)
        for name in order:
            case.do(name)
        case.do("d")
        assert (case.steps, case.ended, case.standing.finished) == ([], ["selesai"], False)


def test_an_inclusive_join_takes_the_second_token_of_a_flow_in_a_round_of_its_own():
    drawn = bpmn(
        "dua",
        [
            start(),
            par("bagi"),
            user("a"),
            user("b"),
            user("c"),
            xor("satu"),
            inclusive("kumpul"),
            user("d"),
            end(),
        ],
        "mulai>bagi bagi>a bagi>b bagi>c a>satu b>satu satu>kumpul c>kumpul kumpul>d d>selesai",
    )
    for order in permutations("abc"):
        case = Case(drawn)
        for name in order[:-1]:
            case.do(name)
        case.do(order[-1])
        while "d" in case.steps:
            case.do("d")
        assert case.standing.finished
        assert case.passed.count("d") == 2


def test_a_token_that_can_come_over_a_flow_with_a_token_is_not_waited_for():
    drawn = bpmn(
        "tukar",
        [
            start(),
            par("bagi"),
            user("a"),
            user("b"),
            xor("ke_mana"),
            xor("masuk"),
            inclusive("kumpul"),
            user("d"),
            end(),
        ],
        """mulai>bagi bagi>a bagi>b a>masuk masuk>kumpul b>ke_mana
        ke_mana>kumpul[x == 1]
        ke_mana>masuk[x == 2]
        kumpul>d d>selesai""",
    )
    assert Case(drawn).do("a").steps == ["b", "d"]
    assert Case(drawn).do("b", x=1).steps == ["a"]


def test_an_inclusive_join_waits_for_an_event_on_an_edge_that_can_still_reach_it():
    drawn = bpmn(
        "tepi",
        [start(), inclusive("bagi"), user("a"), user("b"), boundary("ingat", "b", timer("timeDuration", "PT1H"), False),
         inclusive("kumpul"), user("d"), end("lain"), end()],
        """mulai>bagi
        bagi>a[1 == 1]
        bagi>b[1 == 1]
        a>kumpul ingat>kumpul b>lain kumpul>d d>selesai""",
    )  # fmt: skip
    assert Case(drawn).do("a").steps == ["b"]
    assert Case(drawn).do("a").do("b").steps == ["d"]
    assert Case(drawn).do("a").forward(hours=2).steps == ["b", "d"]


def test_two_flows_between_the_same_two_gateways_bring_two_tokens():
    drawn = bpmn(
        "kembar",
        [start(), par("bagi"), par("kumpul"), xor("ulang"), user("u"), xor("g"), end()],
        """mulai>ulang ulang>bagi bagi>kumpul bagi>kumpul bagi>kumpul kumpul>u u>g
        g>ulang[x == 1]
        g>selesai[x == 2]""",
    )
    case = Case(drawn)
    for _round in range(3):
        assert case.steps == ["u"]
        case.do("u", x=1)
    assert case.do("u", x=2).standing.finished


@pytest.mark.parametrize("gateway", [par, inclusive, xor])
def test_one_gateway_may_join_and_split(gateway):
    drawn = bpmn(
        "campur",
        [start(), par("bagi"), user("a"), user("b"), gateway("g"), user("c"), user("d"), end()],
        f"""mulai>bagi bagi>a bagi>b a>g b>g
        g>c{"" if gateway is par else "[1 == 1]"}
        g>d{"" if gateway is par else "[1 == 1]"}
        c>selesai d>selesai""",
    )
    case = Case(drawn).do("b")
    assert case.steps == (["a", "c"] if gateway is xor else ["a"])
    case.do("a")
    assert case.steps == (["c", "c"] if gateway is xor else ["c", "d"])
    for name in case.steps:
        case.do(name)
    assert case.standing.finished
