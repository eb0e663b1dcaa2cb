"""Multi-instance: once for each item, side by side or one by one, in every order, in loops, inside each other."""

from itertools import permutations

import pytest

from app.errors import ProcessFault
from tests.engine.diagrams.activities import many
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    call,
    document,
    end,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.case import Case

PEOPLE = ["Ani", "Budi", "Citra"]
ALL = 'orang != "" and keputusan != "" and sisa != "" and catatan != "" and langkah != ""'
SHOW = script("tampil", f"semua = {ALL}")
OVER_LIST = {"over": "daftar", "item": "orang", "kept": "hasil", "each": "keputusan"}


def drawn(activity: str, name: str = "a", *more: str, flows: str = "") -> bytes:
    """mulai → the activity → lihat → selesai, and a script that makes every variable known to the drawing."""
    nodes = [start(), activity, user("lihat"), SHOW, end(), *more]
    return bpmn("proses", nodes, f"mulai>{name} {name}>lihat lihat>tampil tampil>selesai {flows}")


def asked(**marker: object) -> bytes:
    return drawn(user("a", many(**marker)))


def act(case: Case, index: int, **answers: object) -> Case:
    """The instance with this number (from 1) is completed."""
    found = [w for w in case.standing.waiting if w.variables.get("loopCounter") == index]
    assert len(found) == 1, [dict(w.variables) for w in case.standing.waiting]
    return case.answer(found[0].id, **answers)


def tasks(case: Case) -> int:
    """How many tasks the stored state holds."""
    move = case._move()
    return sum(len(part.tasks) for part in (move.workflow, *move.workflow.subprocesses.values()))


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
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["k1", "k2", "k3"]}


def test_one_by_one_the_next_begins_when_the_one_before_is_done() -> None:
    case = Case(asked(**OVER_LIST, one_by_one=True), daftar=PEOPLE)
    for number, name in enumerate(PEOPLE, start=1):
        assert case.steps == ["a"]
        assert case.data("a")["orang"] == name
        act(case, number, keputusan=name.upper())
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["ANI", "BUDI", "CITRA"]}


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
        "daftar": ["x"], "hasil": [None], "orang": "luar", "keputusan": "lama",
    }  # fmt: skip


def test_the_collection_may_be_replaced_by_its_own_results() -> None:
    case = Case(asked(over="daftar", item="orang", kept="daftar", each="orang"), daftar=["a", "b"])
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
    assert case.data("lihat") == {"daftar": PEOPLE, "hasil": ["tolak"] * passes}


def test_one_by_one_the_completion_condition_leaves_the_rest_undone() -> None:
    until = "numberOfCompletedInstances == 2 and numberOfInstances == 3 and numberOfActiveInstances == 0"
    case = Case(asked(**OVER_LIST, until=until, one_by_one=True), daftar=PEOPLE)
    act(act(case, 1, keputusan="x"), 2, keputusan="y")
    assert case.data("lihat")["hasil"] == ["x", "y"]


def test_a_form_cannot_forge_the_numbers_of_the_condition() -> None:
    case = Case(asked(times="3", until="numberOfCompletedInstances >= 3"), numberOfCompletedInstances=9)
    act(case, 2, numberOfCompletedInstances=9)
    assert case.steps == ["a", "a"]


def inner_review(marker: str) -> str:
    return sub("a", [start("m2"), user("x"), user("y"), end("e2")], "m2>x x>y y>e2", marker)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3)))[::2])
def test_sub_processes_run_side_by_side_with_data_of_their_own(order: tuple) -> None:
    case = Case(drawn(inner_review(many(**OVER_LIST))), daftar=PEOPLE)
    assert case.steps == ["x", "x", "x"]
    for number in order:
        act(case, number)
    assert case.steps == ["y", "y", "y"]
    for number in reversed(order):
        act(case, number, keputusan=PEOPLE[number - 1])
    assert case.data("lihat")["hasil"] == PEOPLE


def test_the_remaining_sub_processes_are_cancelled_with_all_that_is_inside() -> None:
    inside = sub("dalam", [start("m3"), user("x"), end("e3")], "m3>x x>e3", many(times="2"))
    nodes = [start("m2"), inside, end("e2")]
    activity = sub("a", nodes, "m2>dalam dalam>e2", many(times="3", until="true"))
    case = Case(drawn(activity))
    assert case.steps == ["x"] * 6
    first = case.standing.waiting[:2]
    for waiting in first:
        case.answer(waiting.id)
    assert case.steps == ["lihat"]
    assert not case._move().workflow.subprocesses


