"""Drawings full of events, played by chance: with their history cut and whole they go the same way, and never stick."""

import random

import pytest

from app import engine
from app.errors import ProcessFault
from tests.engine.diagrams.activities import again, event_gateway, many, until
from tests.engine.diagrams.build import (
    boundary,
    call,
    document,
    end,
    inclusive,
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
    CANCEL,
    catch,
    compensate,
    error,
    escalation,
    event_sub,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start_on,
    throw,
    undo,
)

KABAR, SIAGA = message("m1", "kabar"), signal("s1", "siaga")
UNDOES = {"isForCompensation": "true"}


def woken(step: str, definition: str, *inner: str, mild: bool = False) -> str:
    """An event sub-process in which a person does this, and what is armed in it."""
    nodes = [start_on(f"m_{step}", definition, interrupting=not mild), user(step), end(f"e_{step}"), *inner]
    return event_sub(f"es_{step}", nodes, f"m_{step}>{step} {step}>e_{step}")


def hours(number: int) -> str:
    return timer("timeDuration", f"PT{number}H")


def instances() -> bytes:
    """Two instances of a sub-process with every kind of edge, and event sub-processes in event sub-processes."""
    room = [
        start("m"), par("p"), user("a"), boundary("ba", "a", on_message("m1"), False), user("b"),
        boundary("bb", "b", hours(5)), throw("t", on_escalation("k1")), xor("g", default="k"),
        end("gagal", on_error("e1")), end("e"), end("f"), par("j"),
        woken("w", on_signal("s1"), woken("ww", hours(3)), mild=True), woken("v", on_error("e1")),
    ]  # fmt: skip
    inside = "m>p p>a p>b a>j b>j bb>j ba>e j>t t>g g>f:k\ng>gagal[x == 1]"
    nodes = [
        start(), xor("x"), sub("d", room, inside, many("2")), boundary("db", "d", on_escalation("k1"), False),
        user("atasan"), end("q"), boundary("dc", "d", timer("timeCycle", "R3/PT7H"), False), script("n", "n = 1"),
        boundary("dd", "d", on_condition("y == 2")), user("akhir"), xor("z", default="zz"), end(),
    ]  # fmt: skip
    flows = "mulai>x x>d d>akhir dd>akhir db>atasan atasan>q dc>n n>q akhir>z z>selesai:zz\nz>x[x == 1]"
    thrown = error("e1", "GAGAL") + escalation("k1", "NAIK")
    return document(KABAR, SIAGA, thrown, process("layanan", nodes, flows))


def everything() -> bytes:
    """A transaction, an ad-hoc sub-process, a called process and an order side by side, sent round."""
    buy = [
        start("m"), user("a"), undo("a", "xa", user("xa", attributes=UNDOES)),
        sub("i", [start("im"), user("c", many("2")), undo("c", "xc"), end("ie")], "im>c c>ie"), user("b"),
        undo("b", "xb"), xor("g", default="k"), end("batal", CANCEL), end("e"),
    ]  # fmt: skip
    chosen = [user("foto"), boundary("fb", "foto", on_message("m1"), False), user("tanya", again("x == 1", 3)),
              user("lapor")]  # fmt: skip
    called = process(
        "rt",
        [start("rm"), event_gateway("eg"), catch("c1", on_message("m1")), catch("c2", hours(2)), user("r"), end("re"),
         woken("rv", on_signal("s1"), mild=True)],
        "rm>eg eg>c1 eg>c2 c1>r c2>re r>re",
    )  # fmt: skip
    nodes = [
        start(), xor("x"), inclusive("or"),
        sub("tr", buy, "m>a a>i i>b b>g g>e:k\ng>batal[x == 1]", kind="transaction"), boundary("tb", "tr", CANCEL),
        sub("ah", chosen, "fb>lapor", until("y == 1"), "adHocSubProcess", ordering="Sequential"),
        boundary("ab", "ah", on_signal("s1")), call("cl", "rt", again("y == 0", 3)),
        service("o", "status.publik", {"n": "1"}), boundary("ob", "o", hours(4)), inclusive("oj"),
        throw("komp", compensate()), user("akhir"), xor("z", default="zz"), end(),
        woken("luar", on_condition("y == 2"), mild=True),
    ]  # fmt: skip
    ways = "\n".join(f"or>{way}[1 == 1]" for way in ("tr", "ah", "cl", "o"))
    flows = "mulai>x x>or tr>oj tb>oj ah>oj ab>oj cl>oj o>oj ob>oj oj>komp komp>akhir akhir>z z>selesai:zz"
    return document(KABAR, SIAGA, process("layanan", nodes, f"{flows}\n{ways}\nz>x[x == 1]"), called)


def _act(case: Case, dice: random.Random) -> None:
    """Whatever can happen to a case, by chance."""
    now = case.standing
    open_ = [*(now.waiting * 3), *now.operations, *now.listening, None]
    answers = {name: dice.choice([0, 1, 1, 2]) for name in ("x", "y") if dice.random() < 0.5}
    chosen = dice.choice(open_)
    if chosen is None:
        case.forward(hours=dice.choice([1, 2, 24, 48]))
    elif isinstance(chosen, engine.Waiting):
        case.answer(chosen.id, **answers)
    elif isinstance(chosen, engine.Operation):
        case.perform(chosen.step, nomor=1)
    else:
        case.deliver(engine.Event(chosen.kind, chosen.name, answers))


def _tried(case: Case, seed: int) -> str:
    try:
        _act(case, random.Random(seed))
    except ProcessFault as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize("drawn", [instances, everything])
@pytest.mark.parametrize("group", range(4))
def test_chance_goes_the_same_way_whether_history_is_kept_or_not(drawn, group):
    for seed in range(group * 10, group * 10 + 10):
        dice, short, whole = random.Random(seed), Case(drawn()), Case(drawn(), compact=False)
        for _move in range(40):
            assert short.picture() == whole.picture(), f"seed {seed}"
            assert short.listening == whole.listening, f"seed {seed}"
            if short.standing.finished:
                break
            assert short.steps or short.orders or short.due or short.listening, f"seed {seed} is stuck"
            number = dice.randrange(10**9)
            assert _tried(short, number) == _tried(whole, number), f"seed {seed}"
        assert short.passed == whole.passed, f"seed {seed}"


@pytest.mark.parametrize("drawn", [instances, everything])
def test_five_hundred_moves_by_chance_leave_no_more_than_a_hundred_do(drawn):
    dice, case, sizes = random.Random(5), Case(drawn()), []
    for _move in range(500):
        case = Case(drawn()) if case.standing.finished else case
        assert not _tried(case, dice.randrange(10**9))
        sizes.append(len(case.standing.state))
    assert max(sizes[250:]) <= max(sizes[:250]) * 1.5
