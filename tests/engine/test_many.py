"""Multi-instance: once for each item, side by side or one by one, in every order, again and again in a loop."""

from itertools import permutations

import pytest

from app.errors import ProcessFault
from tests.engine.diagrams.activities import many
from tests.engine.diagrams.build import bpmn, end, script, start, user, xor
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.repeated import OVER_LIST, PEOPLE, act, asked, drawn, tasks


def test_each_item_gets_an_instance_of_its_own_and_they_wait_under_one_step() -> None:
    case = Case(asked(**OVER_LIST), daftar=PEOPLE)
    assert case.steps == ["a", "a", "a"]
    assert len({waiting.id for waiting in case.standing.waiting}) == 3
    seen = [(w.variables["loopCounter"], w.variables["orang"]) for w in case.standing.waiting]
    assert seen == [(1, "Ani"), (2, "Budi"), (3, "Citra")]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_outputs_stand_in_the_order_of_the_items_whoever_finishes_first(order: tuple) -> None:
    case = Case(asked(**OVER_LIST), daftar=PEOPLE)
    for number in order:
        assert "lihat" not in case.steps
        act(case, number, keputusan=f"k{number}")
    assert case.steps == ["lihat"]
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["k1", "k2", "k3"], "langkah": "a"}


def test_one_by_one_the_next_begins_when_the_one_before_is_done() -> None:
    case = Case(asked(**OVER_LIST, one_by_one=True), daftar=PEOPLE)
    for number, name in enumerate(PEOPLE, start=1):
        assert case.steps == ["a"]
        assert case.data("a")["orang"] == name
        act(case, number, keputusan=name.upper())
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["ANI", "BUDI", "CITRA"], "langkah": "a"}


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_count_makes_so_many_and_the_item_is_the_number(one_by_one: bool) -> None:
    case = Case(asked(times="sisa + 1", item="orang", one_by_one=one_by_one), sisa=1)
    act(act(case, 1), 2)
    assert case.data("lihat") == {"sisa": 1, "langkah": "a"}


@pytest.mark.parametrize("one_by_one", [False, True])
def test_no_instances_let_the_token_pass_at_once_with_an_empty_collection(one_by_one: bool) -> None:
    assert Case(asked(**OVER_LIST, one_by_one=one_by_one), daftar=[]).data("lihat")["hasil"] == []
    assert Case(asked(times="0", one_by_one=one_by_one)).steps == ["lihat"]


def test_without_an_output_collection_what_instances_changed_comes_back_and_the_later_stays() -> None:
    case = Case(asked(over="daftar", item="orang"), daftar=PEOPLE, sisa=7, catatan="lama")
    act(case, 3, keputusan="tiga", sisa=7)
    assert "keputusan" not in case.data("a")
    act(case, 1, keputusan="satu")
    act(case, 2, catatan="baru")
    data = case.data("lihat")
    assert (data["keputusan"], data["sisa"], data["catatan"]) == ("satu", 7, "baru")
    assert not data.keys() & {"orang", "loopCounter"}


def test_a_change_of_type_alone_is_a_change() -> None:
    case = Case(asked(times="2"), sisa=0)
    data = act(act(case, 1, sisa=False), 2).data("lihat")
    assert data["sisa"] is False


def test_one_by_one_each_sees_what_the_one_before_left() -> None:
    activity = script("a", "sisa = sisa * 2 + orang", many(over="daftar", item="orang", one_by_one=True))
    assert Case(drawn(activity), daftar=[1, 2, 3], sisa=0).data("lihat")["sisa"] == 11


def test_one_by_one_the_list_may_be_changed_and_the_items_stay_those_of_the_beginning() -> None:
    activity = script("a", "daftar = [orang]", many(over="daftar", item="orang", one_by_one=True))
    assert Case(drawn(activity), daftar=[1, 2, 3]).data("lihat") == {"daftar": [3]}


def test_items_and_nested_values_are_never_changed_in_place() -> None:
    people = [{"nama": "Ani", "anak": [1]}, {"nama": "Budi", "anak": [2]}]
    case = Case(asked(over="daftar", item="orang"), daftar=people)
    act(case, 1, orang={"nama": "X", "anak": []})
    assert case.data("a")["daftar"] == people
    assert act(case, 2).data("lihat")["daftar"] == people


def test_the_outer_variable_of_the_same_name_is_untouched() -> None:
    case = Case(asked(**OVER_LIST), daftar=["x"], orang="luar", keputusan="lama")
    assert case.data("a")["orang"] == "x"
    assert "keputusan" not in case.data("a")
    assert act(case, 1).data("lihat") == {
        "daftar": ["x"], "hasil": [None], "orang": "luar", "keputusan": "lama", "langkah": "a",
    }  # fmt: skip


def test_the_collection_may_be_replaced_by_its_own_results() -> None:
    case = Case(asked(over="daftar", item="orang", kept="daftar", each="orang"), daftar=["a", "b"])
    assert case.data("a")["daftar"] == ["a", "b"]
    act(act(case, 2, orang="B"), 1)
    assert case.data("lihat")["daftar"] == ["a", "B"]


