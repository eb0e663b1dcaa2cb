"""Events drawn by chance on the edge of an activity: they come and take it away, come beside it, or never come."""

from tests.engine.diagrams.build import boundary, call, par, process, script, start, sub, timer, user, xor
from tests.engine.diagrams.chance_content import abandoned, by_message, finish, halted, outside
from tests.engine.diagrams.chance_pen import NEVER, Pen, Tale, tale
from tests.engine.diagrams.chance_tasks import activity, marker
from tests.engine.diagrams.events import (
    error,
    escalation,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    throw,
)

Made = tuple[str, Tale]


def edge(pen: Pen, before: str, depth: int) -> Made:
    """An activity with something on its edge."""
    kinds = [_never, _never, _taken_away, _taken_away, _in_time, _beside, _raised, _condition]
    return pen.dice.choice(kinds)(pen, before, depth)


def _event(pen: Pen, host: str, definition: str, *, mild: bool = False, name: str = "") -> str:
    name = name or pen.name("b")
    return pen.put(boundary(name, host, definition, not mild), name)


def _merged(pen: Pen, *ways: str) -> str:
    return pen.put(xor(made := pen.name("j")), made, *ways)


def _quiet(pen: Pen, event: str) -> str:
    """What an event waits for that never comes."""
    ref = f"M_{event}"
    kind = pen.dice.choice(["timer", "message", "signal", "conditional"])
    if kind == "timer":
        return timer("timeDuration", NEVER)
    if kind == "conditional":
        return on_condition("butir1 == 7")
    pen.root(ref, message(ref) if kind == "message" else signal(ref))
    return on_message(ref) if kind == "message" else on_signal(ref)


def never(pen: Pen, host: str, depth: int) -> None:
    """An event on this edge that never comes, and a way behind it that nobody walks."""
    event = pen.name("b")
    pen.plan.left.add(event)
    _event(pen, host, _quiet(pen, event), mild=pen.maybe(0.5), name=event)
    finish(pen, pen.block(event, min(depth, 1) - 1)[0])


def _never(pen: Pen, before: str, depth: int) -> Made:
    host, done = activity(pen, depth - 1)
    pen.link(before, host)
    for _time in range(pen.dice.randint(1, 2)):
        never(pen, host, depth)
    return host, done


def _taken_away(pen: Pen, before: str, depth: int) -> Made:
    """A message or a signal comes once the activity is stuck."""
    mark = pen.mark()
    host, done = activity(pen, depth - 1, left=True)
    inside, event = pen.since(mark), pen.name("b")
    pen.link(before, host)
    _event(pen, host, outside(pen, event), name=event)
    pen.plan.gates[event] = inside
    if pen.maybe(0.3):
        never(pen, host, depth)
    return _elsewhere(pen, host, event, depth, done)


def _elsewhere(pen: Pen, host: str, event: str, depth: int, done: Tale) -> Made:
    """The token goes on behind the event."""
    last, more = pen.block(event, depth - 1)
    join = _merged(pen, host, last)
    return join, (done + more).plus(event, join)


def _in_time(pen: Pen, before: str, depth: int) -> Made:
    host, done = activity(pen, depth - 1, left=True)
    pen.link(before, host)
    event = _event(pen, host, timer("timeDuration", f"P{done.days + 2}D"))
    return _elsewhere(pen, host, event, depth, done + tale(days=done.days + 3))


def _beside(pen: Pen, before: str, depth: int) -> Made:
    """An event that does not interrupt comes so often before the person answers."""
    host, event, often = pen.name("u"), pen.name("b"), pen.dice.randint(1, 3)
    kind = pen.dice.choice(["outside", "timer", "cycle"]) if pen.alone else "message"
    often = 1 if kind == "timer" else often
    definition = {
        "timer": lambda: timer("timeDuration", "PT30M"),
        "cycle": lambda: timer("timeCycle", f"R{often}/PT1H"),
        "message": lambda: by_message(pen, event),
        "outside": lambda: outside(pen, event),
    }[kind]()
    pen.put(user(host), host, before)
    _event(pen, host, definition, mild=True, name=event)
    pen.plan.credit[host] = (event, often)
    last, more = pen.beside().block(event, depth - 1)
    return host, more.plus(event, finish(pen, last)).times(often).plus(host) + tale(days=1)


def _raised(pen: Pen, before: str, depth: int) -> Made:
    """An error or escalation out of the activity."""
    return pen.dice.choice([_failed, _failed, _escalated, _reported])(pen, before, depth)


