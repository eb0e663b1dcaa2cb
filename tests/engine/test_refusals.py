"""`alur process check` refuses what cannot work or means harm: in time, with place, reason and repair. (ASVS 1.5.1)"""

import json
import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from app.cli import main
from tests.engine.diagrams.activities import data_object, many, rule, send
from tests.engine.diagrams.build import (
    HEAD,
    boundary,
    bpmn,
    call,
    document,
    end,
    lane,
    node,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.dmn import decision, dmn, table
from tests.engine.diagrams.events import message

LONGEST = 2.5
PLAIN = "mulai>a a>selesai"
WHOLE = bpmn("p", [start(), user("a"), end()], PLAIN, [lane("RT", ["a"], role="rt")])
BODY = WHOLE.decode().partition("?>")[2]
TAIL = "</bpmn:definitions>"

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>' + BODY
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    + "]>"
    + BODY.replace('name="Tugas a"', 'name="&l9;"')
)


def encoded(text: str, encoding: str, mark: bytes = b"") -> bytes:
    return mark + f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)


def utf_7(text: str) -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-7"?>' + text.replace("<", "+ADw-").replace(">", "+AD4-").encode()
    )


HOSTILE = {
    "DOCTYPE, UTF-8": (DOCTYPE.encode(), "doctype"),
    "DOCTYPE, UTF-8 with a mark": (encoded(DOCTYPE, "utf-8", b"\xef\xbb\xbf"), "doctype"),
    "DOCTYPE, UTF-16": (encoded(DOCTYPE, "utf-16"), "pengodean"),
    "DOCTYPE, UTF-16 little end first": (encoded(DOCTYPE, "utf-16-le"), "pengodean"),
    "DOCTYPE, UTF-16 big end first": (encoded(DOCTYPE, "utf-16-be"), "pengodean"),
    "DOCTYPE, UTF-16 big end first with a mark": (encoded(DOCTYPE, "utf-16-be", b"\xfe\xff"), "pengodean"),
    "DOCTYPE, UTF-32": (encoded(DOCTYPE, "utf-32"), "pengodean"),
    "DOCTYPE, UTF-7": (utf_7(DOCTYPE), "pengodean"),
    "DOCTYPE, ISO-8859-1": (encoded(DOCTYPE, "iso-8859-1"), "pengodean"),
    "DOCTYPE, Windows-1252": (encoded(DOCTYPE.replace("Tugas", "Tugás"), "cp1252"), "pengodean"),
    "DOCTYPE, EBCDIC": (encoded(DOCTYPE, "cp037"), "pengodean"),
    "DOCTYPE, Shift-JIS": (encoded(DOCTYPE, "shift_jis"), "pengodean"),
    "billion laughs": (LAUGHS.encode(), "doctype"),
    "an outer file": (f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{BODY}'.encode(), "doctype"),
    "5 MB": (f"{HEAD}{' ' * 5_000_000}{TAIL}".encode(), "terlalu-besar"),
    "5,000 levels": (f"{HEAD}{'<a>' * 5_000}{'</a>' * 5_000}{TAIL}".encode(), "terlalu-besar"),
    "no XML": (b"hello", "xml-rusak"),
    "no BPMN": (b"<html/>", "bukan-bpmn"),
    "nothing drawn": (document(), "tanpa-proses"),
}


def drawn(nodes: list[str], flows: str, inner: str = "") -> bytes:
    """A drawing of elements between start and end, all in one lane."""
    whole = bpmn("p", [start(), *nodes, end()], flows, [lane("RT", ["a"], role="rt")])
    return whole.replace(b"<bpmn:process", inner.encode() + b"<bpmn:process", 1)


def choice(condition: str) -> bytes:
    return drawn([xor("g", "d"), user("a")], f"mulai>g\ng>a[{condition}]\ng>selesai:d\na>selesai")


def waits(tag: str, text: str) -> bytes:
    return drawn([user("a"), boundary("t", "a", timer(tag, text), tag != "timeCycle")], PLAIN + " t>selesai")


def payload(text: str) -> bytes:
    return drawn([send("a", "m")], PLAIN, message("m", payload=text))


SHAPES = {
    "no start": (bpmn("p", [user("a"), end()], "a>selesai"), "tanpa-awal", "p"),
    "no end": (bpmn("p", [start(), user("a")], "mulai>a"), "tanpa-akhir", "p"),
    "dead end": (drawn([xor("g", "d"), user("a")], "mulai>g\ng>a[1 == 1]\ng>selesai:d"), "jalan-buntu", "a"),
    "two elements with one id": (drawn([user("a"), user("a")], PLAIN), "id-ganda", "a"),
    "an element without id": (drawn([user("a")], PLAIN).replace(b'Task id="a"', b"Task"), "id-hilang", "userTask"),
    "id Start": (drawn([user("Start")], "mulai>Start Start>selesai"), "id-terlarang", "Start"),
    "dangling flow": (drawn([user("a")], f"{PLAIN} a>hilang:f9"), "alur-putus", "f9"),
    "no condition": (
        drawn([xor("g"), user("a")], "mulai>g\ng>a:f9\ng>selesai[1 == 1]\na>selesai"), "tanpa-syarat", "f9",
    ),
    "lane without role": (
        bpmn("p", [start(), user("a"), end()], PLAIN, [lane("RT", ["a"])]), "lajur-tanpa-role", "lane_RT",
    ),
    "no form": (drawn([node("userTask", "a")], PLAIN), "tanpa-formulir", "a"),
    "unknown operation": (drawn([service("a", "surat.hapus")], PLAIN), "operasi-asing", "a"),
    "condition": (choice("import os"), "ungkapan-rusak", "p_f_1"),
    "script": (drawn([script("a", "x = ().__class__")], PLAIN), "ungkapan-rusak", "a"),
    "timer": (waits("timeDuration", "besok pagi"), "ungkapan-rusak", "t"),
    "message": (payload("{'a': open('/etc/passwd')}"), "ungkapan-rusak", "m"),
    "repeated for ever at once": (waits("timeCycle", "R/PT0S"), "ungkapan-rusak", "t"),
    "eight million years": (waits("timeDuration", "P99999999999M"), "ungkapan-rusak", "t"),
    "many without a bound": (drawn([user("a", many())], PLAIN), "banyaknya-tidak-jelas", "a"),
    "ten million": (drawn([user("a", many(times="10000000"))], PLAIN), "banyaknya-salah", "a"),
    "a minus": (drawn([user("a", many(times="-1"))], PLAIN), "banyaknya-salah", "a"),
}  # fmt: skip

HOLE = '<bpmn:dataInputAssociation id="d"><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>'
GONE = '<bpmn:dataObjectReference id="ref" dataObjectRef="gone"/>'


def with_hole(inside: bool) -> bytes:
    nodes = [start("m"), user("a", HOLE), end("e"), GONE if inside else ""]
    return drawn([sub("s", nodes, "m>a a>e"), "" if inside else GONE], "mulai>s s>selesai")


@pytest.fixture
def check(tmp_path):
    """Run `alur process check --json` on files, and give what it says by file name."""

    def run(**files: bytes) -> dict[str, list[dict]]:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(content)
        paths = [str(tmp_path / name.replace("_", ".")) for name in files]
        began = time.monotonic()
        answer = CliRunner().invoke(main, ["process", "check", "--json", *paths])
        assert time.monotonic() - began < LONGEST
        said = json.loads(answer.output)
        assert [row["file"] for row in said] == paths
        assert answer.exit_code == (0 if all(row["ok"] for row in said) else 1)
        for row in said:
            assert set(row) == {"file", "ok", "problems"}
            assert row["ok"] is not bool(row["problems"])
            for problem in row["problems"]:
                assert list(problem) == ["rule", "element", "name", "message", "advice"]
                assert (
                    problem["element"]
                    and problem["message"].endswith(".")
                    and problem["advice"].endswith(".")
                )
                assert problem["rule"] != "pemeriksaan-terhenti"
        return dict(zip(files, (row["problems"] for row in said), strict=True))

    return run


def test_a_whole_drawing_is_good(check):
    assert check(a_bpmn=WHOLE) == {"a_bpmn": []}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused(check, tmp_path, kind):
    content, rule_ = HOSTILE[kind]
    (problem,) = check(a_bpmn=content)["a_bpmn"]
    assert problem["rule"] == rule_
    assert problem["element"] == str(tmp_path / "a.bpmn")


@pytest.mark.parametrize("kind", SHAPES)
def test_a_drawing_that_cannot_work_is_refused_at_its_element(check, kind):
    content, rule_, element = SHAPES[kind]
    found = check(a_bpmn=content)["a_bpmn"]
    assert (rule_, element) in {(problem["rule"], problem["element"]) for problem in found}


@pytest.mark.parametrize("inside", [True, False])
def test_the_data_object_that_hangs_spiffworkflow_is_refused(check, inside):
    found = check(a_bpmn=with_hole(inside))["a_bpmn"]
    assert ("garis-data-putus", "a") in {(problem["rule"], problem["element"]) for problem in found}


def test_a_data_object_that_is_there_does_no_harm(check):
    whole = (
        with_hole(True).replace(GONE.encode(), data_object("ada").encode()).replace(b">ref<", b">tanda_ada<")
    )
    assert check(a_bpmn=whole) == {"a_bpmn": []}


def deciding(cell: str) -> bytes:
    return dmn(
        decision("putuskan", table(["jumlah"], ["hasil"], [[cell, '"ya"'], ["-", '"tidak"']], "FIRST"))
    )


@pytest.mark.parametrize("cell", ["open('/etc/passwd')", "[1..", "> ().__class__", "5 6"])
def test_a_broken_cell_of_a_decision_is_refused(check, cell):
    found = check(a_bpmn=drawn([rule("a", "putuskan")], PLAIN), b_dmn=deciding(cell))
    assert not found["a_bpmn"]
    (problem,) = found["b_dmn"]
    assert problem["rule"] == "dmn-sel"
    assert "putuskan" in problem["message"] and "aturan 1" in problem["message"]


def test_a_whole_decision_is_good(check):
    found = check(a_bpmn=drawn([rule("a", "putuskan")], PLAIN), b_dmn=deciding("[1..5]"))
    assert found == {"a_bpmn": [], "b_dmn": []}


def test_a_circle_of_calls_over_three_files_is_found_in_each(check):
    def part(number: int) -> bytes:
        one, two, three = (f"{word}{number}" for word in ("m", "c", "e"))
        return bpmn(
            f"p{number}",
            [start(one), call(two, f"p{(number + 1) % 3}"), end(three)],
            f"{one}>{two} {two}>{three}",
        )

    found = check(p0_bpmn=part(0), p1_bpmn=part(1), p2_bpmn=part(2))
    for number, problems in enumerate(found.values()):
        assert [(each["rule"], each["element"]) for each in problems] == [
            ("panggilan-melingkar", f"c{number}")
        ]
    alone = check(p0_bpmn=part(0))["p0_bpmn"]
    assert [each["rule"] for each in alone] == ["panggilan-hilang"]


def test_findings_of_several_files_stand_under_their_own(check):
    other = process("q", [start(), user("a"), end()], "mulai>a", [lane("Camat", ["a"], role="camat")])
    found = check(a_bpmn=WHOLE, b_bpmn=document(other), c_bpmn=b"", d_bpmn=DOCTYPE.encode())
    assert {name: {each["rule"] for each in problems} for name, problems in found.items()} == {
        "a_bpmn": set(),
        "b_bpmn": {"jalan-buntu", "tak-terjangkau"},
        "c_bpmn": {"xml-rusak"},
        "d_bpmn": {"doctype"},
    }


def test_a_file_of_another_kind_is_not_called_good(check):
    assert [each["rule"] for each in check(a_xml=WHOLE)["a_xml"]] == ["bukan-diagram"]


def test_people_read_sentences(tmp_path):
    (tmp_path / "a.bpmn").write_bytes(SHAPES["dead end"][0])
    answer = CliRunner().invoke(main, ["process", "check", str(tmp_path / "a.bpmn")])
    assert answer.exit_code == 1
    assert "a.bpmn: perlu diperbaiki" in answer.output
    assert "Tugas a: Dari sini tidak ada panah keluar. Tarik panah ke langkah berikutnya" in answer.output


@pytest.mark.parametrize("kind", ["billion laughs", "5,000 levels", "5 MB"])
def test_the_command_itself_answers_in_time_from_a_cold_start(tmp_path, kind):
    (tmp_path / "a.bpmn").write_bytes(HOSTILE[kind][0])
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "process",
        "check",
        "--json",
        "a.bpmn",
    ]
    began = time.monotonic()
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, check=False)
    assert time.monotonic() - began < LONGEST
    assert done.returncode == 1
    assert not json.loads(done.stdout)[0]["ok"]
