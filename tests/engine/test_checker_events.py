"""Events stand where they may, point to what is there, and interrupt where the standard says so."""

import pytest

from app import engine
from tests.engine.diagrams.activities import plain, receive, send
from tests.engine.diagrams.build import boundary, bpmn, document, end, node, process, start, sub, timer, user
from tests.engine.diagrams.events import (
    CANCEL,
    TERMINATE,
    catch,
    compensate,
    error,
    escalation,
    event_sub,
    link,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    referred,
    signal,
    signal_definition,
    start_on,
    throw,
    undo,
)  # fmt: skip
from tests.engine.pairs import Pair, around, problems

ROOTS = (message("M"), signal("S"), error("E", "e1"), escalation("K", "k1"))
DEFINITIONS = {
    "message": on_message("M"), "signal": on_signal("S"), "error": on_error("E"), "escalation": on_escalation("K"),
    "timer": timer("timeDuration", "P1D"), "conditional": on_condition("x > 1"), "link": link("l"),
    "compensate": compensate(), "cancel": CANCEL, "terminate": TERMINATE,
}  # fmt: skip
PARALLEL = {"parallelMultiple": "true"}


def at_start(*definitions: str) -> bytes:
    return document(
        *ROOTS, process("p", [start(), start_on("b", *definitions), end()], "mulai>selesai b>selesai")
    )


def at_inner_start(*definitions: str) -> bytes:
    inner = sub("a", [start_on("b", *definitions), end("e")], "b>e")
    return around(inner, roots=ROOTS)


def at_typed_start(*definitions: str, interrupting: bool = True) -> bytes:
    woken = event_sub("c", [start_on("b", *definitions, interrupting=interrupting), end("e")], "b>e")
    return around(user("a"), woken, roots=ROOTS)


def on_edge(*definitions: str, interrupting: bool = True) -> bytes:
    edge = boundary("b", "a", "".join(definitions), interrupting)
    flows = "mulai>a a>selesai" + ("" if compensate() in definitions else " b>selesai")
    line = '<bpmn:association id="ke" sourceRef="b" targetRef="h"/>'
    handler = plain("h", isForCompensation="true") + line if compensate() in definitions else ""
    body = transaction("a") if CANCEL in definitions else user("a")
    return around(body, edge, handler, flows=flows, roots=ROOTS)


def transaction(name: str) -> str:
    return sub(name, [start("m"), user("u"), end("batal", CANCEL)], "m>u u>batal", kind="transaction")


def in_the_way(*definitions: str) -> bytes:
    if link("l") in definitions:
        nodes = [user("a"), throw("t", link("l")), catch("b", *definitions)]
        return around(*nodes, flows="mulai>a a>t b>selesai", roots=ROOTS)
    return around(catch("b", *definitions), flows="mulai>b b>selesai", roots=ROOTS)


def thrown(*definitions: str) -> bytes:
    if link("l") in definitions:
        nodes = [user("a"), throw("b", *definitions), catch("t", link("l"))]
        return around(*nodes, flows="mulai>a a>b t>selesai", roots=ROOTS)
    return around(throw("b", *definitions), flows="mulai>b b>selesai", roots=ROOTS)


def at_end(*definitions: str) -> bytes:
    if CANCEL in definitions:
        return around(transaction("b"), boundary("c", "b", CANCEL), flows="mulai>b b>selesai c>selesai")
    return document(*ROOTS, process("p", [start(), user("a"), end("b", "".join(definitions))], "mulai>a a>b"))


