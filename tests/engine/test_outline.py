"""Steps, lanes, variables and the picture come out of the drawing as people would tell them."""

from pathlib import Path

import pytest

from app import engine
from app.engine.picture import wrap
from tests.engine.diagrams.activities import many, receive
from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    call,
    document,
    end,
    lane,
    node,
    par,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.events import catch, event_sub, link, message, on_message, start_on, throw

FORM = user("x").partition(">")[2].removesuffix("</bpmn:userTask>")
BPMN = Path(__file__).parents[2] / "bpmn"
LAYOUT = """<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P" bpmnElement="gambar">
<bpmndi:BPMNShape id="a" bpmnElement="mulai"><dc:Bounds x="-100" y="50" width="36" height="36"/>
<bpmndi:BPMNLabel><dc:Bounds x="-110" y="90" width="60" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="b" bpmnElement="rt"><dc:Bounds x="0" y="30" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="c" bpmnElement="ingat"><dc:Bounds x="20" y="92" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="l" bpmnElement="lane_RT"><dc:Bounds x="-150" y="0" width="600" height="200"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="x" bpmnElement="tidak_ada"><dc:Bounds x="0" y="0" width="1" height="1"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="y" bpmnElement="selesai"><dc:Bounds x="1e400" y="nan" width="36" height="x"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="e" bpmnElement="gambar_f_0"><di:waypoint x="-64" y="68"/>
<di:waypoint x="0" y="68"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="f" bpmnElement="gambar_f_1"><di:waypoint x="0" y="0"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def read(*files: bytes) -> engine.Drawing:
    return engine.read({f"{index}.bpmn": content for index, content in enumerate(files)}, "0.bpmn")


def test_steps_are_told_in_walking_order_with_corrections_last():
    drawing = read(
        bpmn(
            "urut",
            [
                end("tolak"), user("perbaiki"), xor("arah"), user("lurah"), user("atasan"), user("kasi"),
                boundary("naik", "kasi", timer("timeDate", "hari_kerja(1)")), xor("g1"), xor("g2"), start(), user("rt"),
                end("selesai"), service("kabari", "pemberitahuan.kirim"),
            ],
            """mulai>rt rt>kasi kasi>g1 atasan>g1 naik>atasan kabari>perbaiki perbaiki>arah lurah>g2
            g1>kabari[keputusan == "kembalikan"]
            g1>lurah[keputusan == "setuju"]
            g1>tolak[keputusan == "tolak"]
            g2>kabari[keputusan == "kembalikan"]
            g2>selesai[keputusan == "setuju"]
            arah>kasi[langkah == "kasi"]
            arah>atasan[langkah == "atasan"]
            arah>lurah[langkah == "lurah"]""",
            [lane("Pemohon", ["mulai", "perbaiki", "kabari"], role="pemohon")],
        )
    )  # fmt: skip
    assert [step.id for step in drawing.outline] == ["rt", "kasi", "atasan", "lurah", "perbaiki"]
    assert next(iter(drawing.steps)) == "mulai"
    assert drawing.steps["tolak"].kind == "end"
    assert drawing.steps["kabari"].kind == "service"


def test_each_person_of_every_kind_of_box_is_told_once_and_messages_are_nobody():
    woken = event_sub(
        "bangun", [start_on("m", on_message("M")), user("dipanggil"), end("e")], "m>dipanggil dipanggil>e"
    )
    free = sub("bebas", [user("satu"), user("dua")], "", kind="adHocSubProcess")
    task = f'<bpmn:globalUserTask id="bersama" name="Bersama">{FORM}</bpmn:globalUserTask>'
    nodes = [
        start_on("surat", on_message("M")), start(), user("banyak", many("3")), receive("terima", "N"), free, woken,
        throw("lompat", link("l")), call("panggil", "bersama"), catch("tiba", link("l")), user("nanti"), end(),
    ]  # fmt: skip
    flows = "surat>terima mulai>banyak banyak>terima terima>bebas bebas>lompat tiba>nanti nanti>panggil panggil>selesai"
    drawing = read(document(message("M"), message("N"), task, process("layanan", nodes, flows)))
    told = [step.id for step in drawing.outline]
    assert told == ["banyak", "satu", "dua", "nanti", "bersama", "dipanggil"]
    assert next(iter(drawing.steps)) == "mulai"
    assert "terima" not in drawing.steps


def test_branches_are_told_in_the_order_they_are_drawn_before_what_follows_them():
    drawing = read(
        bpmn(
            "sejajar",
            [start(), par("p"), user("c"), user("a"), user("b"), par("j"), user("d"), end()],
            "mulai>p p>a p>b p>c a>j b>j c>j j>d d>selesai",
        )
    )
    assert [step.id for step in drawing.outline] == ["a", "b", "c", "d"]


SETTINGS = {
    "batas_waktu": "3 hk",
    "label_publik": "Diperiksa",
    "formUiSchemaFilename": "a.ui.json",
    "keluaran": "Berkas",
}
TWO_LANES = bpmn(
    "lajur",
    [
        start(),
        user("a", "<bpmn:documentation>Cocokkan KTP.</bpmn:documentation>", **SETTINGS),
        user("b"),
        end(),
    ],
    "mulai>a a>b b>selesai",
    [
        lane("Kasi Pelayanan", ["a"], unit="unit_tujuan"),
        lane("Camat", ["b"], role="camat", unit="35.74.03"),
    ],
    jenis="keterangan",
    biaya="Gratis",
)


def test_a_step_says_who_does_it_and_with_what():
    steps = read(TWO_LANES).steps
    first, second = steps["a"], steps["b"]
    assert (first.role, first.unit, first.lane) == ("kasi_pelayanan", "unit_tujuan", "Kasi Pelayanan")
    assert (first.form, first.form_ui, first.time_limit) == ("a.schema.json", "a.ui.json", "3 hk")
    assert (first.public_label, first.properties["keluaran"]) == ("Diperiksa", "Berkas")
    assert first.documentation == "Cocokkan KTP."
    assert (second.role, second.unit, second.public_label) == ("camat", "35.74.03", None)


def test_a_drawing_carries_its_settings_and_the_units_its_lanes_ask_for():
    drawing = read(TWO_LANES)
    assert dict(drawing.properties) == {"jenis": "keterangan", "biaya": "Gratis"}
    assert drawing.name == "Layanan lajur"
    assert drawing.variables == {"unit_tujuan"}


def test_lanes_reach_into_subprocesses_and_called_processes():
    caller = bpmn(
        "p",
        [
            start(),
            sub("s", [start("m"), user("dalam"), end("e")], "m>dalam dalam>e"),
            call("c", "q"),
            call("d", "r"),
            end(),
        ],
        "mulai>s s>c c>d d>selesai",
        [lane("Lurah", ["s", "c"], role="lurah"), lane("Camat", ["d"], role="camat")],
    )
    own = bpmn(
        "q",
        [start("m2"), user("sendiri"), end("e2")],
        "m2>sendiri sendiri>e2",
        [lane("RT", ["sendiri"], role="rt")],
    )
    none = bpmn("r", [start("m3"), user("titipan"), end("e3")], "m3>titipan titipan>e3")
    drawing = read(caller, own, none)
    assert [(step.id, step.role) for step in drawing.outline] == [
        ("dalam", "lurah"), ("sendiri", "rt"), ("titipan", "camat"),
    ]  # fmt: skip
    assert engine.check({"0.bpmn": caller, "1.bpmn": own, "2.bpmn": none}) == []


def test_all_names_that_expressions_read_are_known_and_no_others():
    drawing = read(
        bpmn(
            "nama",
            [
                start(), script("s", "a = b + 1\n# c = d"), service("o", "x.y", {"p": "e + len(f)"}), user("u"),
                boundary("t", "u", timer("timeDate", "hari_kerja(g)")), xor("x", "lain"), end(),
            ],
            "mulai>s s>o o>u u>x t>x\nx>s[h == true]\nx>selesai:lain",
        )
    )  # fmt: skip
    assert drawing.variables == {"b", "e", "f", "g", "h"}


def test_the_picture_is_plain_data_moved_to_the_corner():
    drawn = bpmn(
        "gambar",
        [start(), user("rt"), boundary("ingat", "rt", timer("timeDate", "hari_kerja(1)"), False), end()],
        "mulai>rt rt>selesai ingat>selesai",
        [lane("RT", ["rt"], role="rt")],
    ).replace(b"</bpmn:definitions>", LAYOUT.encode())
    picture = read(drawn).picture
    shapes = {shape.id: shape for shape in picture.shapes}
    assert set(shapes) == {"mulai", "rt", "ingat", "selesai"}
    assert [lane.name for lane in picture.lanes] == ["RT"]
    assert (picture.lanes[0].x, picture.lanes[0].y) == (12, 12)
    assert (shapes["ingat"].event, shapes["ingat"].is_interrupting) == ("timer", False)
    assert shapes["rt"].label.lines[0][0] == "Tugas rt"
    assert shapes["rt"].middle == (212.0, 82.0)
    (edge,) = picture.edges
    assert (edge.path, edge.source, edge.target) == ("M98 80 L162 80", "mulai", "rt")
    assert picture.width >= 600 and picture.height >= 200


def test_a_drawing_without_layout_has_an_empty_picture():
    picture = read(bpmn("polos", [start(), user("a"), end()], "mulai>a a>selesai")).picture
    assert (picture.width, picture.shapes) == (0, ())


def test_long_names_are_broken_into_lines_that_fit():
    assert wrap("Memeriksa kelengkapan berkas permohonan", 90) == [
        "Memeriksa",
        "kelengkapan",
        "berkas",
        "permohonan",
    ]
    assert wrap("", 90) == []
    assert len(wrap("kata " * 60, 90)) == 5


def test_decoration_is_ignored():
    drawn = bpmn(
        "hias",
        [
            start(), user("a"), end(), node("dataObject", "obj"), node("dataStoreReference", "toko"),
            node("textAnnotation", "catatan"), node("group", "kelompok"),
        ],
        "mulai>a a>selesai",
    )  # fmt: skip
    assert [step.id for step in read(drawn).outline] == ["a"]


@pytest.mark.parametrize("path", sorted(BPMN.glob("*.bpmn")), ids=lambda path: path.stem)
def test_every_service_of_the_city_can_run_and_has_a_picture(path):
    content = {f"bpmn/{path.name}": path.read_bytes()}
    assert engine.check(content) == []
    drawing = engine.read(content, f"bpmn/{path.name}")
    assert drawing.process_id == path.stem
    drawn = {shape.id for shape in drawing.picture.shapes}
    assert set(drawing.steps) <= drawn
    assert all(step.form and step.role for step in drawing.outline)
