"""Small services in which every deed of the fault tests is one short step away, published beside the city's own.

uji     the Lurah decides: a letter, or back to the applicant, who sends a file again. The Lurah is reminded.
buru    the Lurah's task goes to somebody else when its time is over; of `sebentar` it is over in two seconds.
kabar   the Lurah decides and the applicant is told.
cabang  the Lurah decides: a letter, and beside it a task for the Lurah, until both are done.
lampir  the Lurah decides and may add pictures.
tanya   asks the Camat's office by a message, which opens a case there that answers.
"""

import json
from pathlib import Path

from app.config import ROOT
from app.usecases import processes
from tests.engine.diagrams import build
from tests.usecases import talking

MINUTES, SECONDS = 10, 2
LETTER = """judul: SURAT KETERANGAN UJI
klasifikasi: 300
---
Yang bertanda tangan di bawah ini {{ penandatangan.jabatan }} menerangkan bahwa {{ nama }} benar.
"""
TELLS = {"kepada": '"pemohon"', "pesan": '"Permohonan {{ nomor_registrasi }} sudah diputus."'}
APPROVAL = ROOT / "forms" / "domisili"
APPROVES = {
    "formJsonSchemaFilename": "persetujuan.schema.json",
    "formUiSchemaFilename": "persetujuan.ui.json",
}
SIGNS = {"templat": '"uji.liquid"', "penandatangan": '"lurah"'}


def publish(folder: Path) -> None:
    """Publish them from files written to this folder."""
    diagrams = {
        "uji": _uji(),
        "buru": hurried(MINUTES * 60),
        "sebentar": hurried(SECONDS, "sebentar"),
        "kabar": _kabar(),
        "cabang": _cabang(),
        "lampir": _lampir(),
        "tanya": talking.two_pools(at_once=True),
    }
    for code, diagram in diagrams.items():
        _write(folder / "bpmn" / f"{code}.bpmn", diagram)
        for name, content in FORMS.get(code, _plain_forms)().items():
            _write(folder / "forms" / code / name, content)
    for code in ("uji", "cabang"):
        _write(folder / "templates" / "letters" / code / "uji.liquid", LETTER.encode())
    processes.publish(folder, by="pengujian")


def hurried(seconds: int, name: str = "buru") -> bytes:
    """A task that goes to somebody else after so many seconds."""
    edge = build.boundary("lewat", "kerja", build.timer("timeDuration", f"PT{seconds}S"))
    nodes = [build.start(**talking.ASKS), build.end(), edge, *map(talking.decision, ("kerja", "ganti"))]
    flows = "mulai>kerja kerja>selesai lewat>ganti ganti>selesai"
    lanes = [build.lane("Lurah", ["kerja", "ganti"], role="lurah")]
    return build.bpmn(name, nodes, flows, lanes)


def _uji() -> bytes:
    nodes = [
        build.start(**talking.ASKS),
        build.user("kerja", batas_waktu="4 jk", label_publik="Diperiksa", **APPROVES),
        build.xor("putus", "ke_terbit"),
        build.user("perbaiki", **talking.ASKS),
        build.service("terbit", "surat.terbitkan", SIGNS),
        build.end(hasil="terbit"),
    ]
    flows = """mulai>kerja
        kerja>putus
        putus>perbaiki[keputusan == "kembalikan"]
        putus>terbit:ke_terbit
        perbaiki>kerja
        terbit>selesai"""
    lanes = [
        build.lane("Lurah", ["kerja"], role="lurah"),
        build.lane("Pemohon", ["perbaiki"], role="pemohon"),
    ]
    return build.bpmn("uji", nodes, flows, lanes)


def _kabar() -> bytes:
    nodes = [
        build.start(**talking.ASKS),
        talking.decision("kerja"),
        build.service("beri_tahu", "pemberitahuan.kirim", TELLS),
        build.end(),
    ]
    lanes = [build.lane("Lurah", ["kerja"], role="lurah")]
    return build.bpmn("kabar", nodes, "mulai>kerja kerja>beri_tahu beri_tahu>selesai", lanes)


def _cabang() -> bytes:
    nodes = [
        build.start(**talking.ASKS),
        talking.decision("kerja"),
        build.par("bercabang"),
        build.service("terbit", "surat.terbitkan", SIGNS),
        talking.decision("awasi"),
        build.par("bertemu"),
        build.end(hasil="terbit"),
    ]
    flows = """mulai>kerja kerja>bercabang
        bercabang>terbit bercabang>awasi
        terbit>bertemu awasi>bertemu bertemu>selesai"""
    return build.bpmn("cabang", nodes, flows, [build.lane("Lurah", ["kerja", "awasi"], role="lurah")])


def _lampir() -> bytes:
    nodes = [build.start(**talking.ASKS), talking.decision("kerja"), build.end()]
    lanes = [build.lane("Lurah", ["kerja"], role="lurah")]
    return build.bpmn("lampir", nodes, "mulai>kerja kerja>selesai", lanes)


def _plain_forms() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in talking.FORMS.iterdir()}


def _forms() -> dict[str, bytes]:
    """The same with a file to send; its decisions may go back to the applicant."""
    forms = _plain_forms()
    asked = json.loads(forms["permohonan.schema.json"])
    asked["properties"]["bukti"] = {"type": "string", "title": "Bukti", "format": "berkas"}
    asked["required"].append("bukti")
    pages = json.loads(forms["permohonan.ui.json"])
    pages["ui:halaman"].append({"judul": "Berkas", "isian": ["bukti"]})
    changed = {"permohonan.schema.json": asked, "permohonan.ui.json": pages}
    approval = {path.name: path.read_bytes() for path in APPROVAL.glob("persetujuan.*")}
    return forms | approval | {name: json.dumps(content).encode() for name, content in changed.items()}


def _forms_with_pictures() -> dict[str, bytes]:
    forms = _plain_forms()
    decides = json.loads(forms["keputusan.schema.json"])
    pictures = {"type": "array", "items": {"type": "string", "format": "berkas"}, "maxItems": 3}
    decides["properties"]["foto"] = {"title": "Foto", **pictures}
    return forms | {"keputusan.schema.json": json.dumps(decides).encode()}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


FORMS = {"uji": _forms, "lampir": _forms_with_pictures}
