"""Multi-instance on what has an inside or an edge: sub-processes, called processes, orders; and what it tells."""

from itertools import permutations

import pytest

from app.engine.elements.markers import NUMBERS
from app.errors import ProcessFault
from tests.engine.diagrams.activities import data_object, many, reads, receive, when, writes
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
from tests.engine.diagrams.events import (
    CANCEL,
    error,
    escalation,
    message,
    on_error,
    on_escalation,
    on_signal,
    signal,
    signal_definition,
)
from tests.engine.diagrams.repeated import OVER_LIST, PEOPLE, act, asked, drawn, inner_review


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


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_timer_on_the_edge_ends_all_instances(one_by_one: bool) -> None:
    case = Case(
        drawn(
            inner_review(many(**OVER_LIST, one_by_one=one_by_one)),
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
    case = Case(drawn(activity, reminder, end("sudah"), flows="ingat>sudah"))
    act(case, 2).forward(hours=2)
    assert case.steps == ["a"]
    assert act(case, 1).steps == ["lihat"]


def test_a_hundred_side_by_side_and_a_hundred_times_a_hundred_do_not() -> None:
    case = Case(asked(times="100"))
    assert len(case.steps) == 100
    inside = user("x", many(times="100"))
    nested = sub("a", [start("m2"), inside, end("e2")], "m2>x x>e2", many(times="100"))
    with pytest.raises(ProcessFault, match="terlalu besar"):
        Case(drawn(nested))


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


def test_messages_are_awaited_once_for_each_instance() -> None:
    waits = receive("a", "M", many(times="2"))
    case = Case(drawn(waits, roots=message("M", "kabar", variable="catatan")), sisa=1)
    assert case.listening == ["message:kabar", "message:kabar"]
    case.tell("kabar", nomor=1)
    assert case.listening == ["message:kabar"]
    assert case.tell("kabar", nomor=2).data("lihat")["catatan"] == {"nomor": 2}


def failing(marker: str, definition: str) -> str:
    """Each instance asks; on `tolak` it ends with this event."""
    nodes = [start("m2"), user("x"), xor("g2", default="baik"), end("e2"), end("buruk", definition)]
    return sub("a", nodes, 'm2>x x>g2 g2>e2:baik\ng2>buruk[keputusan == "tolak"]', marker)


@pytest.mark.parametrize("one_by_one", [False, True])
def test_an_error_inside_one_instance_ends_them_all(one_by_one: bool) -> None:
    edge, over = boundary("gagal", "a", on_error("E")), end("batal")
    activity = failing(many(times="3", one_by_one=one_by_one), on_error("E"))
    case = Case(drawn(activity, edge, over, flows="gagal>batal", roots=error("E", "e1")))
    act(case, 1)
    act(case, 2, keputusan="tolak")
    assert case.standing.finished
    assert case.ended[-2:] == ["buruk", "batal"]
    assert not case._move().workflow.subprocesses


def test_an_escalation_inside_one_instance_leaves_the_others_alone() -> None:
    edge, over = boundary("naik", "a", on_escalation("E"), interrupting=False), end("tahu")
    activity = failing(many(times="3"), on_escalation("E"))
    case = Case(drawn(activity, edge, over, flows="naik>tahu", roots=escalation("E", "e1")))
    act(case, 2, keputusan="tolak")
    assert case.ended == ["buruk", "tahu"]
    assert case.steps == ["x", "x"]
    act(act(case, 1), 3)
    assert case.steps == ["lihat"]


def test_a_transaction_that_is_cancelled_in_one_instance_is_cancelled_as_a_whole() -> None:
    edge, over = boundary("batalkan", "a", CANCEL), end("batal")
    activity = failing(many(times="2"), CANCEL).replace("subProcess", "transaction")
    case = Case(drawn(activity, edge, over, flows="batalkan>batal"))
    act(case, 1, keputusan="tolak")
    assert case.standing.finished
    assert case.ended[-1] == "batal"


NONE, ONE = {"behavior": "None"}, {"behavior": "One"}
SECOND = {"behavior": "Complex", "complex_": when("numberOfCompletedInstances == 2", on_signal("S"))}
YES = {"behavior": "Complex", "complex_": when('keputusan == "ya"', on_signal("S"))}


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize(
    ("behavior", "told"),
    [(NONE, [1, 2, 3]), (ONE, [1, 1, 1]), (SECOND, [0, 1, 1]), (YES, [0, 0, 1]), ({"behavior": "All"}, [0, 0, 0])],
)  # fmt: skip
def test_the_behavior_says_which_completions_are_told(behavior: dict, told: list, one_by_one: bool) -> None:
    edge, over = boundary("dengar", "a", on_signal("S"), interrupting=False), end("catat")
    activity = user("a", many(times="3", one_by_one=one_by_one, **behavior))
    roots = signal("S", "kabar") + signal_definition("D", "S")
    case = Case(drawn(activity, edge, over, flows="dengar>catat", roots=roots))
    for number, times in enumerate(told, start=1):
        act(case, number, keputusan="ya" if number == 3 else "tidak")
        assert case.ended == ["catat"] * times
        assert [event.name for event in case.thrown] == ["kabar"] * times
    assert case.steps == ["lihat"]


@pytest.mark.parametrize("kind", ["signal", "escalation", "error"])
@pytest.mark.parametrize("one_by_one", [False, True])
def test_what_is_told_may_interrupt_the_activity_from_its_own_edge(kind: str, one_by_one: bool) -> None:
    definition = f'<bpmn:{kind}EventDefinition {kind}Ref="T"/>'
    root = {"signal": signal("T"), "escalation": escalation("T", "t1"), "error": error("T", "t1")}[kind]
    roots = root + definition.replace(" ", ' id="D" ', 1)
    activity = user("a", many(times="3", behavior="One", one_by_one=one_by_one))
    edge, over = boundary("cukup", "a", definition), end("selesai_dini")
    case = Case(drawn(activity, edge, over, flows="cukup>selesai_dini", roots=roots))
    act(case, 1)
    assert case.standing.finished
    assert case.ended == ["selesai_dini"]


def test_what_the_last_instance_tells_comes_before_the_token() -> None:
    activity = user("a", many(times="2", **SECOND))
    edge, over = boundary("cukup", "a", on_signal("S")), end("terputus")
    case = Case(drawn(activity, edge, over, flows="cukup>terputus", roots=signal("S")))
    act(act(case, 2), 1)
    assert case.ended == ["terputus"]
    assert case.steps == []


def test_the_edge_with_the_code_comes_before_the_one_for_every_code() -> None:
    roots = escalation("T", "t1") + '<bpmn:escalationEventDefinition id="D" escalationRef="T"/>'
    edges = [boundary("semua", "a", on_escalation()), boundary("ini", "a", on_escalation("T"))]
    activity = user("a", many(times="2", behavior="None"))
    ends = [end("e_semua"), end("e_ini")]
    case = Case(drawn(activity, *edges, *ends, flows="semua>e_semua ini>e_ini", roots=roots))
    assert act(case, 1).ended == ["e_ini"]


def test_an_escalation_that_nobody_on_the_edge_awaits_goes_outwards() -> None:
    roots = escalation("T", "t1") + '<bpmn:escalationEventDefinition id="D" escalationRef="T"/>'
    inside = user("x", many(times="2", behavior="One"))
    outer = sub("a", [start("m2"), inside, end("e2")], "m2>x x>e2")
    edge, over = boundary("naik", "a", on_escalation("T"), interrupting=False), [user("tahu"), end("sudah")]
    case = Case(drawn(outer, edge, *over, flows="naik>tahu tahu>sudah", roots=roots), sisa=1)
    assert act(case, 2).steps == ["tahu", "x"]
    assert case.data("tahu")["sisa"] == 1
    assert not case.data("tahu").keys() & {"loopCounter", *NUMBERS}
    assert act(case, 1).steps == ["lihat", "tahu"]


@pytest.mark.parametrize("one_by_one", [False, True])
def test_an_error_that_nobody_awaits_ends_the_case_and_no_further_instance_begins(one_by_one: bool) -> None:
    roots = error("T", "t1") + '<bpmn:errorEventDefinition id="D" errorRef="T"/>'
    activity = user("a", many(times="3", behavior="One", one_by_one=one_by_one))
    case = act(Case(drawn(activity, roots=roots)), 1)
    assert case.standing.finished
    assert case.steps == []


def test_a_data_object_in_sight_may_be_named_as_the_list() -> None:
    written = script("isi", "kotak = [1, 2]", writes("isi", "kotak"))
    nodes = [start(), data_object("kotak"), written, user("a", many(over="kotak", item="orang")), end()]
    case = Case(bpmn("proses", nodes, "mulai>isi isi>a a>selesai"))
    assert [waiting.variables["orang"] for waiting in case.standing.waiting] == [1, 2]


def test_the_items_may_come_from_a_data_object_and_the_results_go_into_another() -> None:
    ties = reads("a", "kotak").replace(
        "</bpmn:sourceRef>", "</bpmn:sourceRef><bpmn:targetRef>in_1</bpmn:targetRef>"
    )
    ties += writes("a", "laci").replace(
        "<bpmn:targetRef>", "<bpmn:sourceRef>out_1</bpmn:sourceRef><bpmn:targetRef>"
    )
    held = (
        '<bpmn:ioSpecification><bpmn:dataInput id="in_1" name="masuk"/><bpmn:dataOutput id="out_1" name="keluar"/>'
        "<bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"
    )
    marker = many(over="in_1", item="orang", kept="out_1", each="keputusan")
    nodes = [
        start(), data_object("kotak"), data_object("laci"), script("isi", "kotak = [1, 2]", writes("isi", "kotak")),
        user("a", held + ties + marker), script("lihat", "sisa = laci", reads("lihat", "laci")), user("putus"), end(),
    ]  # fmt: skip
    case = Case(bpmn("proses", nodes, "mulai>isi isi>a a>lihat lihat>putus putus>selesai"), catatan=1)
    assert [waiting.variables["orang"] for waiting in case.standing.waiting] == [1, 2]
    act(act(case, 2, keputusan="b"), 1, keputusan="a")
    assert case.data("putus") == {"sisa": ["a", "b"], "langkah": "a"}
