"""Ways drawn by chance: rows, gateways of every kind, rounds, flows out of tasks, and tokens that count."""

from collections.abc import Callable

from tests.engine.diagrams.activities import complex_gateway
from tests.engine.diagrams.build import end, inclusive, node, par, script, sub, user, xor
from tests.engine.diagrams.chance_content import finish
from tests.engine.diagrams.chance_pen import NO, YES, Pen, Tale, tale
from tests.engine.diagrams.events import catch, link, throw

Made = tuple[str, Tale]


def row(pen: Pen, before: str, depth: int) -> Made:
    done = tale()
    for _part in range(pen.dice.randint(2, 3)):
        before, more = pen.block(before, depth - 1)
        done += more
    return before, done


def choice(pen: Pen, before: str, depth: int) -> Made:
    """An exclusive gateway; sometimes a person says which way, sometimes no gateway joins the ways."""
    taken = pen.dice.randrange(3)
    if pen.maybe(0.4):
        asked = pen.put(user(made := pen.name("u")), made, before)
        pen.plan.answers[asked] = lambda _known: {f"jalan_{asked}": taken}
        split = pen.put(xor(made := pen.name("g")), made, asked)
        ways = [f"jalan_{asked} == {way}" for way in range(3)]
        head = tale(asked, split)
    else:
        split = pen.put(xor(made := pen.name("g")), made, before)
        ways = [YES if way == taken else NO for way in range(3)]
        head = tale(split)
    ends, done = _branches(pen, split, depth, ways, [taken])
    join = _met(pen, ends)
    return join, (head + done).plus(join)


def _met(pen: Pen, ends: list[str]) -> str:
    """Where ways come together that are never walked at once: a gateway, or just the next step."""
    if pen.maybe(0.5):
        return pen.put(xor(made := pen.name("j")), made, *ends)
    return pen.put(script(made := pen.name("s"), "temu = 1"), made, *ends)


def _branches(pen: Pen, split: str, depth: int, ways: list[str], taken: list[int]) -> tuple[list[str], Tale]:
    """A branch for each condition, of which those are taken."""
    ends, done = [], tale()
    for number, condition in enumerate(ways):
        door = pen.put(script(made := pen.name("s"), "pintu = 1"), made)
        pen.link(split, door, condition)
        last, more = pen.block(door, depth - 1)
        ends.append(last)
        done += more.plus(door) if number in taken else tale()
    return ends, done


def together(pen: Pen, before: str, depth: int) -> Made:
    split = pen.put(par(made := pen.name("p")), made, before)
    ends, done = _branches(pen, split, depth, [""] * pen.dice.randint(2, 3), [0, 1, 2])
    join = pen.put(par(made := pen.name("j")), made, *ends)
    return join, done.plus(split, join)


def some(pen: Pen, before: str, depth: int) -> Made:
    split = pen.put(inclusive(made := pen.name("g")), made, before)
    taken = pen.dice.sample(range(3), pen.dice.randint(1, 3))
    ends, done = _branches(pen, split, depth, [YES if way in taken else NO for way in range(3)], taken)
    join = pen.put(inclusive(made := pen.name("j")), made, *ends)
    return join, done.plus(split, join)


def out_of_task(pen: Pen, before: str, depth: int) -> Made:
    """Flows straight out of a task: always, on a condition, or the default of them; an inclusive gateway joins."""
    name, plain, taken = pen.name("u"), pen.maybe(0.6), pen.dice.sample(range(2), pen.dice.randint(0, 2))
    default = f"baku_{name}" if not plain else ""
    pen.put(user(name, attributes={"default": default} if default else {}), name, before)
    pen.plan.answers[name] = lambda _known: {f"ke{way}_{name}": int(way in taken) for way in range(2)}
    ends, done = _branches(pen, name, depth, [f"ke{way}_{name} == 1" for way in range(2)], taken)
    door = pen.put(script(made := pen.name("s"), "pintu = 1"), made)
    pen.link(name, door, name=default)
    last, more = pen.block(door, depth - 1)
    done += more.plus(door) if plain or not taken else tale()
    join = pen.put(inclusive(made := pen.name("j")), made, *ends, last)
    return join, done.plus(name, join)


