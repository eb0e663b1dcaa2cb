"""A drawing that would never end, or grow without bounds, is stopped as a fault of its own case. (ASVS 5.0: 15.2.2)"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import ProcessFault
from tests.effort import soon
from tests.engine.diagrams.activities import again, complex_gateway, many, until
from tests.engine.diagrams.build import (
    boundary,
    call,
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
    event_sub,
    link,
    message,
    on_condition,
    on_message,
    on_signal,
    signal,
    start_on,
    throw,
    undo,
)

MOST_SECONDS, MOST_BYTES = 2.1, 50 * 1024 * 1024
ROUND = "mulai>isi isi>m {0} g>selesai:d\ng>m[1 == 1]"
FOR_EVER = [user("isi"), xor("m"), xor("g", "d")]


def turning(*nodes: str, flows: str, roots: tuple[str, ...] = ()) -> bytes:
    """A person answers, then something turns round and round."""
    return document(*roots, process("putar", [start(), *FOR_EVER, *nodes, end()], ROUND.format(flows)))


def asked(*nodes: str, flows: str, roots: tuple[str, ...] = ()) -> bytes:
    """A person answers, then comes `a`."""
    return document(
        *roots, process("putar", [start(), user("isi"), *nodes, end()], f"mulai>isi isi>a {flows}")
    )


def woken(definition: str, *nodes: str, flows: str) -> str:
    return event_sub("w", [start_on("d", definition, interrupting=False), *nodes, end("f")], flows)


def nested(marker: str, depth: int = 3, inner: str = "") -> str:
    """A marked box in a marked box, and so on."""
    drawn = inner or script("dasar", "x = 1", marker)
    for level in range(depth - 1):
        name = "a" if level == depth - 2 else f"kotak{level}"
        first = "dasar" if level == 0 else f"kotak{level - 1}"
        flows = f"m{level}>{first} {first}>e{level}"
        drawn = sub(name, [start(f"m{level}"), drawn, end(f"e{level}")], flows, marker)
    return drawn


def chain(length: int) -> bytes:
    """A process that calls one that calls one, and so on."""
    parts = [
        process(f"p{n}", [start(f"m{n}"), call(f"c{n}", f"p{n + 1}"), end(f"e{n}")], f"m{n}>c{n} c{n}>e{n}")
        for n in range(1, length)
    ]
    last = process(f"p{length}", [start("mz"), script("sz", "x = 1"), end("ez")], "mz>sz sz>ez")
    return asked(call("a", "p1"), flows="a>selesai", roots=(*parts, last))


def spreading(often: int, times: int, *behind: str, flows: str = "") -> bytes:
    """Every token becomes so many, so many times over."""
    nodes = [script(f"k{n}", "x = 1", completionQuantity=str(often)) for n in range(times)]
    ways = " ".join(f"k{n}>k{n + 1}" for n in range(times - 1))
    return asked(
        script("a", "x = 1"), *nodes, *behind, flows=f"a>k0 {ways} " + (flows or f"k{times - 1}>selesai")
    )


RAIN = woken(on_condition("x == 1"), script("s0", "x = 0"), script("s1", "x = 1"), flows="d>s0 s0>s1 s1>f")
ENDLESS: dict[str, bytes] = {
    "scripts in a circle": turning(script("s", "x = 1"), flows="m>s s>g"),
    "gateways in a circle": turning(flows="m>g"),
    "links in a circle": asked(xor("a"), throw("t", link("L")), catch("w", link("L")), xor("g", "d"),
                               flows="w>a a>g g>selesai:d\ng>t[1 == 1]"),
    "boxes in a circle": turning(sub("s", [start("m2"), end("e2")], "m2>e2"), flows="m>s s>g"),
    "calls in a circle": turning(call("s", "q"), flows="m>s s>g",
                                 roots=(process("q", [start("m2"), end("e2")], "m2>e2"),)),
    "timers that are always due": turning(catch("t", timer("timeDuration", "PT0S")), flows="m>t t>g"),
    "moments long past": turning(catch("t", timer("timeDate", "2020-01-01")), flows="m>t t>g"),
    "a signal that wakes itself": asked(
        throw("a", on_signal("S")), user("u"), woken(on_signal("S"), throw("t", on_signal("S")), flows="d>t t>f"),
        flows="a>u u>selesai", roots=(signal("S"),)),
    "a message that wakes itself": asked(
        throw("a", on_message("M")), user("u"), woken(on_message("M"), throw("t", on_message("M")), flows="d>t t>f"),
        flows="a>u u>selesai", roots=(message("M"),)),
    "a condition that keeps coming true": asked(script("a", "x = 1"), user("u"), RAIN, flows="a>u u>selesai"),
    "a condition on an edge that keeps coming true": asked(
        script("a", "x = 1"), user("u"), boundary("b", "u", on_condition("x == 1"), False),
        script("s0", "x = 0"), script("s1", "x = 1"), flows="a>u u>selesai b>s0 s0>s1 s1>selesai"),
    "undoing in a circle": turning(script("s", "x = 1"), undo("s", "h"), throw("t", compensate()),
                                   flows="m>s s>t t>g"),
    "work to undo without end": turning(script("s", "x = 1"), undo("s", "h"), flows="m>s s>g"),
    "a fork that leads back": asked(xor("a"), par("p"), xor("g", "d"), flows="a>p p>g p>a g>selesai:d\ng>a[1 == 1]"),
    "tokens that multiply": spreading(20, 5),
    "tokens that multiply before an inclusive join": spreading(
        20, 4, inclusive("j"), user("u"), flows="k3>j isi>u u>j j>selesai"),
    "tokens that multiply before a parallel join": spreading(
        20, 4, par("j"), user("u"), flows="k3>j isi>u u>j j>selesai"),
    "tokens that multiply before a complex join": spreading(
        20, 4, complex_gateway("j", "activationCount >= 5000"), user("u"), flows="k3>j isi>u u>j j>selesai"),
    "a hundred times a hundred times a hundred, side by side": asked(nested(many("100")), flows="a>selesai"),
    "a hundred persons in a hundred boxes in a hundred boxes": asked(
        nested(many("100"), 3, user("dasar", many("100"))), flows="a>selesai"),
    "a hundred times a hundred times a hundred, one by one": asked(
        nested(many("100", one_by_one=True)), flows="a>selesai"),
    "forty processes deep": chain(40),
    "loops in loops in loops": asked(nested(again("1 == 1", 100)), flows="a>selesai"),
}  # fmt: skip


@contextmanager
def stopped() -> Iterator[None]:
    """What happens in here ends with a fault, soon, and takes no more memory than it may."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with soon(MOST_SECONDS), pytest.raises(ProcessFault):
        yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST_BYTES


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_stopped(name):
    case = Case(ENDLESS[name])
    before = case.standing
    with stopped():
        case.do("isi")
    assert case.standing is before


def test_thirty_processes_deep_is_deep_enough_for_anyone():
    assert Case(chain(29)).do("isi").standing.finished


def test_what_people_may_do_again_and_again_never_grows():
    """An ad-hoc sub-process offers anew what was done, as long as its condition does not hold."""
    free = sub("a", [user("u"), user("v")], "", until("cukup == 1"), "adHocSubProcess")
    case, sizes = Case(asked(free, flows="a>selesai")).do("isi"), []
    for _time in range(60):
        case.do("u", cukup=0).do("v", cukup=0)
        sizes.append(len(case.standing.state))
    assert max(sizes) - sizes[2] < 40
    assert case.do("u", cukup=1).standing.finished
