"""One row of the table of elements: what is drawn, how it is played, and what the standard says must happen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app import engine
from tests.engine.diagrams import trace
from tests.engine.diagrams.build import call, document, end, par, process, start, sub, user, xor
from tests.engine.diagrams.case import Case

Play = Sequence[Callable[[Case], object]]
AROUND = frozenset({"samping", "putus"})  # human steps of the wrappings


@dataclass(frozen=True)
class Row:
    """A fragment between `mulai` and `selesai`, or a whole file, and its run.

    `what` says it in the city's words, `note` what the standard orders. `trace` names everything that completes, in
    order (see trace.py); `selesai` stands in it once for every token that leaves. `stops` says that nothing follows
    in the same "scope" or in the whole "case". `unfit` says in which wrapping the row makes no sense, and why.
    """

    name: str
    element: str
    what: str
    note: str
    trace: str
    nodes: Sequence[str] = ()
    flows: str = ""
    play: Play = ()
    roots: Sequence[str] = ()
    files: Sequence[bytes] = ()
    throws: Sequence[str] = ()
    stops: str = ""
    whole: bytes = b""
    opens: tuple[str, str, Mapping[str, object]] | None = None
    unfit: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaves(self) -> int:
        return trace.names(self.trace).count("selesai")

    def drawn(self) -> bytes:
        return self.whole or self._plain()

    def _plain(self) -> bytes:
        return document(*self.roots, process("layanan", [start(), *self.nodes, end()], self.flows))


@dataclass(frozen=True)
class Wrapped:
    """A row's fragment somewhere, what is played after each of its rounds, and the trace of it all."""

    drawn: bytes
    trace: str
    rounds: tuple[Play, ...] = ((),)


def alone(row: Row) -> Wrapped:
    begin = "" if row.whole else "mulai "
    return Wrapped(row.drawn(), begin + row.trace)


def in_a_round(row: Row) -> Wrapped:
    """Twice through, sent back by a person."""
    flows = _moved(row.flows, "ulang", "putus")
    nodes = [start(), xor("ulang"), *row.nodes, user("putus"), xor("lagi", default="sudah_cukup"), end()]
    drawn = process(
        "layanan", nodes, f"{flows}\nmulai>ulang putus>lagi lagi>selesai:sudah_cukup\nlagi>ulang[ulangi == 1]"
    )
    once = " ".join("" if word == "selesai" else word for word in _words(row.trace))
    rest = [do("putus", ulangi=0)] * (row.leaves - 1)
    spare = "putus lagi selesai " * (row.leaves - 1)
    return Wrapped(
        document(*row.roots, drawn),
        f"mulai ulang {once} {spare} putus lagi ulang {once} {spare} putus lagi selesai",
        ([*rest, do("putus", ulangi=1)], [*rest, do("putus", ulangi=0)]),
    )


def inside(row: Row) -> Wrapped:
    """In a sub-process."""
    box = sub("kotak", [start(), *row.nodes, end()], row.flows)
    return Wrapped(_outer(row, [box], "kotak"), _framed(row, "kotak"))


def called(row: Row) -> Wrapped:
    """In a process that another one calls."""
    part = process("bagian", [start(), *row.nodes, end()], row.flows)
    return Wrapped(_outer(row, [call("pemanggil", "bagian")], "pemanggil", part), _framed(row, "pemanggil"))


def beside(row: Row) -> Wrapped:
    """In one of two parallel branches."""
    flows = _moved(row.flows, "cabang", "satukan")
    nodes = [start(), par("cabang"), *row.nodes, xor("satukan"), user("samping"), par("temu"), end()]
    drawn = process(
        "layanan", nodes, f"{flows}\nmulai>cabang cabang>samping samping>temu satukan>temu temu>selesai"
    )
    if row.stops:
        return Wrapped(document(*row.roots, drawn), f"mulai cabang {row.trace}")
    body = " ".join("satukan" if word == "selesai" else word for word in _words(row.trace))
    return Wrapped(
        document(*row.roots, drawn), f"mulai cabang {{{body}; samping}} temu selesai", ([do("samping")],)
    )


