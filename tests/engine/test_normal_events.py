"""Events that abbreviate run as what they stand for: links, shared and several definitions, tasks that open a case."""

import pytest

from app import engine
from tests.engine.diagrams.activities import event_gateway, receive
from tests.engine.diagrams.build import boundary, bpmn, document, end, process, start, sub, timer, user, xor
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import (
    TERMINATE,
    catch,
    link,
    message,
    on_message,
    on_signal,
    referred,
    signal,
    signal_definition,
    throw,
)  # fmt: skip


@pytest.mark.parametrize("x", [1, 2])
def test_every_link_leads_to_the_one_of_its_name_in_its_own_scope(x):
    inner = [start("m2"), throw("l3", link("A")), catch("k2", link("A")), user("dalam"), end("e2")]
    drawn = bpmn(
        "p",
        [start(), xor("g"), throw("l1", link("A")), throw("l2", link("A")), throw("l4", link("B")),
         catch("k1", link("A")), catch("k4", link("B")), user("luar"),
         sub("s", inner, "m2>l3 k2>dalam dalam>e2"), end()],
        """mulai>g
        g>l1[x == 1]
        g>l2[x != 1]
        k1>s s>luar luar>l4 k4>selesai""",
    )  # fmt: skip
    case = Case(drawn, x=x)
    assert case.steps == ["dalam"]
    assert case.do("dalam").steps == ["luar"]
    assert case.do("luar").standing.finished
    assert case.passed == [
        "mulai",
        "g",
        f"l{x}",
        "k1",
        "m2",
        "l3",
        "k2",
        "dalam",
        "e2",
        "s",
        "luar",
        "l4",
        "k4",
        "selesai",
    ]


def test_a_definition_beside_the_processes_counts_in_every_event_that_refers_to_it():
    drawn = document(
        signal("s"), signal_definition("D", "s"),
        process("p", [start(), user("a"), boundary("tepi", "a", referred("D")), catch("k", referred("D")), end()],
                "mulai>a a>selesai tepi>k k>selesai"),
    )  # fmt: skip
    case = Case(drawn)
    assert case.signal("s").listening == ["signal:s"]
    assert case.signal("s").passed == ["mulai", "tepi", "k", "selesai"]


SEVERAL = on_message("m"), on_signal("s"), timer("timeDuration", "PT1H")


def happen(case: Case, what: str) -> Case:
    return {"m": lambda: case.tell("m"), "s": lambda: case.signal("s"), "t": lambda: case.forward(hours=2)}[
        what
    ]()


@pytest.mark.parametrize("what", "mst")
def test_any_of_several_definitions_wakes_an_event_once(what):
    drawn = document(
        message("m"), signal("s"),
        process("p", [start(), catch("k", *SEVERAL), user("a"), boundary("tepi", "a", "".join(SEVERAL)),
                      user("b"), end()],
                "mulai>k k>a a>selesai tepi>b b>selesai"),
    )  # fmt: skip
    case = Case(drawn)
    assert case.listening == ["message:m", "signal:s"]
    assert {heard.step for heard in case.standing.listening} == {*case.due} == {"k"}
    assert happen(case, what).steps == ["a"]
    assert happen(case, what).steps == ["b"]
    assert case.listening == []
    assert case.passed == ["mulai", "k", "tepi"]


@pytest.mark.parametrize("what", "ms")
def test_an_edge_that_does_not_interrupt_hears_all_its_definitions_again_and_again(what):
    definitions = on_message("m") + on_signal("s")
    drawn = document(
        message("m"), signal("s"),
        process("p", [start(), user("a"), boundary("tepi", "a", definitions, interrupting=False), user("b"), end()],
                "mulai>a a>selesai tepi>b b>selesai"),
    )  # fmt: skip
    case = Case(drawn)
    happen(happen(case, what), "ms".replace(what, ""))
    assert case.steps == ["a", "b", "b"]
    assert case.passed == ["mulai", "tepi", "tepi"]


def test_behind_an_event_gateway_an_event_with_several_definitions_is_one_of_the_ways():
    drawn = document(
        message("m"), message("n"), signal("s"),
        process("p", [start(), event_gateway("g"), catch("k", on_message("m"), on_signal("s")),
                      catch("l", on_message("n")), user("a"), user("b"), end()],
                "mulai>g g>k g>l k>a l>b a>selesai b>selesai"),
    )  # fmt: skip
    assert Case(drawn).listening == ["message:m", "message:n", "signal:s"]
    assert Case(drawn).signal("s").steps == ["a"]
    assert Case(drawn).tell("m").listening == []
    assert Case(drawn).tell("n").steps == ["b"]


def test_an_event_with_several_definitions_throws_them_all_and_what_ends_everything_last():
    drawn = document(
        message("m"), message("n"), signal("s"),
        process("p", [start(), user("a"), user("b"), throw("k", on_message("m"), on_signal("s")),
                      end("selesai", on_message("n") + TERMINATE + on_signal("s"))],
                "mulai>a mulai>b a>k k>selesai b>selesai"),
    )  # fmt: skip
    case = Case(drawn).do("a")
    assert [(event.kind, event.name) for event in case.thrown] == [
        ("message", "m"), ("signal", "s"), ("message", "n"), ("signal", "s"),
    ]  # fmt: skip
    assert (case.standing.finished, case.steps, case.ended) == (True, [], ["selesai"])
    assert case.passed == ["mulai", "a", "k", "selesai"]


def opened(drawn: bytes, kind: str, name: str) -> Case:
    return Case(drawn, event=engine.Event(kind, name, {"x": 7}))


def test_a_receive_task_may_open_a_case():
    drawn = document(
        message("m"), process("p", [receive("r", "m", instantiate="true"), user("a"), end()], "r>a a>selesai")
    )
    case = opened(drawn, "message", "m")
    assert (case.steps, case.passed) == (["a"], ["r"])
    assert case.data("a")["x"] == 7
    assert [(each.step, each.kind, each.name) for each in case.drawing.entrances] == [("r", "message", "m")]


def test_an_event_gateway_may_open_a_case_by_whatever_comes_first():
    drawn = document(
        message("m"), message("n"), signal("s"),
        process("p", [event_gateway("g", instantiate="true"), catch("r", on_message("m")),
                      catch("k", on_signal("s"), on_message("n")), user("a"), user("b"), end()],
                "g>r g>k r>a k>b a>selesai b>selesai"),
    )  # fmt: skip
    assert opened(drawn, "message", "m").steps == ["a"]
    assert opened(drawn, "signal", "s").steps == opened(drawn, "message", "n").steps == ["b"]
    assert opened(drawn, "message", "n").passed == ["k"]
