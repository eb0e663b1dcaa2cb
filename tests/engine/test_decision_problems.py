"""Whatever is wrong with a DMN file is said at once, in words that name the decision, the rule and the column."""

import pytest

from app.engine import decisions
from app.engine.decision_reading import REFUSED
from app.errors import Invalid, ProcessFault
from tests.effort import few_calls, soon
from tests.engine.attacks import ATTACKS
from tests.engine.diagrams.dmn import NAMESPACE, decision, dmn, literal, table, text

PLAIN = table(["x"], ["y"], [["1", "2"]])


def found(content: bytes) -> list[tuple[str, str]]:
    """Rule and element of every finding; the file is refused exactly when one of them blocks."""
    told = decisions.problems("a.dmn", content)
    assert all(problem.message and problem.advice for problem in told)
    assert all(problem.path == "a.dmn" or problem.element == "a.dmn" for problem in told)
    if any(problem.blocks for problem in told):
        with pytest.raises(Invalid, match="Diagram belum dapat dipakai"):
            decisions.read("a.dmn", content)
    else:
        assert decisions.read("a.dmn", content)
    return [(problem.rule, problem.element) for problem in told]


def in_table(logic: str) -> list[tuple[str, str]]:
    return found(dmn(decision("d", logic)))


def test_a_good_file_has_no_problem():
    assert in_table(PLAIN) == []


def test_every_cell_that_cannot_be_read_is_named():
    rows = [["1", "> 3", "1"], ["[1..", "-", "x.y"], ["-", "jumlah > 3", "? > 1"]]
    told = decisions.problems("a.dmn", dmn(decision("d", table(["x", "usia"], ["y"], rows), name="Tarif")))
    assert [(problem.rule, problem.element, problem.name) for problem in told] == [
        ("dmn-sel", place, "Tarif") for place in ("r2c1", "r2c3", "r3c2", "r3c3")
    ]
    assert told[0].message.startswith(
        "Keputusan “Tarif”, aturan 2, kolom masukan 1 “x”: sel DMN “[1..” tidak dapat dibaca: "
    )
    assert "aturan 2, kolom hasil 1 “y”: sel DMN “x.y”" in told[1].message and "titik" in told[1].message
    assert "aturan 3, kolom masukan 2 “usia”" in told[2].message
    assert "[1..5]" in told[0].advice


def test_other_texts_of_a_table_are_checked_like_cells():
    assert in_table(table(["x.y"], ["y"], [["1", "2"]])) == [("dmn-sel", "d")]
    assert in_table(table(["x"], ["y"], [["1", "2"]], admitted={"x": "1,,2"})) == [("dmn-sel", "d")]
    assert in_table(table(["x"], ["y"], [["1", "2"]], admitted={"y": "1 / 0"})) == [("dmn-sel", "d")]
    assert in_table(table(["x"], ["y"], [["1", "2"]], defaults={"y": "lambda: 1"})) == [("dmn-sel", "d")]
    assert in_table(table(["x"], ["y"], [["1", "1 / 0"]])) == [("dmn-sel", "r1c2")]
    assert in_table(table(["x"], ["y"], [["1", "1 < 'a'"]])) == [("dmn-sel", "r1c2")]
    assert in_table(literal("")) == in_table(literal("if a then b else c")) == [("dmn-sel", "d")]
    assert in_table(table([""], ["y"], [["1", "2"]])) == [("dmn-masukan", "i1")]


def test_results_that_no_column_admits_are_found_before_a_case_meets_them():
    admitted = {"y": '"a","b"'}
    assert in_table(table(["x"], ["y"], [["1", '"c"'], ["2", "x"], ["3", ""]], admitted=admitted)) == [
        ("dmn-nilai", "r1c2")
    ]
    assert in_table(table(["x"], ["y"], [["1", '"a"']], admitted=admitted, defaults={"y": '"c"'})) == [
        ("dmn-nilai", "d")
    ]
    assert in_table(table(["x"], ["y"], [["1", '"c"']], admitted={"y": "batas"})) == []


@pytest.mark.parametrize(
    "name", ["nama panjang", "1a", "len", "true", "typename", "a__b", "_a", "é", "x" * 101, "class"]
)
def test_outputs_must_be_able_to_be_variables(name):
    assert in_table(table(["x"], [name], [["1", "2"]])) == [("dmn-nama", "tabel")]
    content = dmn(decision("salah-id", literal("1")))
    assert found(content) == [("dmn-nama", "salah-id")]


def test_outputs_must_have_names_of_their_own():
    assert in_table(table([], ["y", "y"], [["1", "2"]])) == [("dmn-nama", "tabel")]
    assert in_table(table([], ["y", ""], [["1", "2"]])) == [("dmn-nama", "tabel")]


