"""Elements that meet: where two rules of the kernel hold at once, and where a round or a store must not show."""

import pytest

from app import engine
from app.errors import ProcessFault
from tests.engine.diagrams.activities import again, complex_gateway, data_object, many, until, writes
from tests.engine.diagrams.build import boundary, document, end, par, process, script, start, sub, user, xor
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import (
    compensate,
    error,
    event_sub,
    message,
    on_condition,
    on_error,
    on_message,
    on_signal,
    signal,
    start_on,
    throw,
    undo,
)

UNDOES = {"isForCompensation": "true"}
KABAR, SIAGA = message("m1", "kabar"), signal("s1", "siaga")
GAGAL = error("e1", "GAGAL")


def drawn(nodes: list[str], flows: str, *roots: str, compact: bool = True) -> Case:
    return Case(document(*roots, process("layanan", nodes, flows)), compact=compact)


def shown(*names: str) -> str:
    """A script that reads these variables, so that the drawing knows them."""
    return script("tampil", f"semua = [{', '.join(names)}]")


def test_a_condition_reads_a_data_object_of_the_process():
    case = drawn(
        [start(), data_object("luas"), script("catat", "luas = 42", writes("catat", "luas")), xor("g", default="k"),
         user("besar"), user("kecil"), end(), end("e2")],
        "mulai>catat catat>g besar>selesai kecil>e2\ng>besar[luas > 10]\ng>kecil:k",
    )  # fmt: skip
    assert case.steps == ["besar"]


def test_a_complex_gateway_reads_a_data_object_of_the_process():
    case = drawn(
        [start(), data_object("perlu"), script("catat", "perlu = 2", writes("catat", "perlu")), par("p"), user("a"),
         user("b"), user("c"), complex_gateway("k", "activationCount >= perlu"), user("lihat"), end()],
        "mulai>catat catat>p p>a p>b p>c a>k b>k c>k k>lihat lihat>selesai",
    )  # fmt: skip
    assert case.do("a").do("b").steps == ["c", "lihat"]


@pytest.mark.parametrize("compact", [True, False])
def test_a_branch_that_ends_last_does_not_undo_what_another_wrote(compact):
    inner = [start("m"), par("p"), script("s", "x = 1"), user("u"), end("e"), end("f")]
    case = drawn(
        [start(), script("nol", "x = 0"), sub("d", inner, "m>p p>s p>u s>e u>f"), user("lihat"), shown("x"), end()],
        "mulai>nol nol>d d>lihat lihat>tampil tampil>selesai", compact=compact,
    )  # fmt: skip
    assert case.do("u").data("lihat")["x"] == 1


@pytest.mark.parametrize("compact", [True, False])
def test_of_two_branches_that_end_apart_the_later_word_counts(compact):
    inner = [start("m"), par("p"), *map(user, "abc"), *map(end, "efg")]
    case = drawn(
        [start(), sub("d", inner, "m>p p>a p>b p>c a>e b>f c>g"), user("lihat"), shown("x", "y"), end()],
        "mulai>d d>lihat lihat>tampil tampil>selesai", compact=compact,
    ).do("a", x=1).do("b", x=2).do("c", y=1)  # fmt: skip
    assert (case.data("lihat")["x"], case.data("lihat")["y"]) == (2, 1)


def test_a_handler_that_begins_late_does_not_write_again_what_it_was_given():
    begins = start_on("em", on_condition("x == 1"), interrupting=False)
    case = drawn(
        [start(), script("lima", "x = 5"), par("p"), script("sa", "x = 1"), script("sb", "x = 0"), user("u"),
         par("j"), end(), event_sub("es", [begins, user("w"), end("ee")], "em>w w>ee")],
        "mulai>lima lima>p p>sa p>sb p>u sa>j sb>j u>j j>selesai",
    )  # fmt: skip
    assert case.passed.count("em") == 1


def test_an_error_out_of_one_instance_brings_what_was_written_and_not_whose_turn_it_was():
    inner = [start("m"), user("a"), end("gagal", on_error("e1"))]
    case = drawn(
        [start(), script("siap", 'daftar = ["x", "y"]\norang = "asli"'),
         sub("d", inner, "m>a a>gagal", many(over="daftar", item="orang")), boundary("b", "d", on_error("e1")),
         user("w"), shown("orang", "loopCounter", "catatan"), end()],
        "mulai>siap siap>d d>selesai b>w w>tampil tampil>selesai", GAGAL,
    )  # fmt: skip
    second = next(each for each in case.standing.waiting if each.variables["orang"] == "y")
    seen = case.answer(second.id, catatan="rusak").data("w")
    assert (seen["orang"], seen.get("loopCounter"), seen["catatan"]) == ("asli", None, "rusak")


