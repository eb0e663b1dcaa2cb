"""Turns the XML of a DMN file into decisions, and names every element of it that cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.engine import sources, table_reading
from app.engine.decision_texts import Texts
from app.engine.language import is_name
from app.engine.problems import Problem, refuse
from app.engine.sources import local
from app.engine.tables import Literal, Table

VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
}
MOST_DECISIONS = 50
LOGIC = ("decisionTable", "literalExpression")
REFUSED = {
    "import": "impor dari berkas lain",
    "importedValues": "nilai dari berkas lain (imported values)",
    "businessKnowledgeModel": "fungsi (business knowledge model)",
    "knowledgeRequirement": "kebutuhan akan fungsi (knowledge requirement)",
    "functionDefinition": "fungsi (function definition)",
    "invocation": "pemanggilan fungsi (invocation)",
    "context": "konteks (context)",
    "relation": "relasi (relation)",
    "list": "daftar ungkapan (list)",
    "allowedValues": "nilai yang dibolehkan pada jenis data (item definition)",
}
ADVICE = "Gambar sebagai tabel keputusan atau satu ungkapan, dan sambungkan keputusan dengan panah."
ADVICE_FOR = {
    "import": "Salin keputusan itu ke berkas ini.",
    "importedValues": "Salin nilainya ke kolom tabel.",
    "allowedValues": "Tulis nilainya pada kolom tabel sebagai nilai masukan atau nilai keluaran.",
}


@dataclass(frozen=True)
class Draft:
    """One decision as it is drawn; the decisions it needs are still only ids."""

    id: str
    name: str
    variable: str
    logic: Table | Literal
    requires: frozenset[str]


def drafts(path: str, content: bytes) -> tuple[list[Draft], list[Problem]]:
    """All decisions of a file and all that is wrong with them. Raises Invalid for what is no DMN file at all."""
    root = sources.safe_root(path, content)
    namespace = etree.QName(root).namespace or ""
    if local(root) != "definitions" or namespace not in VERSIONS:
        advice = "Unggah berkas .dmn dari penyunting DMN."
        refuse([Problem("bukan-dmn", path, "", "Berkas ini bukan DMN 1.1, 1.2, atau 1.3.", advice)])
    texts = Texts(path, namespace)
    return list(_decisions(texts, root)), texts.problems


def _decisions(texts: Texts, root: etree._Element) -> Iterator[Draft]:
    texts.check_language(root)
    _refuse_elements(texts, root, [child for child in root if local(child) != "decision"])
    found = texts.all(root, "decision")
    if not 1 <= len(found) <= MOST_DECISIONS:
        message = f"Berkas harus memuat 1 sampai {MOST_DECISIONS} keputusan."
        texts.say("dmn-ukuran", root, message, "Gambar keputusannya, atau pecah berkasnya.")
        return
    seen: set[str] = set()
    for element in found:
        texts.enter(element)
        _refuse_elements(texts, element, element)
        key = element.get("id", "")
        if not key or key in seen:
            message = f"Keputusan “{texts.name}” tidak punya id, atau id-nya dipakai dua kali."
            texts.say("dmn-id", element, message, "Beri setiap keputusan id sendiri.")
            continue
        seen.add(key)
        yield _decision(texts, element)


def _refuse_elements(texts: Texts, parent: etree._Element, children: Iterator[etree._Element]) -> None:
    for child in children:
        for element in child.iter(f"{{{texts.namespace}}}*"):
            what = REFUSED.get(local(element))
            if what:
                message = f"Elemen {what} tidak didukung."
                texts.say("dmn-elemen", element, message, ADVICE_FOR.get(local(element), ADVICE))


def _decision(texts: Texts, element: etree._Element) -> Draft:
    variable = texts.one(element, "variable")
    named = "" if variable is None else variable.get("name", "")
    logic = [child for tag in LOGIC for child in texts.all(element, tag)]
    if len(logic) != 1:
        message = f"Keputusan “{texts.name}” harus berisi tepat satu tabel keputusan atau satu ungkapan."
        texts.say("dmn-isi", element, message, "Jadikan setiap tabel keputusan sendiri.")
    done: Table | Literal = Table("UNIQUE", "", (), (), ())
    if logic:
        reading = table_reading.table if local(logic[0]) == "decisionTable" else _literal
        done = reading(texts, logic[0], _result_name(named, texts.id))
    return Draft(texts.id, texts.name, named, done, frozenset(_requires(texts, element)))


def _literal(texts: Texts, element: etree._Element, result_name: str) -> Literal:
    texts.check_name(result_name, element, "ungkapan")
    return Literal(result_name, texts.value(element, "ungkapan") or table_reading.NOTHING)


def _result_name(variable: str, decision: str) -> str:
    """The decision's variable is its result; editors write the decision's title there, which may be no name."""
    return variable if is_name(variable) else decision


def _requires(texts: Texts, element: etree._Element) -> Iterator[str]:
    for requirement in texts.all(element, "informationRequirement"):
        for needed in texts.all(requirement, "requiredDecision"):
            reference = needed.get("href", "")
            if reference.startswith("#"):
                yield reference[1:]
                continue
            message = f"Keputusan “{texts.name}” membutuhkan “{reference[:80]}” dari berkas lain."
            texts.say("dmn-elemen", requirement, message, ADVICE_FOR["import"])
