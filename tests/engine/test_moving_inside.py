"""What a case has open inside something goes over with it: sub-processes, repeated and called work, orders, undoing."""

from app import engine
from tests.engine.diagrams.activities import many
from tests.engine.diagrams.build import bpmn, call, document, end, process, service, start, sub, user
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import compensate, throw, undo
from tests.engine.diagrams.movable import kinds, moved, verdict


def row(*nodes: str, flows: str, **settings: str) -> bytes:
    return bpmn("p", [start(), *nodes, end()], flows, **settings)


def test_what_is_inside_goes_over_with_what_is_around_it():
    def drawn(inner: str, **how: str) -> bytes:
        nodes = [sub(how.get("name", "isi"), [start("m"), user(inner), end("e")], f"m>{inner} {inner}>e")]
        return row(
            *nodes, user("b"), flows=f"mulai>{how.get('name', 'isi')} {how.get('name', 'isi')}>b b>selesai"
        )

    case = Case(drawn("x"))
    assert kinds(verdict(case, drawn("x", name="isi2"))) == ("undecided", ["isi"])
    assert kinds(verdict(case, drawn("y", name="isi2"), isi="isi2")) == ("undecided", ["x"])
    moved(case, drawn("y", name="isi2"), mapping={"isi": "isi2", "x": "y"})
    assert case.do("y").do("b").standing.finished


def test_repeated_work_keeps_its_count_and_cannot_change_its_shape():
    def drawn(marker: str, step: str = "a") -> bytes:
        return row(user(step, marker), user("b"), flows=f"mulai>{step} {step}>b b>selesai")

    case = Case(drawn(many("3"))).do("a")
    assert kinds(verdict(case, drawn(many("5")))) == ("undecided", ["a"])
    assert verdict(case, drawn(many("3", one_by_one=True))).kind == "impossible"
    moved(case, drawn(many("5"), "tiap"), mapping={"a": "tiap"})
    assert case.do("tiap").do("tiap").steps == ["b"]


def test_a_called_process_may_be_another_one_with_the_same_steps():
    def drawn(name: str) -> bytes:
        inner = process(name, [start("m"), user("a"), end("e")], "m>a a>e")
        return document(
            process("p", [start(), call("c", name), user("b"), end()], "mulai>c c>b b>selesai"), inner
        )

    case = Case(drawn("satu"), main="p")
    other = engine.read({"bpmn/0.bpmn": drawn("dua")}, "p")
    found = engine.compare(case.drawing, other, engine.place_of(case.standing.state), mapping={})
    assert kinds(found) == ("undecided", ["c"])
    standing = engine.move_over(case.drawing, other, case.standing.state, case.now, mapping={"c": "c"})
    case.drawing = other
    assert case._take(standing).do("a").do("b").standing.finished


def test_an_order_in_the_workers_hands_stays_ordered():
    def drawn(told: str, **more: str) -> bytes:
        nodes = [service("o", "status.publik", {"teks": told}), user("b")]
        return row(*nodes, flows="mulai>o o>b b>selesai", **more)

    case = Case(drawn('"lama"'))
    assert kinds(verdict(case, drawn('"baru"'))) == ("undecided", ["o"])
    moved(case, drawn('"baru"'), mapping={"o": "o"})
    assert [order.params for order in case.standing.operations] == [{"teks": "lama"}]
    assert case.perform("o").do("b").standing.finished


def test_what_was_done_can_still_be_undone():
    def drawn(handler: str, *, asks: bool = True) -> bytes:
        nodes = [start(), user("a"), undo("a", handler), user("b"), end()]
        nodes += [throw("batal", compensate())] if asks else []
        flows = "mulai>a a>b b>batal batal>selesai" if asks else "mulai>a a>b b>selesai"
        return bpmn("p", nodes, flows)

    case = Case(drawn("cabut")).do("a")
    assert kinds(verdict(case, drawn("cabut2"))) == ("undecided", ["cabut"])
    assert kinds(verdict(case, drawn("cabut2", asks=False))) == ("safe", [])
    moved(case, drawn("cabut2"), mapping={"cabut": "cabut2"})
    case.do("b")
    assert "cabut2" in case.passed