WRAPPINGS = {"alone": alone, "round": in_a_round, "inside": inside, "called": called, "beside": beside}


def unfit(row: Row, wrapping: str) -> str:
    """Why this row makes no sense there; empty when it does."""
    if wrapping in row.unfit:
        return row.unfit[wrapping]
    if row.whole and wrapping != "alone":
        return row.unfit["all"]
    if wrapping == "round" and not row.leaves:
        return "no token comes out that could be sent back"
    if wrapping == "beside" and row.leaves != 1 and not row.stops:
        return "the join behind the two branches takes one token of each"
    return ""


def shortest(row: Row) -> str:
    """The one wrapping that shows most; longer runs take them all."""
    return next(wrapping for wrapping in ("round", "alone") if not unfit(row, wrapping))


def play(row: Row, wrapped: Wrapped) -> Case:
    """The whole run of a row, saved and restored around every move."""
    event = engine.Event(*row.opens) if row.opens else None
    case = Case(wrapped.drawn, *row.files, event=event)
    for after in wrapped.rounds:
        for move in (*row.play, *after):
            move(case)
    return case


def do(step: str, where: Mapping[str, object] | None = None, **answers: object) -> Callable[[Case], object]:
    """A person finishes a task; of several with this name the one that knows this."""

    def move(case: Case) -> None:
        if where is None:
            case.do(step, **answers)
            return
        mine = [each for each in case.standing.waiting if each.step == step]
        task = next(each for each in mine if where.items() <= dict(each.variables).items())
        case.answer(task.id, **answers)

    return move


def perform(step: str, **result: object) -> Callable[[Case], object]:
    return lambda case: case.perform(step, **result)


def forward(**amount: float) -> Callable[[Case], object]:
    return lambda case: case.forward(**amount)


def tell(name: str, **payload: object) -> Callable[[Case], object]:
    return lambda case: case.tell(name, **payload)


def hail(name: str, **payload: object) -> Callable[[Case], object]:
    """A signal reaches the case."""
    return lambda case: case.signal(name, **payload)


def waits(*steps: str) -> Callable[[Case], object]:
    """Exactly these people's tasks are open."""

    def look(case: Case) -> None:
        assert [step for step in case.steps if step not in AROUND] == sorted(steps)

    return look


def hears(*names: str) -> Callable[[Case], object]:
    """Exactly this can reach the case from outside, as `kind:name`."""

    def look(case: Case) -> None:
        assert case.listening == sorted(names)

    return look


def see(step: str, **values: object) -> Callable[[Case], object]:
    """A person's task shows these values."""

    def look(case: Case) -> None:
        shown = case.data(step)
        assert {name: shown.get(name) for name in values} == values

    return look


def sent(name: str, **payload: object) -> Callable[[Case], object]:
    """What went out last has this name and these contents."""

    def look(case: Case) -> None:
        last = case.thrown[-1]
        assert (last.name, dict(last.payload)) == (name, payload)

    return look


def _outer(row: Row, nodes: list[str], middle: str, *more: str) -> bytes:
    flows = f"buka>{middle} {middle}>tutup"
    return document(*row.roots, process("layanan", [start("buka"), *nodes, end("tutup")], flows), *more)


def _framed(row: Row, frame: str) -> str:
    return f"buka mulai {row.trace}" + ("" if row.stops == "case" else f" {frame} tutup")


def _moved(flows: str, first: str, last: str) -> str:
    """The flows with other ends; a flow's condition is left as it is."""
    moved = []
    for line in flows.splitlines():
        way, bracket, condition = line.partition("[")
        words = [_bent(word, first, last) for word in way.split()]
        moved.append(" ".join(words) + bracket + condition)
    return "\n".join(moved)


def _bent(way: str, first: str, last: str) -> str:
    source, _arrow, rest = way.partition(">")
    target, colon, name = rest.partition(":")
    ends = first if source == "mulai" else source, last if target == "selesai" else target
    return f"{ends[0]}>{ends[1]}{colon}{name}"


def _words(text: str) -> list[str]:
    return text.replace("{", " { ").replace("}", " } ").replace(";", " ; ").split()
