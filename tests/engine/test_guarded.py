"""Whatever a stranger's file does to its check, the portal answers in time and keeps what it has. (ASVS 15.2.2)"""

import threading
import time
from dataclasses import replace

import pytest

from app import engine
from app.engine.guarded import MOST_FILES
from tests import founding
from tests.engine.diagrams.activities import data_object
from tests.engine.diagrams.build import bpmn, call, end, lane, start, sub, user
from tests.engine.diagrams.several import ALL
from tests.engine.test_checker import BROKEN

LONGEST = 2.5
PLAIN = bpmn("p", [start(), user("a"), end()], "mulai>a a>selesai", [lane("RT", ["a"], role="rt")])
HERE = "tests.engine.hostile_inspectors"


def checked(inspector, files=None):
    """The findings, and that they came in time."""
    began = time.monotonic()
    found = engine.check_guarded(files or {"a.bpmn": PLAIN}, inspector=f"{HERE}:{inspector}")
    assert time.monotonic() - began < LONGEST
    return found


def test_a_whole_drawing_passes():
    assert engine.check_guarded({"a.bpmn": PLAIN}) == []


@pytest.mark.parametrize(
    ("inspector", "said"),
    [
        ("hang", "batas waktu"),
        ("sleep", "batas waktu"),
        ("hoard", "256 MB"),
        ("crash", "terhenti"),
        ("leave", "terhenti"),
        ("fault", "terhenti"),
        ("flood", "terhenti"),
    ],
)
def test_a_check_that_does_not_end_well_is_a_finding(inspector, said):
    (problem,) = checked(inspector)
    assert (problem.rule, problem.element, problem.path) == ("pemeriksaan-terhenti", "a.bpmn", "a.bpmn")
    assert said in problem.message
    assert problem.advice.endswith(".")


def test_memory_that_a_check_may_have_it_gets():
    (problem,) = checked("modest")
    assert problem.message == "150000000"


def test_of_several_files_the_one_that_was_looked_at_is_named():
    files = {"a.bpmn": PLAIN, "b.bpmn": PLAIN}
    assert [problem.path for problem in checked("hang", files)] == ["a.bpmn"]
    assert [problem.path for problem in checked("hoard", files)] == ["b.bpmn"]
    assert [problem.path for problem in checked("leave", files)] == ["a.bpmn", "b.bpmn"]


@pytest.mark.parametrize("place", ["inside", "outside"])
def test_spiffworkflows_parser_that_would_hang_for_ever_is_cut_off(place):
    hole = (
        '<bpmn:dataInputAssociation id="d"><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>'
    )
    lost = '<bpmn:dataObjectReference id="ref" dataObjectRef="gone"/>'
    inner, outer = ([lost], []) if place == "inside" else ([], [lost])
    part = sub("s", [start("m"), user("u", hole), end("e"), *inner], "m>u u>e")
    drawn = bpmn("p", [start(), part, end(), *outer], "mulai>s s>selesai")
    (problem,) = checked("parse_raw", {"a.bpmn": drawn})
    assert "batas waktu" in problem.message
    whole = drawn.replace(b"gone", b"ada").replace(
        b"<bpmn:startEvent", data_object("ada").encode() + b"<bpmn:startEvent", 1
    )
    assert checked("parse_raw", {"a.bpmn": whole}) == []


def test_a_check_can_open_nothing_and_knows_nothing_of_the_portal(monkeypatch):
    monkeypatch.setenv("ALUR_SECRET_KEY", founding.SECRET)
    seen = {problem.rule.partition("=")[0] for problem in checked("look_around")}
    assert seen - {"LC_CTYPE"} == {"PYTHONPATH", "LANG"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x80\x04.\n",
        b"[]\n",
        b'{"problems": []}',
        b'{"problems": 1}\n',
        b'{"problems": [1]}\n',
        b'{"problems": [["a", "b", "c", "d", "e", true]]}\n',
        b'{"problems": [["a", "b", "c", "d", "e", "f", "g"]]}\n',
        b'{"problems": [["a", "b", "c", "", "e", true, "g"]]}\n',
        b'{"problems": [[["a"], "b", "c", "d", "e", true, "g"]]}\n',
        b"[" * 100_000 + b"\n",
        b'{"at": ["x"]}\n{"at": "../x"}\n{"ended": {}}\n',
    ],
)
def test_an_answer_of_another_shape_is_not_believed(answer):
    (problem,) = checked("say", {"a.bpmn": answer})
    assert (problem.rule, problem.path) == ("pemeriksaan-terhenti", "a.bpmn")


