"""Arrows, quantities and global tasks run as the standard says, and whoever follows the case sees what was drawn."""

import pytest

from app.errors import ProcessFault
from tests.engine.diagrams.activities import global_task
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    call,
    document,
    end,
    node,
    par,
    process,
    script,
    start,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.case import Case

WAYS = """mulai>a
    a>b
    a>c[x > 1]
    a>d:lain
    b>selesai c>selesai d>selesai"""
THREE = [user("b"), user("c"), user("d"), end()]


def with_default(name: str) -> str:
    return user(name, attributes={"default": "lain"})


def test_several_ways_out_of_a_task_a_start_and_an_edge_are_all_taken():
    nodes = [
        start(),
        user("a"),
        user("b"),
        boundary("tepi", "b", timer("timeDuration", "PT1H")),
        user("c"),
        user("d"),
        end(),
    ]
    drawn = bpmn("p", nodes, "mulai>a mulai>b a>c a>d tepi>c tepi>d b>selesai c>selesai d>selesai")
    case = Case(drawn)
    assert case.steps == ["a", "b"]
    assert case.do("a").steps == ["b", "c", "d"]
    assert case.forward(hours=2).steps == ["c", "c", "d", "d"]
    for name in "ccdd":
        assert not case.standing.finished
        case.do(name)
    assert case.standing.finished
    assert case.passed == ["mulai", "a", "tepi", *(each for name in "ccdd" for each in (name, "selesai"))]


def test_beside_ways_without_a_condition_the_default_waits_for_the_conditional_ones():
    drawn = bpmn("p", [start(), with_default("a"), *THREE], WAYS)
    assert Case(drawn).do("a", x=2).steps == ["b", "c"]
    assert Case(drawn).do("a", x=1).steps == ["b", "d"]


def test_conditional_ways_out_of_a_task_without_any_other_fail_when_none_is_true():
    drawn = bpmn(
        "p",
        [start(), user("a"), *THREE],
        WAYS.replace("a>b\n", "a>b[x == 1]\n").replace("d:lain", "d[x == 2]"),
    )
    assert Case(drawn).do("a", x=2).steps == ["c", "d"]
    assert Case(drawn).do("a", x=1).steps == ["b"]
    with pytest.raises(ProcessFault):
        Case(drawn).do("a", x=0)


def test_beside_a_way_without_a_condition_no_condition_has_to_be_true():
    drawn = bpmn("p", [start(), user("a"), *THREE], WAYS.replace("d:lain", "d[x > 2]"))
    assert Case(drawn).do("a", x=0).steps == ["b"]
    assert Case(drawn).do("a", x=9).steps == ["b", "c", "d"]


def test_one_conditional_way_out_of_a_task_is_asked_too():
    drawn = bpmn("p", [start(), user("a"), user("b"), end()], "mulai>a\na>b[x == 1]\nb>selesai")
    assert Case(drawn).do("a", x=1).steps == ["b"]
    with pytest.raises(ProcessFault):
        Case(drawn).do("a", x=2)


def test_an_exclusive_gateway_asks_in_the_order_in_which_it_names_its_ways():
    gateway = "<bpmn:outgoing>kedua</bpmn:outgoing><bpmn:outgoing>pertama</bpmn:outgoing>"
    nodes = [start(), node("exclusiveGateway", "g", gateway), user("a"), user("b"), end()]
    ways = "mulai>g\ng>a:pertama[1 == 1]\ng>b:kedua[1 == 1]\na>selesai b>selesai".replace(
        "g>a:pertama[", "g>a:pertama["
    )
    assert Case(bpmn("p", nodes, ways)).steps == ["b"]
    assert Case(bpmn("p", [nodes[0], xor("g"), *nodes[2:]], ways)).steps == ["a"]


