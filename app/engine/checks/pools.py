"""Rules about pools: which process stands in them, what goes between them, and how messages find their case."""

from collections.abc import Iterator, Mapping

from lxml import etree

from app.engine.checks.finding import at_element
from app.engine.nodes import NODE_KINDS
from app.engine.problems import Problem
from app.engine.sources import NAMES, is_bpmn, local

RETRIEVAL = "correlationPropertyRetrievalExpression"


def pools(root: etree._Element, kinds: Mapping[str, str]) -> Iterator[Problem]:
    """All rules of this kind, for one file; `kinds` says of every id in all the files what it is."""
    declared = {child.get("id", ""): child for child in reversed(root) if is_bpmn(child)}
    for collaboration in root.iterfind("./bpmn:collaboration", NAMES):
        for participant in collaboration.iterfind("./bpmn:participant", NAMES):
            yield from _participant(participant, kinds)
        for flow in collaboration.iterfind("./bpmn:messageFlow", NAMES):
            yield from _message_flow(flow, kinds)
        for key in collaboration.iterfind("./bpmn:correlationKey", NAMES):
            yield from _key(key, declared)
    for element in declared.values():
        if local(element) == "correlationProperty":
            yield from _property(element, declared)


def _participant(pool: etree._Element, kinds: Mapping[str, str]) -> Iterator[Problem]:
    name = pool.get("processRef", "").rpartition(":")[2]
    if name and kinds.get(name) != "process":
        yield at_element(
            pool, "pool-kosong", f"Proses “{name[:60]}” dari pool ini tidak ada.",
            "Gambar prosesnya, atau jadikan pool tertutup.",
        )  # fmt: skip


def _message_flow(flow: etree._Element, kinds: Mapping[str, str]) -> Iterator[Problem]:
    ends = [kinds.get(flow.get(name, "")) for name in ("sourceRef", "targetRef")]
    if not all(end == "participant" or end in NODE_KINDS for end in ends):
        yield at_element(
            flow, "alur-pesan-putus", "Alur pesan ini tidak menghubungkan dua elemen yang ada.",
            "Sambungkan kedua ujungnya, atau hapus.",
        )  # fmt: skip


def _key(key: etree._Element, declared: Mapping[str, etree._Element]) -> Iterator[Problem]:
    refs = [(ref.text or "").strip() for ref in key.iterfind("./bpmn:correlationPropertyRef", NAMES)]
    found = [
        declared[ref] for ref in refs if ref in declared and local(declared[ref]) == "correlationProperty"
    ]
    if not refs or len(found) != len(refs):
        yield at_element(
            key, "korelasi-tidak-lengkap", "Kunci korelasi ini tidak menyebut properti yang ada.",
            "Sebut sedikitnya satu correlationProperty dari berkas ini.",
        )  # fmt: skip
        return
    told = [{way.get("messageRef") for way in each.iterfind(f"./bpmn:{RETRIEVAL}", NAMES)} for each in found]
    for message in sorted(set().union(*told) - set.intersection(*told), key=str):
        yield at_element(
            key, "korelasi-tidak-lengkap", f"Pesan “{str(message)[:60]}” tidak mengisi semua properti kunci ini.",
            "Tulis messagePath untuk pesan itu di tiap propertinya.",
        )  # fmt: skip


def _property(element: etree._Element, declared: Mapping[str, etree._Element]) -> Iterator[Problem]:
    ways = element.findall(f"./bpmn:{RETRIEVAL}", NAMES)
    if not ways:
        yield at_element(
            element, "korelasi-tidak-lengkap", "Properti korelasi ini tidak mengatakan dari pesan mana nilainya.",
            "Tambahkan messagePath untuk tiap pesannya.",
        )  # fmt: skip
    for way in ways:
        message = declared.get(way.get("messageRef", ""))
        if message is None or local(message) != "message":
            yield at_element(
                element, "pesan-hilang", f"Pesan “{way.get('messageRef', '')[:60]}” tidak ada.",
                "Pilih pesan yang ada.",
            )  # fmt: skip
