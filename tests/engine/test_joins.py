"""Branches that run side by side come together once, in whatever order they finish, however often they are repeated."""

from itertools import permutations, product

import pytest

from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    end,
    inclusive,
    par,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.case import Case

REVIEW = bpmn(
    "telaah",
    [
        start(),
        xor("ulang"),
        par("bagi"),
        user("a"),
        user("b"),
        user("c"),
        par("kumpul"),
        user("putus"),
        xor("g"),
        end(),
    ],
    """mulai>ulang ulang>bagi bagi>a bagi>b bagi>c a>kumpul b>kumpul c>kumpul kumpul>putus putus>g
    g>ulang[keputusan == "kembalikan"]
    g>selesai[keputusan == "setuju"]""",
)
CHOICE = bpmn(
    "pilihan",
    [
        start(), xor("ulang"), user("pilih"), inclusive("bagi", default="bawaan"), user("a"), user("b"), user("c"),
        inclusive("kumpul"), user("putus"), xor("g"), end(),
    ],
    """mulai>ulang ulang>pilih pilih>bagi
    bagi>a["a" in tujuan]
    bagi>b["b" in tujuan]
    bagi>c:bawaan
    a>kumpul b>kumpul c>kumpul kumpul>putus putus>g
    g>ulang[keputusan == "kembalikan"]
    g>selesai[keputusan == "setuju"]""",
)  # fmt: skip


ORDERS = list(product(permutations("abc"), repeat=2))


@pytest.mark.parametrize("orders", ORDERS, ids=str)
def test_a_repeated_parallel_review_waits_for_everybody_in_every_order(orders):
    case = Case(REVIEW)
    for order in (*orders, orders[0]):
        for name in order[:-1]:
            case.do(name)
            assert "putus" not in case.steps
        case.do(order[-1])
        assert case.steps == ["putus"]
        case.do("putus", keputusan="kembalikan")
        assert case.steps == ["a", "b", "c"]
    for name in "cab":
        case.do(name)
    case.do("putus", keputusan="setuju")
    assert case.standing.finished


@pytest.mark.parametrize("rounds", [("ab", "ba", "a"), ("b", "ab", "ba"), ("", "ab", ""), ("ba", "a", "ab")])
def test_a_repeated_inclusive_choice_waits_for_those_who_were_chosen(rounds):
    case = Case(CHOICE)
    for chosen in rounds:
        case.do("pilih", tujuan=sorted(chosen))
        assert case.steps == (sorted(chosen) or ["c"])
        for name in chosen or "c":
            assert "putus" not in case.steps
            case.do(name)
        assert case.steps == ["putus"]
        case.do("putus", keputusan="kembalikan")


@pytest.mark.parametrize("orders", ORDERS, ids=str)
def test_a_repeated_inclusive_review_waits_for_everybody_in_every_order(orders):
    case = Case(CHOICE)
    for order in orders:
        case.do("pilih", tujuan=["a", "b"])
        chosen = [name for name in order if name != "c"]
        assert case.steps == ["a", "b"]
        assert case.do(chosen[0]).steps == [chosen[1]]
        assert case.do(chosen[1]).steps == ["putus"]
        case.do("putus", keputusan="kembalikan")
    case.do("pilih", tujuan=[]).do("c").do("putus", keputusan="setuju")
    assert case.standing.finished


ALL_THREE = bpmn(
    "semua",
    [
        start(), xor("ulang"), inclusive("bagi"), user("a"), user("b"), user("c"), inclusive("kumpul"), user("putus"),
        xor("g"), end(),
    ],
    """mulai>ulang ulang>bagi
    bagi>a[1 == 1]
    bagi>b[1 == 1]
    bagi>c[1 == 1]
    a>kumpul b>kumpul c>kumpul kumpul>putus putus>g
    g>ulang[keputusan == "kembalikan"]
    g>selesai[keputusan == "setuju"]""",
)  # fmt: skip


@pytest.mark.parametrize("orders", ORDERS, ids=str)
def test_three_inclusive_branches_come_together_once_in_every_round(orders):
    case = Case(ALL_THREE)
    for order in orders:
        for name in order[:-1]:
            assert "putus" not in case.do(name).steps
        assert case.do(order[-1]).steps == ["putus"]
        case.do("putus", keputusan="kembalikan")
        assert case.steps == ["a", "b", "c"]


def test_branches_bring_their_own_changes_and_the_later_of_two_stays():
    case = Case(
        bpmn(
            "data",
            [
                start(), script("awal", "x = 0\ny = 0\nz = 0"), par("bagi"), user("a"), user("b"),
                script("sa", "x = 1\nz = 1"), script("sb", "y = True\nz = 2"), par("kumpul"), user("lihat"), end(),
            ],
            "mulai>awal awal>bagi bagi>a bagi>b a>sa b>sb sa>kumpul sb>kumpul kumpul>lihat lihat>selesai",
        )
    )  # fmt: skip
    data = case.do("b").do("a").data("lihat")
    assert (data["x"], data["y"], data["z"]) == (1, True, 1)
    assert data["y"] is True


def test_a_second_token_on_one_flow_waits_for_the_next_round():
    case = Case(
        bpmn(
            "lebih",
            [
                start(), par("bagi"), user("a"), user("b"), user("c"), xor("satu"), par("kumpul"), user("d"), end(),
            ],
            "mulai>bagi bagi>a bagi>b bagi>c a>satu b>satu satu>kumpul c>kumpul kumpul>d d>selesai",
        )
    )  # fmt: skip
    case.do("a").do("b")
    assert case.steps == ["c"]
    case.do("c")
    assert case.steps == ["d"]


def test_an_inclusive_join_waits_for_an_operation_and_for_a_subprocess():
    case = Case(
        bpmn(
            "tunggu",
            [
                start(), inclusive("bagi"), service("op", "status.publik"),
                sub("dalam", [start("m2"), user("u"), end("e2")], "m2>u u>e2"), inclusive("kumpul"), user("d"), end(),
            ],
            """mulai>bagi
            bagi>op[1 == 1]
            bagi>dalam[1 == 1]
            op>kumpul dalam>kumpul kumpul>d d>selesai""",
        )
    )  # fmt: skip
    case.do("u")
    assert case.steps == []
    case.perform("op")
    assert case.steps == ["d"]


def test_an_inclusive_join_goes_on_when_the_other_branch_is_cut_off_by_a_timer():
    case = Case(
        bpmn(
            "putus",
            [
                start(), inclusive("bagi"), user("a"), user("b"), boundary("habis", "b", timer("timeDuration", "PT1H")),
                end("batal"), inclusive("kumpul"), user("d"), end(),
            ],
            """mulai>bagi
            bagi>a[1 == 1]
            bagi>b[1 == 1]
            a>kumpul b>kumpul habis>batal kumpul>d d>selesai""",
        )
    )  # fmt: skip
    case.do("a")
    assert case.steps == ["b"]
    case.forward(hours=2)
    assert case.steps == ["d"]
    case.do("d")
    assert case.standing.finished


def test_a_case_that_nobody_can_move_on_says_so():
    nodes = [start(), par("b"), user("u"), user("v"), xor("x"), end("batal"), par("j"), end()]
    flows = "mulai>b b>u b>v u>j v>x j>selesai\nx>j[n == 1]\nx>batal[n != 1]"
    case = Case(bpmn("macet", nodes, flows)).do("u")
    assert not case.standing.is_stuck
    case.do("v", n=0)
    assert case.standing.is_stuck and not case.standing.finished
