"""Service tasks order work, wait for it, and go on with its result."""

import pytest

from app import engine
from app.errors import Conflict, Invalid, ProcessFault
from tests.engine.diagrams.build import bpmn, end, par, service, start, user
from tests.engine.diagrams.case import Case

ISSUE = bpmn(
    "terbit",
    [
        start(), user("lurah"),
        service("terbitkan", "surat.terbitkan", {"templat": '"sktm"', "lembar": "n + 1"}, "surat"),
        service("kabari", "pemberitahuan.kirim"), user("arsip"), end(),
    ],
    "mulai>lurah lurah>terbitkan terbitkan>kabari kabari>arsip arsip>selesai",
)  # fmt: skip


def test_an_order_is_given_once_and_its_result_is_kept_under_the_drawn_name():
    case = Case(ISSUE, n=2).do("lurah")
    (order,) = case.standing.operations
    assert (order.name, order.params, order.result_variable) == (
        "surat.terbitkan",
        {"templat": "sktm", "lembar": 3},
        "surat",
    )
    assert case.forward(days=1).standing.operations == (order,)
    case.perform("terbitkan", nomor="470/1/2026")
    assert case.orders == ["kabari"]
    assert case.perform("kabari", dikirim=True).data("arsip")["surat"] == {"nomor": "470/1/2026"}
    assert "dikirim" not in case.data("arsip")


def test_an_order_can_be_finished_only_once():
    case = Case(ISSUE, n=1).do("lurah")
    done = case.id_of("terbitkan")
    case.perform("terbitkan")
    for wrong in (done, "not-an-id", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(Conflict):
            engine.finish_operation(case.drawing, case.standing.state, wrong, {}, case.now)


def test_a_human_task_cannot_be_finished_as_an_order_nor_an_order_as_a_task():
    case = Case(ISSUE, n=1)
    with pytest.raises(Conflict):
        engine.finish_operation(case.drawing, case.standing.state, case.id_of("lurah"), {}, case.now)
    case.do("lurah")
    with pytest.raises(Conflict):
        engine.complete(case.drawing, case.standing.state, case.id_of("terbitkan"), {}, case.now)


def test_a_parameter_that_cannot_be_worked_out_is_a_fault_and_leaves_the_task_open():
    case = Case(ISSUE)
    with pytest.raises(ProcessFault, match="terbitkan"):
        case.do("lurah")
    assert case.steps == ["lurah"]


def test_a_hostile_result_is_refused():
    case = Case(ISSUE, n=1).do("lurah")
    with pytest.raises(Invalid):
        case.perform("terbitkan", data={"typename": "Task"})
    assert case.orders == ["terbitkan"]


def test_orders_side_by_side_finish_in_any_order():
    drawn = bpmn(
        "dua",
        [
            start(),
            par("p"),
            service("x", "a.b", result="rx"),
            service("y", "a.b", result="ry"),
            par("j"),
            user("u"),
            end(),
        ],
        "mulai>p p>x p>y x>j y>j j>u u>selesai",
    )
    case = Case(drawn).perform("y", n=1)
    assert case.orders == ["x"]
    data = case.perform("x", n=2).data("u")
    assert (data["rx"], data["ry"]) == ({"n": 2}, {"n": 1})