def _failed(pen: Pen, before: str, depth: int) -> Made:
    ref = pen.name("E")
    pen.root(ref, error(ref, f"kode_{ref}"))
    host, done = _thrower(pen, depth, on_error(ref), final=True)
    pen.link(before, host)
    named = pen.maybe(0.6)
    if pen.maybe(0.4):
        _deaf(pen, host, any_code=named)
    event = _event(pen, host, on_error(ref if named else ""))
    return _elsewhere(pen, host, event, depth, done)


def _deaf(pen: Pen, host: str, *, any_code: bool) -> None:
    """An event for other errors: of all codes, where another one names the code that comes, or of a code of its own."""
    ref = pen.name("E")
    pen.root(ref, error(ref, f"kode_{ref}"))
    finish(pen, pen.block(_event(pen, host, on_error("" if any_code else ref)), 0)[0])


def _escalated(pen: Pen, before: str, depth: int) -> Made:
    ref = pen.name("K")
    pen.root(ref, escalation(ref, f"kode_{ref}"))
    host, done = _thrower(pen, depth, on_escalation(ref), final=pen.maybe(0.4))
    pen.link(before, host)
    return _elsewhere(pen, host, _event(pen, host, on_escalation(ref)), depth, done)


def _thrower(pen: Pen, depth: int, definition: str, *, final: bool) -> Made:
    """A box or a call in which, when the rest of it is stuck, somebody throws this, perhaps from further inside.

    Of several instances the first that throws takes the others with it.
    """
    of = marker(pen, left=True, box=True)
    inner = pen.inner(side_by_side=of.side_by_side)
    first = inner.put(start(made := pen.name("m")), made)
    go, stuck = halted(inner, first, depth - 1)
    source, scope, done = go, inner, tale(go)
    if pen.maybe(0.4):
        scope = inner.inner()
        source = scope.put(start(made := pen.name("m")), made)
        done = done.plus(source)
    if final:
        thrown = finish(scope, source, definition=definition)
    else:
        thrown = scope.put(throw(made := pen.name("t"), definition), made, source)
        abandoned(scope, thrown)
    if scope is not inner:
        finish(inner, _boxed(inner, scope, go))
    return _boxed(pen, inner, marked=of.drawn), stuck.settled().plus(first).times(of.begun) + done.plus(
        thrown
    )


def _boxed(pen: Pen, inner: Pen, *before: str, marked: str = "") -> str:
    """A scope as a sub-process or a called process."""
    if pen.maybe(0.6):
        name = pen.name("sub")
        return pen.put(sub(name, inner.nodes, "\n".join(inner.flows), marked), name, *before)
    name = pen.name("c")
    pen.root(f"p_{name}", process(f"p_{name}", inner.nodes, "\n".join(inner.flows)))
    return pen.put(call(name, f"p_{name}", marked), name, *before)


def _reported(pen: Pen, before: str, depth: int) -> Made:
    """An escalation that leaves its thrower alone."""
    ref, inner = pen.name("K"), pen.inner()
    pen.root(ref, escalation(ref, f"kode_{ref}"))
    first = inner.put(start(made := pen.name("m")), made)
    thrown = inner.put(throw(made := pen.name("t"), on_escalation(ref)), made, first)
    last, done = inner.block(thrown, depth - 1)
    final = finish(inner, last)
    host = _boxed(pen, inner, before)
    event = _event(pen, host, on_escalation(ref), mild=True)
    last, more = pen.beside().block(event, depth - 1)
    return host, (done.settled() + more).plus(first, thrown, final, host, event, finish(pen, last))


def _condition(pen: Pen, before: str, depth: int) -> Made:
    """Another branch writes what makes a condition true on this edge."""
    flag = f"tanda{pen.mark()}"
    lowered = pen.put(script(made := pen.name("s"), f"{flag} = 0"), made, before)
    split = pen.put(par(made := pen.name("p")), made, lowered)
    mark = pen.mark()
    host, done = activity(pen, depth - 1, left=True)
    inside = pen.since(mark)
    pen.link(split, host)
    event = _event(pen, host, on_condition(f"{flag} == 1"))
    way, more = _elsewhere(pen, host, event, depth, done)
    go = pen.put(user(made := pen.name("u")), made, split)
    pen.plan.gates[go] = inside
    raised = pen.put(script(made := pen.name("s"), f"{flag} = 1"), made, go)
    join = pen.put(par(made := pen.name("j")), made, way, raised)
    return join, more.plus(lowered, split, go, raised, join)
