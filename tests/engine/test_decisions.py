"""A decision gives what its table and hit policy say, and says which rule and column when it cannot."""

import pytest

from app.engine import decisions
from app.errors import Invalid, ProcessFault
from tests.engine.diagrams.dmn import decision, dmn, literal, table

MANY = [
    ["> 10", '"kecil"', "1"],
    ["> 20", '"besar"', "2"],
    ["> 30", '"sedang"', "4"],
]


def decided(content: bytes, name: str = "d", **variables: object) -> dict[str, object]:
    return decisions.read("a.dmn", content)[name].decide(variables)


def one(logic: str) -> bytes:
    return dmn(decision("d", logic))


def by(policy: str, **settings: object) -> bytes:
    return one(table(["x"], ["hasil"], [row[:2] for row in MANY], policy, **settings))


RANKS = {"hasil": '"besar","sedang","kecil"'}


@pytest.mark.parametrize(
    ("policy", "settings", "expected"),
    [
        ("FIRST", {}, "kecil"),
        ("PRIORITY", {"admitted": RANKS}, "besar"),
        ("COLLECT", {}, ["kecil", "besar", "sedang"]),
        ("RULE ORDER", {}, ["kecil", "besar", "sedang"]),
        ("OUTPUT ORDER", {"admitted": RANKS}, ["besar", "sedang", "kecil"]),
        ("COLLECT", {"aggregation": "COUNT"}, 3),
        ("COLLECT", {"aggregation": "MIN"}, "besar"),
        ("COLLECT", {"aggregation": "MAX"}, "sedang"),
        ("collect", {}, ["kecil", "besar", "sedang"]),
    ],
)
def test_each_hit_policy_makes_its_own_of_three_hits(policy, settings, expected):
    assert decided(by(policy, **settings), x=31) == {"hasil": expected}


@pytest.mark.parametrize(
    ("policy", "settings", "nothing"),
    [
        ("", {}, None),
        ("UNIQUE", {}, None),
        ("FIRST", {}, None),
        ("ANY", {}, None),
        ("PRIORITY", {"admitted": RANKS}, None),
        ("COLLECT", {}, []),
        ("RULE ORDER", {}, []),
        ("OUTPUT ORDER", {"admitted": RANKS}, []),
        ("COLLECT", {"aggregation": "SUM"}, None),
        ("COLLECT", {"aggregation": "COUNT"}, 0),
    ],
)
def test_without_a_hit_there_is_the_default_or_nothing(policy, settings, nothing):
    assert decided(by(policy, **settings), x=1) == {"hasil": nothing}
    default = decided(by(policy, **settings, defaults={"hasil": '"sedang"'}), x=1)["hasil"]
    assert default == (["sedang"] if nothing == [] else "sedang")


def test_sums_and_extremes_are_of_numbers():
    def collected(aggregation: str, x: int) -> object:
        rows = [[row[0], row[2]] for row in MANY]
        return decided(one(table(["x"], ["n"], rows, "COLLECT", aggregation=aggregation)), x=x)["n"]

    assert [collected("SUM", x) for x in (11, 21, 31)] == [1, 3, 7]
    assert [collected("MIN", 31), collected("MAX", 31), collected("COUNT", 31)] == [1, 4, 3]
    with pytest.raises(ProcessFault, match=r"aturan 1, 2 dan 3 \(SUM\): hasilnya tidak dapat"):
        decided(by("COLLECT", aggregation="SUM"), x=31)
    with pytest.raises(ProcessFault, match="MAX"):
        mixed = [["-", "1"], ["-", '"a"']]
        decided(one(table(["x"], ["n"], mixed, "COLLECT", aggregation="MAX")), x=1)
    with pytest.raises(ProcessFault, match="SUM"):
        decided(one(table(["x"], ["n"], [["-", "true"], ["1", "2"]], "COLLECT", aggregation="SUM")), x=1)
    with pytest.raises(ProcessFault, match="terlalu besar"):
        huge = [["-", "999999999999999"]] * 2
        decided(one(table(["x"], ["n"], huge, "COLLECT", aggregation="SUM")), x=1)


def test_two_hits_in_a_unique_table_are_a_fault_that_names_both():
    assert decided(by("UNIQUE"), x=11) == {"hasil": "kecil"}
    with pytest.raises(ProcessFault, match=r"“Keputusan d” \(d\), aturan 1 dan 2 berlaku sekaligus"):
        decided(by("UNIQUE"), x=21)
    with pytest.raises(ProcessFault, match="aturan 1, 2 dan 3"):
        decided(by(""), x=31)
    with pytest.raises(ProcessFault, match="10, dan 90 lagi"):
        decided(one(table(["x"], ["hasil"], [[f"> {n}", "1"] for n in range(100)])), x=200)


