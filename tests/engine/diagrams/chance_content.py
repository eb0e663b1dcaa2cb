"""What stands in a scope drawn by chance: from its start event to its ends, and the event sub-processes beside that."""

from tests.engine.diagrams.build import end, par, script, start, timer, user
from tests.engine.diagrams.chance_pen import NEVER, Pen, Tale, tale
from tests.engine.diagrams.events import (
    TERMINATE,
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
)


def content(pen: Pen, depth: int, *, left: bool = False, first: str = "", top: bool = False) -> Tale:
    """All of a scope; one that is left never gets to its end."""
    first = first or pen.put(start(made := pen.name("m")), made)
    if left:
        return _stuck(pen, first, depth)
    whole, broken = [_plain] * 6, [_woken, _woken_beside, _terminated]
    if depth > 0:
        whole = [*whole, _two_ends, _never_woken, _fails]
    kind = pen.dice.choice([*whole, *(broken if depth > 0 else []), *([_uncaught] if top else [])])
    return kind(pen if kind in whole else pen.late(), first, depth)


def _stuck(pen: Pen, first: str, depth: int) -> Tale:
    last, done = pen.block(first, depth) if pen.maybe(0.5) else (first, tale())
    last, more = pen.dead_end(last, depth)
    finish(pen, last)
    if pen.maybe(0.2):
        _never_woken(pen, "", depth)
    return (tale(first) + done + more).settled()


def finish(pen: Pen, *before: str, definition: str = "") -> str:
    """An end event behind these."""
    return pen.put(end(made := pen.name("e"), definition), made, *before)


def _plain(pen: Pen, first: str, depth: int) -> Tale:
    last, done = pen.block(first, depth)
    return done.plus(first, finish(pen, last))


def _two_ends(pen: Pen, first: str, depth: int) -> Tale:
    split = pen.put(par(made := pen.name("p")), made, first)
    one, done = pen.block(split, depth - 1)
    other, more = pen.block(split, depth - 1)
    return (done + more).plus(first, split, finish(pen, one), finish(pen, other))


def halted(pen: Pen, before: str, depth: int) -> tuple[str, Tale]:
    """Two branches: one gets stuck, and only then may the person go on whose step is given, not told yet."""
    split = pen.put(par(made := pen.name("p")), made, before)
    last, done = pen.block(split, depth - 1) if pen.maybe(0.6) else (split, tale())
    last, more = pen.dead_end(last, depth - 1)
    finish(pen, last)
    inside = pen.since(pen.began)
    go = pen.put(user(made := pen.name("u")), made, split)
    pen.plan.gates[go] = inside
    return go, (done + more).plus(split)


def _terminated(pen: Pen, first: str, depth: int) -> Tale:
    go, done = halted(pen, first, depth)
    return done.plus(first, go, finish(pen, go, definition=TERMINATE))


def _uncaught(pen: Pen, first: str, depth: int) -> Tale:
    """An error that nobody catches, which ends the case."""
    go, done = halted(pen, first, depth)
    return done.plus(first, go, finish(pen, go, definition=on_error(_error(pen))))


def _error(pen: Pen) -> str:
    ref = pen.name("E")
    return pen.root(ref, error(ref, f"kode_{ref}"))


def _escalation(pen: Pen) -> str:
    ref = pen.name("K")
    return pen.root(ref, escalation(ref, f"kode_{ref}"))


def _handler(
    pen: Pen, depth: int, definition: str, *, mild: bool = False, start_name: str = "", lower: str = ""
) -> tuple[str, Tale]:
    """An event sub-process: its start event, and what one run of it does. It may `lower` a flag."""
    name, begin = pen.name("ep"), start_name or pen.name("d")
    inner = pen.inner(side_by_side=mild)
    inner.undoes = False
    inner.put(start_on(begin, definition, interrupting=not mild), begin)
    lowered = [inner.put(script(made := pen.name("s"), f"{lower} = 0"), made, begin)] if lower else []
    last, done = inner.block(lowered[0] if lowered else begin, depth - 1)
    final = finish(inner, last)
    pen.put(event_sub(name, inner.nodes, "\n".join(inner.flows)), name)
    return begin, done.settled().plus(begin, *lowered, final, name)


def _woken(pen: Pen, first: str, depth: int) -> Tale:
    """An event sub-process takes over what got stuck."""
    kinds = [_from_outside, _from_outside, _by_clock, _by_error, _by_escalation]
    return pen.dice.choice([*kinds, *([_by_condition] if pen.alone else [])])(pen, first, depth)


def _inside(pen: Pen, first: str, depth: int) -> tuple[frozenset[str], Tale]:
    mark = pen.mark()
    last, done = pen.block(first, depth - 1) if pen.maybe(0.6) else (first, tale())
    last, more = pen.dead_end(last, depth - 1)
    finish(pen, last)
    return pen.since(mark), (done + more).settled()


def _from_outside(pen: Pen, first: str, depth: int) -> Tale:
    inside, done = _inside(pen, first, depth)
    begin, more = _handler(pen, depth, outside(pen, made := pen.name("d")), start_name=made)
    pen.plan.gates[begin] = inside
    return (done + more).plus(first)


def outside(pen: Pen, event: str) -> str:
    """What this event waits for: a message or a signal of its own, which will come."""
    ref = f"M_{event}"
    pen.plan.told.add(event)
    if pen.maybe(0.5):
        pen.root(ref, message(ref))
        return on_message(ref)
    pen.root(ref, signal(ref))
    return on_signal(ref)