def test_a_finding_cannot_point_at_a_file_that_was_not_given():
    (problem,) = checked(
        "say", {"a.bpmn": b'{"problems": [["a", "b", "", "d", "e", true, "/etc/passwd"]]}\n'}
    )
    assert problem.path == "a.bpmn"


def test_a_checking_process_says_what_the_plain_check_says():
    drawings = {f"{index}.bpmn": content for index, content in enumerate(BROKEN.values())}
    for part in (dict(list(drawings.items())[:20]), dict(list(drawings.items())[20:])):
        plain = [problem for path, content in part.items() for problem in engine.check({path: content})]
        assert len(plain) >= len(part)
        assert checked("each_alone", part) == [
            replace(each, element=each.element or each.path) for each in plain
        ]


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_the_rules_let_through_can_be_read(name):
    files = {f"{index}.bpmn": content for index, content in enumerate(ALL[name])}
    assert {problem.rule for problem in engine.check_guarded(files)} <= {"tanpa-lajur"}


def test_each_finding_of_a_set_stands_under_its_own_file():
    files = {
        "satu.bpmn": PLAIN,
        "dua.bpmn": bpmn("q", [start(), user("a"), end()], "mulai>a", [lane("RT", ["a"], role="rt")]),
        "tiga.bpmn": b"x",
    }
    found = engine.check_guarded(files)
    assert {problem.path for problem in found} == {"dua.bpmn", "tiga.bpmn"}
    assert "jalan-buntu" in {problem.rule for problem in found if problem.path == "dua.bpmn"}


def test_two_files_with_one_process_are_both_looked_at():
    broken = bpmn("p", [start(), user("a"), end()], "mulai>a", [lane("RT", ["a"], role="rt")])
    (problem,) = engine.check_guarded({"satu.bpmn": PLAIN, "dua.bpmn": broken})
    assert (problem.rule, problem.element, problem.path) == ("id-ganda", "p", "dua.bpmn")


def test_too_much_at_once_is_refused_before_any_check():
    many = {f"{number}.bpmn": PLAIN for number in range(MOST_FILES + 1)}
    large = {f"{number}.bpmn": b" " * 2_000_000 for number in range(6)}
    for files in (many, large):
        began = time.monotonic()
        found = engine.check_guarded(files, inspector="tests.engine.no_such_module:x")
        assert [problem.path for problem in found] == list(files)
        assert {problem.rule for problem in found} == {"terlalu-besar"}
        assert time.monotonic() - began < 0.5


def test_a_file_too_large_or_of_another_kind_does_not_keep_the_others_from_their_check():
    files = {"besar.bpmn": b" " * 5_000_000, "gambar.png": b"x", "baik.bpmn": PLAIN, "rusak.bpmn": b"x"}
    found = {problem.path: problem.rule for problem in engine.check_guarded(files)}
    assert found == {"besar.bpmn": "terlalu-besar", "gambar.png": "bukan-diagram", "rusak.bpmn": "xml-rusak"}


def test_a_called_process_of_another_file_is_not_missing():
    caller = (
        bpmn("q", [start(), call("c", "p"), end()], "mulai>c c>selesai")
        .replace(b"mulai", b"awal")
        .replace(b"selesai", b"akhir")
    )
    assert engine.check_guarded({"a.bpmn": PLAIN, "b.bpmn": caller}) == []
    (problem,) = engine.check_guarded({"b.bpmn": caller})
    assert problem.rule == "panggilan-hilang"


def test_the_portal_answers_while_a_check_hangs(tmp_path):
    client = founding.portal(
        f"sqlite:///{tmp_path}/none.db", tmp_path / "files", founding.unset_clock
    ).test_client()
    hanging = [threading.Thread(target=checked, args=("hang",)) for _ in range(2)]
    for thread in hanging:
        thread.start()
    slowest = 0.0
    while all(thread.is_alive() for thread in hanging):
        began = time.monotonic()
        assert client.get("/sehat").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.05)
    for thread in hanging:
        thread.join()
    assert 0 < slowest < 1
