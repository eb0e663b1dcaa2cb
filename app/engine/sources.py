"""Reads the XML of a drawing as what it is: a stranger's file."""

import re

from lxml import etree

from app.engine.problems import Problem, refuse

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NAMES = {
    "bpmn": BPMN,
    "spiff": SPIFF,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
MOST_BYTES = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
MOST_NODES = 250
MOST_LEVELS = 60
MOST_TEXT = 20_000

_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")


def read_xml(path: str, content: bytes) -> etree._Element:
    """The root of a BPMN file, or a refusal that names the file."""
    root = safe_root(path, content)
    if root.tag != f"{{{BPMN}}}definitions":
        _refuse(
            "bukan-bpmn",
            path,
            "Berkas ini bukan diagram BPMN 2.0.",
            "Unggah berkas .bpmn dari penyunting BPMN.",
        )
    return root


def safe_root(path: str, content: bytes) -> etree._Element:
    """The root of any XML file that is whole, bounded and free of entities."""
    text = _text(path, content)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        if getattr(fault, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            _refuse_size(path)
        _refuse(
            "xml-rusak", path, "Berkas bukan XML yang utuh.", "Ekspor ulang diagram dari penyunting BPMN."
        )
    _check_size(path, root)
    return root


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def is_bpmn(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).namespace == BPMN


def _text(path: str, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        _refuse("terlalu-besar", path, "Berkas lebih dari 2 MB.", "Pecah diagram menjadi beberapa proses.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # as UTF-16 looks where no mark gives it away
        _refuse("pengodean", path, "Berkas tidak ditulis dalam UTF-8.", "Simpan ulang diagram dalam UTF-8.")
    declared = _ENCODING.match(text)
    if declared and declared[1].lower() not in ("utf-8", "us-ascii", "ascii"):
        _refuse(
            "pengodean", path, f"Pengodean {declared[1][:20]} tidak diterima.", "Simpan ulang dalam UTF-8."
        )
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        _refuse(
            "doctype",
            path,
            "Berkas memuat DOCTYPE atau ENTITY.",
            "Hapus bagian itu; diagram tidak memerlukannya.",
        )
    return text


def _check_size(path: str, root: etree._Element) -> None:
    parents, count, depth = [[root]], 0, 0
    while parents:
        count, depth = count + sum(map(len, parents)), depth + 1
        if count > MOST_ELEMENTS or depth > MOST_LEVELS:
            _refuse_size(path)
        level = [element for parent in parents for element in parent]
        if any(_is_long(element) for element in level):
            _refuse("terlalu-besar", path, "Diagram memuat teks yang terlalu panjang.", "Pendekkan teksnya.")
        parents = [element for element in level if len(element)]


def _is_long(element: etree._Element) -> bool:
    return len(element.text or "") > MOST_TEXT or any(
        len(value) > MOST_TEXT for value in element.attrib.values()
    )


def _refuse_size(path: str) -> None:
    _refuse(
        "terlalu-besar", path, "Diagram terlalu besar atau terlalu dalam.", "Pecah menjadi beberapa proses."
    )


def _refuse(rule: str, path: str, message: str, advice: str) -> None:
    refuse([Problem(rule, path, "", message, advice)])
