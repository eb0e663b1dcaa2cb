"""Every move says which drawn flows its tokens walked, each as often as a token went over it."""

from collections import Counter
from collections.abc import Iterator

import pytest

from app.engine import graph
from app.engine.graph import Flow, Process
from app.engine.nodes import Node
from app.engine.sources import read_xml
from tests.engine.diagrams.build import boundary, bpmn, end, start, timer, user, xor
from tests.engine.diagrams.build import node as drawn
from tests.engine.diagrams.case import Case
from tests.engine.elements import ROWS
from tests.engine.elements.row import WRAPPINGS, Row, play, shortest, unfit

TOGETHER = [
    pytest.param(
        row,
        wrapping,
        id=f"{row.name}-{wrapping}",
        marks=[] if wrapping == shortest(row) else pytest.mark.long,
    )
    for row in ROWS
    for wrapping in WRAPPINGS
    if not unfit(row, wrapping)
]


@pytest.mark.parametrize(("row", "wrapping"), TOGETHER)
def test_who_is_passed_got_its_tokens_over_its_flows_and_sends_them_on(row: Row, wrapping: str) -> None:
    wrapped = WRAPPINGS[wrapping](row)
    case = play(row, wrapped)
    passed, walked = Counter(case.passed), Counter(case.flows)
    known = {each.id for each in case.drawing.flows}

    assert passed.keys() <= {each.id for each in case.drawing.elements}
    assert walked.keys() <= known
    for process, node in _nodes(wrapped.drawn, *row.files):
        leaving, entering = process.leaving(node.id), process.entering(node.id)
        if node.loops:
            continue  # it is told by its instances, not by its tokens
        if _sends_one(node, len(leaving)) and leaving[0].id in known:
            assert sum(walked[flow.id] for flow in leaving) == passed[node.id], node.id
        if entering and known.issuperset(flow.id for flow in entering):
            assert passed[node.id] <= sum(walked[f.id] * _times(process, f) for f in entering), node.id


def test_each_move_names_its_own_flows() -> None:
    case = Case(
        bpmn("layanan", [start(), user("periksa"), end()], "mulai>periksa:masuk periksa>selesai:keluar")
    )
    assert case.standing.flows == ("masuk",)
    case.do("periksa")
    assert case.standing.flows == ("keluar",)


def test_of_several_ways_out_of_a_task_only_the_true_ones_are_walked_each_by_its_own_id() -> None:
    nodes = [start(), user("periksa"), user("dua"), user("satu"), end()]
    flows = "mulai>periksa\nperiksa>satu:a[n > 0]\nperiksa>dua:b[n > 1]\nsatu>selesai:c\nsatu>selesai:d\ndua>selesai:e"
    case = Case(bpmn("layanan", nodes, flows)).do("periksa", n=1).do("satu")
    assert sorted(case.flows) == ["a", "c", "d", "layanan_f_0"]
    assert {flow.id for flow in case.drawing.flows} == {"a", "b", "c", "d", "e", "layanan_f_0"}


def test_a_way_that_is_walked_by_several_tokens_is_named_once_and_one_that_is_walked_again_again() -> None:
    twice = user("periksa", attributes={"completionQuantity": "2"})
    case = Case(bpmn("layanan", [start(), twice, end()], "mulai>periksa periksa>selesai:keluar")).do(
        "periksa"
    )
    assert case.flows.count("keluar") == 1
    nodes = [start(), xor("ulang"), user("periksa"), xor("lagi", default="cukup"), end()]
    flows = "mulai>ulang\nulang>periksa periksa>lagi lagi>selesai:cukup\nlagi>ulang:kembali[n == 1]"
    case = Case(bpmn("layanan", nodes, flows)).do("periksa", n=1).do("periksa", n=1).do("periksa", n=0)
    assert (case.flows.count("kembali"), case.flows.count("cukup")) == (2, 1)


def test_a_reminder_that_repeats_walks_its_flow_each_time() -> None:
    nodes = [start(), user("periksa"), end(), end("diingatkan")]
    nodes.append(boundary("pengingat", "periksa", timer("timeCycle", "R3/PT1H"), interrupting=False))
    flows = "mulai>periksa periksa>selesai pengingat>diingatkan:ingat"
    case = Case(bpmn("layanan", nodes, flows)).forward(hours=1).forward(hours=1)
    assert case.flows.count("ingat") == 2


def test_what_no_token_can_come_by_is_no_part_of_the_map() -> None:
    undone = drawn("boundaryEvent", "batalkan", "<bpmn:compensateEventDefinition/>", attachedToRef="pesan")
    handler = drawn("task", "urungkan", isForCompensation="true")
    link = '<bpmn:association id="hubung" sourceRef="batalkan" targetRef="urungkan"/>'
    nodes = [start(), drawn("task", "pesan"), undone, handler, link, user("periksa"), end()]
    case = Case(bpmn("layanan", nodes, "mulai>pesan pesan>periksa periksa>selesai"))
    assert {each.id: each.kind for each in case.drawing.elements} == {
        "mulai": "event", "pesan": "activity", "urungkan": "activity", "periksa": "activity", "selesai": "event",
    }  # fmt: skip


def _sends_one(node: Node, ways: int) -> bool:
    return ways == 1 or (ways > 1 and node.kind == "exclusiveGateway")


def _times(process: Process, flow: Flow) -> int:
    """How many tokens go over a flow together."""
    return int(process.nodes[flow.source].element.get("completionQuantity", "1"))


def _nodes(*files: bytes) -> Iterator[tuple[Process, Node]]:
    held = {f"{n}.bpmn": file for n, file in enumerate(files) if b"/DMN/" not in file[:1000]}
    roots = {path: read_xml(path, file) for path, file in held.items()}
    return ((process, node) for process in graph.processes(roots).values() for node in process.nodes.values())
