"""Repetitions have bounds, data objects and pools hang together, and every id and setting is understood."""

import pytest

from app import engine
from tests.engine.diagrams.activities import (
    again,
    collaboration,
    correlation_key,
    correlation_property,
    data_object,
    many,
    plain,
    reads,
    receive,
    rule,
    when,
    writes,
)  # fmt: skip
from tests.engine.diagrams.build import (
    call,
    document,
    end,
    lane,
    node,
    par,
    process,
    service,
    start,
    sub,
    user,
)  # fmt: skip
from tests.engine.diagrams.dmn import decision, dmn, table
from tests.engine.diagrams.events import error, message, on_signal, signal, signal_definition
from tests.engine.pairs import Pair, after, around, problems

ROOTS = (message("M"), message("N"), signal("S"), signal_definition("D", "S"), error("E", "e1"))
OVER = {"over": "daftar", "item": "butir"}
KEPT = {**OVER, "kept": "hasil", "each": "nilai"}


def repeated(marker: str, **attributes: str) -> bytes:
    return around(user("a", marker, attributes), roots=ROOTS)


def counted(name: str, text: str) -> bytes:
    return repeated("", **{name: text})


GOOD = repeated(many("3"))
THROWS = repeated(many("3", behavior="Complex", complex_=when("x == 1", on_signal("S"))))
MARKERS = {
    "a loop has a bound": Pair(
        "ulang-tanpa-batas", "a", repeated(again("x == 1")), repeated(again("x == 1", 5))
    ),
    "a loop's bound is small": Pair(
        "ulang-tanpa-batas", "a", repeated(again("x", 101)), repeated(again("x", 100))
    ),
    "a loop's bound is no less than one": Pair(
        "ulang-tanpa-batas", "a", repeated(again("x", -1)), repeated(again("", 1))
    ),
    "a loop's condition is read": Pair(
        "ungkapan-rusak", "a", repeated(again("x.y", 5)), repeated(again("x", 5))
    ),
    "instances have a number": Pair("banyaknya-tidak-jelas", "a", repeated(many()), GOOD),
    "instances have one number": Pair(
        "banyaknya-tidak-jelas", "a", repeated(many("3", "daftar")), repeated(many(**OVER))
    ),
    "there are at most a hundred": Pair("banyaknya-salah", "a", repeated(many("101")), repeated(many("100"))),
    "there are not less than none": Pair("banyaknya-salah", "a", repeated(many("-1")), repeated(many("0"))),
    "their number is whole": Pair("banyaknya-salah", "a", repeated(many("2.5")), repeated(many("x / 2"))),
    "their number can be worked out": Pair(
        "ungkapan-rusak", "a", repeated(many("x[0]")), repeated(many("len(x)"))
    ),
    "their end can be worked out": Pair(
        "ungkapan-rusak", "a", repeated(many("3", until="x.y")),
        repeated(many("3", until="numberOfCompletedInstances == 2")),
    ),
    "an item has a name": Pair(
        "nama-variabel", "a", repeated(many(over="daftar", item="b-1")), repeated(many(**OVER))
    ),
    "a list has a name": Pair(
        "nama-variabel", "a", repeated(many(over="daftar 1")), repeated(many(over="daftar"))
    ),
    "results are kept one by one": Pair(
        "keluaran-setengah", "a", repeated(many(**OVER, kept="hasil")), repeated(many(**KEPT))
    ),
    "what is thrown each time is there": Pair(
        "perilaku-salah", "a", repeated(many("3", behavior="None")).replace(b'Ref="D"', b'Ref="X"'),
        repeated(many("3", behavior="None")),
    ),
    "what is thrown once is said": Pair(
        "perilaku-salah", "a", repeated(many("3", behavior="One")).replace(b' oneBehaviorEventRef="D"', b""),
        repeated(many("3", behavior="One")),
    ),
    "a behaviour is known": Pair("perilaku-salah", "a", repeated(many("3", behavior="Some")), GOOD),
    "complex behaviour has rules": Pair("perilaku-salah", "a", repeated(many("3", behavior="Complex")), THROWS),
    "its conditions are read": Pair(
        "ungkapan-rusak", "a", repeated(many("3", behavior="Complex", complex_=when("x.y", on_signal("S")))), THROWS
    ),
    "its events are there": Pair(
        "perilaku-salah", "a", repeated(many("3", behavior="Complex", complex_=when("x", on_signal("X")))), THROWS
    ),
    "there is one marker": Pair("tanda-ganda", "a", repeated(many("3") + again("x", 3)), GOOD),
    "no task needs a hundred tokens": Pair(
        "jumlah-token", "a", counted("startQuantity", "21"), counted("startQuantity", "20")
    ),
    "no task gives less than one": Pair(
        "jumlah-token", "a", counted("completionQuantity", "0"), counted("completionQuantity", "2")
    ),
    "a number is a number": Pair(
        "jumlah-token", "a", counted("startQuantity", "dua"), counted("startQuantity", "2")
    ),
    "tokens come over flows": Pair(
        "jumlah-token", "u",
        around(sub("a", [user("u", attributes={"startQuantity": "2"})], "", kind="adHocSubProcess")),
        around(sub("a", [user("u"), user("v", attributes={"startQuantity": "2"})], "u>v", kind="adHocSubProcess")),
    ),
}  # fmt: skip

