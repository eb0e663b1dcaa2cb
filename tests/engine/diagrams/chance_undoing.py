"""Work drawn by chance that is taken back, and work that people choose: compensation, transactions, ad-hoc."""

from tests.engine.diagrams.activities import until
from tests.engine.diagrams.build import boundary, end, node, script, sub, user, xor
from tests.engine.diagrams.chance_content import finish, halted
from tests.engine.diagrams.chance_pen import Pen, Tale, tale
from tests.engine.diagrams.events import CANCEL, compensate, throw, undo

Made = tuple[str, Tale]


def undoable(pen: Pen, before: str, depth: int) -> Made:
    """An activity with a handler that takes it back; its handler stands for whatever is inside it."""
    kind = pen.dice.choice(["user", "script", "box"]) if depth > 0 else "user"
    name, done = pen.name("k"), tale()
    if kind == "box":
        inner = pen.inner()
        first = inner.put(node("startEvent", made := pen.name("m")), made)
        last, done = inner.block(first, depth - 1)
        done = done.settled().plus(first, finish(inner, last))
        drawn = sub(name, inner.nodes, "\n".join(inner.flows))
    else:
        drawn = user(name) if kind == "user" else script(name, f"v_{name} = 1")
    pen.put(drawn, name, before)
    if not pen.undoes:
        return name, done.plus(name)
    handler = _handler(pen, name)
    return name, done.plus(name) + Tale(owed=tale(handler).passes)


def _handler(pen: Pen, name: str) -> str:
    handler = pen.name("h")
    asked = node("userTask", handler, isForCompensation="true") if pen.maybe(0.5) else ""
    pen.put(undo(name, handler, asked), handler)
    return handler


def undone(pen: Pen, before: str, depth: int) -> Made:
    """A scope in which all is taken back that can be, on the way or at its end, or of one activity only."""
    box, inner = pen.name("sub"), pen.inner()
    inner.undoes = True
    first = inner.put(node("startEvent", made := pen.name("m")), made)
    last, done = _work(inner, first, depth)
    if pen.maybe(0.3):
        final = finish(inner, last, definition=compensate())
        done = done.undone().plus(first, final, box)
    else:
        thrown = inner.put(throw(made := pen.name("t"), compensate()), made, last)
        inner.undoes = pen.undoes
        last, more = inner.block(thrown, depth - 1)
        done = (done.undone() + more).plus(first, thrown, finish(inner, last), box)
    pen.put(sub(box, inner.nodes, "\n".join(inner.flows)), box, before)
    return box, done


def _work(pen: Pen, before: str, depth: int) -> Made:
    last, done = undoable(pen, before, depth - 1)
    for _part in range(pen.dice.randint(0, 2)):
        draw = pen.dice.choice([undoable, Pen.block])
        last, more = draw(pen, last, depth - 1)
        done += more
    return last, done


def undone_once(pen: Pen, before: str, depth: int) -> Made:
    """One activity is taken back by its name; what else can be undone stays so."""
    name = pen.put(user(made := pen.name("k")), made, before)
    handler = pen.name("h")
    pen.put(undo(name, handler), handler)
    last, done = pen.block(name, depth - 1)
    thrown = pen.put(throw(made := pen.name("t"), compensate(name)), made, last)
    return thrown, done.plus(name, handler, thrown)


def cancelled(pen: Pen, before: str, depth: int) -> Made:
    """A transaction that is given up: what is done is undone, what is stuck is taken away."""
    box, inner = pen.name("tx"), pen.inner()
    inner.undoes = True
    first = inner.put(node("startEvent", made := pen.name("m")), made)
    last, done = _work(inner, first, depth)
    go, more = halted(inner, last, depth - 1)
    final = inner.put(end(made := pen.name("e"), CANCEL), made, go)
    pen.put(sub(box, inner.nodes, "\n".join(inner.flows), kind="transaction"), box, before)
    event = pen.name("b")
    pen.put(boundary(event, box, CANCEL), event)
    after, others = pen.block(event, depth - 1)
    join = pen.put(xor(made := pen.name("j")), made, box, after)
    return join, (done + more).undone().plus(first, go, final, event, join) + others


def chosen(pen: Pen, before: str, _depth: int) -> Made:
    """An ad-hoc sub-process: each activity once, or, where its condition is asked, as often as people like."""
    box, inner = pen.name("adhoc"), pen.inner()
    names = [inner.put(user(made := pen.name("u")), made) for _each in range(pen.dice.randint(2, 3))]
    often = dict.fromkeys(names, 1)
    held, more = {}, tale()
    if pen.maybe(0.5):
        held["ordering"] = "Sequential"
    condition = ""
    if pen.alone and pen.maybe(0.6):
        often = {name: pen.dice.randint(1, 2) for name in names}
        condition = f"cukup_{box} == 1"
        pen.plan.ends_choice.update(dict.fromkeys(names, f"cukup_{box}"))
        pen.plan.choices.update(dict.fromkeys(names, often))
    elif pen.maybe(0.4):
        behind = inner.put(script(made := pen.name("s"), "lanjutan = 1"), made, names[0])
        more = tale(behind)
    marker = until(condition) if condition else ""
    pen.put(sub(box, inner.nodes, "\n".join(inner.flows), marker, "adHocSubProcess", **held), box, before)
    return box, tale(*[name for name in names for _time in range(often[name])], box) + more


def left_choice(pen: Pen, before: str, depth: int) -> Made:
    """An ad-hoc sub-process of which some is done and the rest never."""
    box, inner = pen.name("adhoc"), pen.inner()
    names = [inner.put(user(made := pen.name("u")), made) for _each in range(3)]
    left = pen.dice.sample(names, 2)
    pen.plan.left.update(left)
    pen.put(sub(box, inner.nodes, "", kind="adHocSubProcess"), box, before)
    return box, tale(*(name for name in names if name not in left))


NESTED = [undoable, undone, undone, undone_once, cancelled, chosen]
DEAD_ENDS = [left_choice]
