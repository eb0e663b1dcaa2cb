"""What is refused: for every rule of the checker a drawing that breaks it, and the reason that designers read."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.engine.diagrams.activities import (
    again,
    data_object,
    event_gateway,
    many,
    reads,
)
from tests.engine.diagrams.build import (
    boundary,
    call,
    document,
    end,
    node,
    par,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.events import (
    catch,
    compensate,
    error,
    message,
    on_condition,
    on_error,
    on_message,
    on_signal,
    signal,
    start_on,
)

M, S, E = message("M"), signal("S"), error("E", "e")
ALL_OF = {"parallelMultiple": "true"}
WAITS = timer("timeDuration", "P1D")
MEND = '<bpmn:transformation id="t">1</bpmn:transformation></bpmn:dataInputAssociation>'


@dataclass(frozen=True)
class Refused:
    """A drawing, the rule that refuses it, and why."""

    name: str
    rule: str
    why: str
    drawn: bytes


def around(*nodes: str, flows: str = "mulai>a a>selesai", roots: Sequence[str] = ()) -> bytes:
    return document(*roots, process("layanan", [start(), *nodes, end()], flows))


def on_edge(definition: str, roots: Sequence[str] = (), *, mild: bool = False) -> bytes:
    return around(
        user("a"), boundary("b", "a", definition, not mild), flows="mulai>a a>selesai b>selesai", roots=roots
    )


def _woken(definition: str, flows: str = "", beside: str = "", inner: str = "") -> bytes:
    woken = sub("w", [start_on("d", definition), end("f")], "d>f", inner, triggeredByEvent="true")
    return around(user("a"), woken, beside, flows=f"mulai>a a>selesai {flows}", roots=[M])


LEFT_OUT = [
    Refused("Timer start event of a process", "tidak-didukung",
            "A case begins with a person, a message or a signal; no clock opens cases. Let a case wait with a timer.",
            around(start_on("b", WAITS), user("a"), flows="mulai>a b>a a>selesai")),
    Refused("Conditional start event of a process", "tidak-didukung",
            "Before a case there are no values to look at. Draw it in an event sub-process.",
            around(start_on("b", on_condition("x > 1")), user("a"), flows="mulai>a b>a a>selesai")),
    Refused("Start event with several triggers", "tidak-didukung", "Draw one start event for each.",
            around(start_on("b", on_message("M"), on_signal("S")), user("a"), flows="mulai>a b>a a>selesai",
                  roots=[M, S])),
    Refused("Event that waits for all of its triggers (`parallelMultiple`)", "tidak-didukung",
            "Draw a parallel gateway with one event in each branch.",
            around(catch("a", on_message("M"), on_signal("S"), **ALL_OF), roots=[M, S])),
    Refused("Parallel event-based gateway", "tidak-didukung",
            "The same: a parallel gateway with one event in each branch.",
            around(event_gateway("a", eventGatewayType="Parallel"), catch("b", WAITS), catch("c", on_message("M")),
                  flows="mulai>a a>b a>c b>selesai c>selesai", roots=[M])),
    Refused("Event sub-process started by compensation", "tidak-didukung",
            "Hang the handler on the activity's edge.", _woken(compensate())),
    Refused("Event sub-process with flows", "alur-terlarang", "Its own start event starts it; nothing leads to it.",
            _woken(on_message("M"), "a>w")),
    Refused("Event sub-process with boundary events", "tepi-lepas", "Put its content into a sub-process of its own.",
            _woken(on_message("M"), "b>selesai", boundary("b", "w", WAITS))),
    Refused("Transaction or ad-hoc sub-process as event sub-process", "tidak-didukung",
            "An event sub-process is a plain one; draw the transaction inside.",
            around(user("a"), sub("w", [start_on("d", on_message("M")), end("f")], "d>f", kind="transaction",
                                 triggeredByEvent="true"), roots=[M])),
    Refused("Loop or multi-instance on an event sub-process", "tidak-didukung",
            "Give the marker to a sub-process inside it.", _woken(on_message("M"), inner=many("2"))),
    Refused("Loop or multi-instance on an ad-hoc sub-process", "tidak-didukung",
            "Draw a sub-process around it and give that the marker.",
            around(sub("a", [user("u")], "", again("x", 2), "adHocSubProcess"))),
    Refused("Ad-hoc sub-process that offers something else than user tasks", "adhoc-bukan-orang",
            "Only a person chooses; everything else stands behind a user task.",
            around(sub("a", [user("u"), service("s", "x.y")], "", kind="adHocSubProcess"))),
    Refused("Sub-process without content", "tanpa-isi", "A closed box says nothing to execute. Draw it.",
            around(sub("a", [], ""))),
    Refused("Multi-instance without a count", "banyaknya-tidak-jelas",
            "Name a number or a list, exactly one of them.", around(user("a", many()))),
    Refused("Multi-instance with a count that is none", "banyaknya-salah", "0 to 100, or an expression.",
            around(user("a", many("-1")))),
    Refused("Standard loop without `loopMaximum`", "ulang-tanpa-batas",
            "1 to 100: a condition alone may never turn false.", around(user("a", again("x == 1")))),
    Refused("`startQuantity` or `completionQuantity` outside 1 to 20", "jumlah-token", "So many tokens are a mistake.",
            around(user("a", attributes={"startQuantity": "21"}))),
    Refused("Timer cycle where it would repeat something other than a reminder", "pengulangan",
            "Only what does not interrupt may fire again.", around(catch("a", timer("timeCycle", "R3/P1D")))),
    Refused("Error or cancel event that does not interrupt", "tidak-didukung", "They always do; draw an escalation.",
            on_edge(on_error("E"), [E], mild=True)),
    Refused("Condition on a flow out of a parallel or event-based gateway or an event", "syarat-diabaikan",
            "It would not be asked. Put an exclusive or inclusive gateway between.",
            around(par("a"), user("b"), flows="mulai>a b>selesai\na>selesai[x == 1]\na>b")),
    Refused("Flow without a condition out of a choosing gateway", "tanpa-syarat",
            "Give it one, or make it the default flow.",
            around(xor("a"), user("b"), flows="mulai>a b>selesai\na>selesai[x == 1]\na>b")),
    Refused("Data association with `transformation` or `assignment`", "tidak-didukung",
            "Work the value out in a script task.",
            around(data_object("d"), user("a", reads("a", "d").replace("</bpmn:dataInputAssociation>", MEND)))),
    Refused("Data association with a data store", "tidak-didukung",
            "A case keeps its own values; a data store is decoration.",
            around(user("a", reads("a", "x")), node("dataStoreReference", "tanda_x"))),
    Refused("Choreography", "tidak-didukung", "Draw the processes.", around(user("a"), node("choreographyTask", "c"))),
    Refused("Call of a process that only an event starts", "panggilan-tanpa-awal",
            "A called process begins with a start event without a trigger.",
            around(call("a", "q"), roots=[
                M, process("q", [start_on("d", on_message("M")), user("u"), end("e")], "d>u u>e")])),
]  # fmt: skip
FLOWS_AND_SCOPES = [
    Refused("No start event", "tanpa-awal", "A case would have nowhere to begin.",
            document(process("layanan", [user("a"), end()], "a>selesai"))),
    Refused("Two start events without a trigger", "awal-ganda", "It would not be known which one is meant.",
            around(start("lagi"), user("a"), flows="mulai>a lagi>a a>selesai")),
    Refused("No end event", "tanpa-akhir", "A case could not end.",
            document(process("layanan", [start(), user("a")], "mulai>a"))),
    Refused("Dead end", "jalan-buntu", "Only an end event may be without a flow that leaves it.",
            around(par("a"), user("b"), flows="mulai>a a>b a>selesai")),
    Refused("Element that nothing leads to", "tak-terjangkau", "Connect it or take it away.",
            around(user("a"), user("b"), flows="mulai>a a>selesai b>selesai")),
    Refused("Way that never ends", "tanpa-jalan-keluar", "From everywhere an end must be within reach.",
            around(xor("g", "x"), user("a"), user("b"), flows="mulai>g g>selesai:x\ng>a[1 == 1]\na>b b>a")),
    Refused("Round without a person", "putaran-otomatis", "It would turn for ever at once.",
            around(xor("m"), script("s", "x = 1"), xor("g", "d"), flows="mulai>m m>s s>g g>selesai:d\ng>m[x == 1]")),
    Refused("Parallel gateway that waits for itself", "menunggu-diri",
            "A flow back into a parallel gateway never lets it open; lead it to an exclusive one before it.",
            around(par("bagi"), user("a"), user("b"), par("j"), xor("g", "x"),
                  flows="mulai>bagi bagi>a bagi>b a>j b>j j>g g>selesai:x\ng>bagi[ulang == 1]")),
    Refused("Flow that joins nothing, or crosses the edge of a scope", "alur-putus", "Connect both ends.",
            around(user("a"), flows="mulai>a a>selesai a>hilang")),
    Refused("Flow into a start or boundary event, out of an end event", "alur-terlarang", "Such a flow means nothing.",
            around(user("a"), flows="mulai>a a>selesai selesai>a")),
    Refused("Default flow of another element", "jalur-lain-hilang", "The default must leave the element itself.",
            around(xor("g", "salah"), user("a"), flows="mulai>g a>selesai\ng>a[x == 1]\ng>selesai[x == 2]")),
    Refused("Default flow with a condition", "baku-bersyarat", "A default is taken when no condition holds.",
            around(xor("g", "d"), user("a"), flows="mulai>g a>selesai\ng>a[x == 1]\ng>selesai:d[x == 2]")),
    Refused("Boundary event on nothing", "tepi-lepas", "It must hang on an activity.",
            around(user("a"), boundary("b", "tidak_ada", WAITS), flows="mulai>a a>selesai b>selesai")),
    Refused("Called process that is not there", "panggilan-hilang", "Upload its file with this one.",
            around(call("a", "tidak_ada"))),
    Refused("Processes that call each other in a circle", "panggilan-melingkar", "They would call for ever.",
            around(call("a", "layanan"))),
    Refused("Start or end event in an ad-hoc sub-process", "adhoc-berujung", "A person begins it and ends it.",
            around(sub("a", [start("m"), user("u")], "m>u", kind="adHocSubProcess"))),
    Refused("Ad-hoc sub-process that offers nothing", "adhoc-kosong", "It needs a user task.",
            around(sub("a", [script("s", "x = 1")], "", kind="adHocSubProcess"))),
]  # fmt: skip
