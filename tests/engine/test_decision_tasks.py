"""A business rule task asks its decision about this case, and what it says are variables from there on."""

from types import SimpleNamespace

import pytest

from app.engine import decisions
from app.engine.elements.decisions import DecisionTask
from app.engine.rules import Rules
from app.errors import Invalid, ProcessFault
from tests.engine.diagrams.activities import many, rule
from tests.engine.diagrams.build import bpmn, end, script, start, user, xor
from tests.engine.diagrams.case import CALENDAR, MONDAY, Case
from tests.engine.diagrams.dmn import decision, dmn, literal, table

SIZES = [["< 5", '"kecil"', "0"], [">= 5", '"besar"', "jumlah * 2"]]
FEES = dmn(
    decision("tarif", table(["jumlah"], ["golongan", "biaya"], SIZES)),
    decision("tenggat", table(["golongan_awal"], ["tenggat"], [['"kecil"', "hari_kerja(1)"], ["-", "null"]], "FIRST"),
             needs=["golongan_awal"]),
    decision("golongan_awal", literal('"kecil" if jumlah < 5 else "besar"')),
    decision("semua", table(["jumlah"], ["semua"], [["> 1", "daftar"], ["> 2", "daftar"]], "COLLECT")),
    decision("ganda", table(["jumlah"], ["y"], [["> 1", "1"], ["> 2", "2"]])),
)  # fmt: skip


def played(
    task: str, flows: str = "mulai>hitung hitung>lihat lihat>selesai", *more: str, **variables
) -> Case:
    drawing = bpmn("p", [start(), task, user("lihat"), end(), *more], flows)
    return Case(drawing, FEES, **variables)


def test_outputs_become_variables():
    assert played(rule("hitung", "tarif"), jumlah=7).data("lihat") == {
        "jumlah": 7,
        "golongan": "besar",
        "biaya": 14,
    }
    assert played(rule("hitung", " tarif "), jumlah=1).data("lihat")["biaya"] == 0
    assert played(rule("hitung", "tarif")).data("lihat") == {"golongan": None, "biaya": None}


def test_needed_decisions_and_the_calendar_are_at_hand():
    assert played(rule("hitung", "tenggat"), jumlah=1).data("lihat")["tenggat"].startswith("2026-06-09T")
    assert played(rule("hitung", "tenggat"), jumlah=9).data("lihat")["tenggat"] is None


def test_a_decision_is_asked_again_on_every_round():
    flows = """mulai>u u>hitung hitung>lihat lihat>g
    g>u[keputusan == "ulang"]
    g>selesai[keputusan != "ulang"]"""
    case = played(rule("hitung", "tarif"), flows, xor("u"), xor("g"), jumlah=7)
    case.do("lihat", keputusan="ulang", jumlah=2)
    assert case.data("lihat")["golongan"] == "kecil"
    assert case.do("lihat", keputusan="cukup").standing.finished


def test_a_gateway_reads_what_was_decided():
    flows = """mulai>hitung hitung>g
    g>lihat[golongan == "besar"]
    g>selesai[golongan != "besar"]
    lihat>selesai"""
    assert played(rule("hitung", "tarif"), flows, xor("g"), jumlah=7).steps == ["lihat"]
    assert played(rule("hitung", "tarif"), flows, xor("g"), jumlah=1).standing.finished


def test_results_share_nothing_with_the_variables_they_came_from():
    case = played(rule("hitung", "semua"), jumlah=3, daftar=[1, 2])
    assert case.data("lihat")["semua"] == [[1, 2], [1, 2]]
    spec = DecisionTask.__new__(DecisionTask)
    spec.decision = decisions.read("a.dmn", FEES)["semua"]
    own = SimpleNamespace(data_objects={})
    workflow = SimpleNamespace(script_engine=Rules(MONDAY, CALENDAR), spec=own, data={}, parent_workflow=None)
    task = SimpleNamespace(workflow=workflow, data={"jumlah": 3, "daftar": [1]})
    spec._run_hook(task)
    task.data["daftar"].append(2)
    assert task.data["semua"] == [[1], [1]]


def test_a_decision_that_cannot_be_made_names_its_step():
    with pytest.raises(
        ProcessFault, match=r"Langkah hitung: Keputusan “Keputusan ganda” \(ganda\), aturan 1 dan 2"
    ):
        played(rule("hitung", "ganda"), jumlah=3)
    with pytest.raises(
        ProcessFault, match="Langkah hitung: .*aturan 1, kolom “tenggat”|Langkah hitung: .*ungkapan"
    ):
        played(rule("hitung", "tenggat"), jumlah="teks")


def test_scripts_before_and_after_the_decision_run():
    scripts = "<spiffworkflow:preScript>jumlah = 9</spiffworkflow:preScript>"
    scripts += "<spiffworkflow:postScript>akhir = biaya + 1</spiffworkflow:postScript>"
    task = rule("hitung", "tarif").replace("<bpmn:extensionElements>", f"<bpmn:extensionElements>{scripts}")
    assert played(task).data("lihat") == {"jumlah": 9, "golongan": "besar", "biaya": 18, "akhir": 19}


def test_a_decision_that_no_file_has_is_refused():
    with pytest.raises(Invalid):
        played(rule("hitung", "hilang"))
    with pytest.raises(Invalid):
        played(rule("hitung", ""))


def test_a_file_with_an_unreadable_cell_is_refused():
    drawing = bpmn(
        "p", [start(), rule("hitung", "d"), script("s", "a = 1"), end()], "mulai>hitung hitung>s s>selesai"
    )
    with pytest.raises(Invalid, match="aturan 1, kolom masukan 1 “x”: sel DMN"):
        Case(drawing, dmn(decision("d", table(["x"], ["y"], [["x.y", "1"]]))))


def test_a_decision_is_made_for_each_item_of_a_list():
    task = rule("hitung", "tarif", many(over="daftar", item="jumlah", kept="hasil", each="biaya"))
    assert played(task, daftar=[1, 5, 7]).data("lihat")["hasil"] == [0, 10, 14]
