"""Gateways wait for what can happen, arrows lead where they may, and every way leads somewhere."""

import pytest

from tests.engine.diagrams.activities import again, complex_gateway, event_gateway, receive
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    document,
    end,
    inclusive,
    par,
    process,
    script,
    start,
    sub,
    timer,
    user,
    xor,
)  # fmt: skip
from tests.engine.diagrams.events import (
    catch,
    link,
    message,
    on_condition,
    on_message,
    on_signal,
    signal,
    throw,
)
from tests.engine.pairs import Pair, after, around, problems

ROOTS = (message("M"), message("N"), signal("S"))
DAY = timer("timeDuration", "P1D")


def doc(nodes: list[str], flows: str, *others: str) -> bytes:
    return document(*ROOTS, process("p", nodes, flows), *others)


def holds(*nodes: str) -> bytes:
    return doc([start(), sub("a", nodes, "m>u u>e"), end()], "mulai>a a>selesai")


def chooses(*nodes: str, flows: str, **gateway: str) -> bytes:
    return doc([start(), user("a"), event_gateway("g", **gateway), *nodes, end()], f"mulai>a a>g {flows}")


def opens(*nodes: str, flows: str, **gateway: str) -> bytes:
    return doc(
        [event_gateway("g", instantiate="true", **gateway), *nodes, user("a"), end()], f"{flows} a>selesai"
    )


IN = (start("m"), user("u"), end("e"))
BOTH = (catch("b", on_message("M")), catch("c", DAY))
GO = "g>b g>c b>selesai c>selesai"
OPENERS = (receive("b", "M"), receive("c", "N"))
OPEN_GO = "g>b g>c b>a c>a"
RECEIVED = doc([receive("b", "M", instantiate="true"), user("a"), end()], "b>a a>selesai")
RIGHT_SUB = holds(*IN)
RIGHT_CHOICE, RIGHT_OPENING = chooses(*BOTH, flows=GO), opens(*OPENERS, flows=OPEN_GO)
MIXED = (catch("b", on_message("M")), receive("c", "N"))
GATEWAYS = {
    "all of several events are a parallel gateway": Pair(
        "tidak-didukung", "g", chooses(*BOTH, flows=GO, eventGatewayType="Parallel"), RIGHT_CHOICE
    ),
    "there is a choice": Pair("kejadian-kurang", "g", chooses(BOTH[0], flows="g>b b>selesai"), RIGHT_CHOICE),
    "only events can happen": Pair("bukan-kejadian", "b", chooses(user("b"), BOTH[1], flows=GO), RIGHT_CHOICE),
    "a link does not happen": Pair(
        "bukan-kejadian", "b", chooses(catch("b", link("l")), BOTH[1], throw("t", link("l")), flows=f"{GO} a>t"),
        RIGHT_CHOICE,
    ),
    "two timers are two events": Pair(
        "bukan-kejadian", "b", chooses(user("b"), BOTH[1], flows=GO), chooses(catch("b", DAY), BOTH[1], flows=GO)
    ),
    "only the gateway leads to its events": Pair(
        "kejadian-dua-arah", "b", chooses(*BOTH, user("d"), flows=f"{GO} a>d d>b"), RIGHT_CHOICE
    ),
    "messages are received in one way": Pair(
        "kejadian-campur", "g", chooses(*MIXED, flows=GO),
        chooses(receive("b", "M"), receive("c", "N"), flows=GO),
    ),
    "a receiver after it has no edge": Pair(
        "penerima-berhias", "b",
        chooses(receive("b", "M"), BOTH[1], boundary("x", "b", DAY), flows=f"{GO} x>selesai"),
        chooses(receive("b", "M"), BOTH[1], flows=GO),
    ),
    "a receiver after it is not repeated": Pair(
        "penerima-berhias", "b", chooses(receive("b", "M", again("x", 2)), BOTH[1], flows=GO),
        chooses(receive("b", "M"), BOTH[1], flows=GO),
    ),
    "conditions do not happen": Pair(
        "syarat-diabaikan", "p_f_2", chooses(*BOTH, flows="\ng>b[x == 1]\ng>c b>selesai c>selesai"), RIGHT_CHOICE
    ),
    "time opens no case": Pair(
        "bukan-kejadian", "c", opens(OPENERS[0], catch("c", DAY), flows=OPEN_GO), RIGHT_OPENING
    ),
    "what opens a case comes first": Pair(
        "pembuka-di-tengah", "b", around(receive("a", "M"), receive("b", "N", instantiate="true"),
                                         flows="mulai>a a>b b>selesai", roots=ROOTS), RECEIVED,
    ),
    "nothing opens a case in a sub-process": Pair(
        "pembuka-di-tengah", "u", holds(start("m"), receive("u", "M", instantiate="true"), end("e")), RIGHT_SUB
    ),
    "what opens a case has no edge": Pair(
        "penerima-berhias", "b",
        doc([receive("b", "M", instantiate="true"), boundary("x", "b", DAY), user("a"), end()],
            "b>a a>selesai x>a"), RECEIVED,
    ),
    "a complex gateway says when": Pair(
        "tanpa-syarat", "k",
        after(par("s"), user("b"), user("c"), complex_gateway("k"), flows="mulai>a a>s s>b s>c b>k c>k k>selesai"),
        after(par("s"), user("b"), user("c"), complex_gateway("k", "activationCount >= 2"),
              flows="mulai>a a>s s>b s>c b>k c>k k>selesai"),
    ),
    "a complex gateway that only splits chooses": Pair(
        "tanpa-syarat", "p_f_2", after(complex_gateway("k"), user("b"), flows="mulai>a a>k k>b k>selesai b>selesai"),
        after(complex_gateway("k"), user("b"), flows="mulai>a a>k\nk>b[x == 1]\nk>selesai[x == 2]\nb>selesai"),
    ),
}  # fmt: skip

