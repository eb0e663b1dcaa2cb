"""Every place where an expression stands is found, once, and a text that can never work is refused there."""

import re

import pytest

from app import engine
from app.engine import graph
from app.engine.sites import names, shared_sites, sites
from app.engine.sources import read_xml
from tests.engine.diagrams.activities import (
    again,
    collaboration,
    complex_gateway,
    correlation_key,
    correlation_property,
    data_object,
    global_task,
    many,
    send,
    until,
    when,
    writes,
)  # fmt: skip
from tests.engine.diagrams.build import (
    boundary,
    document,
    end,
    node,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)  # fmt: skip
from tests.engine.diagrams.dmn import decision, dmn, literal, table
from tests.engine.diagrams.events import (
    catch,
    error,
    escalation,
    event_sub,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    referred,
    signal,
    start_on,
    throw,
)  # fmt: skip

BAD = "x.y"


def extended(**texts: str) -> str:
    held = "".join(f"<spiffworkflow:{tag}>{text}</spiffworkflow:{tag}>" for tag, text in texts.items())
    return f"<bpmn:extensionElements>{held}</bpmn:extensionElements>"


ROOTS = (
    collaboration({"A": "p"}, keys=correlation_key("kunci", "nomor")),
    correlation_property("nomor", {"M": "s1"}),
    message("M", payload="s2"),
    signal("S", payload="s3"),
    error("E", "e1", payload="s4"),
    escalation("K", "k1", payload="s5"),
    '<bpmn:conditionalEventDefinition id="D"><bpmn:condition>s6</bpmn:condition></bpmn:conditionalEventDefinition>',
    '<bpmn:timerEventDefinition id="T"><bpmn:timeDuration>s7</bpmn:timeDuration></bpmn:timerEventDefinition>',
    global_task("globalScriptTask", "g", "<bpmn:script>g1 = s8</bpmn:script>"),
)
HOOKS = extended(preScript="a1 = s9", postScript="a2 = s10")
LATE = on_message("M").replace("/>", f">{extended(messagePayload='s11')}</bpmn:messageEventDefinition>")
INNER = sub(
    "inti", [start("m"), user("u1", many("s12", until="s13")), end("e")], "m>u1 u1>e",
    extended(preScript="b1 = s14", postScript="b2 = s15")
    + many("3", behavior="Complex", complex_=when("s16", on_signal("S"))),
)  # fmt: skip
FREE = sub("bebas", [user("u2")], "", until("s17"), "adHocSubProcess")
WOKEN = event_sub("bangun", [start_on("m2", on_condition("s18")), end("e2")], "m2>e2")
NODES = [
    start(), user("a", HOOKS + again("s19", 3)), script("b", "c1 = s20"), service("d", "x.y", {"p": "s21", "q": "s22"}),
    INNER, FREE, WOKEN, catch("h", on_condition("s23")), catch("i", timer("timeDate", "s24")),
    catch("j", referred("D")), catch("k", referred("T")), boundary("l", "a", timer("timeCycle", "s25"), False),
    xor("n", "lain"),
    complex_gateway("o", "s26"), throw("r", LATE), throw("t", on_signal("S")), throw("v", on_escalation("K")),
    send("w", "M"), end("z", on_error("E")), end(), data_object("berkas"), user("y", writes("y", "berkas")),
    user("ya", many(over="daftar", item="butir", kept="hasil", each="nilai")),
]  # fmt: skip
FLOWS = (
    "mulai>a a>b b>d d>inti inti>bebas bebas>h h>i i>j j>k k>n l>o o>r r>t t>v v>w w>y y>ya ya>z\n"
    "n>o[s27]\nn>selesai:lain\na>o[s28]"
)
DRAWN = document(*ROOTS, process("p", NODES, FLOWS))
TEXTS = {f"s{number}" for number in range(1, 29)}


def found() -> list[str]:
    root = read_xml("0.bpmn", DRAWN)
    processes = graph.processes({"0.bpmn": root}).values()
    every = {site for process_ in processes for site in sites(process_)} | set(shared_sites(root))
    return [name for site in every for name in re.findall(r"\bs\d+\b", site.text)]


def test_every_place_is_found_once():
    assert sorted(found()) == sorted(TEXTS)


def test_a_process_names_each_of_its_places_once():
    (own,) = [
        each for each in graph.processes({"0.bpmn": read_xml("0.bpmn", DRAWN)}).values() if each.id == "p"
    ]
    listed = list(sites(own))
    assert len(listed) == len(set(listed))
    assert {name for site in listed for name in re.findall(r"\bs\d+\b", site.text)} == TEXTS - {"s8"}


def test_the_drawing_as_a_whole_is_right():
    assert not [each for each in engine.check({"0.bpmn": DRAWN}) if each.blocks]


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_a_text_that_cannot_work_is_refused_wherever_it_stands(text):
    broken = re.sub(rf"\b{text}\b".encode(), BAD.encode(), DRAWN)
    assert "ungkapan-rusak" in {each.rule for each in engine.check({"0.bpmn": broken})}


@pytest.mark.parametrize(
    "logic",
    [
        table([BAD], ["b"], [["1", "2"]]), table(["a"], ["b"], [[BAD, "2"]]), table(["a"], ["b"], [["1", BAD]]),
        literal(BAD),
    ],
    ids=["input", "cell", "answer", "expression"],
)  # fmt: skip
def test_a_cell_of_a_decision_that_cannot_work_is_refused(logic):
    drawn = document(process("p", [start(), node("task", "a"), end()], "mulai>a a>selesai"))
    files = {"0.bpmn": drawn, "k.dmn": dmn(decision("k", logic, variable="b"))}
    assert {each.path for each in engine.check(files) if each.blocks} == {"k.dmn"}


def test_the_names_that_are_read_are_those_of_the_case():
    (own,) = [
        each for each in graph.processes({"0.bpmn": read_xml("0.bpmn", DRAWN)}).values() if each.id == "p"
    ]
    read = names(own)
    # a payload is no variable of the case, and the global script is not called
    assert TEXTS - {"s1", "s8"} <= read
    assert {"daftar", "nilai", "berkas"} <= read
    assert not {"a1", "c1", "p"} & read