def test_without_a_gateway_every_token_that_comes_goes_on_by_itself_in_every_round():
    drawn = bpmn(
        "p",
        [
            start(),
            xor("u"),
            par("bagi"),
            user("a"),
            user("b"),
            script("s", "y = 1"),
            user("c"),
            xor("g"),
            end(),
        ],
        """mulai>u u>bagi bagi>a bagi>b a>s b>s s>c c>g
        g>u[x == 1]
        g>selesai[x == 2]""",
    )
    case = Case(drawn).do("a")
    assert case.steps == ["b", "c"]
    assert case.do("c", x=1).steps == ["a", "b", "b"]
    for name in ("b", "b", "a"):
        case.do(name)
    assert case.steps == ["c", "c", "c"]
    for _token in range(3):
        assert not case.standing.finished
        case.do("c", x=2)
    assert case.standing.finished


def test_an_activity_waits_for_as_many_tokens_as_it_asks_for_over_whichever_ways():
    drawn = bpmn(
        "p",
        [start(), xor("u"), par("bagi"), user("a"), user("b"), user("c"),
         user("d", attributes={"startQuantity": "3"}), xor("g"), end()],
        """mulai>u u>bagi bagi>a bagi>b bagi>c a>d b>d c>d d>g
        g>u[x == 1]
        g>selesai[x == 2]""",
    )  # fmt: skip
    case = Case(drawn)
    for order in ("abc", "cab", "bca"):
        for name in order:
            assert "d" not in case.steps
            case.do(name)
        assert case.steps == ["d"]
        case.do("d", x=1)
    for name in "abc":
        case.do(name)
    assert case.do("d", x=2).standing.finished


def test_the_tokens_an_activity_waits_for_bring_together_what_they_know():
    nodes = [start(), user("a"), user("b"), user("c", attributes={"startQuantity": "2"}), user("d"), end()]
    drawn = bpmn("p", nodes, "mulai>a mulai>b a>c b>c\nc>d[y + z == x]\nd>selesai")
    case = Case(drawn, x=3).do("b", y=1).do("a", z=2)
    assert {name: case.data("c")[name] for name in "xyz"} == {"x": 3, "y": 1, "z": 2}


def test_an_activity_sends_as_many_tokens_as_it_gives_over_each_way_that_is_taken():
    drawn = bpmn(
        "p",
        [start(), user("a", attributes={"completionQuantity": "2"}), user("b"), user("c"), user("d"), par("k"),
         user("e"), end()],
        """mulai>a a>b
        a>c[x == 1]
        a>d[x == 2]
        b>k d>k k>e e>selesai c>selesai""",
    )  # fmt: skip
    case = Case(drawn).do("a", x=2)
    assert case.steps == ["b", "b", "d", "d"]
    for name in "bdbd":
        case.do(name)
    assert case.steps == ["e", "e"]
    assert case.do("e").do("e").standing.finished


def test_tokens_that_one_activity_gives_count_as_tokens_of_one_way():
    drawn = bpmn(
        "p",
        [start(), script("a", "y = 1", completionQuantity="2"), user("b"), par("k"), user("c"), end()],
        "mulai>a mulai>b a>k b>k k>c c>selesai",
    )  # fmt: skip
    case = Case(drawn)
    assert case.steps == ["b"]
    assert case.do("b").steps == ["c"]


@pytest.mark.parametrize(
    ("kind", "inner", "left"),
    [
        ("globalTask", "", []),
        ("globalManualTask", "", []),
        ("globalScriptTask", "<bpmn:script>x = 4</bpmn:script>", []),
        ("globalUserTask", "", ["umum"]),
    ],
)
def test_a_global_task_is_called_like_a_process(kind, inner, left):
    settings = {"formJsonSchemaFilename": "a.schema.json"} if kind == "globalUserTask" else {}
    drawn = document(
        global_task(kind, "umum", inner, **settings),
        process(
            "p",
            [start(), call("panggil", "umum"), user("a"), end()],
            "mulai>panggil panggil>a\na>selesai[x == 4]",
        ),
    )
    case = Case(drawn, main="p")
    assert case.steps == (left or ["a"])
    if left:
        case.do("umum")
    assert case.passed == ["mulai", "umum", "panggil"]
    if kind == "globalScriptTask":
        assert case.data("a")["x"] == 4