def test_hits_of_an_any_table_must_agree():
    agreeing = one(
        table(["x"], ["a", "b"], [["> 1", "1", '"s"'], ["> 2", "1.0", '"s"'], ["> 9", "1", "true"]], "ANY")
    )
    assert decided(agreeing, x=5) == {"a": 1, "b": "s"}
    with pytest.raises(ProcessFault, match="aturan 1 dan 3 berlaku sekaligus tetapi hasilnya berbeda"):
        decided(agreeing, x=10)
    with pytest.raises(ProcessFault, match="berbeda"):
        decided(one(table(["x"], ["a"], [["-", "1"], ["> 0", "true"]], "ANY")), x=10)


def test_several_outputs_come_by_name_and_as_lists_where_there_are_several_hits():
    def outputs(policy: str, **settings: object) -> dict[str, object]:
        return decided(one(table(["x"], ["ukuran", "n"], MANY, policy, **settings)), x=31)

    assert outputs("FIRST") == {"ukuran": "kecil", "n": 1}
    assert outputs("RULE ORDER") == {"ukuran": ["kecil", "besar", "sedang"], "n": [1, 2, 4]}
    ranks = {"admitted": {"n": "4,2,1"}}
    assert outputs("PRIORITY", **ranks) == {"ukuran": "sedang", "n": 4}
    assert outputs("OUTPUT ORDER", **ranks) == {"ukuran": ["sedang", "besar", "kecil"], "n": [4, 2, 1]}


def test_the_left_output_counts_more_for_the_order():
    rows = [["2", "1"], ["1", "2"], ["1", "1"]]
    content = one(table([], ["a", "b"], rows, "OUTPUT ORDER", admitted={"a": "1,2", "b": "1,2"}))
    assert decided(content) == {"a": [1, 1, 2], "b": [1, 2, 1]}


def test_all_inputs_of_a_rule_must_be_hit():
    rows = [["< 18", '"RT","RW"', '"anak"'], [">= 18", "-", '"dewasa"'], ["null", "", '"tanya"']]
    content = one(table(["usia", "asal"], ["golongan"], rows))
    assert decided(content, usia=5, asal="RW") == {"golongan": "anak"}
    assert decided(content, usia=5, asal="Kota") == {"golongan": None}
    assert decided(content, usia=40) == {"golongan": "dewasa"}
    assert decided(content) == {"golongan": "tanya"}


def test_inputs_and_outputs_are_expressions_on_the_cases_variables():
    content = one(
        table(
            ["len(anak) + 1", "hari_kerja(2)"],
            ["tarif"],
            [["> 2", "-", "tarif * 2"], ["-", "-", ""]],
            "FIRST",
        )
    )
    read = decisions.read("a.dmn", content)["d"]
    functions = {"hari_kerja": lambda days: f"2026-01-0{days}"}
    assert read.names == {"anak", "tarif"} and read.outputs == ("tarif",)
    assert read.decide({"anak": [1, 2], "tarif": 50}, functions) == {"tarif": 100}
    assert read.decide({"anak": []}, functions) == {"tarif": None}
    with pytest.raises(ProcessFault, match=r"kolom “len\(anak\) \+ 1”: "):
        read.decide({"anak": None}, functions)
    with pytest.raises(ProcessFault, match="aturan 1, kolom “tarif”: hanya bilangan"):
        read.decide({"anak": [1, 2], "tarif": "x"}, functions)
    with pytest.raises(ProcessFault, match="hari_kerja tidak tersedia"):
        read.decide({"anak": []})


def test_the_first_policy_looks_no_further_than_the_first_hit():
    content = one(table(["x"], ["y"], [["1", "1"], ["? + y > 1", "2"]], "FIRST"))
    assert decided(content, x=1, y="teks") == {"y": 1}
    with pytest.raises(ProcessFault, match=r"aturan 2, kolom “x”"):
        decided(content, x=2, y="teks")


def test_values_outside_a_columns_admitted_values_are_faults():
    admitted = {"x": '"a","b"', "y": "[1..5]"}
    content = one(table(["x"], ["y"], [['"a"', "n"], ["-", "2"]], "FIRST", admitted=admitted))
    assert decided(content, x="a", n=5) == {"y": 5}
    with pytest.raises(ProcessFault, match='kolom “x”: nilai “c” tidak termasuk nilai masukan "a","b"'):
        decided(content, x="c")
    with pytest.raises(ProcessFault, match="kolom “x”: nilai null tidak termasuk"):
        decided(content)
    with pytest.raises(
        ProcessFault, match=r"aturan 1, kolom “y”: hasil “6” tidak termasuk nilai keluaran \[1..5\]"
    ):
        decided(content, x="a", n=6)
    assert decided(one(table(["x"], ["y"], [["null", "2"]], admitted={"x": '"a", null'}))) == {"y": 2}