def _by_clock(pen: Pen, first: str, depth: int) -> Tale:
    _inner, done = _inside(pen, first, depth)
    begin, more = _handler(pen, depth, timer("timeDuration", f"P{done.days + 2}D"))
    return (done + more).plus(first) + tale(days=done.days + 3)


def _by_error(pen: Pen, first: str, depth: int) -> Tale:
    go, done = halted(pen, first, depth)
    ref = _error(pen)
    failed = finish(pen, go, definition=on_error(ref))
    _begin, more = _handler(pen, depth, on_error(ref if pen.maybe(0.6) else ""))
    return (done + more).plus(first, go, failed)


def _by_escalation(pen: Pen, first: str, depth: int) -> Tale:
    go, done = halted(pen, first, depth)
    ref = _escalation(pen)
    thrown = pen.put(throw(made := pen.name("t"), on_escalation(ref)), made, go)
    abandoned(pen, thrown)
    _begin, more = _handler(pen, depth, on_escalation(ref))
    return (done + more).plus(first, go, thrown)


def abandoned(pen: Pen, before: str) -> str:
    """A person's step that nobody does, and an end behind it."""
    name = pen.put(user(made := pen.name("u")), made, before)
    pen.plan.left.add(name)
    finish(pen, name)
    return name


def _by_condition(pen: Pen, first: str, depth: int) -> Tale:
    """Only where nobody else runs this scope: what one writes, the conditions of all can see."""
    flag = f"tanda{pen.mark()}"
    go, done = halted(pen, first, depth)
    raised = pen.put(script(made := pen.name("s"), f"{flag} = 1"), made, go)
    abandoned(pen, raised)
    _begin, more = _handler(pen, depth, on_condition(f"{flag} == 1"), lower=flag)
    return (done + more).plus(first, go, raised)


def _woken_beside(pen: Pen, first: str, depth: int) -> Tale:
    """An event sub-process that runs beside its scope, once or several times."""
    kinds = [_often_told, _escalated] + ([_rung, _became_true] if pen.alone else [])
    return pen.dice.choice(kinds)(pen, first, depth)


def _waiting_for(pen: Pen, first: str, depth: int, event: str, often: int) -> Tale:
    """A person waits until this event has come so often: at the end of the scope, or beside everything in it."""
    name = pen.name("u")
    pen.plan.credit[name] = (event, often)
    if pen.maybe(0.5):
        last, done = pen.block(first, depth - 1)
        pen.put(user(name), name, last)
        return done.plus(first, name, finish(pen, name))
    split = pen.put(par(made := pen.name("p")), made, first)
    last, done = pen.block(split, depth - 1)
    pen.put(user(name), name, split)
    return done.plus(first, split, finish(pen, last), name, finish(pen, name))


def _often_told(pen: Pen, first: str, depth: int) -> Tale:
    event, often = pen.name("d"), pen.dice.randint(1, 3)
    done = _waiting_for(pen, first, depth, event, often)
    definition = outside(pen, event) if pen.alone else by_message(pen, event)
    return done + _handler(pen, depth, definition, mild=True, start_name=event)[1].times(often)


def by_message(pen: Pen, event: str) -> str:
    pen.plan.told.add(event)
    return on_message(pen.root(f"M_{event}", message(f"M_{event}")))


def _escalated(pen: Pen, first: str, depth: int) -> Tale:
    ref = _escalation(pen)
    thrown = pen.put(throw(made := pen.name("t"), on_escalation(ref)), made, first)
    last, done = pen.block(thrown, depth - 1)
    _begin, more = _handler(pen, depth, on_escalation(ref), mild=True)
    return (done + more).plus(first, thrown, finish(pen, last))


def _rung(pen: Pen, first: str, depth: int) -> Tale:
    """It runs by itself when its time comes, and the person waits for that."""
    event = pen.name("d")
    done = _waiting_for(pen, first, depth, event, 1)
    more = _handler(pen, depth, timer("timeDuration", "PT2H"), mild=True, start_name=event)[1]
    return done + more + tale(days=1)


def _became_true(pen: Pen, first: str, depth: int) -> Tale:
    flag = f"tanda{pen.mark()}"
    go = pen.put(user(made := pen.name("u")), made, first)
    raised = pen.put(script(made := pen.name("s"), f"{flag} = 1"), made, go)
    last, done = pen.block(raised, depth - 1)
    _begin, more = _handler(pen, depth, on_condition(f"{flag} == 1"), mild=True, lower=flag)
    return (done + more).plus(first, go, raised, finish(pen, last))


def _never_woken(pen: Pen, first: str, depth: int) -> Tale:
    """An event sub-process that nothing wakes."""
    event = pen.name("d")
    definition = pen.dice.choice(
        [
            timer("timeDuration", NEVER), on_condition("butir1 == 7"),
            on_message(pen.root(f"M_{event}", message(f"M_{event}"))), on_error(_error(pen)),
            on_escalation(_escalation(pen)),
        ]
    )  # fmt: skip
    pen.plan.left.add(event)
    _handler(
        pen, min(depth, 1), definition, mild="error" not in definition and pen.maybe(0.5), start_name=event
    )
    return _plain(pen, first, depth) if first else tale()


def _fails(pen: Pen, first: str, depth: int) -> Tale:
    """An escalation that nobody catches: its thrower goes on."""
    thrown = pen.put(throw(made := pen.name("t"), on_escalation(_escalation(pen))), made, first)
    return _plain(pen, thrown, depth).plus(first)