def again(pen: Pen, before: str, depth: int, body: Callable = Pen.block) -> Made:
    """The same block several times over, counted by a variable of its own."""
    times, number = pen.dice.randint(2, 3), f"n{pen.mark()}"
    zero = pen.put(script(made := pen.name("s"), f"{number} = 0"), made, before)
    enter = pen.put(xor(made := pen.name("j")), made, zero)
    last, done = body(pen.again(), enter, depth - 1)
    one = pen.put(script(made := pen.name("s"), f"{number} = {number} + 1"), made, last)
    leave = pen.put(xor(made := pen.name("g")), made, one)
    if pen.maybe(0.3):
        gone, come = pen.name("t"), pen.name("w")
        pen.put(throw(gone, link(gone)), gone)
        pen.put(catch(come, link(gone)), come)
        pen.link(leave, gone, f"{number} < {times}")
        pen.link(come, enter)
        back = tale(gone, come).times(times - 1)
    else:
        pen.link(leave, enter, f"{number} < {times}")
        back = tale()
    after = pen.put(script(made := pen.name("s"), "selesai_ulang = 1"), made)
    pen.link(leave, after, f"{number} >= {times}")
    return after, (done.plus(enter, one, leave).times(times) + back).plus(zero, after)


def braid(pen: Pen, before: str, depth: int) -> Made:
    """Choices side by side in one round: each could wait for a token that comes round from the other."""
    return again(pen, before, depth, _side_by_side)


def _side_by_side(pen: Pen, before: str, depth: int) -> Made:
    split = pen.put(par(made := pen.name("p")), made, before)
    one, done = some(pen, split, depth)
    other, more = pen.dice.choice([some, some, choice])(pen, split, depth)
    join = pen.put(par(made := pen.name("j")), made, one, other)
    return join, (done + more).plus(split, join)


def enough(pen: Pen, before: str, depth: int) -> Made:
    """A complex gateway that lets so many of three pass. In a round it stands in a box, as late tokens would mix."""
    if pen.once:
        return _enough(pen, before, depth)
    box, inner = pen.name("sub"), pen.inner()
    first = inner.put(node("startEvent", made := pen.name("m")), made)
    last, done = _enough(inner, first, depth)
    final = finish(inner, last)
    pen.put(sub(box, inner.nodes, "\n".join(inner.flows)), box, before)
    return box, done.plus(first, final, box)


def _enough(pen: Pen, before: str, depth: int) -> Made:
    split = pen.put(par(made := pen.name("p")), made, before)
    ends, done = _branches(pen.late(), split, depth, [""] * 3, [0, 1, 2])
    needed, archived = pen.dice.randint(1, 3), pen.maybe(0.5)
    gate = pen.put(complex_gateway(made := pen.name("g"), f"activationCount >= {needed}"), made, *ends)
    after = pen.put(script(made := pen.name("s"), "cukup = 1"), made)
    pen.link(gate, after, "waitingForStart")
    done = done.plus(split, gate, after)
    if archived:
        last = pen.put(user(made := pen.name("u")), made)
        pen.link(gate, last, "not waitingForStart")
        final = pen.put(end(made := pen.name("e")), made, last)
        done = done.plus(gate, last, final)
    return after, done


def tokens(pen: Pen, before: str, depth: int) -> Made:
    """Several tokens on one way: as many as a task lets out, or as come together without a gateway."""
    often = pen.dice.randint(2, 3)
    last, done = pen.dice.choice([_let_out, _flow_together])(pen, before, often)
    for _part in range(pen.dice.randint(0, 2)):
        last, more = pen.beside().block(last, 0)
        done += more.times(often)
    after = pen.put(user(made := pen.name("u"), attributes={"startQuantity": str(often)}), made, last)
    return after, done.plus(after)


def _let_out(pen: Pen, before: str, often: int) -> Made:
    name = pen.put(user(made := pen.name("u"), attributes={"completionQuantity": str(often)}), made, before)
    return name, tale(name)


def _flow_together(pen: Pen, before: str, often: int) -> Made:
    name = pen.put(user(made := pen.name("u")), made, before)
    doors = [pen.put(user(made := pen.name("u")), made, name) for _way in range(often)]
    after = pen.put(script(made := pen.name("s"), "satu_satu = 1"), made, *doors)
    return after, tale(name, *doors, *[after] * often)


NESTED = [
    row,
    row,
    braid,
    choice,
    choice,
    together,
    together,
    some,
    some,
    out_of_task,
    again,
    again,
    enough,
    tokens,
]
