"""Rewriting a drawing keeps what is drawn, marks what it adds, and takes out only what nobody executes."""

import pytest
from lxml import etree

from app.engine import normal
from app.engine.nodes import NODE_KINDS
from app.engine.sources import NAMES, is_bpmn, local, read_xml
from tests.engine.diagrams import tokens
from tests.engine.diagrams.activities import collaboration, data_object, global_task, reads, receive, writes
from tests.engine.diagrams.build import boundary, document, end, process, script, start, user
from tests.engine.diagrams.events import catch, link, message, on_message, on_signal, signal, throw, undo

KINDS = ["user", "choice", "two", "par", "inc", "xor", "complex"]


def maze(seed: int) -> bytes:
    return tokens.draw(tokens.lay(seed, KINDS, 10))


def root_of(content: bytes) -> etree._Element:
    return read_xml("a.bpmn", content)


def shape(root: etree._Element) -> list[tuple]:
    return sorted((each.tag, sorted(each.attrib.items()), each.text or "") for each in root.iter())


def ids(root: etree._Element, *kinds: str) -> set[str]:
    return {each.get("id") for each in root.iter() if is_bpmn(each) and local(each) in kinds}


MIXED = document(
    message("m"), signal("s"), global_task("globalTask", "umum"),
    process(
        "p",
        [receive("r", "m", instantiate="true"), user("a", attributes={"startQuantity": "2", "completionQuantity": "3"}),
         boundary("tepi", "a", on_message("m") + on_signal("s")), throw("t", link("A")), catch("k", link("A")),
         throw("l", on_message("m"), on_signal("s")), catch("n", on_message("m"), on_signal("s")), end()],
        """r>a r>a a>t
        a>l[x == 1]
        tepi>selesai k>n n>selesai l>selesai""",
    ),
)  # fmt: skip


@pytest.mark.parametrize("drawn", [MIXED, *(maze(seed) for seed in range(10))], ids=range(11))
def test_every_drawn_element_stays_and_every_new_one_can_be_told_by_its_id(drawn):
    root = root_of(drawn)
    before = ids(root, *NODE_KINDS)
    normal.normalise(root)
    after = {
        each.get("id")
        for each in root.iter()
        if each.get("id") and local(each) in {*NODE_KINDS, "countingJoin"}
    }
    assert before <= after
    new = after - before - {"umum"}
    assert all(normal.is_inserted(name) for name in new)
    assert not any(normal.is_inserted(name) for name in before)
    assert {normal.origin(name) for name in new} <= before | ids(root, "sequenceFlow", "process")
    assert [normal.origin(name) for name in sorted(before)] == sorted(before)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_in_the_notation_that_runs_stays_as_it_is(seed):
    root = root_of(maze(seed))
    normal.normalise(root)
    once = shape(root)
    normal.normalise(root)
    assert shape(root) == once


def test_pictures_go_and_what_runs_refers_to_stays():
    pictures = (
        '<bpmn:textAnnotation id="catatan"><bpmn:text>x</bpmn:text></bpmn:textAnnotation><bpmn:group id="kelompok"/>'
        '<bpmn:association id="garis" sourceRef="a" targetRef="catatan"/>'
        '<bpmn:dataStoreReference id="arsip" dataStoreRef="simpanan"/>'
    )
    store = "<bpmn:targetRef>arsip</bpmn:targetRef>"
    to_store = f'<bpmn:dataOutputAssociation id="simpan">{store}</bpmn:dataOutputAssociation>'
    drawn = document(
        '<bpmn:dataStore id="simpanan" name="Arsip"/><bpmn:category id="kategori"/>',
        collaboration({"kelurahan": "p", "warga": ""}, ["warga>a", "kelurahan>b"]),
        process("p", [start(), user("a", reads("a", "nilai") + to_store),
                      user("b", writes("b", "nilai") + reads("b", "tiada")), undo("a", "batal"),
                      data_object("nilai"), pictures, end()],
                "mulai>a a>b b>selesai"),
    )  # fmt: skip
    root = root_of(drawn)
    normal.normalise(root)
    left = {each.get("id") for each in root.iter() if each.get("id")}
    assert left >= {"nilai", "tanda_nilai", "baca_a", "tulis_b", "ke_batal", "kelurahan", "surat_1"}
    gone = {
        "catatan",
        "kelompok",
        "garis",
        "arsip",
        "simpanan",
        "kategori",
        "simpan",
        "baca_b",
        "warga",
        "surat_0",
    }
    assert not left & gone


def test_the_line_to_a_handler_leads_from_the_event_whichever_way_it_was_drawn():
    line = '<bpmn:association id="garis" sourceRef="batal" targetRef="balik_a"/>'
    handler = script("batal", "y = 1", isForCompensation="true")
    undone = undo("a", "batal").partition("<bpmn:scriptTask")[0]
    drawn = document(
        f'<bpmn:collaboration id="kerja">{line}</bpmn:collaboration>',
        process("p", [start(), user("a"), undone, handler, end()], "mulai>a a>selesai"),
    )
    root = root_of(drawn)
    normal.normalise(root)
    (found,) = root.xpath("./bpmn:process/bpmn:association", namespaces=NAMES)
    assert (found.get("sourceRef"), found.get("targetRef")) == ("balik_a", "batal")