JOIN = "mulai>m m>bagi bagi>b bagi>c b>j c>j j>g\ng>{}[x == 1]\ng>selesai:d"
SPLIT = [start(), xor("m"), par("bagi"), user("b"), user("c"), par("j"), xor("g", "d"), end()]
FLOWS = {
    "no condition after an event": Pair(
        "syarat-diabaikan", "p_f_1", around(catch("a", DAY), flows="mulai>a\na>selesai[x == 1]"),
        around(user("a"), flows="mulai>a\na>selesai[x == 1]"),
    ),
    "no condition after a parallel gateway": Pair(
        "syarat-diabaikan", "p_f_1", around(par("a"), flows="mulai>a\na>selesai[x == 1]"),
        around(inclusive("a"), flows="mulai>a\na>selesai[x == 1]"),
    ),
    "the default of a task is its own": Pair(
        "jalur-lain-hilang", "a", around(user("a", attributes={"default": "x"})),
        around(user("a", attributes={"default": "d"}), flows="mulai>a\na>selesai[x == 1]\na>selesai:d"),
    ),
    "the default has no condition": Pair(
        "baku-bersyarat", "d",
        around(xor("g", "d"), user("a"), flows="mulai>g\ng>a[x == 1]\ng>selesai:d[x == 2]\na>selesai"),
        around(xor("g", "d"), user("a"), flows="mulai>g\ng>a[x == 1]\ng>selesai:d\na>selesai"),
    ),
    "an inclusive gateway chooses": Pair(
        "tanpa-syarat", "p_f_2", around(inclusive("g"), user("a"), flows="mulai>g\ng>a[x == 1]\ng>selesai a>selesai"),
        around(inclusive("g"), user("a"), flows="mulai>g\ng>a[x == 1]\ng>selesai[x == 2]\na>selesai"),
    ),
    "an empty condition is none": Pair(
        "tanpa-syarat", "p_f_1", around(xor("g"), user("a"), flows="mulai>g\ng>a[ ]\ng>selesai[x == 2]\na>selesai"),
        around(xor("g"), user("a"), flows="mulai>g\ng>a[x == 1]\ng>selesai[x == 2]\na>selesai"),
    ),
    "an edge is on an activity": Pair(
        "tepi-lepas", "b", around(xor("a"), boundary("b", "a", DAY), flows="mulai>a a>selesai b>selesai"),
        around(user("a"), boundary("b", "a", DAY), flows="mulai>a a>selesai b>selesai"),
    ),
    "an edge is where its activity is": Pair(
        "tepi-lepas", "b",
        doc([start(), sub("a", IN, "m>u u>e"), boundary("b", "u", DAY), end()], "mulai>a a>selesai b>selesai"),
        doc([start(), sub("a", IN, "m>u u>e"), boundary("b", "a", DAY), end()], "mulai>a a>selesai b>selesai"),
    ),
    "an edge leads on": Pair(
        "jalan-buntu", "b", around(user("a"), boundary("b", "a", DAY)),
        around(user("a"), boundary("b", "a", DAY), flows="mulai>a a>selesai b>selesai"),
    ),
    "a link leads on": Pair(
        "tak-terjangkau", "k", around(user("a"), catch("k", link("l")), flows="mulai>a a>selesai k>selesai"),
        around(user("a"), throw("t", link("l")), catch("k", link("l")), flows="mulai>a a>t k>selesai"),
    ),
    "a link leads out": Pair(
        "tanpa-jalan-keluar", "b",
        after(xor("g", "d"), user("b"), user("c"), flows="mulai>a a>g\ng>selesai[x == 1]\ng>b:d\nb>c c>b"),
        after(xor("g", "d"), user("b"), throw("t", link("l")), catch("k", link("l")),
              flows="mulai>a a>g\ng>selesai[x == 1]\ng>b:d\nb>t k>selesai"),
    ),
    "a join does not wait for itself": Pair(
        "menunggu-diri", "bagi", bpmn("p", SPLIT, JOIN.format("bagi")), bpmn("p", SPLIT, JOIN.format("m")),
    ),
    "a round waits": Pair(
        "putaran-otomatis", "m",
        around(xor("m"), script("s", "x = 1"), xor("g", "d"), flows="mulai>m m>s s>g\ng>m[x == 1]\ng>selesai:d"),
        around(xor("m"), receive("s", "M"), xor("g", "d"), flows="mulai>m m>s s>g\ng>m[x == 1]\ng>selesai:d",
               roots=ROOTS),
    ),
    "a round over a link waits": Pair(
        "putaran-otomatis", "k",
        around(catch("k", link("l")), throw("t", link("l")), script("s", "x = 1"), xor("g", "d"),
               flows="mulai>s k>s s>g\ng>t[x == 1]\ng>selesai:d"),
        around(catch("k", link("l")), throw("t", link("l")), user("s"), xor("g", "d"),
               flows="mulai>s k>s s>g\ng>t[x == 1]\ng>selesai:d"),
    ),
}  # fmt: skip
ALL = {**GATEWAYS, **FLOWS}


@pytest.mark.parametrize("name", ALL)
def test_each_fault_of_a_gateway_or_a_way_is_named_and_its_repair_passes(name):
    ALL[name].prove()


@pytest.mark.parametrize(
    "waits",
    [catch("s", on_message("M")), catch("s", on_signal("S")), catch("s", on_condition("x")), catch("s", DAY)],
)
def test_a_round_that_waits_for_an_event_is_right(waits):
    flows = "mulai>m m>s s>g\ng>m[x == 1]\ng>selesai:d"
    drawn = around(xor("m"), waits, xor("g", "d"), flows=flows, roots=ROOTS)
    assert not problems(drawn)


def test_several_ways_out_of_a_task_and_an_event_are_right():
    flows = "mulai>a mulai>b\na>selesai[x == 1]\na>c b>selesai c>selesai"
    assert not [
        each for each in problems(around(user("a"), user("b"), user("c"), flows=flows)) if each.blocks
    ]
