"""What is said of a case that is to go on with another version, and what becomes of it there, element by element."""

import pytest

from app import engine
from app.errors import ProcessFault
from tests.engine.diagrams.activities import event_gateway
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    document,
    end,
    lane,
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
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import (
    catch,
    event_sub,
    message,
    on_message,
    start_on,
)
from tests.engine.diagrams.movable import kinds, moved, verdict

M1 = message("m1", "kabar")


def row(*nodes: str, lanes: tuple[str, ...] = (), flows: str = "", **settings: str) -> bytes:
    """Nodes one after the other between a start and an end, if no other flows are given."""
    return bpmn("p", [start(), *nodes, end()], flows, lanes, **settings)


def after(text: str, hours: str = "timeDuration") -> str:
    return timer(hours, text)


STEPS = "mulai>a a>b b>selesai"
PLAIN = row(user("a"), user("b"), flows=STEPS)


def test_a_new_name_and_other_steps_ahead_are_safe():
    case = Case(PLAIN)
    later = row(
        user("a", label_publik="Lain"), script("s", "x = 1"), user("c"), flows="mulai>a a>s s>c c>selesai"
    )
    assert kinds(verdict(case, later)) == ("safe", [])
    task = case.id_of("a")
    moved(case, later)
    assert case.id_of("a") == task
    assert case.do("a").do("c").standing.finished


@pytest.mark.parametrize(
    ("nodes", "lanes"),
    [
        ([user("a", batas_waktu="5 hk"), user("b")], ()),
        ([user("a", formJsonSchemaFilename="lain.schema.json"), user("b")], ()),
        ([user("a"), user("b")], (lane("Camat", ["a"], role="camat"),)),
    ],
)
def test_another_limit_form_or_lane_is_to_be_decided_where_the_case_stands(nodes, lanes):
    changed = row(*nodes, lanes=lanes, flows=STEPS)
    assert kinds(verdict(Case(PLAIN), changed)) == ("undecided", ["a"])
    assert kinds(verdict(Case(PLAIN), changed, a="a")) == ("safe", [])
    assert kinds(verdict(Case(PLAIN).do("a"), changed)) == ("safe", [])


def test_a_form_that_says_something_else_is_to_be_decided():
    copy = PLAIN.replace(b"</bpmn:def", b"<!-- 2 --></bpmn:def")
    assert kinds(verdict(Case(PLAIN), copy, forms=frozenset({"a.schema.json"}))) == ("undecided", ["a"])
    assert kinds(verdict(Case(PLAIN), copy, forms=frozenset({"x.schema.json"}))) == ("safe", [])


def test_a_step_that_is_gone_needs_another_of_its_kind_in_the_same_place():
    renamed = row(user("a2"), user("b"), flows="mulai>a2 a2>b b>selesai")
    found = verdict(Case(PLAIN), renamed)
    assert kinds(found) == ("undecided", ["a"])
    assert found.obstacles[0].choices == (("a2", "Tugas a2"), ("b", "Tugas b"))
    assert "“Tugas a” (a) tidak ada lagi" in found.obstacles[0].reason
    case = moved(Case(PLAIN), renamed, mapping={"a": "a2"})
    assert case.do("a2").do("b").standing.finished
    with pytest.raises(ProcessFault):
        moved(Case(PLAIN), renamed)


def test_a_counterpart_of_another_kind_or_in_another_scope_is_none():
    held = row(
        sub("isi", [start("m"), user("a"), end("e")], "m>a a>e"), service("b", "status.publik"),
        flows="mulai>isi isi>b b>selesai",
    )  # fmt: skip
    assert kinds(verdict(Case(PLAIN), held)) == ("impossible", ["a"])
    assert verdict(Case(PLAIN), held, a="b").kind == "impossible"
    back = Case(held)
    assert verdict(back, PLAIN).kind == "impossible"


def test_a_running_timer_keeps_its_moment_when_its_time_changes():
    def drawn(text: str) -> bytes:
        nodes = [user("a"), boundary("t", "a", after(text), False), end("e"), user("b")]
        return row(*nodes, flows=f"{STEPS} t>e")

    case = Case(drawn("P3D"))
    due = case.due["t"]
    assert kinds(verdict(case, drawn("P9D"))) == ("undecided", ["a"])
    moved(case, drawn("P9D"), mapping={"a": "a"})
    assert case.due["t"] == due
    gone = moved(case, PLAIN, mapping={"a": "a"})
    assert (gone.due, gone.steps) == ({}, ["a"])


def test_a_new_timer_counts_from_the_move_and_rings():
    urgent = row(
        user("a"), boundary("t", "a", after("P2D")), user("atasan"), user("b"),
        flows=f"{STEPS} t>atasan atasan>selesai",
    )  # fmt: skip
    case = Case(PLAIN).forward(days=10)
    assert kinds(verdict(case, urgent)) == ("undecided", ["a"])
    moved(case, urgent, mapping={"a": "a"})
    assert (case.due["t"] - case.now).days == 2
    assert case.forward(days=2).steps == ["atasan"]
    assert case.do("atasan").standing.finished


