"""Events that come together: which of them happens, what it stops, and that nothing happens twice or by half."""

import pytest

from app.errors import Conflict
from tests.engine.diagrams.activities import data_object, event_gateway, many, rule, until, writes
from tests.engine.diagrams.build import (
    boundary,
    call,
    document,
    end,
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
from tests.engine.diagrams.dmn import decision, dmn, table
from tests.engine.diagrams.events import (
    CANCEL,
    catch,
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
KABAR, SIAGA, GAGAL = message("m1", "kabar"), signal("s1", "siaga"), error("e1", "GAGAL")


def drawn(nodes: list[str], flows: str, *roots: str) -> Case:
    return Case(document(*roots, process("layanan", nodes, flows)))


def woken(step: str, definition: str, *, mild: bool = False) -> str:
    """An event sub-process in which a person does this."""
    begin = start_on(f"m_{step}", definition, interrupting=not mild)
    return event_sub(f"es_{step}", [begin, user(step), end(f"e_{step}")], f"m_{step}>{step} {step}>e_{step}")


def hour(number: int) -> str:
    return timer("timeDuration", f"PT{number}H")


def test_of_two_event_sub_processes_that_interrupt_one_runs():
    nodes = [start(), user("a"), end(), woken("w", on_signal("s1")), woken("v", on_signal("s1"))]
    case = drawn(nodes, "mulai>a a>selesai", SIAGA).signal("siaga")
    assert len(case.steps) == 1 and case.listening == []
    assert case.do(case.steps[0]).standing.finished


def test_of_two_timers_that_are_due_the_earlier_rings_first_whatever_it_stops():
    nodes = [start(), user("a"), end(), woken("w", hour(1), mild=True), woken("v", hour(2))]
    case = drawn(nodes, "mulai>a a>selesai").forward(hours=9)
    assert case.steps == ["v"] and case.passed[1:3] == ["m_w", "m_v"]
    nodes = [start(), user("a"), end(), woken("w", hour(2), mild=True), woken("v", hour(1))]
    case = drawn(nodes, "mulai>a a>selesai").forward(hours=9)
    assert case.steps == ["v"] and case.due == {} and "m_w" not in case.passed


def test_a_reminder_rings_for_every_period_that_was_missed_up_to_what_interrupts():
    nodes = [start(), user("a"), boundary("c", "a", timer("timeCycle", "R5/P1D"), False),
             boundary("i", "a", timer("timeDuration", "P2DT1H")), end("ec"), user("w"), end()]  # fmt: skip
    case = drawn(nodes, "mulai>a a>selesai c>ec i>w w>selesai").forward(days=10)
    assert case.passed == ["mulai", "c", "ec", "c", "ec", "i"]


def test_an_order_that_was_given_is_taken_back_by_what_interrupts():
    order = service("o", "status.publik", {"n": "1"})
    case = drawn([start(), order, end(), woken("w", on_signal("s1"))], "mulai>o o>selesai", SIAGA)
    given = case.id_of("o")
    case.signal("siaga")
    assert (case.orders, case.steps) == ([], ["w"])
    with pytest.raises(Conflict):
        case._move().finish_operation(given, {})


def test_a_signal_that_many_hear_stops_what_it_stops_and_wakes_the_rest():
    room = [start("m"), par("q"), catch("c", on_signal("s1")), user("lanjut"), user("a"), user("x"), end("e"),
            boundary("b", "a", on_signal("s1"), False), woken("w", on_signal("s1"))]  # fmt: skip
    case = drawn(
        [start(), par("p"), sub("d", room, "m>q q>c q>a c>lanjut lanjut>e a>e b>x x>e"),
         catch("luar", on_signal("s1")), user("sesudah"), end()],
        "mulai>p p>d p>luar d>selesai luar>sesudah sesudah>selesai", SIAGA,
    ).signal("siaga")  # fmt: skip
    assert case.steps == ["sesudah", "w"]


def test_a_message_that_several_wait_for_reaches_one():
    room = [start("m"), user("a"), boundary("b", "a", on_message("m1")), user("x"), end("e"),
            woken("w", on_message("m1"))]  # fmt: skip
    case = drawn(
        [start(), sub("d", room, "m>a a>e b>x x>e"), boundary("c", "d", on_message("m1")), user("y"), end()],
        "mulai>d d>selesai c>y y>selesai", KABAR,
    ).tell("kabar")  # fmt: skip
    assert len(case.steps) == 1


def test_a_message_and_a_timer_that_come_in_one_move_are_one_way_on():
    nodes = [start(), event_gateway("g"), catch("c", on_message("m1")), catch("t", hour(1)), user("a"), user("b"),
             end()]  # fmt: skip
    case = drawn(nodes, "mulai>g g>c g>t c>a t>b a>selesai b>selesai", KABAR)
    case.now = case.due["t"]
    assert case.tell("kabar").steps == ["a"] and case.due == {}


def test_an_error_in_one_instance_is_handled_in_that_instance():
    room = [start("m"), user("a"), xor("g", default="k"), end("e"), end("gagal", on_error("e1")),
            woken("w", on_error("e1"))]  # fmt: skip
    case = drawn(
        [start(), sub("d", room, "m>a a>g g>e:k\ng>gagal[x == 1]", many("3")), user("lihat"), end()],
        "mulai>d d>lihat lihat>selesai", GAGAL,
    ).do("a", x=1)  # fmt: skip
    assert case.steps == ["a", "a", "w"]
    assert case.do("w").do("a", x=0).do("a", x=0).steps == ["lihat"]


def test_an_error_out_of_what_undoes_goes_the_way_of_every_error():
    handler = sub("h", [start("hm"), user("z"), end("hg", on_error("e1"))], "hm>z z>hg", **UNDOES)
    room = [start("m"), user("a"), undo("a", "h", handler), throw("t", compensate()), end("e")]
    case = drawn(
        [start(), sub("d", room, "m>a a>t t>e"), boundary("c", "d", on_error("e1")), user("w"), end()],
        "mulai>d d>selesai c>w w>selesai", GAGAL,
    ).do("a").do("z")  # fmt: skip
    assert case.steps == ["w"]


def test_a_transaction_that_is_given_up_is_undone_to_the_end_whatever_comes_from_outside():
    room = [start("m"), user("a"), undo("a", "xa", user("xa", attributes=UNDOES)), end("batal", CANCEL)]
    case = drawn(
        [start(), sub("tr", room, "m>a a>batal", kind="transaction"), boundary("b", "tr", CANCEL),
         boundary("t", "tr", hour(1)), user("w"), user("x"), end()],
        "mulai>tr tr>selesai b>w w>selesai t>x x>selesai",
    ).do("a").forward(hours=2)  # fmt: skip
    assert (case.steps, case.due) == (["xa"], {})
    assert case.do("xa").steps == ["w"]


def test_what_interrupts_stops_what_is_ready_however_many_steps_came_before():
    room = [start("m"), script("nol", "n = 0"), xor("x"), script("s", "n = n + 1"), xor("g", default="k"),
            throw("lempar", on_signal("s1")), script("sesudah", "salah = 1"), end("e")]  # fmt: skip
    case = drawn(
        [start(), sub("d", room, "m>nol nol>x x>s s>g g>lempar:k\ng>x[n < 350]\nlempar>sesudah sesudah>e"),
         boundary("b", "d", on_signal("s1")), user("w"), end()],
        "mulai>d d>selesai b>w w>selesai", SIAGA,
    )  # fmt: skip
    assert case.steps == ["w"] and "sesudah" not in case.passed


def test_a_condition_in_a_called_process_reads_the_data_object_of_that_process():
    called = process(
        "rt",
        [start("m"), data_object("luas"), par("p"), user("u"), script("s", "luas = 9", writes("s", "luas")),
         catch("c", on_condition("luas > 5")), user("a"), end("e")],
        "m>p p>u u>s s>e p>c c>a a>e",
    )  # fmt: skip
    case = drawn([start(), call("d", "rt"), end()], "mulai>d d>selesai", called)
    assert case.do("u").steps == ["a"]
    assert case.do("a").standing.finished


def test_a_handler_reads_a_data_object_as_it_is_now():
    asks = [start_on("em", on_message("m1"), interrupting=False), user("w"), xor("g", default="k"), user("besar"),
            user("kecil"), end("ee")]  # fmt: skip
    handler = event_sub("es", asks, "em>w w>g g>kecil:k besar>ee kecil>ee\ng>besar[luas > 10]")
    nodes = [
        start(),
        data_object("luas"),
        user("a", writes("a", "luas")),
        user("b", writes("b", "luas")),
        user("c"),
    ]
    case = drawn([*nodes, end(), handler], "mulai>a a>b b>c c>selesai", KABAR)
    case.do("a", luas=1).tell("kabar").do("b", luas=42).do("w")
    assert case.steps == ["besar", "c"]


def test_a_decision_reads_a_data_object():
    fees = dmn(decision("tarif", table(["golongan"], ["biaya"], [['"usaha"', '"berbayar"']])))
    writer = script("s", 'golongan = "usaha"', writes("s", "golongan"))
    nodes = [start(), data_object("golongan"), writer, rule("r", "tarif"), user("lihat"), end()]
    case = Case(document(process("layanan", nodes, "mulai>s s>r r>lihat lihat>selesai")), fees)
    assert case.data("lihat")["biaya"] == "berbayar"


def test_an_ad_hoc_sub_process_has_events_on_its_edges_and_begins_anew_in_a_round():
    chosen = [user("foto"), boundary("b", "foto", hour(1), False), user("ingat"), user("tanya")]
    box = sub("bebas", chosen, "b>ingat", until("cukup == 1"), "adHocSubProcess")
    case = drawn(
        [start(), xor("m"), box, user("putus"), xor("g", default="k"), end()],
        "mulai>m m>bebas bebas>putus putus>g g>selesai:k\ng>m[lagi == 1]",
    ).forward(hours=2)  # fmt: skip
    assert case.steps == ["foto", "ingat", "tanya"]
    assert case.do("ingat").do("foto", cukup=1).steps == ["putus"]
    assert case.do("putus", lagi=1).steps == ["foto", "tanya"]


def test_a_handler_that_is_done_last_brings_only_what_was_written_in_it():
    room = [
        start("m"),
        xor("x"),
        user("a"),
        xor("g", default="k"),
        end("e"),
        woken("w", on_message("m1"), mild=True),
    ]
    nodes = [
        start(),
        sub("d", room, "m>x x>a a>g g>x:k\ng>e[putus == 1]"),
        user("lihat"),
        script("s", "z = catat"),
        end(),
    ]
    case = drawn(nodes, "mulai>d d>lihat lihat>s s>selesai", KABAR)
    case.do("a", putus=0).tell("kabar").do("a", putus=1).do("w", catat=5)
    assert (case.data("lihat")["putus"], case.data("lihat")["catat"]) == (1, 5)


@pytest.mark.parametrize("way", ["w>f", "w>j"], ids=["ends apart", "joins"])
@pytest.mark.parametrize("compact", [True, False])
def test_what_an_event_on_the_edge_gave_its_handler_does_not_come_back_later(way, compact):
    inside = [start("sm"), xor("x"), user("a"), xor("g", default="k"), end("se")]
    loop = sub("s", inside, "sm>x x>a a>g g>x:k\ng>se[putus == 1]")
    room = [start("m"), loop, boundary("b", "s", on_message("m1"), False), user("w"), end("e"), end("f")]
    join, rest = ([par("j")], "s>j j>e") if "j" in way else ([], "s>e")
    nodes = [start(), sub("d", [*room, *join], f"m>s {rest} b>w {way}"), user("lihat"), end()]
    file = document(KABAR, process("layanan", nodes, "mulai>d d>lihat lihat>selesai"))
    case = Case(file, compact=compact)
    case.do("a", putus=0).tell("kabar").do("a", putus=1).do("w")
    assert case.data("lihat")["putus"] == 1
