"""What is thrown reaches who waits for it, once, in the order of the standard."""

import pytest

from app import engine
from app.errors import Conflict
from tests.engine.diagrams.activities import event_gateway, receive, send
from tests.engine.diagrams.build import (
    boundary,
    document,
    end,
    par,
    process,
    script,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import (
    TERMINATE,
    catch,
    compensate,
    error,
    escalation,
    event_sub,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start_on,
    throw,
    undo,
)

UNDOES = {"isForCompensation": "true"}
KABAR, SIAGA = message("m1", "kabar"), signal("s1", "siaga")
GAGAL, NAIK = error("e1", "GAGAL"), escalation("k1", "NAIK")


def drawn(nodes: list[str], flows: str, *roots: str) -> Case:
    return Case(document(*roots, process("layanan", nodes, flows)))


def test_a_message_from_outside_is_taken_by_one_and_by_nobody_twice():
    case = drawn(
        [start(), par("b"), catch("x", on_message("m1")), receive("y", "m1"), par("j"), end()],
        "mulai>b b>x b>y x>j y>j j>selesai", KABAR,
    )  # fmt: skip
    assert case.listening == ["message:kabar", "message:kabar"]
    case.tell("kabar")
    assert case.listening == ["message:kabar"]
    case.tell("kabar")
    assert case.standing.finished
    with pytest.raises(Conflict):
        case.tell("kabar")


def test_a_signal_reaches_everybody_inside_and_goes_out():
    case = drawn(
        [start(), par("b"), catch("x", on_signal("s1")),
         sub("d", [start("m2"), catch("y", on_signal("s1")), end("e2")], "m2>y y>e2"),
         user("u"), throw("t", on_signal("s1")), end("e3"), par("j"), end()],
        "mulai>b b>x b>d b>u u>t t>e3 x>j d>j j>selesai", SIAGA,
    )  # fmt: skip
    case.do("u")
    assert case.standing.finished
    assert [(event.kind, event.name) for event in case.thrown] == [("signal", "siaga")]


def test_a_message_that_nobody_in_the_case_takes_leaves_it():
    case = drawn(
        [start(), send("t", "m1"), end()], "mulai>t t>selesai", message("m1", "kabar", payload='{"n": 1 + 1}')
    )
    assert case.thrown == [engine.Event("message", "kabar", {"n": 2}, {})]


def test_the_first_event_after_a_gateway_is_the_only_one():
    nodes = [
        start(), event_gateway("g"), catch("pesan", on_message("m1")), catch("satu", timer("timeDuration", "PT1H")),
        catch("dua", timer("timeDuration", "P1D")), xor("j"), user("u"), end(),
    ]  # fmt: skip
    flows = "mulai>g g>pesan g>satu g>dua pesan>j satu>j dua>j j>u u>selesai"
    assert drawn(nodes, flows, KABAR).tell("kabar").listening == []
    case = drawn(nodes, flows, KABAR)
    assert sorted(case.due) == ["dua", "satu"] and case.due["dua"] - case.due["satu"] != 0
    case.forward(hours=30)
    assert "satu" in case.passed and "dua" not in case.passed and case.steps == ["u"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_on_the_edge_interrupts_or_comes_as_often_as_it_is_sent(interrupting):
    case = drawn(
        [start(), user("u"), boundary("b", "u", on_message("m1"), interrupting), user("v"), end("e2"), end()],
        "mulai>u u>selesai b>v v>e2", KABAR,
    ).tell("kabar")  # fmt: skip
    if interrupting:
        assert case.steps == ["v"] and case.listening == []
        return
    case.tell("kabar")
    assert case.steps == ["u", "v", "v"]
    case.do("u")
    assert case.steps == ["v", "v"] and case.listening == []
    assert case.do("v").do("v").standing.finished


def test_an_error_stops_its_scope_before_anything_else_in_it_happens():
    case = drawn(
        [start(),
         sub("d", [start("m2"), par("p"), user("x"), script("s", "a = 1"), end("salah", on_error("e1")), end("e2")],
             "m2>p p>x p>s s>salah x>e2"),
         boundary("b", "d", on_error("e1")), user("tangani"), end("e3"), end()],
        "mulai>d d>selesai b>tangani tangani>e3", GAGAL,
    )  # fmt: skip
    assert case.steps == ["tangani"]
    assert case.data("tangani") == {"a": 1}
    assert case.do("tangani").standing.finished


def test_an_error_that_nobody_catches_ends_the_case():
    case = drawn(
        [start(), par("p"), user("u"), end(), sub("d", [start("m2"), end("salah", on_error("e1"))], "m2>salah")],
        "mulai>p p>u p>d u>selesai d>selesai", GAGAL,
    )  # fmt: skip
    assert case.standing.finished and case.steps == [] and case.ended == ["salah"]


def test_an_escalation_that_does_not_interrupt_lets_its_thrower_go_on():
    case = drawn(
        [start(), sub("d", [start("m2"), throw("t", on_escalation("k1")), user("x"), end("e2")], "m2>t t>x x>e2"),
         boundary("b", "d", on_escalation("k1"), interrupting=False), user("atasan"), end("e3"), end()],
        "mulai>d d>selesai b>atasan atasan>e3", NAIK,
    )  # fmt: skip
    assert case.steps == ["atasan", "x"]
    assert case.do("x").do("atasan").standing.finished


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize(
    ("definition", "roots", "happen"),
    [
        (on_message("m1"), [KABAR], lambda case: case.tell("kabar")),
        (on_signal("s1"), [SIAGA], lambda case: case.signal("siaga")),
        (timer("timeDuration", "PT2H"), [], lambda case: case.forward(hours=3)),
        (on_condition("x == 1"), [], lambda case: case.do("u", x=1)),
        (on_escalation("k1"), [NAIK], lambda case: case.do("u")),
    ],
    ids=["message", "signal", "timer", "conditional", "escalation"],
)
def test_an_event_sub_process_runs_when_its_event_comes(definition, roots, happen, interrupting):
    case = drawn(
        [start(), par("p"), user("u"), throw("t", on_escalation("k1")) if NAIK in roots else script("t", "z = x == 1"),
         user("v"), par("j"), end(),
         event_sub("es", [start_on("em", definition, interrupting=interrupting), user("w"), end("ee")], "em>w w>ee")],
        "mulai>p p>u p>v u>t t>j v>j j>selesai", *roots,
    )  # fmt: skip
    happen(case)
    assert case.steps == (["w"] if interrupting else sorted(set(case.steps) & {"u", "v"}) + ["w"])
    for step in case.steps:
        case.do(step)
    assert case.standing.finished
    assert "es" in case.passed and case.passed.count("em") == 1
    assert ("selesai" in case.passed) is not interrupting or "u" in case.steps


def test_an_error_start_catches_before_the_edge_does():
    case = drawn(
        [start(), sub("d", [start("m2"), user("x"), end("salah", on_error("e1")),
                            event_sub("es", [start_on("em", on_error("e1")), user("w"), end("ee")], "em>w w>ee")],
                      "m2>x x>salah"),
         boundary("b", "d", on_error()), end("e3"), end()],
        "mulai>d d>selesai b>e3", GAGAL,
    ).do("x")  # fmt: skip
    assert case.steps == ["w"]
    case.do("w")
    assert case.standing.finished and "selesai" in case.passed and "e3" not in case.passed


def test_terminate_ends_only_its_own_scope():
    case = drawn(
        [start(), sub("d", [start("m2"), par("p"), user("x"), user("y"), end("stop", TERMINATE), end("e2")],
                      "m2>p p>x p>y x>stop y>e2"), user("u"), end()],
        "mulai>d d>u u>selesai",
    ).do("x")  # fmt: skip
    assert case.steps == ["u"]


def test_what_was_done_is_undone_in_reverse_order_each_once_with_its_own_data():
    inner = [start("m2"), user("b"), undo("b", "xb", user("xb", attributes=UNDOES)), end("e2")]
    case = drawn(
        [start(), user("a"), undo("a", "xa", user("xa", attributes=UNDOES)), sub("d", inner, "m2>b b>e2"),
         throw("t", compensate()), throw("t2", compensate()), end()],
        "mulai>a a>d d>t t>t2 t2>selesai",
    )  # fmt: skip
    case.do("a", n=1).do("b", n=2)
    assert case.steps == ["xb"]
    case.do("xb")
    assert case.steps == ["xa"]
    case.do("xa")
    assert case.standing.finished
    assert case.passed[-4:] == ["xa", "t", "t2", "selesai"]


def test_a_condition_sees_what_another_branch_writes():
    case = drawn(
        [start(), par("p"), user("u"), catch("c", on_condition("n > 2")), par("j"), end()],
        "mulai>p p>u p>c u>j c>j j>selesai",
    )  # fmt: skip
    assert case.steps == ["u"]
    case.do("u", n=3)
    assert case.standing.finished


def test_what_comes_from_outside_becomes_variables_only_under_names_that_may_be_some():
    case = drawn([start(), catch("x", on_message("m1")), user("u"), end()], "mulai>x x>u u>selesai", KABAR)
    case.tell("kabar", **{"nomor": 5, "a b": 1, "langkah": "camat", "True": 2})
    assert case.data("u") == {"nomor": 5}
