"""Rules about data objects: what tasks read from them and write to them is there and can be named."""

from collections.abc import Iterator

from lxml import etree

from app.engine.checks.finding import at
from app.engine.graph import Held, Node, Process
from app.engine.language import is_name
from app.engine.problems import Problem
from app.engine.sources import NAMES, local

ENDS = {"dataInputAssociation": "sourceRef", "dataOutputAssociation": "targetRef"}


def values(process: Process) -> Iterator[Problem]:
    """Every sign of a data object stands for one, and every line to it is understood."""
    for held in process.held.values():
        if held.kind == "dataObjectReference" and _object(process, held) is None:
            yield at(
                held, "objek-data-hilang", "Objek data yang dirujuk gambar ini tidak ada.",
                "Hapus gambar ini dan gambar objek datanya sekali lagi.",
            )  # fmt: skip
    for node in process.nodes.values():
        for tag, end in ENDS.items():
            for line in node.find(f"./bpmn:{tag}"):
                yield from _line(process, node, line, end)


def _line(process: Process, node: Node, line: etree._Element, end: str) -> Iterator[Problem]:
    if line.xpath("./bpmn:transformation|./bpmn:assignment", namespaces=NAMES):
        yield at(
            node, "tidak-didukung", "Perubahan nilai pada garis data (transformation, assignment) tidak didukung.",
            "Hapus perubahannya; hitung nilainya dengan script task.",
        )  # fmt: skip
    names = [(each.text or "").strip() for each in line.xpath(f"./bpmn:{end}", namespaces=NAMES)]
    held = process.held.get(names[0]) if len(names) == 1 else None
    if held is not None and held.kind == "dataStoreReference":
        yield at(
            node, "tidak-didukung", f"Garis data ke penyimpanan data “{held.name or held.id}” tidak didukung.",
            "Hapus garisnya; penyimpanan data hanya boleh sebagai gambar.",
        )  # fmt: skip
        return
    found = _object(process, held) if held is not None else None
    if found is None or held.scope not in process.scopes(node.scope) or held.kind != "dataObjectReference":
        where = names[0][:60] if names else ""
        yield at(
            node, "garis-data-putus", f"Garis data ({local(line)}) ini tidak sampai ke objek data: “{where}”.",
            "Tarik ulang garisnya ke objek data di proses atau sub-proses yang sama, atau hapus.",
        )  # fmt: skip
    elif not is_name(found.id):
        yield at(
            found, "nama-variabel", f"Id objek data “{found.id[:60]}” tidak dapat menjadi nama variabel.",
            "Pakai huruf, angka dan garis bawah, misalnya berkas_pemohon.",
        )  # fmt: skip


def _object(process: Process, sign: Held) -> Held | None:
    """The data object that a sign stands for, in its own scope or one around it."""
    found = process.held.get(sign.refers)
    is_there = found is not None and found.kind == "dataObject" and found.scope in process.scopes(sign.scope)
    return found if is_there else None