def test_an_ad_hoc_sub_process_asks_only_what_was_written_in_it():
    chosen = sub("bebas", [user("foto"), user("tanya")], "", until("lengkap == 1"), "adHocSubProcess")
    case = drawn(
        [start(), sub("d", [start("m"), chosen, end("e")], "m>bebas bebas>e", many("2")), user("lihat"), end()],
        "mulai>d d>lihat lihat>selesai",
    )  # fmt: skip
    for number, answers in ((1, {"lengkap": 1}), (2, {})):
        open_ = [each for each in case.standing.waiting if each.variables["loopCounter"] == number]
        case.answer(next(each.id for each in open_ if each.step == "foto"), **answers)
    assert case.steps == ["foto", "tanya"]


def test_an_event_sub_process_in_an_event_sub_process_undoes_what_the_outer_scope_did():
    inner = event_sub(
        "es2", [start_on("en", on_signal("s1")), throw("t", compensate()), end("ef")], "en>t t>ef"
    )
    outer = event_sub("es", [start_on("em", on_message("m1")), user("w"), end("ee"), inner], "em>w w>ee")
    nodes = [start(), user("a"), undo("a", "xa"), user("b"), end(), outer]
    case = drawn(nodes, "mulai>a a>b b>selesai", KABAR, SIAGA).do("a").tell("kabar").signal("siaga")
    assert "xa" in case.passed and case.standing.finished


def test_what_undoes_is_not_undone_itself():
    handler = sub("h", [start("hm"), user("z"), undo("z", "xz"), end("he")], "hm>z z>he", **UNDOES)
    nodes = [
        start(),
        user("a"),
        undo("a", "h", handler),
        throw("t", compensate()),
        throw("t2", compensate()),
        end(),
    ]
    case = drawn(nodes, "mulai>a a>t t>t2 t2>selesai").do("a").do("z")
    assert case.standing.finished and "xz" not in case.passed


@pytest.mark.parametrize("marker", [many("3"), many("3", one_by_one=True), again(maximum=3)])
def test_every_instance_of_a_repeated_activity_is_undone_the_last_first(marker):
    nodes = [start(), user("a", marker), undo("a", "xa", user("xa", attributes=UNDOES)), throw("t", compensate()),
             shown("n"), end()]  # fmt: skip
    case = drawn(nodes, "mulai>a a>t t>tampil tampil>selesai").do("a", n=1).do("a", n=2).do("a", n=3)
    seen = []
    while case.steps == ["xa"]:
        seen.append(case.data("xa")["n"])
        case.do("xa")
    assert seen == [3, 2, 1] and case.standing.finished


def test_the_handler_of_a_repeated_sub_process_takes_the_place_of_those_inside():
    box = sub("d", [start("m"), user("a"), undo("a", "xa"), end("e")], "m>a a>e", many("2"))
    nodes = [start(), box, undo("d", "xd"), throw("t", compensate()), end()]
    case = drawn(nodes, "mulai>d d>t t>selesai").do("a").do("a")
    assert case.standing.finished and "xa" not in case.passed and case.passed.count("xd") == 2


def test_no_event_sub_process_begins_when_only_others_are_still_at_work():
    mild = event_sub(
        "es", [start_on("em", on_message("m1"), interrupting=False), user("w"), end("ee")], "em>w w>ee"
    )
    hard = event_sub("et", [start_on("en", on_signal("s1")), user("v"), end("ef")], "en>v v>ef")
    case = drawn([start(), user("a"), end(), mild, hard], "mulai>a a>selesai", KABAR, SIAGA).tell("kabar")
    assert case.listening == ["message:kabar", "signal:siaga"]
    case.do("a")
    assert (case.steps, case.listening) == (["w"], [])
    assert case.do("w").standing.finished


def test_a_message_whose_contents_have_no_name_is_a_fault_of_the_drawing():
    file = document(
        KABAR, process("layanan", [start_on("m", on_message("m1")), user("u"), end()], "m>u u>selesai")
    )
    with pytest.raises(ProcessFault):
        Case(file, event=engine.Event("message", "kabar", "hanya teks"))


@pytest.mark.parametrize("text", ["x = [x]", "x = [x, x]", 'x = {"a": x, "b": [x]}'])
def test_a_value_that_grows_in_itself_is_a_fault_long_before_it_cannot_be_stored(text):
    nodes = [start(), script("satu", "x = 1"), script("t", text, again(maximum=90)), user("u"), end()]
    with pytest.raises(ProcessFault):
        drawn(nodes, "mulai>satu satu>t t>u u>selesai")


def test_data_that_could_never_be_read_back_is_not_stored():
    box = sub("d", [start("m"), user("u"), end("e")], "m>u u>e", many("100"))
    large = f'x = "{"a" * 900}"\nx = x + x + x + x + x + x + x + x + x + x\nx = [{", ".join("x" * 90)}]'
    with pytest.raises(ProcessFault, match="terlalu besar"):
        drawn([start(), script("s", large), box, end()], "mulai>s s>d d>selesai")