@pytest.mark.parametrize("one_by_one", [False, True])
def test_in_a_return_loop_every_pass_begins_afresh(one_by_one: bool) -> None:
    marker = many(**OVER_LIST, one_by_one=one_by_one)
    case = Case(
        bpmn(
            "ulang",
            [start(), xor("masuk"), user("a", marker), user("putus"), xor("g"), end()],
            """mulai>masuk masuk>a a>putus putus>g
            g>masuk[lagi == "ya"]
            g>selesai[lagi != "ya"]""",
        ),
        daftar=PEOPLE,
    )
    for turn in range(3):
        for number in (1, 2, 3) if one_by_one else (3, 1, 2):
            act(case, number, keputusan=f"{turn}{number}")
        assert case.data("putus")["hasil"] == [f"{turn}1", f"{turn}2", f"{turn}3"]
        case.do("putus", lagi="ya")
        assert "hasil" not in case.standing.waiting[0].variables
    assert tasks(case) < 15


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("numberOfCompletedInstances >= 2", 2),
        ("numberOfActiveInstances == 1", 2),
        ("numberOfCompletedInstances * 2 > numberOfInstances", 2),
        ('keputusan == "tolak"', 1),
        ("loopCounter == 1", 1),
        ("len(hasil) == 2", 2),
        ("numberOfTerminatedInstances > 0", 3),
    ],
)
def test_the_completion_condition_ends_the_rest(condition: str, passes: int) -> None:
    case = Case(asked(**OVER_LIST, until=condition), daftar=PEOPLE)
    for number in range(1, passes + 1):
        assert "lihat" not in case.steps
        act(case, number, keputusan="tolak")
    assert case.steps == ["lihat"]
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["tolak"] * passes, "langkah": "a"}


def test_one_by_one_the_completion_condition_leaves_the_rest_undone() -> None:
    until = "numberOfCompletedInstances == 2 and numberOfInstances == 3 and numberOfActiveInstances == 0"
    case = Case(asked(**OVER_LIST, until=until, one_by_one=True), daftar=PEOPLE)
    act(act(case, 1, keputusan="x"), 2, keputusan="y")
    assert case.data("lihat")["hasil"] == ["x", "y"]


def test_a_form_cannot_forge_the_numbers_of_the_condition() -> None:
    case = Case(asked(times="3", until="numberOfCompletedInstances >= 3"), numberOfCompletedInstances=9)
    act(case, 2, numberOfCompletedInstances=9)
    assert case.steps == ["a", "a"]


def test_scripts_before_and_after_belong_to_each_instance() -> None:
    scripts = (
        "<spiffworkflow:preScript>sisa = loopCounter * 10</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>keputusan = sisa + 1</spiffworkflow:postScript>"
    )
    activity = user("a", many(**OVER_LIST)).replace("<spiffworkflow:prop", f"{scripts}<spiffworkflow:prop", 1)
    case = Case(drawn(activity), daftar=PEOPLE)
    assert [waiting.variables["sisa"] for waiting in case.standing.waiting] == [10, 20, 30]
    for number in (2, 3, 1):
        act(case, number)
    assert case.data("lihat")["hasil"] == [11, 21, 31]


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize(
    ("marker", "value"),
    [
        ({"times": "sisa"}, 101),
        ({"times": "sisa"}, 10**9),
        ({"times": "sisa"}, -1),
        ({"times": "sisa"}, 1.5),
        ({"times": "sisa"}, "3"),
        ({"times": "sisa"}, True),
        ({"times": "sisa"}, None),
        ({"times": "sisa"}, [1, 2]),
        ({"over": "sisa", "item": "orang"}, list(range(101))),
        ({"over": "sisa", "item": "orang"}, "teks"),
        ({"over": "sisa", "item": "orang"}, {"a": 1}),
        ({"over": "sisa", "item": "orang"}, 3),
        ({"over": "sisa", "item": "orang"}, None),
        ({"over": "tidak_ada", "item": "orang"}, None),
    ],
)
def test_a_hostile_count_is_a_fault_that_names_the_step(
    marker: dict, value: object, one_by_one: bool
) -> None:
    with pytest.raises(ProcessFault, match=r"^Langkah a: .*(100|daftar)"):
        Case(asked(**marker, one_by_one=one_by_one), sisa=value)


def test_a_hundred_one_by_one_keep_the_state_flat() -> None:
    case = Case(asked(over="daftar", item="orang", one_by_one=True), daftar=list(range(100)))
    size = tasks(case)
    for number in range(1, 100):
        act(case, number)
        assert tasks(case) == size
    assert act(case, 100).steps == ["lihat"]


def test_the_reference_may_name_the_data_input_or_the_outer_item_by_its_id() -> None:
    held = (
        '<bpmn:ioSpecification><bpmn:dataInput id="in_1" name="daftar"/><bpmn:dataOutput id="out_1" name="hasil"/>'
        "<bpmn:inputSet><bpmn:dataInputRefs>in_1</bpmn:dataInputRefs></bpmn:inputSet>"
        "<bpmn:outputSet><bpmn:dataOutputRefs>out_1</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>"
    )
    marker = many(over="in_1", item="orang", kept="out_1", each="keputusan")
    named = marker.replace('id="orang"', 'id="item_1"')
    case = Case(drawn(user("a", held + named)), daftar=["x"])
    assert case.data("a")["orang"] == "x"
    assert act(case, 1, keputusan=1).data("lihat")["hasil"] == [1]