def test_events_behind_a_gateway_and_of_the_whole_process_are_armed_and_let_go():
    few = document(M1, process("p", [start(), event_gateway("g"), catch("k", on_message("m1")),
        catch("w", after("P1D")), user("b"), end()], "mulai>g g>k g>w k>b w>b b>selesai"))  # fmt: skip
    more = document(M1, process("p", [start(), event_gateway("g"), catch("k", on_message("m1")),
        catch("w", after("P1D")), catch("v", after("PT5H")), user("b"), user("c"), end(),
        event_sub("es", [start_on("em", after("P3D"), interrupting=False), user("ingat"), end("ee")],
                  "em>ingat ingat>ee")],
        "mulai>g g>k g>w g>v v>c k>b w>b b>selesai c>selesai"))  # fmt: skip
    case = Case(few)
    assert kinds(verdict(case, more)) == ("undecided", ["g", "p"])
    moved(case, more, mapping={"g": "g", "p": "p"})
    assert sorted(case.due) == ["em", "v", "w"]
    back = moved(case, few, mapping={"g": "g", "p": "p"})
    assert sorted(back.due) == ["w"]
    again = moved(back, more, mapping={"g": "g", "p": "p"}).forward(hours=5)
    assert (again.steps, sorted(again.due)) == (["c"], ["em"])


def test_a_new_step_before_the_case_is_to_be_decided_and_one_beside_or_behind_is_not():
    before = row(user("baru"), user("a"), user("b"), flows="mulai>baru baru>a a>b b>selesai")
    case = Case(PLAIN)
    found = verdict(case, before)
    assert kinds(found) == ("undecided", ["a"])
    assert "akan terlewati" in found.obstacles[0].reason
    around = row(
        xor("x", "k"), user("baru"), user("a"), user("b"),
        flows="mulai>x x>a:k\nx>baru[y == 1]\nbaru>a a>b b>selesai",
    )  # fmt: skip
    assert kinds(verdict(case, around)) == ("safe", [])


BOTH = row(par("f"), user("a"), user("b"), par("j"), user("c"), flows="mulai>f f>a f>b a>j b>j j>c c>selesai")
LOOPED = "mulai>x x>f f>a f>b a>j b>j j>c c>g\ng>selesai:k\ng>x[y == 1]"


def test_a_join_that_would_wait_for_ever_makes_it_impossible():
    three = row(
        par("f"), user("a"), user("b"), user("z"), par("j"), user("c"),
        flows="mulai>f f>a f>b f>z a>j b>j z>j j>c c>selesai",
    )  # fmt: skip
    for case in (Case(BOTH), Case(BOTH).do("a")):
        found = verdict(case, three)
        assert found.kind == "impossible"
        assert any("tidak pernah datang" in each.reason for each in found.obstacles)
    assert verdict(Case(BOTH).do("a").do("b"), three).kind == "safe"
    assert verdict(Case(PLAIN), BOTH).kind == "impossible"


def test_a_way_back_to_the_fork_does_not_hide_it():
    looped = row(xor("x"), par("f"), user("a"), user("b"), par("j"), user("c"), xor("g", "k"), flows=LOOPED)
    alone = row(xor("x"), user("a"), user("b"), user("c"), xor("g", "k"),
                flows="mulai>x x>a a>b b>c c>g\ng>selesai:k\ng>x[y == 1]")  # fmt: skip
    assert verdict(Case(alone), looped).kind == "impossible"
    assert verdict(Case(looped), alone).kind == "impossible"
    assert verdict(Case(looped).do("a").do("b"), alone).kind == "safe"


def test_a_token_waits_at_a_join_for_the_flow_it_came_over():
    other = row(
        par("f"), user("a2"), user("b"), par("j"), user("c"), flows="mulai>f f>a2 f>b a2>j b>j j>c c>selesai"
    )
    case = Case(BOTH).do("a")
    assert kinds(verdict(case, other)) == ("undecided", ["a", "j"])
    decided = {"a": "a2", "j": "j"}
    assert verdict(case, other, **decided).kind == "safe"
    assert moved(case, other, mapping=decided).do("b").do("c").standing.finished


def test_a_join_that_has_all_it_waits_for_in_the_new_version_fires_at_once():
    def drawn(flow: str) -> bytes:
        nodes = [par("f"), user("a"), user("b"), user("z"), par("j"), user("c"), end("e")]
        return row(*nodes, flows=f"mulai>f f>a f>b f>z a>j b>j z>{flow} j>c c>selesai")

    case = Case(drawn("j")).do("a").do("b")
    assert kinds(verdict(case, drawn("e"))) == ("undecided", ["j"])
    assert verdict(case, BOTH, z="c", j="j").kind == "impossible"
    assert moved(case, drawn("e"), mapping={"j": "j"}).steps == ["c", "z"]


def test_what_only_the_new_version_reads_is_brought_along():
    nodes = [start(), user("a"), xor("x", "k"), user("kecil"), user("besar"), end()]
    asks = bpmn("p", nodes, "mulai>a a>x x>kecil:k\nx>besar[luas > 100]\nkecil>selesai besar>selesai")
    case = moved(Case(PLAIN), asks, variables={"luas": 200})
    assert case.do("a").steps == ["besar"]
    with pytest.raises(ProcessFault):
        moved(Case(PLAIN), asks).do("a")


def test_another_promise_is_to_be_decided():
    quick = row(user("a"), user("b"), flows=STEPS, waktu_layanan="1 hk")
    assert kinds(verdict(Case(PLAIN), quick)) == ("undecided", ["p"])


def test_where_cases_stand_is_told_by_name_and_is_the_same_for_all_who_stand_there():
    one, other = Case(BOTH).do("a"), Case(BOTH).do("a", x=1)
    place = engine.place_of(one.standing.state)
    assert place == engine.place_of(other.standing.state)
    assert hash(place) == hash(engine.place_of(other.standing.state))
    assert [step for step, _name in engine.standing_at(one.drawing, place)] == ["b", "j"]
    with pytest.raises(ProcessFault):
        engine.place_of(b"\x00{}")
