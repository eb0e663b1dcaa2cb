"""A case moves through every kind of drawing, and never for ever."""

import threading
import time
from datetime import datetime

import pytest

from app import engine
from app.errors import Invalid, ProcessFault
from tests.effort import soon
from tests.engine.diagrams.build import (
    arrows,
    boundary,
    bpmn,
    call,
    document,
    end,
    lane,
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
from tests.engine.diagrams.case import CALENDAR, MONDAY, Case
from tests.engine.diagrams.several import ALL

TIERS = bpmn(
    "berjenjang",
    [
        start(), user("rt"), xor("g1"), user("lurah"), xor("g2"), user("perbaiki"), xor("arah", default="ke_rt"),
        service("terbitkan", "surat.terbitkan", {"templat": '"a"'}), end("terbit", hasil="terbit"),
        end("ditolak", hasil="ditolak"),
    ],
    """mulai>rt rt>g1 lurah>g2 perbaiki>arah terbitkan>terbit arah>rt:ke_rt
    g1>lurah[keputusan == "setuju"]
    g1>perbaiki[keputusan == "kembalikan"]
    g1>ditolak[keputusan == "tolak"]
    g2>terbitkan[keputusan == "setuju"]
    g2>perbaiki[keputusan == "kembalikan"]
    g2>ditolak[keputusan == "tolak"]
    arah>lurah[langkah == "lurah"]""",
    [
        lane("Pemohon", ["mulai", "perbaiki"], role="pemohon"),
        lane("RT", ["rt"], role="rt"),
        lane("Lurah", ["lurah", "terbitkan"], role="lurah"),
    ],
)  # fmt: skip


def test_a_return_comes_back_to_the_step_that_returned_it():
    case = Case(TIERS).do("rt", keputusan="setuju").do("lurah", keputusan="kembalikan")
    assert case.steps == ["perbaiki"]
    assert case.do("perbaiki").steps == ["lurah"]
    assert case.data("lurah")["langkah"] == "lurah"
    case.do("lurah", keputusan="setuju").perform("terbitkan")
    assert (case.standing.finished, case.standing.ended) == (True, ("terbit",))


def test_a_refusal_ends_the_case_without_an_order():
    case = Case(TIERS).do("rt", keputusan="tolak")
    assert (case.standing.finished, case.ended, case.orders) == (True, ["ditolak"], [])


def test_a_decision_that_nobody_drew_is_a_fault_and_changes_nothing():
    case = Case(TIERS)
    with pytest.raises(ProcessFault, match="g1"):
        case.do("rt", keputusan="entah")
    assert case.do("rt", keputusan="setuju").steps == ["lurah"]


def test_an_error_in_a_subprocess_goes_to_its_boundary_before_anything_else_happens():
    error = '<bpmn:error id="E" errorCode="gagal"/>'
    fails = '<bpmn:errorEventDefinition errorRef="E"/>'
    drawn = bpmn(
        "galat",
        [
            start(),
            sub(
                "isi",
                [start("m"), par("p"), user("u"), script("s", "x = 1"), end("gagal", fails), end("e"),
                 *(script(f"jangan{n}", "salah = 1") for n in range(5)), end("f")],
                "m>p p>u p>s p>jangan0 s>gagal u>e jangan4>f "
                + " ".join(f"jangan{n}>jangan{n + 1}" for n in range(4)),
            ),
            boundary("tangkap", "isi", fails), user("perbaiki"), user("lanjut"), end(),
        ],
        "mulai>isi isi>lanjut tangkap>perbaiki perbaiki>selesai lanjut>selesai",
    ).replace(b"</bpmn:definitions>", error.encode() + b"</bpmn:definitions>")  # fmt: skip
    case = Case(drawn)
    assert (case.steps, case.ended) == (["perbaiki"], ["gagal"])
    assert case.do("perbaiki").standing.finished


def test_an_escalation_out_of_a_subprocess_may_leave_it_running():
    raises = "<bpmn:escalationEventDefinition escalationRef='S'/>"
    drawn = bpmn(
        "naik",
        [
            start(),
            sub("isi", [start("m"), node("intermediateThrowEvent", "lapor", raises), user("u"), end("e")],
                "m>lapor lapor>u u>e"),
            boundary("dengar", "isi", raises, interrupting=False), user("atasan"), end("f"), end(),
        ],
        "mulai>isi isi>selesai dengar>atasan atasan>f",
    ).replace(b"</bpmn:definitions>", b'<bpmn:escalation id="S" escalationCode="s"/></bpmn:definitions>')  # fmt: skip
    case = Case(drawn)
    assert case.steps == ["atasan", "u"]
    assert case.do("u").do("atasan").standing.finished


def test_a_terminate_end_stops_every_branch():
    drawn = bpmn(
        "penghentian",
        [start(), par("p"), user("a"), user("b"), end("henti", "<bpmn:terminateEventDefinition/>"), end()],
        "mulai>p p>a p>b a>henti b>selesai",
    )
    case = Case(drawn).do("a")
    assert (case.standing.finished, case.steps, case.ended) == (True, [], ["henti"])


def test_branches_that_end_apart_in_a_subprocess_both_bring_their_data_back():
    inner = sub(
        "isi",
        [
            start("m"), par("p"), user("u"), script("su", "a = 1"), end("eu"), user("v"), script("sv", "b = 2"),
            end("ev"), user("w"), end("ew"),
        ],
        "m>p p>u p>v p>w u>su su>eu v>sv sv>ev w>ew",
    )  # fmt: skip
    case = Case(bpmn("cabang", [start(), inner, user("lihat"), end()], "mulai>isi isi>lihat lihat>selesai"))
    data = case.do("u").forward(days=1).do("v").forward(days=1).do("w").data("lihat")
    assert (data["a"], data["b"]) == (1, 2)


def test_results_of_a_called_process_come_back_to_the_caller():
    caller = bpmn("p", [start(), call("c", "q"), user("lihat"), end()], "mulai>c c>lihat lihat>selesai")
    called = bpmn("q", [start("m"), user("u"), script("s", "hasil = n + 1"), end("e")], "m>u u>s s>e")
    case = Case(caller, called, n=4)
    assert case.do("u").data("lihat")["hasil"] == 5


def test_a_timer_on_a_called_process_takes_all_of_it_away():
    caller = bpmn(
        "p",
        [
            start(),
            call("c", "q"),
            boundary("habis", "c", timer("timeDuration", "P1D")),
            user("atasan"),
            end(),
        ],
        "mulai>c c>selesai habis>atasan atasan>selesai",
    )
    called = bpmn("q", [start("m"), call("d", "r"), end("e")], "m>d d>e")
    inner = bpmn("r", [start("n"), user("u"), end("f")], "n>u u>f")
    case = Case(caller, called, inner)
    assert case.steps == ["u"]
    assert case.forward(days=1).steps == ["atasan"]
    assert case.do("atasan").standing.finished


ENDLESS = {
    "script loop": bpmn(
        "p", [start(), xor("m"), script("s", "n = 1"), xor("g", "d"), end()],
        "mulai>m m>s s>g\ng>m[n == 1]\ng>selesai:d",
    ),
    "parallel bomb": bpmn(
        "p", [start(), xor("m"), par("p1"), xor("g", "d"), end()], "mulai>m m>p1 p1>g p1>m\ng>m[1 == 1]\ng>selesai:d"
    ),
    "growing text": bpmn(
        "p", [start(), script("a", 's = "x"'), xor("m"), script("t", "s = s + s"), xor("g", "d"), end()],
        "mulai>a a>m m>t t>g\ng>m[1 == 1]\ng>selesai:d",
    ),
    "timer of no length": bpmn(
        "p",
        [start(), xor("m"), node("intermediateCatchEvent", "t", timer("timeDuration", "PT0S")), xor("g", "d"), end()],
        "mulai>m m>t t>g\ng>m[1 == 1]\ng>selesai:d",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENDLESS)
def test_endless_work_is_stopped_soon(kind):
    with soon(3), pytest.raises(ProcessFault):
        Case(ENDLESS[kind])


def test_the_longest_chain_that_is_accepted_runs_to_its_end():
    names = [f"s{n}" for n in range(240)]
    flows = " ".join(f"{a}>{b}" for a, b in zip(["mulai", *names], [*names, "selesai"], strict=True))
    assert Case(
        bpmn("panjang", [start(), *(script(n, "x = 1") for n in names), end()], flows)
    ).standing.finished
    people = Case(bpmn("panjang2", [start(), *(user(n) for n in names), end()], flows))
    for name in names[:20]:
        people.do(name)
    assert people.steps == ["s20"]


def test_a_moment_without_a_zone_is_refused():
    drawing = engine.read({"a.bpmn": TIERS}, "a.bpmn")
    with pytest.raises(ProcessFault):
        engine.start(drawing, {}, datetime(2026, 1, 1, tzinfo=MONDAY.tzinfo).replace(tzinfo=None))


def test_cases_on_one_drawing_do_not_touch_each_other():
    drawing = engine.read({"a.bpmn": ALL["paralel"][0]}, "a.bpmn")
    faults: list[BaseException] = []

    def play(number: int) -> None:
        try:
            for turn in range(6):
                standing = engine.start(drawing, {}, MONDAY, calendar=CALENDAR)
                while not standing.finished:
                    task = standing.waiting[(number + turn) % len(standing.waiting)]
                    decision = {"keputusan": "setuju"}
                    standing = engine.complete(
                        drawing, standing.state, task.id, decision, MONDAY, calendar=CALENDAR
                    )
        except BaseException as mishap:
            faults.append(mishap)

    threads = [threading.Thread(target=play, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def test_a_step_is_cheap_also_after_many_rounds():
    case = Case(TIERS)
    drawing, standing = case.drawing, case.standing
    began = time.perf_counter()
    for _round in range(60):
        for decision in ("kembalikan", "kembalikan"):
            task = standing.waiting[0]
            standing = engine.complete(drawing, standing.state, task.id, {"keputusan": decision}, MONDAY)
    assert (time.perf_counter() - began) / 120 < 0.02


def test_a_drawing_is_read_once_and_again_when_a_byte_changes():
    files = {"a.bpmn": TIERS}
    assert engine.read(files, "a.bpmn") is engine.read(dict(files), "a.bpmn")
    changed = {"a.bpmn": TIERS.replace(b"Tugas rt", b"Tugas RT")}
    assert engine.read(changed, "a.bpmn") is not engine.read(files, "a.bpmn")
    assert engine.read(changed, "a.bpmn").steps["rt"].name == "Tugas RT"


def test_the_main_process_is_found_by_path_by_id_and_as_the_one_nobody_calls():
    both = document(
        process("bantu", [start("m"), user("u"), end("e")], "m>u u>e"),
        process("utama", [start(), call("c", "bantu"), end()], "mulai>c c>selesai"),
    )
    assert engine.read({"x.bpmn": both}, "x.bpmn").process_id == "utama"
    assert engine.read({"x.bpmn": both}, "bantu").process_id == "bantu"
    with pytest.raises(Invalid):
        engine.read({"x.bpmn": both}, "tidak_ada")


@pytest.mark.parametrize("kind", ["scriptTask", "task", "intermediateThrowEvent", "subProcess"])
def test_scripts_before_and_after_run_wherever_they_may_stand(kind):
    held = (
        "<bpmn:extensionElements><spiffworkflow:preScript>n = n + 1</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>n = n * 10</spiffworkflow:postScript></bpmn:extensionElements>"
    )
    inner = {"scriptTask": "<bpmn:script>n = n + 2</bpmn:script>"}.get(kind, "")
    if kind == "subProcess":
        inner = f"{start('m2')}{end('e2')}{arrows('m2>e2', prefix='x')}"
    case = Case(
        bpmn("skrip", [start(), node(kind, "t", held + inner), user("u"), end()], "mulai>t t>u u>selesai"),
        n=1,
    )
    assert case.data("u")["n"] == (40 if kind == "scriptTask" else 20)