WRITTEN = user("a", writes("a", "berkas"))
READ = user("b", reads("b", "berkas"))
ON = "mulai>a a>b b>selesai"


def shared(*nodes: str, flows: str = ON) -> bytes:
    return around(*nodes, flows=flows)


def inside(held: str, task: str, outside: str = "") -> bytes:
    box = sub("a", [start("m"), task, held, end("e")], "m>b b>e")
    return around(outside, box)


RIGHT_DATA = shared(data_object("berkas"), WRITTEN, READ)
TRANSFORMED = user(
    "b",
    reads("b", "berkas").replace("</bpmn:dataI", "<bpmn:transformation>x</bpmn:transformation></bpmn:dataI"),
)
STORE = node("dataStoreReference", "tanda_berkas", name="Gudang")
DATA = {
    "what a sub-process reads is there": Pair(
        "garis-data-putus", "b", inside("", READ), inside(data_object("berkas"), READ)
    ),
    "what is read is around the reader": Pair(
        "garis-data-putus", "c",
        around(sub("a", [start("m"), user("b"), data_object("berkas"), end("e")], "m>b b>e"),
               user("c", reads("c", "berkas")), flows="mulai>a a>c c>selesai"),
        inside("", READ, data_object("berkas")),
    ),
    "what is written is there": Pair("garis-data-putus", "a", shared(WRITTEN, user("b")), RIGHT_DATA),
    "a sign stands for an object": Pair(
        "objek-data-hilang", "tanda_berkas",
        shared(node("dataObjectReference", "tanda_berkas"), user("a"), user("b")), RIGHT_DATA
    ),
    "nothing happens on the line": Pair(
        "tidak-didukung", "b", shared(data_object("berkas"), WRITTEN, TRANSFORMED), RIGHT_DATA
    ),
    "a data store is a picture": Pair(
        "tidak-didukung", "b", shared(STORE, user("a"), READ), shared(STORE, user("a"), user("b"))
    ),
    "a data object can be named": Pair(
        "nama-variabel", "berkas-1", shared(data_object("berkas-1"), WRITTEN.replace("berkas", "berkas-1"), user("b")),
        shared(data_object("berkas-1"), user("a"), user("b")),
    ),
}  # fmt: skip


def pooled(pools: dict[str, str], flows: tuple = (), keys: str = "", roots: tuple = ()) -> bytes:
    other = process("q", [start("m"), receive("r", "M"), end("e")], "m>r r>e")
    own = process("p", [start(), user("a"), end()], "mulai>a a>selesai")
    return document(collaboration(pools, flows, keys), *ROOTS, *roots, own, other)


def keyed(*named: str, **paths: str) -> bytes:
    found = [correlation_property(name, {path[0]: path[1:]} if path else {}) for name, path in paths.items()]
    return pooled({"A": "p"}, keys=correlation_key("kunci", *named), roots=tuple(found))


RIGHT_KEY = keyed("nomor", "tahun", nomor="Mnomor", tahun="Mtahun")
POOLS = {
    "a pool has its process": Pair(
        "pool-kosong", "A", pooled({"A": "x"}), pooled({"A": "p", "B": "", "C": "q"})
    ),
    "a message goes from one to another": Pair(
        "alur-pesan-putus", "surat_0", pooled({"A": "p"}, ("a>x",)), pooled({"A": "p", "B": ""}, ("a>r", "B>a"))
    ),
    "a key has properties": Pair("korelasi-tidak-lengkap", "kunci", keyed(), RIGHT_KEY),
    "its properties are there": Pair(
        "korelasi-tidak-lengkap", "kunci", keyed("nomor", "x", nomor="Mnomor"), RIGHT_KEY
    ),
    "every message tells all of a key": Pair(
        "korelasi-tidak-lengkap", "kunci", keyed("nomor", "tahun", nomor="Mnomor", tahun="Ntahun"), RIGHT_KEY
    ),
    "a property is told by a message": Pair(
        "korelasi-tidak-lengkap", "tahun", keyed("nomor", nomor="Mx", tahun=""), RIGHT_KEY
    ),
    "that message is there": Pair(
        "pesan-hilang", "nomor", keyed("nomor", nomor="Xnomor"), keyed("nomor", nomor="Mnomor")
    ),
    "where it is told can be read": Pair(
        "ungkapan-rusak", "nomor", keyed("nomor", nomor="Ma.b"), keyed("nomor", nomor="Ma")
    ),
}  # fmt: skip

