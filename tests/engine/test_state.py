"""What is stored of a case is small, complete and only ever read as data."""

import random

import orjson
import pytest
import zstandard

from app import engine
from app.engine import codec
from app.errors import Conflict, Invalid, ProcessFault
from tests.engine.diagrams.build import bpmn, end, script, start, user, xor
from tests.engine.diagrams.case import CALENDAR, MONDAY, Case
from tests.engine.diagrams.several import ALL

LOOP = bpmn(
    "kembali",
    [start(), user("rt"), user("lurah"), xor("g"), end()],
    """mulai>rt rt>lurah lurah>g
    g>rt[keputusan == "kembalikan"]
    g>selesai[keputusan == "setuju"]""",
)


def test_a_hundred_returns_do_not_make_the_state_grow():
    case = Case(LOOP)
    sizes = []
    for _round in range(100):
        case.do("rt").do("lurah", keputusan="kembalikan")
        sizes.append(len(case.standing.state))
    assert max(sizes[5:]) - min(sizes[5:]) < 40
    assert max(sizes) < 1000
    assert case.do("rt").do("lurah", keputusan="setuju").standing.finished


@pytest.mark.parametrize("name", sorted(ALL))
def test_reminders_and_reviews_in_loops_do_not_grow_either(name):
    dice, case = random.Random(7), Case(*ALL[name])
    sizes = []
    for _move in range(300):
        _play(case, dice.randrange(1000), decisions=("kembalikan",))
        sizes.append(len(case.standing.state))
    assert max(sizes[150:]) <= max(sizes[:150]) * 1.25


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("seed", range(25))
def test_a_compacted_case_stands_exactly_where_the_whole_one_does(name, seed):
    dice = random.Random(f"{name}{seed}")
    short, whole = Case(*ALL[name]), Case(*ALL[name], compact=False)
    for move in range(25):
        assert short.picture() == whole.picture(), f"seed {seed}, move {move}"
        if short.standing.finished:
            return
        choice = dice.randrange(1000)
        _play(short, choice)
        _play(whole, choice)


def _play(case: Case, choice: int, decisions: tuple[str, ...] = ("setuju", "kembalikan", "setuju")) -> None:
    """One move that the number picks: mostly a person or the worker, now and then some time passes."""
    acts = [("do", step) for step in case.steps] + [("perform", step) for step in case.orders]
    if not acts or choice % 5 == 0:
        case.forward(hours=20)
        return
    verb, step = acts[choice % len(acts)]
    if verb == "perform":
        case.perform(step, nomor=choice)
    else:
        case.do(
            step,
            keputusan=decisions[choice % len(decisions)],
            tujuan=["a", "b", "c"][: choice % 4],
        )


def test_open_tasks_keep_their_id_while_others_move():
    case = Case(*ALL["paralel"])
    waiting = {task.step: task.id for task in case.standing.waiting}
    case.do("a")
    assert {task.step: task.id for task in case.standing.waiting} == {"b": waiting["b"], "c": waiting["c"]}


def test_values_of_one_size_but_another_type_are_not_mixed_up():
    drawn = bpmn(
        "jenis",
        [
            start(),
            user("a"),
            script("s", "x = x == 1\ny = 1 if y else 0\nz = [1, 2] if z else z"),
            user("b"),
            end(),
        ],
        "mulai>a a>s s>b b>selesai",
    )
    case = Case(drawn, x=1, y=True, z=[True, 2]).do("a")
    kept = case.forward(days=1).data("b")
    assert kept["x"] is True
    assert kept["y"] == 1 and kept["y"] is not True
    assert kept["z"] == [1, 2] and kept["z"][0] is not True


def test_only_what_the_drawing_reads_enters_the_case():
    case = Case(LOOP, nama="Siti", nik="3574035205900001", keputusan="x")
    assert case.data("rt") == {"keputusan": "x"}
    assert case.do("rt", catatan="rahasia").data("lurah") == {"keputusan": "x", "langkah": "rt"}


