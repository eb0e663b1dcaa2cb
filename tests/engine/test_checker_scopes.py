"""Processes and sub-processes begin and end as their kind does, and every way through them leads somewhere."""

import pytest

from app import engine
from tests.engine.diagrams.activities import (
    global_task,
    many,
    plain,
    receive,
    until,
)  # fmt: skip
from tests.engine.diagrams.build import (
    boundary,
    call,
    document,
    end,
    process,
    script,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.engine.diagrams.events import (
    event_sub,
    message,
    on_error,
    on_message,
    on_signal,
    signal,
    start_on,
)  # fmt: skip
from tests.engine.pairs import Pair, problems

ROOTS = (message("M"), message("N"), signal("S"))
DAY = timer("timeDuration", "P1D")


def doc(nodes: list[str], flows: str, *others: str) -> bytes:
    return document(*ROOTS, process("p", nodes, flows), *others)


def opened(*more: str, flows: str = "") -> bytes:
    nodes = [start(), start_on("b", on_message("M")), *more, user("a"), end()]
    return doc(nodes, f"mulai>a b>a a>selesai {flows}")


def calls(*nodes: str, flows: str, kind: str = "") -> bytes:
    called = process("q", nodes, flows) if nodes else kind
    return doc([start(), call("a", "q"), end()], "mulai>a a>selesai", called)


def holds(
    *nodes: str, flows: str = "m>u u>e", kind: str = "subProcess", inner: str = "", **more: str
) -> bytes:
    return doc([start(), sub("a", nodes, flows, inner, kind, **more), end()], "mulai>a a>selesai")


def adhoc(*nodes: str, flows: str = "", inner: str = "", **more: str) -> bytes:
    return holds(*nodes, flows=flows, kind="adHocSubProcess", inner=inner, **more)


def woken(*nodes: str, flows: str = "s>e", more: str = "", ways: str = "") -> bytes:
    return doc([start(), user("a"), event_sub("b", nodes, flows), more, end()], f"mulai>a a>selesai {ways}")


IN = (start("m"), user("u"), end("e"))
TYPED = (start_on("s", on_message("M")), end("e"))
RECEIVED = doc([receive("b", "M", instantiate="true"), user("a"), end()], "b>a a>selesai")
RIGHT_OPENED, RIGHT_CALL, RIGHT_SUB = opened(), calls(*IN, flows="m>u u>e"), holds(*IN)
RIGHT_ADHOC, RIGHT_WOKEN = adhoc(user("u"), user("v")), woken(*TYPED)

SCOPES = {
    "one start needs no trigger": Pair("awal-ganda", "p", opened(start("c"), flows="c>a"), RIGHT_OPENED),
    "two starts have two messages": Pair(
        "awal-ganda", "c", opened(start_on("c", on_message("M")), flows="c>a"),
        opened(start_on("c", on_message("N")), flows="c>a"),
    ),
    "a process begins": Pair("tanpa-awal", "p", doc([user("a"), end()], "a>selesai"), RECEIVED),
    "what is called is chosen": Pair("panggilan-hilang", "a", calls(flows=""), RIGHT_CALL),
    "what is called begins plainly": Pair(
        "panggilan-tanpa-awal", "a", calls(start_on("m", on_message("M")), *IN[1:], flows="m>u u>e"), RIGHT_CALL
    ),
    "a global task can be called": Pair(
        "panggilan-hilang", "a", calls(flows=""), calls(flows="", kind=global_task("globalUserTask", "q"))
    ),
    "a sub-process has something in it": Pair("tanpa-isi", "a", holds(flows=""), RIGHT_SUB),
    "a sub-process begins": Pair("tanpa-awal", "a", holds(*IN[1:], flows="u>e"), RIGHT_SUB),
    "a sub-process begins once": Pair("awal-ganda", "a", holds(*IN, start("n"), flows="m>u u>e n>e"), RIGHT_SUB),
    "a sub-process ends": Pair("tanpa-akhir", "a", holds(*IN[:2], flows="m>u"), RIGHT_SUB),
    "no arrow leads into a sub-process": Pair(
        "alur-putus", "p_f_2",
        doc([start(), sub("a", IN, "m>u u>e"), end()], "mulai>a a>selesai mulai>u"), RIGHT_SUB,
    ),
    "a transaction is not woken": Pair(
        "tidak-didukung", "b", woken(*TYPED).replace(b"subProcess", b"transaction"), RIGHT_WOKEN
    ),
    "no arrow leads to what is woken": Pair("alur-terlarang", "p_f_2", woken(*TYPED, ways="a>b"), RIGHT_WOKEN),
    "what is woken has no edge": Pair(
        "tepi-lepas", "c", woken(*TYPED, more=boundary("c", "b", on_error()), ways="c>selesai"), RIGHT_WOKEN
    ),
    "what is woken is not multiplied": Pair(
        "tidak-didukung", "b", woken(many("2"), *TYPED), RIGHT_WOKEN
    ),
    "what is woken begins once": Pair(
        "awal-ganda", "b", woken(*TYPED, start_on("t", on_signal("S")), flows="s>e t>e"), RIGHT_WOKEN
    ),
    "nothing begins an ad-hoc sub-process": Pair(
        "adhoc-berujung", "m", adhoc(start("m"), user("u"), flows="m>u"), RIGHT_ADHOC
    ),
    "nothing ends an ad-hoc sub-process": Pair(
        "adhoc-berujung", "e", adhoc(user("u"), end("e"), flows="u>e"), RIGHT_ADHOC
    ),
    "people choose": Pair(
        "adhoc-bukan-orang", "s", adhoc(user("u"), script("s", "x = 1")),
        adhoc(user("u"), script("s", "x = 1"), flows="u>s"),
    ),
    "there is something to choose": Pair(
        "adhoc-kosong", "a", adhoc(plain("s")), RIGHT_ADHOC
    ),
    "an ad-hoc sub-process is not multiplied": Pair(
        "tidak-didukung", "a", adhoc(user("u"), inner=many("2")), RIGHT_ADHOC
    ),
    "its order is known": Pair(
        "nilai-aneh", "a", adhoc(user("u"), ordering="Acak"), adhoc(user("u"), ordering="Sequential")
    ),
    "its end can be worked out": Pair(
        "ungkapan-rusak", "a", adhoc(user("u"), inner=until("import os")), adhoc(user("u"), inner=until("x == 1"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCOPES)
def test_each_fault_of_a_scope_is_named_and_its_repair_passes(name):
    SCOPES[name].prove()


def test_a_file_may_hold_global_tasks_alone_and_they_need_their_forms():
    alone = document(global_task("globalUserTask", "q"), global_task("globalManualTask", "r"))
    assert [each.rule for each in problems(alone)] == ["tanpa-formulir"]
    with_form = document(global_task("globalUserTask", "q", formJsonSchemaFilename="a.json"))
    caller = document(process("p", [start(), call("a", "q"), end()], "mulai>a a>selesai"))
    assert engine.check({"0.bpmn": caller, "1.bpmn": with_form}) == []


def test_a_global_script_is_read_by_the_language():
    broken = global_task("globalScriptTask", "q", "<bpmn:script>import os</bpmn:script>")
    assert "ungkapan-rusak" in {each.rule for each in problems(calls(flows="", kind=broken))}
