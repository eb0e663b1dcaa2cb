"""Activities drawn by chance: tasks, boxes and calls, once or often, done by somebody or left open for ever."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.engine.diagrams.activities import again, global_task, many, receive, when
from tests.engine.diagrams.build import FORM, call, process, script, service, sub, user
from tests.engine.diagrams.chance_content import content
from tests.engine.diagrams.chance_pen import NO, Pen, Tale, tale
from tests.engine.diagrams.events import message, on_signal, signal, signal_definition

LISTS = {number: f"butir{number}" for number in (0, 1, 2, 3)}
FIRST_LINES = "\n".join(f"{name} = {list(range(number))}" for number, name in LISTS.items())


@dataclass(frozen=True)
class Marker:
    """How often an activity is done: `begun` instances at once, `done` in the end of at most `most`."""

    drawn: str = ""
    begun: int = 1
    done: int = 1
    most: int = 1
    informs: int = 0

    @property
    def side_by_side(self) -> bool:
        return self.begun > 1


def marker(pen: Pen, *, left: bool, box: bool = False) -> Marker:
    """Mostly none. A box side by side never ends early, because nobody knows how far the others are."""
    if pen.maybe(0.4 if box else 0.6):
        return Marker()
    return pen.dice.choice([_loop, _many, _many])(pen, 2 if left else 0, box)


def _loop(pen: Pen, least: int, _box: bool) -> Marker:
    often = pen.dice.randint(least, 3)
    if often == 0:
        return Marker(again(NO, 5, before=True), done=0)
    drawn = pen.dice.choice(
        [
            again(maximum=often),
            again(f"loopCounter < {often}", 9),
            again(f"loopCounter < {often}", 9, before=True),
        ]
    )
    return Marker(drawn, done=often, most=often)


def _many(pen: Pen, least: int, box: bool) -> Marker:
    often, one_by_one = pen.dice.randint(least, 3), pen.maybe(0.5)
    number = pen.mark()
    held: dict = {"one_by_one": one_by_one}
    if pen.maybe(0.5):
        held["times"] = str(often)
    else:
        held.update(over=LISTS[often], item=f"satu{number}")
    if pen.maybe(0.3):
        held.update(kept=f"semua{number}", each=f"hasil{number}")
    enough = pen.dice.randint(1, often) if often and pen.maybe(0.3) and (one_by_one or not box) else often
    if enough < often:
        held["until"] = f"numberOfCompletedInstances == {enough}"
    informs = _informs(pen, held, enough) if enough and pen.maybe(0.2) else 0
    return Marker(many(**held), often if not one_by_one else 1, enough, often, informs)


def _informs(pen: Pen, held: dict, done: int) -> int:
    """A behaviour that throws a signal to the outside; how often."""
    pen.root("S", signal("S", "Kabar"))
    pen.root("D", signal_definition("D", "S"))
    held["behavior"] = pen.dice.choice(["None", "One", "Complex"])
    if held["behavior"] == "Complex":
        held["complex_"] = when("numberOfCompletedInstances == 1", on_signal("S"))
    return done if held["behavior"] == "None" else 1


def _told(of: Marker, done: Tale) -> Tale:
    return done + Tale(thrown=Counter({"signal:Kabar": of.informs}))


def _left_or_done(pen: Pen, name: str, of: Marker, left: bool) -> Tale:
    if not left:
        return _told(of, tale(*[name] * of.done))
    pen.plan.left.add(name)
    return tale()


def asked(pen: Pen, _depth: int, *, left: bool) -> tuple[str, Tale]:
    name, of = pen.name("u"), marker(pen, left=left)
    pen.put(user(name, of.drawn), name)
    if left and of.most > 1 and not of.informs and "completionCondition" not in of.drawn and pen.maybe(0.5):
        some = pen.plan.begun[name] = pen.dice.randint(1, of.most - 1)
        return name, tale(*[name] * some)
    return name, _left_or_done(pen, name, of, left)


def ordered(pen: Pen, _depth: int, *, left: bool) -> tuple[str, Tale]:
    name, of = pen.name("o"), marker(pen, left=left)
    drawn = service(name, "status.publik", {"n": "1 + 1"}, result=f"hasil_{name}")
    pen.put(drawn.replace("</bpmn:serviceTask>", f"{of.drawn}</bpmn:serviceTask>"), name)
    return name, _left_or_done(pen, name, of, left)


def received(pen: Pen, _depth: int, *, left: bool) -> tuple[str, Tale]:
    name, of = pen.name("r"), marker(pen, left=left)
    pen.root(f"M_{name}", message(f"M_{name}"))
    pen.put(receive(name, f"M_{name}", of.drawn), name)
    pen.plan.told.add(name)
    return name, _left_or_done(pen, name, of, left)


def computed(pen: Pen, _depth: int) -> tuple[str, Tale]:
    name, of = pen.name("s"), marker(pen, left=False)
    pen.put(script(name, f"v_{name} = 1", of.drawn), name)
    return name, _told(of, tale(*[name] * of.done))


def boxed(pen: Pen, depth: int, *, left: bool) -> tuple[str, Tale]:
    name, of = pen.name("sub"), marker(pen, left=left, box=True)
    inner = pen.inner(side_by_side=of.side_by_side)
    done = content(inner, depth - 1, left=left)
    kind = pen.dice.choice(["subProcess", "subProcess", "transaction"])
    pen.put(sub(name, inner.nodes, "\n".join(inner.flows), of.drawn, kind), name)
    return name, done.settled().times(of.begun) if left else _told(of, done.plus(name).times(of.done))


def called(pen: Pen, depth: int, *, left: bool) -> tuple[str, Tale]:
    """A call of a process of its own, of which nothing is undone from outside."""
    name, of = pen.name("c"), marker(pen, left=left, box=True)
    inner = pen.inner(side_by_side=of.side_by_side)
    done = content(inner, depth - 1, left=left).settled()
    pen.root(f"p_{name}", process(f"p_{name}", inner.nodes, "\n".join(inner.flows)))
    pen.put(call(name, f"p_{name}", of.drawn), name)
    return name, done.times(of.begun) if left else _told(of, done.plus(name).times(of.done))


def shared(pen: Pen, _depth: int, *, left: bool) -> tuple[str, Tale]:
    """A call of a global task."""
    name, of, task = pen.name("c"), marker(pen, left=left, box=True), pen.name("gt")
    person = left or pen.maybe(0.5)
    text = "" if person else f"<bpmn:script>v_{task} = 1</bpmn:script>"
    kind = "globalUserTask" if person else "globalScriptTask"
    pen.root(task, global_task(kind, task, text, **(FORM if person else {})))
    pen.put(call(name, task, of.drawn), name)
    if left:
        pen.plan.left.add(task)
        return name, tale()
    return name, _told(of, tale(task, name).times(of.done))


def activity(pen: Pen, depth: int, *, left: bool = False) -> tuple[str, Tale]:
    """Any activity, not joined to anything yet. One that is left stays open until something takes it away."""
    simple: list[Callable] = [asked, asked, ordered, received, shared]
    kinds = [*simple, boxed, boxed, called] if depth > 0 else simple
    return pen.dice.choice(kinds)(pen, depth, left=left)


def _behind(draw: Callable) -> Callable:
    def block(pen: Pen, before: str, depth: int) -> tuple[str, Tale]:
        name, done = draw(pen, depth)
        pen.link(before, name)
        return name, done

    return block


def _done(draw: Callable) -> Callable:
    return _behind(lambda pen, depth: draw(pen, depth, left=False))


SIMPLE = [_done(asked), _done(asked), _done(ordered), _done(received), _behind(computed), _done(shared)]
NESTED = [*[_done(boxed)] * 5, *[_done(called)] * 2]
