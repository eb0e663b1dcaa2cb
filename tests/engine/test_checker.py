"""Drawings that cannot work are refused with the place, the reason and the repair. (ASVS 5.0: 1.5.1, 2.2.1)"""

import pytest

from app import engine
from app.errors import Invalid, ProcessFault
from tests.effort import soon
from tests.engine.attacks import ATTACKS, SCRIPT_ATTACKS
from tests.engine.diagrams.activities import again, many, reads
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    call,
    document,
    end,
    inclusive,
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
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.several import ALL

PLAIN = "mulai>a a>selesai"


def rules(*files: bytes, **more: object) -> set[str]:
    named = {f"{index}.bpmn": content for index, content in enumerate(files)}
    return {problem.rule for problem in engine.check(named, **more)}


def with_node(drawn: str) -> bytes:
    return bpmn("p", [start(), drawn, end()], PLAIN, [lane("RT", ["mulai", "a", "selesai"], role="rt")])


BROKEN = {
    "tanpa-awal": bpmn("p", [user("a"), end()], "a>selesai"),
    "awal-ganda": bpmn("p", [start(), start("lagi"), user("a"), end()], "mulai>a lagi>a a>selesai"),
    "tanpa-akhir": bpmn("p", [start(), user("a")], "mulai>a"),
    "jalan-buntu": bpmn("p", [start(), xor("g", "x"), user("a"), end()], "mulai>g\ng>a[1 == 1]\ng>selesai:x"),
    "alur-putus": bpmn("p", [start(), user("a"), end()], "mulai>a a>selesai a>hilang"),
    "alur-terlarang": bpmn("p", [start(), user("a"), end()], "mulai>a a>selesai selesai>a"),
    "tak-terjangkau": bpmn("p", [start(), user("a"), user("b"), end()], "mulai>a a>selesai b>selesai"),
    "tanpa-jalan-keluar": bpmn(
        "p",
        [start(), xor("g", "x"), user("a"), user("b"), end()],
        "mulai>g\ng>a[1 == 1]\ng>selesai:x\na>b b>a",
    ),
    "id-hilang": with_node(node("userTask", "").replace(' id=""', "")),
    "id-ganda": bpmn("p", [start(), user("a"), user("a"), end()], PLAIN),
    "id-terlarang": bpmn("p", [start("Start"), user("a"), end("End")], "Start>a a>End"),
    "id-aneh": bpmn("p", [start(), user("x" * 101), end()], f"mulai>{'x' * 101} {'x' * 101}>selesai"),
    "tanpa-syarat": bpmn("p", [start(), xor("g"), user("a"), end()], "mulai>g g>a g>selesai a>selesai"),
    "jalur-lain-hilang": bpmn(
        "p",
        [start(), xor("g", default="salah"), user("a"), end()],
        "mulai>g\ng>a[x == 1]\ng>selesai[x == 2]\na>selesai",
    ),
    "syarat-diabaikan": bpmn("p", [start(), par("a"), end()], "mulai>a\na>selesai[x == 1]"),
    "menunggu-diri": bpmn(
        "p",
        [start(), par("bagi"), user("a"), user("b"), par("j"), xor("g", "x"), end()],
        "mulai>bagi bagi>a bagi>b a>j b>j j>g\ng>bagi[ulang == 1]\ng>selesai:x",
    ),
    "putaran-otomatis": bpmn(
        "p",
        [start(), xor("m"), script("s", "x = 1"), xor("g", "d"), end()],
        "mulai>m m>s s>g\ng>m[x == 1]\ng>selesai:d",
    ),
    "ungkapan-rusak": bpmn("p", [start(), script("a", "import os"), end()], PLAIN),
    "tanpa-waktu": with_node(node("intermediateCatchEvent", "a", "<bpmn:timerEventDefinition/>")),
    "pengulangan": with_node(node("intermediateCatchEvent", "a", timer("timeCycle", "R3/P1D"))),
    "tepi-lepas": bpmn(
        "p",
        [start(), user("a"), boundary("t", "tidak_ada", timer("timeDate", "hari_kerja(1)")), end()],
        PLAIN + " t>selesai",
    ),
    "tanpa-operasi": with_node(node("serviceTask", "a")),
    "panggilan-hilang": with_node(call("a", "tidak_ada")),
    "panggilan-melingkar": with_node(call("a", "p")),
    "tanpa-formulir": with_node(node("userTask", "a")),
    "tanpa-lajur": bpmn("p", [start(), user("a"), end()], PLAIN),
    "lajur-tanpa-role": bpmn("p", [start(), user("a"), end()], PLAIN, [lane("Pak RT", ["a"])]),
    "terlalu-besar": bpmn(
        "p",
        [start(), *(user(f"u{n}") for n in range(300)), end()],
        "mulai>u0 " + " ".join(f"u{n}>u{n + 1}" for n in range(299)) + " u299>selesai",
    ),
    "tanpa-proses": document(),
}
UNSUPPORTED = {
    "message without a message": node("intermediateCatchEvent", "a", "<bpmn:messageEventDefinition/>"),
    "plain catch": node("intermediateCatchEvent", "a"),
    "repeated catch": node("intermediateCatchEvent", "a", timer("timeCycle", "R3/P1D")),
    "all of several": node("intermediateCatchEvent", "a", timer("timeDate", "P1D"), parallelMultiple="true"),
    "parallel event gateway": node("eventBasedGateway", "a", eventGatewayType="Parallel"),
    "negative count": user("a", many("-1")),
    "endless loop": user("a", again()),
    "loop on an ad-hoc sub-process": sub("a", [user("u")], "", again("x", 2), "adHocSubProcess"),
    "store": user("a", reads("a", "x")) + node("dataStoreReference", "tanda_x"),
    "too many tokens": user("a", attributes={"startQuantity": "21"}),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_every_rule_finds_its_fault_and_says_what_to_do(rule):
    found = [problem for problem in engine.check({"a.bpmn": BROKEN[rule]}) if problem.rule == rule]
    assert found
    for problem in found:
        assert problem.message.endswith(".") and problem.advice.endswith(".")
        assert problem.element
        assert problem.message in problem.sentence and problem.advice in problem.sentence


@pytest.mark.parametrize("rule", BROKEN)
def test_what_cannot_run_cannot_be_read(rule):
    found = engine.check({"a.bpmn": BROKEN[rule]})
    if any(problem.blocks for problem in found):
        with pytest.raises(Invalid) as refusal:
            engine.read({"a.bpmn": BROKEN[rule]}, "a.bpmn")
        assert refusal.value.facts["problems"]
    else:
        assert engine.read({"a.bpmn": BROKEN[rule]}, "a.bpmn")


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_what_the_engine_would_get_wrong_is_refused_by_name(kind):
    blocking = [each for each in engine.check({"a.bpmn": with_node(UNSUPPORTED[kind])}) if each.blocks]
    assert "a" in {each.element for each in blocking}


@pytest.mark.parametrize("name", sorted(ALL))
def test_good_drawings_only_lack_their_lanes(name):
    assert rules(*ALL[name]) <= {"tanpa-lajur"}


def test_a_whole_drawing_has_no_problem_at_all():
    assert rules(with_node(user("a"))) == set()


def test_operations_are_compared_with_those_that_exist():
    drawn = with_node(service("a", "surat.terbitkan"))
    assert rules(drawn, operations={"surat.terbitkan"}) == set()
    assert rules(drawn, operations={"pemberitahuan.kirim"}) == {"operasi-asing"}
    assert rules(drawn) == set()


def test_calls_that_close_a_circle_over_files_are_found_wherever_it_closes():
    files = [
        bpmn(
            f"p{n}", [start(f"m{n}"), call(f"c{n}", f"p{(n + 1) % 3}"), end(f"e{n}")], f"m{n}>c{n} c{n}>e{n}"
        )
        for n in range(3)
    ]
    assert rules(*files) == {"panggilan-melingkar"}
    assert rules(*files[:2]) == {"panggilan-hilang"}


def test_two_processes_of_one_case_may_not_share_an_id_but_two_services_may():
    caller = bpmn("p", [start(), call("c", "q"), end()], "mulai>c c>selesai")
    called = bpmn("q", [start(), user("a"), end()], PLAIN)
    alone = bpmn("r", [start(), user("a"), end()], PLAIN)
    assert "id-ganda" in rules(caller, called)
    assert "id-ganda" not in rules(called, alone)


def _places(attack: str) -> dict[str, bytes]:
    """A drawing for every place where an expression can stand."""
    rest = [start(), user("a"), end()]
    return {
        "condition": bpmn("p", [*rest, xor("g", "d")], f"mulai>g\ng>a[{attack}]\ng>selesai:d\na>selesai"),
        "inclusive": bpmn(
            "p", [*rest, inclusive("g", "d")], f"mulai>g\ng>a[{attack}]\ng>selesai:d\na>selesai"
        ),
        "parameter": with_node(service("a", "x.y", {"p": attack})),
        "timeDate": with_node(node("intermediateCatchEvent", "a", timer("timeDate", attack))),
        "timeDuration": with_node(user("b") + boundary("a", "b", timer("timeDuration", attack))),
        "timeCycle": with_node(user("b") + boundary("a", "b", timer("timeCycle", attack), False)),
        "script": with_node(script("a", f"x = {attack}")),
        "inner condition": bpmn(
            "p",
            [
                start(),
                sub("s", [start("m"), xor("g", "d"), end("e"), end("f")], f"m>g\ng>e[{attack}]\ng>f:d"),
                end(),
            ],
            "mulai>s s>selesai",
        ),
    }


@pytest.mark.parametrize("attack", [text for text in ATTACKS if "\0" not in text])
def test_an_attack_is_found_wherever_it_stands_or_does_nothing_but_fail(attack):
    with soon(3):
        for place, drawn in _places(attack).items():
            found = rules(drawn)
            if "ungkapan-rusak" not in found:
                _only_fails(drawn, place)


def _only_fails(drawn: bytes, place: str) -> None:
    try:
        case = Case(drawn, x=[1], s="teks", d={"a": 1})
    except (ProcessFault, Invalid):
        return
    assert case.steps or case.orders or case.due or case.standing.finished, place


@pytest.mark.parametrize("hook", ["preScript", "postScript"])
@pytest.mark.parametrize(
    "attack", [text for text in SCRIPT_ATTACKS if "<" not in text and "\u00e9" not in text]
)
def test_an_attack_in_a_hook_of_a_task_is_found(hook, attack):
    inner = f"<bpmn:extensionElements><spiffworkflow:{hook}>{attack}</spiffworkflow:{hook}></bpmn:extensionElements>"
    assert "ungkapan-rusak" in rules(with_node(node("userTask", "a", inner)))


def test_two_processes_with_one_id_are_refused():
    twice = process("p", [start(), user("a"), end()], PLAIN)
    assert "id-ganda" in rules(document(twice, twice))
