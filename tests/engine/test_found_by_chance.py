"""What random diagrams found, each as the smallest drawing that shows it."""

import pytest

from tests.engine.diagrams.activities import again, many
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
)
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import (
    catch,
    compensate,
    error,
    event_sub,
    message,
    on_condition,
    on_error,
    on_message,
    start_on,
    throw,
    undo,
)


def drawn(*nodes: str, flows: str, roots: tuple[str, ...] = ()) -> bytes:
    return document(*roots, process("temuan", [start(), *nodes, end()], flows))


def test_an_event_sub_process_undoes_what_was_done_in_itself():
    for activity in ("ganti", ""):
        woken = event_sub(
            "tangani",
            [start_on("d", on_message("M")), user("ganti"), undo("ganti", "batal_ganti"),
             throw("batalkan", compensate(activity)), end("f")],
            "d>ganti ganti>batalkan batalkan>f",
        )  # fmt: skip
        case = Case(
            drawn(user("a"), undo("a", "batal_a"), user("b"), woken,
                  flows="mulai>a a>b b>selesai", roots=(message("M"),))
        )  # fmt: skip
        case.do("a").tell("M")
        case.do("ganti")
        undone = [name for name in case.passed if name.startswith("batal_")]
        assert undone == (["batal_ganti"] if activity else ["batal_ganti", "batal_a"])
        assert case.standing.finished


def test_an_inclusive_join_behind_a_boundary_event_does_not_wait_for_the_next_round():
    """The token at `tunggu` could come to either flow of the join, but only round by the edge of `a`."""
    case = Case(
        drawn(
            xor("ulang"), par("bagi"), user("a"), boundary("habis", "a", timer("timeDuration", "P1D")), inclusive("g"),
            user("x"), user("y"), inclusive("j"), xor("satu"), throw("kabari", on_message("M")),
            catch("tunggu", on_message("M")), par("temu"), user("putus"), xor("lagi"),
            flows="""mulai>ulang ulang>bagi bagi>a bagi>tunggu habis>g
            g>x[1 == 1]
            g>y[1 == 2]
            x>j y>j j>satu a>satu satu>kabari kabari>temu tunggu>temu temu>putus putus>lagi
            lagi>ulang[ulangi == 1]
            lagi>selesai[ulangi == 0]""",
            roots=(message("M"),),
        )
    )  # fmt: skip
    for round_ in (1, 0):
        case.forward(days=1).do("x")
        assert case.steps == ["putus"]
        case.do("putus", ulangi=round_)
    assert case.standing.finished


def test_an_inclusive_join_still_waits_for_who_may_come_over_the_edge_of_an_activity():
    case = Case(
        bpmn(
            "tepi",
            [
                start(), par("bagi"), user("a"), user("b"), boundary("habis", "b", timer("timeDuration", "P1D")),
                inclusive("j"), user("c"), end(), end("lain"),
            ],
            "mulai>bagi bagi>a bagi>b a>j habis>j b>lain j>c c>selesai",
        )
    )  # fmt: skip
    assert case.do("a").steps == ["b"]
    assert case.forward(days=1).steps == ["c"]


def test_a_repeated_scope_does_not_write_again_what_was_written_in_it():
    """Otherwise the next scope would start with a condition that was true long ago."""
    rain = event_sub(
        "bangun",
        [
            start_on("d", on_condition("hujan == 1"), interrupting=False),
            script("reda", "hujan = 0"),
            end("f"),
        ],
        "d>reda reda>f",
    )
    inner = sub(
        "ruang", [start("n"), user("u"), script("turun", "hujan = 1"), user("kerja"), end("g"), rain],
        "n>u u>turun turun>kerja kerja>g", again(maximum=2),
    )  # fmt: skip
    outer = sub("luar", [start("m"), inner, end("e")], "m>ruang ruang>e", many("2", one_by_one=True))
    case = Case(drawn(outer, flows="mulai>luar luar>selesai"))
    for _time in range(4):
        case.do("u").do("kerja")
    assert case.passed.count("d") == 4
    assert case.standing.finished


def test_what_a_marker_gathers_is_new_to_whoever_looks():
    asked = user("tanya", many("2", kept="semua", each="satu"))
    case = Case(
        drawn(par("bagi"), asked, catch("cukup", on_condition("len(semua) == 2")), par("temu"),
              flows="mulai>bagi bagi>tanya bagi>cukup tanya>temu cukup>temu temu>selesai")
    )  # fmt: skip
    case.do("tanya", satu=1).do("tanya", satu=2)
    assert case.standing.finished


@pytest.mark.parametrize("gateway", [par, inclusive])
def test_many_reviews_in_a_row_cost_no_more_than_their_steps(gateway):
    """Looking ahead over all their ways would take three to the power of twenty tasks."""
    nodes, flows, last = [], [], "mulai"
    for number in range(20):
        split, join = f"p{number}", f"j{number}"
        nodes += [gateway(split), gateway(join), *(script(f"s{number}_{way}", "x = 1") for way in range(3))]
        flows.append(f"{last}>{split}")
        for way in range(3):
            condition = "[1 == 1]" if gateway is inclusive else ""
            flows += [f"{split}>s{number}_{way}{condition}", f"s{number}_{way}>{join}"]
        last = join
    case = Case(drawn(*nodes, user("a"), flows="\n".join([*flows, f"{last}>a", "a>selesai"])))
    assert len(case.passed) == 1 + 20 * 5
    assert case.do("a").standing.finished


def test_tokens_that_would_multiply_later_cost_nothing_before():
    nodes = [script(f"k{number}", "x = 1", completionQuantity="20") for number in range(8)]
    ways = " ".join(f"k{number}>k{number + 1}" for number in range(7))
    case = Case(drawn(user("a"), xor("g", "d"), *nodes, end("lain"),
                      flows=f"mulai>a a>g g>selesai:d {ways} k7>lain\ng>k0[banyak == 1]"))  # fmt: skip
    assert case.do("a", banyak=0).standing.finished


@pytest.mark.parametrize("compact", [True, False])
def test_what_an_event_sub_process_writes_is_the_last_word_of_its_scope(compact):
    """Also where it writes what stood there before the branch that it interrupts."""
    woken = event_sub(
        "w", [start_on("d", on_error("E")), script("pulih", "x = 1"), end("f")], "d>pulih pulih>f"
    )
    inner = [
        start("m"), par("p"), script("ubah", "x = 2"), end("gagal", on_error("E")), script("lain", "y = 5"), end("e"),
        woken,
    ]  # fmt: skip
    box = sub("ruang", inner, "m>p p>lain lain>e p>ubah ubah>gagal")
    case = Case(
        drawn(script("awal", "x = 1"), box, user("lihat"), script("baca", "z = [x, y]"),
              flows="mulai>awal awal>ruang ruang>lihat lihat>baca baca>selesai", roots=(error("E", "e"),)),
        compact=compact,
    )  # fmt: skip
    data = case.data("lihat")
    assert (data["x"], data["y"]) == (1, 5)