TABLE = (("k.dmn", dmn(decision("biaya", table(["luas"], ["harga"], [['"kecil"', "1"], ['"besar"', "2"]])))),)
SUBSCRIBED = '<bpmn:correlationSubscription id="x" correlationKeyRef="y"/>'
ODD = '<bpmn:callChoreography id="x"/>'
OTHERS = {
    "a rule task asks a decision": Pair(
        "tanpa-keputusan", "a", around(plain("a", "businessRuleTask")), around(rule("a", "biaya")), TABLE
    ),
    "its decision is there": Pair(
        "keputusan-hilang", "a", around(rule("a", "tarif")), around(rule("a", "biaya")), TABLE
    ),
    "a result has a name": Pair(
        "nama-variabel", "a", around(service("a", "x.y", result="hasil 1")), around(service("a", "x.y", result="hasil"))
    ),
    "nothing is passed over": Pair(
        "tidak-didukung", "x", around(user("a"), ODD), around(user("a"), node("textAnnotation", "x"))
    ),
    "no subscription is passed over": Pair(
        "tidak-didukung", "x", around(user("a"), SUBSCRIBED), around(user("a"))
    ),
    "a flag is true or false": Pair(
        "nilai-aneh", "a", around(user("a", attributes={"isForCompensation": "ya"})),
        around(user("a", attributes={"isForCompensation": "false"})),
    ),
    "an id has no dot": Pair(
        "id-terlarang", "a.split", around(user("a.split"), flows="mulai>a.split a.split>selesai"), around(user("a"))
    ),
    "a flow's id is no element's": Pair(
        "id-ganda", "a", after(par("b"), flows="mulai>a\na>b:a\nb>selesai"),
        after(par("b"), flows="mulai>a a>b b>selesai")
    ),
    "a message has an id of its own": Pair(
        "id-ganda", "M", around(user("a"), roots=[message("M"), message("M")]), around(user("a"), roots=[message("M")])
    ),
}  # fmt: skip
ALL = {**MARKERS, **DATA, **POOLS, **OTHERS}


@pytest.mark.parametrize("name", ALL)
def test_each_fault_of_a_marker_a_value_or_a_pool_is_named_and_its_repair_passes(name):
    ALL[name].prove()


def test_each_pool_is_a_process_of_its_own():
    drawn = pooled({"A": "p", "B": "q"})
    for name in ("p", "q"):
        assert engine.read({"0.bpmn": drawn}, name).process_id == name


def test_a_broken_table_is_said_of_its_own_file():
    found = problems(around(rule("a", "biaya")), [("k.dmn", TABLE[0][1].replace(b"kecil", b'"'))])
    assert {each.path for each in found if each.blocks} == {"k.dmn"}


def test_two_tables_of_one_name_are_refused():
    again_drawn = (*TABLE, ("l.dmn", TABLE[0][1]))
    assert {
        (each.rule, each.path) for each in problems(around(rule("a", "biaya")), again_drawn) if each.blocks
    } == {("id-ganda", "l.dmn")}


def test_people_in_every_kind_of_box_stand_in_the_lane_of_the_box():
    box = sub("a", [user("u"), user("v")], "", kind="adHocSubProcess")
    drawn = document(
        process("p", [start(), box, end()], "mulai>a a>selesai", [lane("RT", ["a"], role="rt")])
    )  # fmt: skip
    assert problems(drawn) == []
    assert [step.role for step in engine.read({"0.bpmn": drawn}, "0.bpmn").outline] == ["rt", "rt"]


def test_a_global_task_is_done_by_whom_its_caller_names():
    task = '<bpmn:globalUserTask id="g" name="Periksa">' + user("g").partition(">")[2].replace(
        "userTask", "globalUserTask"
    )
    drawn = document(
        task, process("p", [start(), call("a", "g"), end()], "mulai>a a>selesai", [lane("RT", ["a"], role="rt")])
    )  # fmt: skip
    assert problems(drawn) == []
    (step,) = engine.read({"0.bpmn": drawn}, "0.bpmn").outline
    assert (step.id, step.role, step.form) == ("g", "rt", "a.schema.json")
