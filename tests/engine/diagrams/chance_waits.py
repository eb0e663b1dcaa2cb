"""Waiting drawn by chance: events in the way, races of events, branches that wake each other, and dead ends."""

from collections import Counter

from tests.engine.diagrams.activities import event_gateway, receive, send
from tests.engine.diagrams.build import par, timer, user, xor
from tests.engine.diagrams.chance_content import outside
from tests.engine.diagrams.chance_edges import never
from tests.engine.diagrams.chance_pen import NEVER, Pen, Tale, tale
from tests.engine.diagrams.chance_tasks import activity
from tests.engine.diagrams.events import (
    catch,
    link,
    message,
    on_condition,
    on_message,
    on_signal,
    signal,
    throw,
)

Made = tuple[str, Tale]


def _caught(pen: Pen, event: str, kind: str) -> tuple[str, int]:
    """What a catching event waits for that will come, and the days that it may take."""
    if kind == "outside":
        return outside(pen, event), 0
    if kind == "several":
        return outside(pen, event) + timer("timeDuration", NEVER), 0
    text = pen.dice.choice(
        [("timeDuration", "PT10M"), ("timeDuration", "PT5H"), ("timeDate", "hari_kerja(1)")]
    )
    return timer(*text), 10


def wait(pen: Pen, before: str, _depth: int) -> Made:
    """An intermediate event."""
    event = pen.name("w")
    definition, days = _caught(pen, event, pen.dice.choice(["outside", "several", "timer"]))
    return pen.put(catch(event, definition), event, before), tale(event, days=days)


def spread(pen: Pen, before: str, _depth: int) -> Made:
    """A message or a signal that leaves the case."""
    name = pen.name("t")
    ref = f"M_{name}"
    if pen.maybe(0.3):
        pen.root(ref, message(ref))
        return pen.put(send(name, ref), name, before), _thrown(f"message:{ref}").plus(name)
    kind = pen.dice.choice(["message", "signal"])
    pen.root(ref, message(ref) if kind == "message" else signal(ref))
    drawn = throw(name, on_message(ref) if kind == "message" else on_signal(ref))
    return pen.put(drawn, name, before), _thrown(f"{kind}:{ref}").plus(name)


def _thrown(what: str) -> Tale:
    return Tale(thrown=Counter([what]))


def jump(pen: Pen, before: str, _depth: int) -> Made:
    """A link to somewhere else on the page."""
    gone, come = pen.name("t"), pen.name("w")
    pen.put(throw(gone, link(gone)), gone, before)
    return pen.put(catch(come, link(gone)), come), tale(gone, come)


def race(pen: Pen, before: str, depth: int) -> Made:
    """An event-based gateway: one of its events comes first, the others too late or never."""
    gate = pen.put(event_gateway(made := pen.name("g")), made, before)
    ways, winner = pen.dice.randint(2, 3), pen.dice.randrange(2)
    clock, receives = pen.maybe(0.5), pen.maybe(0.3)
    ends, done = [], tale(gate, days=1)
    for way in range(ways):
        event = _runner(pen, gate, wins=way == winner, clock=clock, receives=receives)
        last, more = pen.block(event, depth - 1)
        ends.append(last)
        done = done + more.plus(event) if way == winner else done
    join = pen.put(xor(made := pen.name("j")), made, *ends)
    return join, done.plus(join)


def _runner(pen: Pen, gate: str, *, wins: bool, clock: bool, receives: bool) -> str:
    event = pen.name("w")
    if wins and clock:
        return pen.put(catch(event, timer("timeDuration", "PT40M")), event, gate)
    if wins:
        return (
            _message_runner(pen, event, gate)
            if receives
            else pen.put(catch(event, outside(pen, event)), event, gate)
        )
    pen.plan.left.add(event)
    late = timer("timeDuration", pen.dice.choice(["PT41M", "P1D"]) if clock else NEVER)
    if pen.maybe(0.5):
        return pen.put(catch(event, late), event, gate)
    if receives:
        return _message_runner(pen, event, gate)
    pen.root(f"M_{event}", message(f"M_{event}"))
    return pen.put(catch(event, on_message(f"M_{event}")), event, gate)


def _message_runner(pen: Pen, event: str, gate: str) -> str:
    pen.root(f"M_{event}", message(f"M_{event}"))
    pen.plan.told.add(event)
    return pen.put(receive(event, f"M_{event}"), event, gate)


def wake(pen: Pen, before: str, depth: int) -> Made:
    """One branch throws what others wait for: a signal for all of them, or a message for one."""
    split = pen.put(par(made := pen.name("p")), made, before)
    go = pen.put(user(made := pen.name("u")), made, split)
    last, done = pen.block(go, depth - 1)
    name = pen.name("t")
    ref, is_signal = f"M_{name}", pen.maybe(0.6)
    pen.root(ref, signal(ref) if is_signal else message(ref))
    pen.put(throw(name, on_signal(ref) if is_signal else on_message(ref)), name, last)
    ends, done = [name], done.plus(split, go, name)
    for _listener in range(pen.dice.randint(1, 2) if is_signal else 1):
        event = pen.put(
            catch(made := pen.name("w"), on_signal(ref) if is_signal else on_message(ref)), made, split
        )
        last, more = pen.block(event, depth - 1)
        ends, done = [*ends, last], (done + more).plus(event)
    join = pen.put(par(made := pen.name("j")), made, *ends)
    return join, done.plus(join) + (_thrown(f"signal:{ref}") if is_signal else tale())


def left_activity(pen: Pen, before: str, depth: int) -> Made:
    host, done = activity(pen, depth, left=True)
    pen.link(before, host)
    if pen.maybe(0.3):
        never(pen, host, depth)
    return host, done


def left_event(pen: Pen, before: str, _depth: int) -> Made:
    event = pen.name("w")
    pen.plan.left.add(event)
    pen.root(f"M_{event}", message(f"M_{event}"))
    kinds = [on_message(f"M_{event}"), timer("timeDuration", NEVER), on_condition("butir1 == 7")]
    return pen.put(catch(event, pen.dice.choice(kinds)), event, before), tale()


def left_race(pen: Pen, before: str, _depth: int) -> Made:
    gate = pen.put(event_gateway(made := pen.name("g")), made, before)
    ways = [pen.name("w"), pen.name("w")]
    pen.plan.left.update(ways)
    pen.root(f"M_{ways[0]}", message(f"M_{ways[0]}"))
    pen.put(catch(ways[0], on_message(f"M_{ways[0]}")), ways[0], gate)
    pen.put(catch(ways[1], timer("timeDuration", NEVER)), ways[1], gate)
    return pen.put(xor(made := pen.name("j")), made, *ways), tale(gate)


def left_split(pen: Pen, before: str, depth: int) -> Made:
    """Two dead ends; the join behind them never opens."""
    split = pen.put(par(made := pen.name("p")), made, before)
    one, done = pen.dead_end(split, depth - 1)
    other, more = pen.dead_end(split, depth - 1)
    return pen.put(par(made := pen.name("j")), made, one, other), (done + more).plus(split)


SIMPLE = [wait, spread, jump]
NESTED = [race, wake]
DEAD_ENDS = [left_activity, left_activity, left_activity, left_event, left_race, left_split]