def test_hit_policies_and_aggregations_must_be_known_and_possible():
    assert in_table(table(["x"], ["y"], [["1", "2"]], "SEMUA")) == [("dmn-hit-policy", "tabel")]
    assert in_table(table(["x"], ["y"], [["1", "2"]], "COLLECT", aggregation="AVG")) == [
        ("dmn-penggabung", "tabel")
    ]
    assert in_table(table(["x"], ["y"], [["1", "2"]], "FIRST", aggregation="SUM")) == [
        ("dmn-penggabung", "tabel")
    ]
    assert in_table(table([], ["y", "z"], [["1", "2"]], "COLLECT", aggregation="SUM")) == [
        ("dmn-penggabung", "tabel")
    ]
    for policy in ("PRIORITY", "OUTPUT ORDER"):
        assert in_table(table(["x"], ["y"], [["1", "2"]], policy)) == [("dmn-urutan", "tabel")]
        assert in_table(table(["x"], ["y"], [["1", "2"]], policy, admitted={"y": "[1..5]"})) == [
            ("dmn-urutan", "tabel")
        ]
        assert in_table(table([], ["y", "z"], [["1", "2"]], policy, admitted={"y": "1"})) == []


def test_rows_must_fit_their_columns_and_equal_rows_cannot_be_unique():
    assert in_table(table(["x"], ["y"], [["1", "2"], ["1"], ["1", "2", "3"]])) == [
        ("dmn-sel", "r2"),
        ("dmn-sel", "r3"),
    ]
    twins = table(["x"], ["y"], [["1", "2"], ["3", "4"], ["1", "5"]])
    assert in_table(twins) == [("dmn-kembar", "tabel")]
    assert in_table(table(["x"], ["y"], [["[1..", "2"], ["x.y", "4"]])) == [
        ("dmn-sel", "r1c1"),
        ("dmn-sel", "r2c1"),
    ]
    assert in_table(twins.replace("<decisionTable ", '<decisionTable hitPolicy="FIRST" ')) == []


def test_sizes_are_bounded():
    rows = [[f"{n}", "1"] for n in range(1_001)]
    assert in_table(table(["x"], ["y"], rows)) == [("dmn-ukuran", "tabel")]
    assert in_table(table(["x"], ["y"], rows[:1_000])) == []
    assert in_table(table(["x"] * 50, ["y"], [])) == [("dmn-ukuran", "tabel")]
    assert in_table(table(["x"], [], [["1"]])) == [("dmn-ukuran", "tabel")]
    assert found(dmn()) == [("dmn-ukuran", "definisi")]
    assert found(dmn(*[decision(f"d{n}", literal("1")) for n in range(51)])) == [("dmn-ukuran", "definisi")]


def test_all_texts_together_are_bounded_and_it_is_said_once():
    rows = [[f'"{n}{"a" * 400}"', "1"] for n in range(900)]
    assert [rule for rule, _element in in_table(table(["x"], ["y"], rows))] == ["dmn-ukuran"]


def test_long_names_and_many_findings_do_not_make_long_answers():
    rows = [["[1..", "x.y"]] * 300
    logic = table(["a + " * 200 + "b"], ["y" * 5_000], rows, "FIRST")
    told = decisions.problems("a.dmn", dmn(decision("d", logic, name="n" * 5_000)))
    assert len(told) == 200 and max(len(problem.sentence) for problem in told) < 1_000


def test_a_table_without_rules_is_only_warned_of():
    assert in_table(table(["x"], ["y"], [])) == [("dmn-kosong", "tabel")]
    assert [
        problem.blocks for problem in decisions.problems("a.dmn", dmn(decision("d", table(["x"], ["y"], []))))
    ] == [False]


def test_decisions_need_ids_of_their_own_and_one_content():
    assert found(dmn(decision("d", PLAIN), decision("d", PLAIN))) == [("dmn-id", "d")]
    assert found(dmn(decision("", PLAIN), decision("d", PLAIN))) == [("dmn-id", "a.dmn")]
    assert in_table("") == in_table(PLAIN + PLAIN) == in_table(PLAIN + literal("1")) == [("dmn-isi", "d")]


INSIDE = (
    "knowledgeRequirement",
    "functionDefinition",
    "invocation",
    "context",
    "relation",
    "list",
    "importedValues",
)


@pytest.mark.parametrize("tag", REFUSED)
def test_what_we_do_not_work_out_is_refused_by_name(tag):
    if tag in INSIDE:
        told = decisions.problems("a.dmn", dmn(decision("d", literal("1"), inner=f'<{tag} id="e"/>')))
    elif tag == "allowedValues":
        item = f'<itemDefinition><allowedValues id="e">{text("1")}</allowedValues></itemDefinition>'
        told = decisions.problems("a.dmn", dmn(decision("d", PLAIN), extra=item))
    else:
        told = decisions.problems("a.dmn", dmn(decision("d", PLAIN), extra=f'<{tag} id="e"/>'))
    assert [(problem.rule, problem.element) for problem in told] == [("dmn-elemen", "e")]
    assert REFUSED[tag] in told[0].message