PLACES = {
    at_start: {"message", "signal"},
    at_inner_start: {""},
    at_typed_start: {"message", "timer", "signal", "conditional", "error", "escalation"},
    on_edge: {"message", "timer", "signal", "conditional", "error", "escalation", "compensate", "cancel"},
    in_the_way: {"message", "timer", "signal", "conditional", "link"},
    thrown: {"", "message", "signal", "escalation", "compensate", "link"},
    at_end: {"", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate"},
}


@pytest.mark.parametrize("kind", ["", *DEFINITIONS])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_each_trigger_stands_only_where_it_is_carried_out(place, kind):
    drawn = place(*([DEFINITIONS[kind]] if kind else []))
    refused = {each.element for each in problems(drawn) if each.rule == "tidak-didukung"}
    if kind in PLACES[place]:
        assert not [each for each in problems(drawn) if each.blocks]
    elif place is at_start and not kind:
        assert "awal-ganda" in {each.rule for each in problems(drawn)}
    else:
        assert refused == {"b"}


def typed(*definitions: str) -> bytes:
    return at_typed_start(*definitions, interrupting=False)


def reminding(*definitions: str) -> bytes:
    return on_edge(*definitions, interrupting=False)


CYCLE = timer("timeCycle", "R3/P1D")
DAY = timer("timeDuration", "P1D")
NOTHING = "<bpmn:conditionalEventDefinition/>"
COMMON = (*ROOTS, signal_definition("D", "S"))


def waits_for(definition: str) -> bytes:
    return around(catch("b", definition), flows="mulai>b b>selesai", roots=COMMON)


def linked(*nodes: str, flows: str = "mulai>a a>t k>selesai") -> bytes:
    return around(user("a"), *nodes, flows=flows)


def asks(activity: str, *nodes: str) -> bytes:
    return around(
        user("a"), *nodes, throw("b", compensate(activity)), flows="mulai>a a>b b>selesai", roots=ROOTS
    )  # fmt: skip


def undone(
    handler: str, line: str = '<bpmn:association id="ke" sourceRef="b" targetRef="h"/>', flows=""
) -> bytes:
    edge = node("boundaryEvent", "b", compensate(), attachedToRef="a")
    return around(user("a"), edge, handler, line, flows=f"mulai>a a>selesai {flows}")


HANDLER = plain("h", isForCompensation="true")
GOOD = undone(HANDLER)
THROWN, CAUGHT = throw("t", link("l")), catch("k", link("l"))
PAIRS = {
    "error starts always interrupt": Pair(
        "tidak-didukung", "b", typed(on_error("E")), at_typed_start(on_error("E"))
    ),
    "error edges always interrupt": Pair("tidak-didukung", "b", reminding(on_error("E")), on_edge(on_error("E"))),
    "cancel edges always interrupt": Pair("tidak-didukung", "b", reminding(CANCEL), on_edge(CANCEL)),
    "one of several triggers is enough": Pair(
        "tidak-didukung", "b",
        around(catch("b", on_message("M"), on_signal("S"), **PARALLEL), flows="mulai>b b>selesai", roots=ROOTS),
        around(catch("b", on_message("M"), on_signal("S")), flows="mulai>b b>selesai", roots=ROOTS),
    ),
    "a start has one trigger": Pair(
        "tidak-didukung", "b", at_start(on_message("M"), on_signal("S")), at_start(on_message("M"))
    ),
    "a link stands alone": Pair(
        "tidak-didukung", "b", in_the_way(link("l"), on_message("M")), in_the_way(link("l"))
    ),
    "compensation on an edge stands alone": Pair(
        "tidak-didukung", "b", on_edge(compensate(), on_message("M")), on_edge(compensate())
    ),
    "an end has one way to end": Pair(
        "akhir-berebut", "b", at_end(on_error("E"), TERMINATE), at_end(on_message("M"), TERMINATE)
    ),
    "cancel ends stand in a transaction": Pair(
        "pembatalan-lepas", "batal",
        around(transaction("a").replace("transaction", "subProcess")), on_edge(CANCEL),
    ),
    "a transaction that gives up has an edge for it": Pair(
        "pembatalan-lepas", "batal", around(transaction("a")), on_edge(CANCEL)
    ),
    "cancel edges are on a transaction": Pair(
        "pembatalan-lepas", "b", around(user("a"), boundary("b", "a", CANCEL), flows="mulai>a a>selesai b>selesai"),
        on_edge(CANCEL),
    ),
    "a timer has a time": Pair("tanpa-waktu", "b", waits_for("<bpmn:timerEventDefinition/>"), waits_for(DAY)),
    "a timer has one time": Pair(
        "tanpa-waktu", "b",
        waits_for(DAY.replace("</bpmn:timerE", "<bpmn:timeDate>P2D</bpmn:timeDate></bpmn:timerE")), waits_for(DAY),
    ),
    "a token waits once": Pair("pengulangan", "b", waits_for(CYCLE), waits_for(DAY)),
    "what interrupts fires once": Pair("pengulangan", "b", on_edge(CYCLE), reminding(CYCLE)),
    "an interrupting start fires once": Pair("pengulangan", "b", at_typed_start(CYCLE), typed(CYCLE)),
    "a shared definition is there": Pair("rujukan-hilang", "b", waits_for(referred("X")), waits_for(referred("D"))),
    "a message is there": Pair("pesan-hilang", "b", waits_for(on_message("X")), waits_for(on_message("M"))),
    "a message is chosen": Pair(
        "pesan-hilang", "b", waits_for("<bpmn:messageEventDefinition/>"), waits_for(on_message("M"))
    ),
    "a signal is there": Pair("sinyal-hilang", "b", waits_for(on_signal("M")), waits_for(on_signal("S"))),
    "an error that is caught is there": Pair("galat-hilang", "b", on_edge(on_error("X")), on_edge(on_error())),
    "an error that is thrown is chosen": Pair("galat-hilang", "b", at_end(on_error()), at_end(on_error("E"))),
    "an escalation that is thrown is chosen": Pair(
        "eskalasi-hilang", "b", thrown(on_escalation()), thrown(on_escalation("K"))
    ),
    "an error that is thrown has a code": Pair(
        "tanpa-kode", "b", at_end(on_error("E")).replace(b' errorCode="e1"', b""), at_end(on_error("E"))
    ),
    "a send task has a message": Pair(
        "pesan-hilang", "a", around(plain("a", "sendTask"), roots=ROOTS), around(send("a", "M"), roots=ROOTS)
    ),
    "a receive task has a message": Pair(
        "pesan-hilang", "a", around(receive("a", "S"), roots=ROOTS), around(receive("a", "M"), roots=ROOTS)
    ),
    "a condition is written": Pair("tanpa-syarat", "b", waits_for(NOTHING), waits_for(on_condition("x"))),
    "a message has a name": Pair(
        "tanpa-nama", "M", waits_for(on_message("M")).replace(b'id="M" name="M"', b'id="M"'), waits_for(on_message("M"))
    ),
    "what a message brings goes into a variable": Pair(
        "nama-variabel", "M",
        around(receive("a", "M"), roots=[message("M", variable="isi surat")]),
        around(receive("a", "M"), roots=[message("M", variable="isi_surat")]),
    ),
    "a link has a name": Pair(
        "tautan-tanpa-nama", "t", linked(throw("t", link("")), CAUGHT), linked(THROWN, CAUGHT)
    ),
    "a link leads somewhere": Pair(
        "tautan-putus", "t", linked(THROWN, catch("k", link("m"))), linked(THROWN, CAUGHT)
    ),
    "a link leads to one place": Pair(
        "tautan-ganda", "j", linked(THROWN, CAUGHT, catch("j", link("l")), flows="mulai>a a>t k>selesai j>selesai"),
        linked(THROWN, CAUGHT),
    ),
    "no arrow leaves a link": Pair(
        "alur-terlarang", "p_f_3", linked(THROWN, CAUGHT, flows="mulai>a a>t k>selesai t>selesai"),
        linked(THROWN, CAUGHT),
    ),
    "no arrow enters a link": Pair(
        "alur-terlarang", "p_f_3", linked(THROWN, CAUGHT, flows="mulai>a a>t k>selesai a>k"), linked(THROWN, CAUGHT)
    ),
    "a compensation event has a handler": Pair("tanpa-penangan", "b", undone(HANDLER, ""), GOOD),
    "a handler is marked": Pair("penangan-biasa", "h", undone(plain("h")), GOOD),
    "no arrow leaves a compensation event": Pair("alur-terlarang", "b", undone(HANDLER, flows="b>selesai"), GOOD),
    "no arrow leaves a handler": Pair("alur-terlarang", "h", undone(HANDLER, flows="h>selesai"), GOOD),
    "a handler has no edge": Pair(
        "tepi-penangan", "h", undone(HANDLER + boundary("x", "h", on_error()), flows="x>selesai"), GOOD
    ),
    "a handler has an event": Pair(
        "penangan-lepas", "h", around(user("a"), HANDLER), around(user("a"), plain("h"), flows="mulai>a a>h h>selesai")
    ),
    "what is taken back is there": Pair("kompensasi-hilang", "b", asks("c"), asks("a", undo("a", "h"))),
    "what is taken back can be": Pair("kompensasi-hilang", "b", asks("a"), asks("", undo("a", "h"))),
    "a sub-process is taken back from inside": Pair(
        "kompensasi-hilang", "b",
        around(sub("s", [start("m"), user("u"), end("e")], "m>u u>e"), throw("b", compensate("s")),
               flows="mulai>s s>b b>selesai"),
        around(sub("s", [start("m"), user("u"), undo("u", "h"), end("e")], "m>u u>e"), throw("b", compensate("s")),
               flows="mulai>s s>b b>selesai"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_each_fault_of_an_event_is_named_and_its_repair_passes(name):
    PAIRS[name].prove()


def test_two_triggers_may_share_an_edge_an_end_a_throw_and_a_wait():
    two = (on_message("M"), on_signal("S"))
    for place in (on_edge, at_end, thrown, in_the_way):
        assert not [each for each in problems(place(*two)) if each.blocks]


def test_a_line_from_a_compensation_event_to_a_note_is_no_handler():
    note = (
        node("textAnnotation", "catatan") + '<bpmn:association id="garis" sourceRef="b" targetRef="catatan"/>'
    )
    assert not [each for each in problems(undone(note + HANDLER)) if each.blocks]
    assert engine.read({"0.bpmn": undone(note + HANDLER)}, "0.bpmn")
    assert "tanpa-penangan" in {each.rule for each in problems(undone(HANDLER + note, ""))}


def test_an_event_subprocess_may_take_back_what_is_around_it():
    woken = event_sub("c", [start_on("s", on_error()), throw("b", compensate("a")), end("e")], "s>b b>e")
    drawn = bpmn("p", [start(), user("a"), undo("a", "h"), woken, end()], "mulai>a a>selesai")
    assert not [each for each in problems(drawn) if each.blocks]