def test_many_inside_many_count_for_themselves() -> None:
    inside = user("x", many(over="orang", item="anak", kept="hasil", each="keputusan"))
    marker = many(over="daftar", item="orang", kept="semuanya", each="hasil")
    activity = sub("a", [start("m2"), inside, user("y"), end("e2")], "m2>x x>y y>e2", marker)
    case = Case(drawn(activity), daftar=[["a", "b"], ["c"]])
    assert sorted(w.variables["anak"] for w in case.standing.waiting) == ["a", "b", "c"]
    for name in "bca":
        waiting = next(w for w in case.standing.waiting if w.variables.get("anak") == name)
        case.answer(waiting.id, keputusan=name.upper())
    seen = {w.variables["loopCounter"]: w.variables["hasil"] for w in case.standing.waiting}
    assert seen == {1: ["A", "B"], 2: ["C"]}
    act(act(case, 1), 2)
    assert case.data("lihat")["semuanya"] == [["A", "B"], ["C"]]


def test_a_called_process_runs_once_for_each_item() -> None:
    marked = call("a", "telaah", many(**OVER_LIST))
    called = document(process("telaah", [start("m2"), user("x"), end("e2")], "m2>x x>e2"))
    case = Case(drawn(marked), called, daftar=PEOPLE)
    for number in (2, 3, 1):
        act(case, number, keputusan=number)
    assert case.data("lihat")["hasil"] == [1, 2, 3]


def test_service_tasks_give_one_order_for_each_item() -> None:
    order = service("a", "surat.kirim", {"kepada": "orang"}, "keputusan")
    case = Case(
        drawn(order.replace("</bpmn:serviceTask>", many(**OVER_LIST) + "</bpmn:serviceTask>")), daftar=PEOPLE
    )
    assert [o.params["kepada"] for o in case.standing.operations] == PEOPLE
    for operation in reversed(case.standing.operations):
        case._take(case._move().finish_operation(operation.id, {"n": operation.params["kepada"]}))
    assert case.data("lihat")["hasil"] == [{"n": name} for name in PEOPLE]


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
def test_a_timer_on_the_edge_ends_all_instances(one_by_one: bool) -> None:
    case = Case(
        drawn(
            inner_review(many(**OVER_LIST, one_by_one=one_by_one)), "a",
            boundary("habis", "a", timer("timeDuration", "PT1H")), end("batal"), flows="habis>batal",
        ),
        daftar=PEOPLE,
    )  # fmt: skip
    act(case, 1)
    assert list(case.due) == ["habis"]
    case.forward(hours=2)
    assert case.standing.finished
    assert case.ended == ["batal"]
    assert not case._move().workflow.subprocesses


def test_a_reminder_on_the_edge_leaves_the_instances_alone() -> None:
    reminder = boundary("ingat", "a", timer("timeDuration", "PT1H"), interrupting=False)
    activity = user("a", many(times="2"))
    case = Case(drawn(activity, "a", reminder, end("sudah"), flows="ingat>sudah"))
    act(case, 2).forward(hours=2)
    assert case.steps == ["a"]
    assert act(case, 1).steps == ["lihat"]


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


def test_a_hundred_side_by_side_and_a_hundred_times_a_hundred_do_not() -> None:
    case = Case(asked(times="100"))
    assert len(case.steps) == 100
    inside = user("x", many(times="100"))
    nested = sub("a", [start("m2"), inside, end("e2")], "m2>x x>e2", many(times="100"))
    with pytest.raises(ProcessFault, match="terlalu besar"):
        Case(drawn(nested))


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


def test_the_history_of_an_uncompacted_case_says_the_same() -> None:
    pictures = []
    for compact in (True, False):
        case = Case(drawn(inner_review(many(**OVER_LIST))), compact=compact, daftar=PEOPLE)
        for number in (3, 1, 2):
            act(case, number)
        for number in (2, 3, 1):
            act(case, number, keputusan=number)
        pictures.append(case.picture())
    assert pictures[0] == pictures[1]