def test_other_languages_are_refused_and_decoration_is_not():
    assert in_table(PLAIN.replace("<outputEntry", '<outputEntry expressionLanguage="groovy"')) == [
        ("dmn-bahasa", "r1c2")
    ]
    content = dmn(decision("d", PLAIN)).replace(b"<definitions ", b'<definitions expressionLanguage="juel" ')
    assert found(content) == [("dmn-bahasa", "definisi")]
    for known in ("feel", "https://www.omg.org/spec/DMN/20191111/FEEL/", "python"):
        assert in_table(PLAIN.replace("<outputEntry", f'<outputEntry expressionLanguage="{known}"')) == []
    types = '<itemDefinition name="t"><typeRef>string</typeRef></itemDefinition>'
    decoration = f'<inputData id="i" name="x"/><knowledgeSource id="k"/>{types}'
    inner = '<description>kata</description><informationRequirement><requiredInput href="#i"/></informationRequirement>'
    noted = PLAIN.replace("</rule>", "<annotationEntry><text>x.y</text></annotationEntry></rule>")
    assert found(dmn(decision("d", noted, inner=inner), extra=decoration)) == []


def test_needed_decisions_must_exist_here_and_not_wait_for_each_other():
    assert found(dmn(decision("d", PLAIN, needs=["hilang"]))) == [("dmn-tidak-ada", "d")]
    assert found(dmn(decision("d", PLAIN, needs=["d"]))) == [("dmn-berputar", "d")]
    circle = [
        decision("a", PLAIN, needs=["b"]),
        decision("b", PLAIN, needs=["c"]),
        decision("c", PLAIN, needs=["a"]),
    ]
    told = decisions.problems("a.dmn", dmn(*circle))
    assert [problem.rule for problem in told] == ["dmn-berputar"]
    assert all(f"“Keputusan {name}”" in told[0].message for name in "abc")
    other = decision("d", PLAIN, needs=["x"]).replace("#x", "http://127.0.0.1:1/lain.dmn#x")
    assert found(dmn(other)) == [("dmn-elemen", "d")]


def test_two_needed_results_must_not_have_one_name():
    both = [decision("a", PLAIN), decision("b", PLAIN), decision("d", literal("y"), needs=["a", "b"])]
    assert found(dmn(*both)) == [("dmn-nama-ganda", "d")]


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "\0" not in attack])
def test_no_attack_in_any_place_of_a_table_is_worked_out(attack):
    """As an input, a cell, a result, a default and among admitted values: refused when read, or a fault."""
    with soon(0.5):
        places = {"admitted": {attack: attack}, "defaults": {"y": attack}}
        content = dmn(decision("d", table([attack], ["y"], [[f"> {attack}", attack]], **places)))
        with pytest.raises((Invalid, ProcessFault)):
            decisions.read("a.dmn", content)["d"].decide(
                {"x": [1], "s": "teks", "d": {"a": 1}, "keputusan": "ya"}
            )


HOSTILE = {
    "doctype": b'<!DOCTYPE x [<!ENTITY a "b">]>' + dmn(decision("d", PLAIN)).partition(b"?>")[2],
    "laughs": (
        b'<!DOCTYPE x [<!ENTITY a0 "ha">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
        + b"]><definitions>&a9;</definitions>"
    ),
    "external": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
    "utf-16": dmn(decision("d", PLAIN)).decode().encode("utf-16"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
    "html": b"<html/>",
    "bpmn": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "no namespace": b"<definitions/>",
    "other root": f'<decision xmlns="{NAMESPACE}" id="d"/>'.encode(),
    "empty": b"",
    "cut off": dmn(decision("d", PLAIN))[:-20],
    "3 MB": dmn(decision("d", PLAIN)) + b" " * 3_000_000,
    "many": dmn("<a/>" * 50_000),
    "deep": dmn("<a>" * 5_000 + "</a>" * 5_000),
    "long cell": dmn(decision("d", table(["x"], ["y"], [["1", '"' + "a" * 30_000 + '"']]))),
    "long id": dmn(decision("x" * 100_000, PLAIN)),
    "deep cells": dmn(decision("d", table(["x"], ["y"], [["not(" * 480, "(" * 1_900]] * 400))),
    "long cells": dmn(decision("d", table(["x"], ["y"], [["(((1)))," * 240 + "1", "1" + "+1" * 900]] * 400))),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_with_little_work(kind):
    with few_calls(2_000_000):
        assert found(HOSTILE[kind])


def test_the_largest_table_is_read_and_decided_with_bounded_work():
    rows = [[*[f"[{n}..{n + 1}]"] * 8, f'"{n}"'] for n in range(1_000)]
    content = dmn(decision("d", table([f"x{n}" for n in range(8)], ["y"], rows, "COLLECT")))
    with few_calls(8_000_000):
        read = decisions.read("a.dmn", content)["d"]
    with few_calls(100_000):
        assert read.decide({f"x{n}": 500 for n in range(8)}) == {"y": ["499", "500"]}