def test_a_table_may_do_without_inputs_and_an_output_without_a_name():
    assert decided(one(table([], ["y"], [["1"]]))) == {"y": 1}
    nameless = table([], ["y"], [["1"]]).replace(' name="y"', "")
    assert decided(one(nameless)) == {"d": 1}
    assert decided(dmn(decision("d", nameless, variable="tarif"))) == {"tarif": 1}
    assert decided(dmn(decision("d", nameless, variable="Tarif akhir"))) == {"d": 1}


def test_an_expression_is_a_decision_too():
    content = dmn(decision("d", literal('"besar" if n > 10 else "kecil"'), variable="ukuran"))
    assert decided(content, n=11) == {"ukuran": "besar"}
    assert decisions.read("a.dmn", content)["d"].names == {"n"}
    with pytest.raises(ProcessFault, match="Keputusan “Keputusan d” .*ungkapan “.besar. if"):
        decided(content)


GRAPH = dmn(
    decision("akhir", table(["golongan", "tarif_dasar"], ["tarif"], [['"anak"', "-", "0"], ["-", "> 5", "tarif_dasar"]],
                            "FIRST"), needs=["dasar", "umur"]),
    decision("umur", table(["usia"], ["golongan"], [["< 18", '"anak"'], [">= 18", '"dewasa"']])),
    decision("dasar", literal("pajak + biaya"), needs=["pajak_"], variable="tarif_dasar"),
    decision("pajak_", literal("biaya * 2"), variable="pajak"),
)  # fmt: skip


def test_needed_decisions_are_worked_out_first():
    assert decided(GRAPH, "akhir", usia=5, biaya=10) == {"tarif": 0}
    assert decided(GRAPH, "akhir", usia=50, biaya=10) == {"tarif": 30}
    assert decided(GRAPH, "dasar", biaya=10) == {"tarif_dasar": 30}
    read = decisions.read("a.dmn", GRAPH)
    assert read["akhir"].names == {"usia", "biaya"} and read["akhir"].outputs == ("tarif",)
    assert [step.id for step in read["akhir"].before][-1] in ("dasar", "umur")


def test_a_needed_decision_is_read_by_its_variable_its_id_or_its_output():
    needed = decision("dua", table([], ["keluaran"], [["7"]]), variable="peubah")
    for name in ("dua", "keluaran", "peubah"):
        assert decided(dmn(needed, decision("d", literal(f"{name} + 1"), needs=["dua"])), "d") == {"d": 8}
    unneeded = decided(dmn(needed, decision("d", literal("dua is null"))), "d")
    assert unneeded == {"d": True}


def test_a_needed_result_hides_a_variable_of_its_name_and_no_more():
    content = dmn(decision("n", literal("n_awal + 1")), decision("d", literal("n + n_awal"), needs=["n"]))
    assert decided(content, n=100, n_awal=1) == {"d": 3}
    assert decisions.read("a.dmn", content)["d"].names == {"n_awal"}


def test_a_long_chain_of_decisions_works_and_shares_one_supply_of_fuel():
    chain = [decision("d0", literal("1"))]
    chain += [decision(f"d{n}", literal(f"d{n - 1} + 1"), needs=[f"d{n - 1}"]) for n in range(1, 50)]
    assert decided(dmn(*chain), "d49") == {"d49": 50}
    heavy = " or ".join(["a == b"] * 40)
    costly = [decision("d0", literal(heavy))]
    costly += [decision(f"d{n}", literal(heavy), needs=[f"d{n - 1}"]) for n in range(1, 50)]
    with pytest.raises(ProcessFault, match="berat"):
        decided(dmn(*costly), "d49", a=[0] * 999 + [1], b=[0] * 999 + [2])


def test_every_version_of_dmn_that_we_know_is_read():
    for namespace in (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
    ):
        assert decided(dmn(decision("d", literal("1")), namespace=namespace)) == {"d": 1}
    with pytest.raises(Invalid, match=r"bukan DMN 1.1, 1.2, atau 1.3"):
        decided(dmn(decision("d", literal("1")), namespace="https://www.omg.org/spec/DMN/20230324/MODEL/"))
