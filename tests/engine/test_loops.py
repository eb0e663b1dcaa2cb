"""The standard loop: again as long as the condition holds, tested before or after, at most so many times."""

import pytest

from app.errors import ProcessFault
from tests.engine.diagrams.activities import again, many
from tests.engine.diagrams.build import boundary, bpmn, end, script, start, sub, timer, user, xor
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.repeated import act, drawn, tasks


def counted(marker: str) -> str:
    return script("a", "sisa = sisa - 1\ncatatan = loopCounter", marker)


@pytest.mark.parametrize(
    ("marker", "left", "counter"),
    [
        (again(maximum=3), 2, 3),
        (again(maximum=1), 4, 1),
        (again("sisa > 0", 100), 0, 5),
        (again("sisa > 0", 100, before=True), 0, 5),
        (again("loopCounter < 2", 100), 3, 2),
        (again("loopCounter < 2", 100, before=True), 3, 2),
        (again("sisa > 0", 2), 3, 2),
        (again("sisa > 3", 9), 3, 2),
        (again("false", 100), 4, 1),
        (again("false", 100, before=True), 5, None),
        (again(maximum=3, before=True), 2, 3),
    ],
)
def test_it_goes_round_as_often_as_its_marker_says(marker: str, left: int, counter: int | None) -> None:
    data = Case(drawn(counted(marker)), sisa=5).data("lihat")
    assert (data["sisa"], data.get("catatan")) == (left, counter)
    assert "loopCounter" not in data


def test_a_person_is_asked_again_until_the_answer_is_right() -> None:
    case = Case(drawn(user("a", again('keputusan != "ya"', 100))), catatan="x")
    first = case.id_of("a")
    case.do("a", keputusan="tidak")
    assert case.steps == ["a"]
    assert case.id_of("a") != first
    assert case.data("a")["loopCounter"] == 2
    assert case.data("a")["keputusan"] == "tidak"
    assert case.do("a", keputusan="ya").data("lihat") == {"catatan": "x", "keputusan": "ya", "langkah": "a"}


def test_the_outer_counter_comes_back() -> None:
    inside = user("x", again(maximum=2))
    outer = sub("a", [start("m2"), inside, user("y"), end("e2")], "m2>x x>y y>e2", again(maximum=2))
    case = Case(drawn(outer))
    for turn in (1, 2):
        assert case.data("x")["loopCounter"] == 1
        assert case.do("x").data("x")["loopCounter"] == 2
        assert case.do("x").data("y")["loopCounter"] == turn
        case.do("y")
    assert case.steps == ["lihat"]
    assert "loopCounter" not in case.data("lihat")


def test_in_a_return_loop_it_counts_from_the_beginning() -> None:
    case = Case(
        bpmn(
            "ulang",
            [start(), xor("masuk"), user("a", again(maximum=2)), user("putus"), xor("g"), end()],
            """mulai>masuk masuk>a a>putus putus>g
            g>masuk[lagi == "ya"]
            g>selesai[lagi != "ya"]""",
        )
    )
    for _turn in range(3):
        case.do("a")
        assert case.data("a")["loopCounter"] == 2
        case.do("a").do("putus", lagi="ya")
    assert tasks(case) < 12


def test_a_loop_of_many_and_many_loops() -> None:
    inside = user("x", many(times="2"))
    outer = sub("a", [start("m2"), inside, end("e2")], "m2>x x>e2", again(maximum=2))
    case = Case(drawn(outer))
    for _turn in range(2):
        assert case.steps == ["x", "x"]
        act(act(case, 2), 1)
    assert case.steps == ["lihat"]


def test_a_timer_on_the_edge_ends_the_loop() -> None:
    edge = boundary("habis", "a", timer("timeDuration", "PT1H"))
    case = Case(drawn(user("a", again(maximum=5)), edge, end("batal"), flows="habis>batal"))
    case.do("a").forward(hours=2)
    assert case.standing.finished
    assert case.ended == ["batal"]


def test_loops_in_loops_without_end_are_stopped() -> None:
    inside = sub(
        "b", [start("m3"), script("x", "sisa = sisa + 1"), end("e3")], "m3>x x>e3", again(maximum=100)
    )
    endless = sub("a", [start("m2"), inside, end("e2")], "m2>b b>e2", again("true", 100))
    with pytest.raises(ProcessFault, match="tanpa henti"):
        Case(drawn(endless), sisa=5)


def test_a_condition_that_cannot_be_worked_out_is_a_fault_that_names_the_step() -> None:
    with pytest.raises(ProcessFault, match="Langkah a"):
        Case(drawn(counted(again('sisa + "x" > 0', 100))), sisa=5)


def test_a_hundred_times_keep_the_state_flat() -> None:
    case = Case(drawn(user("a", again(maximum=100))))
    size = tasks(case)
    for _turn in range(99):
        case.do("a")
        assert tasks(case) == size
    assert case.do("a").steps == ["lihat"]