@pytest.mark.parametrize(
    "hostile",
    [
        {"typename": "Task"},
        {"a": {"typename": "x"}},
        {"a": [{"b": [{"typename": None}]}]},
        {"__class__": "x"},
        {"a": {"__init__": 1}},
        {1: "x"},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 10**30},
        {"a": "nul\0"},
        {"a": "\ud800"},
        {"a": object()},
        {"a": b"bytes"},
        {"a": lambda: 1},
    ],
)
def test_data_that_could_not_be_read_back_is_refused_everywhere(hostile):
    drawing = engine.read({"a.bpmn": LOOP}, "a.bpmn")
    with pytest.raises(Invalid):
        engine.start(drawing, hostile, MONDAY, calendar=CALENDAR)
    standing = engine.start(drawing, {}, MONDAY, calendar=CALENDAR)
    with pytest.raises(Invalid):
        engine.complete(drawing, standing.state, standing.waiting[0].id, hostile, MONDAY, calendar=CALENDAR)


def test_very_deep_or_very_many_values_are_refused():
    deep: dict = {}
    for _level in range(50):
        deep = {"a": deep}
    for hostile in ({"keputusan": deep}, {"keputusan": list(range(30_000))}):
        with pytest.raises(Invalid):
            Case(LOOP, **hostile)


def test_a_task_is_finished_once_and_only_when_it_waits():
    case = Case(LOOP)
    done, before = case.id_of("rt"), case.standing.state
    case.do("rt")
    for wrong in (done, "x", ""):
        with pytest.raises(Conflict):
            engine.complete(case.drawing, case.standing.state, wrong, {}, MONDAY)
    assert engine.complete(case.drawing, before, done, {}, MONDAY).waiting[0].step == "lurah"


def test_only_the_current_version_of_the_state_loads():
    case = Case(LOOP)
    tree = orjson.loads(zstandard.ZstdDecompressor().decompress(case.standing.state[1:]))
    for broken in (
        {**tree, "version": "spiff-3.1.0/1"},
        {**tree, "serializer_version": "1.1", "version": None},
        {**tree, "process": "lain"},
        {key: value for key, value in tree.items() if key != "top"},
        {**tree, "top": {**tree["top"], "root": 99}},
    ):
        with pytest.raises(ProcessFault):
            engine.fire_timers(case.drawing, bytes([codec.PLAIN]) + orjson.dumps(broken), MONDAY)
    for broken in (b"", b"\x07abc", b"\x01abc", b"\x00{", b"\x00[]", case.standing.state[:40]):
        with pytest.raises(ProcessFault):
            engine.fire_timers(case.drawing, broken, MONDAY)


def test_plain_json_states_load_as_well():
    case = Case(LOOP)
    plain = bytes([codec.PLAIN]) + zstandard.ZstdDecompressor().decompress(case.standing.state[1:])
    assert engine.fire_timers(case.drawing, plain, MONDAY).waiting == case.standing.waiting


@pytest.mark.parametrize("size", [10, codec.SMALL, 4 * codec.SMALL])
def test_states_of_every_size_are_packed_and_read_back(size):
    tree = {"version": codec.VERSION, "subs": {}, "top": [f"{number:x}" for number in range(size // 4)]}
    packed = codec.pack(tree)
    assert codec.tree_of(packed) == tree
    assert len(packed) < len(codec.pack(tree, compress=False)) or size < codec.SMALL


def test_a_state_of_another_drawing_does_not_load():
    other = bpmn("kembali", [start(), user("lain"), end()], "mulai>lain lain>selesai")
    drawing = engine.read({"a.bpmn": other}, "a.bpmn")
    with pytest.raises(ProcessFault):
        engine.fire_timers(drawing, Case(LOOP).standing.state, MONDAY)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_withdrawn_case_waits_for_nothing(name):
    case = Case(*ALL[name])
    standing = engine.cancel(case.drawing, case.standing.state, MONDAY, calendar=CALENDAR)
    assert standing.finished
    assert not (standing.waiting or standing.timers or standing.operations)
    later = engine.fire_timers(case.drawing, standing.state, case.now, calendar=CALENDAR)
    assert not (later.waiting or later.timers or later.operations)


def test_a_state_that_names_a_huge_size_is_not_unpacked():
    bomb = bytes([codec.COMPRESSED]) + zstandard.ZstdCompressor().compress(b" " * (codec.MOST_STATE + 1))
    with pytest.raises(ProcessFault, match="rusak"):
        codec.unpack(bomb)
