"""Nothing that is written in a drawing reaches Python: it is refused, or does no harm. (ASVS 5.0: 1.3.2)"""

import os
import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

import pytest

from app import engine
from app.engine import checker, expressions
from app.engine.language import BadExpression
from app.errors import Invalid, ProcessFault
from tests.effort import soon
from tests.engine.attacked import CELLS, SITES, TOGETHER, Piece, deciding, drawing
from tests.engine.attacks import ATTACKS, REFUSED, SCRIPT_ATTACKS, STOPPED
from tests.engine.diagrams.build import script
from tests.engine.diagrams.case import CALENDAR, MONDAY

MOST_SECONDS, MOST_BYTES = 2.1, 50 * 1024 * 1024
HARMFUL = (
    "open",
    "exec",
    "import",
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "shutil.",
    "marshal.",
    "pickle.",
)
EQUALITIES = {
    "len(obj=x)",
    "max(x, default=1)",
    "hari_kerja(days=1)",
    "x = 1",
}  # so they are read in a decision
WRITABLE = [text for text in REFUSED if "\0" not in text]  # no XML file can hold a NUL
seen: list[str] | None = None


def _watch(event: str, _arguments: tuple) -> None:
    if seen is not None and event.startswith(HARMFUL):
        seen.append(event)


@pytest.fixture(scope="module", autouse=True)
def watchman() -> None:
    sys.addaudithook(_watch)


@contextmanager
def harmless() -> Iterator[None]:
    """What happens in here runs no command, opens nothing, and takes no longer than it may."""
    global seen
    seen = []
    try:
        with soon(MOST_SECONDS):
            yield
        found = seen
    finally:
        seen = None
    assert not found


@contextmanager
def small() -> Iterator[None]:
    """What happens in here takes no more memory than it may."""
    before = _most_memory()
    yield
    assert _most_memory() - before < MOST_BYTES


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[first : first + TOGETHER] for first in range(0, len(texts), TOGETHER)]


def _play(drawn: engine.Drawing, number: int) -> None:
    """Run to the end, whatever people are asked."""
    standing = engine.start(drawn, {"nomor": number}, MONDAY, calendar=CALENDAR)
    while standing.waiting:
        standing = engine.complete(
            drawn, standing.state, standing.waiting[0].id, {}, MONDAY, calendar=CALENDAR
        )


def test_the_watchman_sees_what_he_watches_for():
    for mischief in (lambda: open("/dev/null").close(), lambda: eval("1"), lambda: os.system("true")):
        with pytest.raises(AssertionError), harmless():
            mischief()


def test_there_are_enough_attacks():
    assert len(set(ATTACKS)) >= 150
    assert len(SITES) + len(CELLS) >= 30


@pytest.mark.parametrize("site", SITES)
def test_a_checked_drawing_has_no_attack_anywhere(site):
    for texts in _parts(WRITABLE):
        file, blamed = drawing(SITES[site], texts)
        broken = {
            problem.element for problem in engine.check({"a.bpmn": file}) if problem.rule == "ungkapan-rusak"
        }
        assert not [text for text, element in zip(texts, blamed, strict=True) if element not in broken]


@pytest.mark.parametrize("site", SITES)
def test_a_drawing_that_nobody_checked_does_no_harm(site, monkeypatch):
    """As if a version from before a rule were still running."""
    monkeypatch.setattr(checker, "problems", lambda *_, **__: iter(()))
    with small():
        for texts in _parts([*WRITABLE, *STOPPED]):
            drawn = engine.read({"a.bpmn": drawing(SITES[site], texts)[0]}, "a.bpmn")
            for number, text in enumerate(texts):
                with harmless(), pytest.raises(ProcessFault):
                    _play(drawn, number)
                    pytest.fail(f"{site}: {text}")


@pytest.mark.parametrize("text", [*SCRIPT_ATTACKS], ids=repr)
def test_no_attack_is_a_script_of_a_drawing(text, monkeypatch):
    file, _blamed = drawing(lambda n, held: Piece([script(f"a{n}", held)], f"a{n}", f"a{n}"), [text])
    assert ("ungkapan-rusak", "a0") in {(each.rule, each.element) for each in engine.check({"a.bpmn": file})}
    monkeypatch.setattr(checker, "problems", lambda *_, **__: iter(()))
    drawn = engine.read({"a.bpmn": file}, "a.bpmn")
    with harmless(), pytest.raises(ProcessFault):
        _play(drawn, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_no_decision_holds_an_attack(cell):
    """Not even one that nobody checked: what cannot be read is no decision."""
    for text in sorted({*WRITABLE} - EQUALITIES):
        drawn, decided = deciding(CELLS[cell](text))
        with harmless():
            found = engine.check({"a.bpmn": drawn, "k.dmn": decided})
            with pytest.raises(Invalid):
                engine.read({"a.bpmn": drawn, "k.dmn": decided}, "a.bpmn")
        assert {problem.rule for problem in found} & {"dmn-sel"}, text


@pytest.mark.parametrize("cell", CELLS)
def test_a_decision_that_goes_wrong_does_no_harm(cell):
    """A test of a column that cannot be worked out does not hold; everything else stops the case."""
    for text in STOPPED:
        drawn, decided = deciding(CELLS[cell](text))
        with harmless():
            try:
                _play(engine.read({"a.bpmn": drawn, "k.dmn": decided}, "a.bpmn"), 0)
            except (ProcessFault, Invalid):
                continue
        assert cell == "unary test", text


class Canary:
    """An object of the host. Whoever does anything with it is caught."""

    touched: ClassVar[list[str]] = []

    def __getattribute__(self, name: str) -> object:
        if name != "__class__":  # what `isinstance` looks at
            Canary.touched.append(name)
        return object.__getattribute__(self, name)


def _touched(name: str) -> Callable:
    def touch(*_arguments: object) -> bool:
        Canary.touched.append(name)
        return True

    return touch


DONE_TO = ["eq", "lt", "gt", "len", "bool", "iter", "contains", "add", "radd", "mul", "mod", "call", "str"]
for _name in DONE_TO:
    setattr(Canary, f"__{_name}__", _touched(_name))


@pytest.mark.parametrize("text", ATTACKS, ids=repr)
def test_no_attack_reaches_an_object_of_the_host(text):
    """Even if one stood among the variables, or behind a function."""
    names = dict.fromkeys(
        ("x", "s", "d", "y", "task", "self", "request", "config", "os", "workflow"), Canary()
    )
    functions = {name: Canary() for name in ("hari_kerja", "jam_kerja")}
    Canary.touched.clear()
    tracemalloc.start()
    with harmless(), pytest.raises(BadExpression):
        expressions.evaluate(text, names, functions if "hari" not in text and "jam" not in text else {})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not Canary.touched
    assert peak < MOST_BYTES
